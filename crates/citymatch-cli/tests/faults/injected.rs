//! System calls that fail, one after the other, as the tests of `SQLite` do it: the first of its name, then
//! the second, …; once, or from then on. strace makes them fail.
//!
//! strace counts the calls of each thread by themselves. A sweep over all counts meets each call of
//! each thread all the same.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use citymatch::Catalogue;

use crate::workload::{
    Chance, Contents, command, contents, copy_folder, lines, make_base, program, tries, write_one,
};

/// The calls, and how each may end.
const FAULTS: &[(&str, &[&str])] = &[
    ("write", &["error=ENOSPC", "error=EIO", "error=EDQUOT", "error=EINTR", "signal=KILL"]),
    ("pwrite64", &["error=ENOSPC", "error=EIO"]),
    ("read", &["error=EIO", "error=EINTR"]),
    ("fsync", &["error=EIO", "error=ENOSPC", "error=EINTR", "signal=KILL"]),
    ("fdatasync", &["error=EIO", "error=ENOSPC", "error=EINTR", "signal=KILL"]),
    ("rename", &["error=EIO", "error=ENOSPC", "signal=KILL"]),
    ("renameat", &["error=EIO", "error=ENOSPC", "signal=KILL"]),
    ("openat", &["error=EMFILE", "error=ENOMEM", "error=EIO", "error=EINTR", "signal=KILL"]),
    ("unlink", &["error=EIO", "signal=KILL"]),
    ("unlinkat", &["error=EIO", "signal=KILL"]),
    ("mkdir", &["error=ENOSPC", "error=EIO", "signal=KILL"]),
    ("mmap", &["error=ENOMEM", "signal=KILL"]),
    ("ftruncate", &["error=EIO", "error=ENOSPC"]),
    ("flock", &["error=ENOLCK", "error=EINTR", "signal=KILL"]),
];

/// The longest that one run may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A run of the command on a catalogue.
struct Work {
    name: &'static str,
    arguments: &'static [&'static str],
    /// What the catalogue holds afterwards; none where it is to be as before.
    new: Option<Contents>,
    /// The folder that it makes.
    makes: Option<&'static str>,
    /// Damages the catalogue first.
    damage: fn(&Path),
}

/// A call that fails in a run.
#[derive(Clone, Debug)]
struct Fault {
    work: usize,
    call: &'static str,
    how: &'static str,
    when: String,
}

impl Fault {
    fn strace(&self) -> Vec<String> {
        let Self { call, how, when, .. } = self;
        ["-e", &format!("trace={call}"), "-e", &format!("inject={call}:{how}:when={when}")]
            .map(String::from)
            .into()
    }
}

/// The folder that a run begins with.
struct Base {
    folder: PathBuf,
    old: Contents,
    works: Vec<Work>,
}

fn no_damage(_: &Path) {}

fn lose_an_index(catalogue: &Path) {
    let entries = fs::read_dir(catalogue).unwrap().flatten().map(|entry| entry.path());
    let index = entries.into_iter().find(|path| path.extension().is_some_and(|e| e == "idx"));
    fs::remove_file(index.unwrap()).unwrap();
}

fn lose_the_format(catalogue: &Path) {
    fs::remove_file(catalogue.join("citymatch.json")).unwrap();
}

impl Base {
    fn new(folder: &Path) -> Self {
        make_base(&folder.join("c.cm")).unwrap();
        let new: Vec<String> = (0..20).map(|number| format!("n{number}")).collect();
        let again: Vec<String> =
            (0..8).flat_map(|k| (0..8).map(move |number| format!("m{k}-{number}"))).collect();
        for (name, ids) in [("new.jsonl", &new), ("again.jsonl", &again)] {
            fs::write(folder.join(name), lines(ids.iter().cloned(), "Nuevo")).unwrap();
        }
        fs::write(folder.join("last.jsonl"), lines(["last".to_owned()], "Último")).unwrap();
        let old = contents(&folder.join("c.cm")).unwrap();
        let with = |ids: &[String]| {
            let mut contents = old.clone();
            contents.extend(ids.iter().map(|id| (id.clone(), "Nuevo".to_owned())));
            Some(contents)
        };
        let mut without = old.clone();
        without.remove("m0-1");
        without.remove("m8-2");
        let work =
            |name, arguments, new, makes, damage| Work { name, arguments, new, makes, damage };
        let works = vec![
            work("init", &["init", "made.cm"][..], None, Some("made.cm"), no_damage as fn(&Path)),
            work("add", &["add", "c.cm", "new.jsonl"], with(&new), None, no_damage),
            work(
                "replace and merge",
                &["add", "c.cm", "again.jsonl"],
                with(&again),
                None,
                no_damage,
            ),
            work("remove", &["remove", "c.cm", "m0-1", "m8-2"], Some(without), None, no_damage),
            work("copy", &["copy", "c.cm", "made.cm"], None, Some("made.cm"), no_damage),
            work(
                "repair",
                &["check", "c.cm", "--repair", "--into", "made.cm"],
                None,
                Some("made.cm"),
                lose_an_index,
            ),
            work(
                "repair in place",
                &["check", "c.cm", "--repair", "--into", "made.cm"],
                None,
                None,
                lose_the_format,
            ),
            work("read", &["export", "c.cm"], None, None, no_damage),
            work("match", &["match", "c.cm", "--text", "lluvia"], None, None, no_damage),
        ];
        Self { folder: folder.to_owned(), old, works }
    }

    /// A folder for a run.
    fn set_up(&self, work: &Work, folder: &Path) {
        let _ = fs::remove_dir_all(folder);
        copy_folder(&self.folder, folder);
        (work.damage)(&folder.join("c.cm"));
    }

    /// How often each call is made by the thread that makes it most.
    fn counts(&self, work: &Work, folder: &Path) -> BTreeMap<String, usize> {
        self.set_up(work, folder);
        let calls: Vec<&str> = FAULTS.iter().map(|(call, _)| *call).collect();
        let trace = ["-e".to_owned(), format!("trace={}", calls.join(","))];
        let (status, _, said, log) = run(folder, &trace, work.arguments);
        assert!(status.success(), "{}: {said}", work.name);
        let mut threads: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for line in log.lines().filter(|line| !line.contains("resumed>")) {
            let Some((thread, call)) = line.split_once(' ') else { continue };
            let Some((call, _)) = call.trim().split_once('(') else { continue };
            *threads.entry((thread, call)).or_default() += 1;
        }
        let mut most = BTreeMap::new();
        for ((_, call), count) in threads {
            let known: &mut usize = most.entry(call.to_owned()).or_default();
            *known = (*known).max(count);
        }
        most
    }
}

/// Runs the command under strace: its end, what it wrote, and the calls.
fn run(
    folder: &Path,
    strace: &[String],
    arguments: &[&str],
) -> (ExitStatus, String, String, String) {
    let log = folder.join("calls.log");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o"]).arg(&log).args(strace);
    traced.arg(program()).args(arguments).current_dir(folder);
    let mut child =
        traced.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut said) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = thread::spawn(move || {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).map(|_| String::from_utf8_lossy(&bytes).into_owned())
    });
    let told = thread::spawn(move || {
        let mut bytes = Vec::new();
        said.read_to_end(&mut bytes).map(|_| String::from_utf8_lossy(&bytes).into_owned())
    });
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{arguments:?} under {strace:?} hangs");
        }
        thread::sleep(Duration::from_millis(3));
    };
    let (out, said) = (read.join().unwrap().unwrap(), told.join().unwrap().unwrap());
    let log = fs::read(&log).map(|log| String::from_utf8_lossy(&log).into_owned());
    (status, out, said, log.unwrap_or_default())
}

/// What a run with a fault has come to: an outcome, or what is wrong.
fn examine(
    base: &Base,
    fault: &Fault,
    second: Option<&Fault>,
    folder: &Path,
) -> Result<String, String> {
    let work = &base.works[fault.work];
    base.set_up(work, folder);
    let (status, out, said, log) = run(folder, &fault.strace(), work.arguments);
    if !log.contains("INJECTED") && !log.contains("killed by SIGKILL") {
        return Ok("no such call".to_owned());
    }
    let path = folder.join("c.cm");
    let killed = log.contains("killed by SIGKILL");
    // Before a program or a thread begins, the loader and the language's own start may fail.
    let begins = !said.contains("stack_overflow.rs") && !said.contains("shared libraries");
    if begins && (said.contains("panicked") || status.code() == Some(101)) {
        return Err(format!("a panic: {said}"));
    }
    let errors = said.lines().filter(|line| line.starts_with("error:")).count();
    // Where writing fails, saying so may fail too.
    let can_say = begins && fault.call != "write" && status.code().is_some();
    if can_say && !killed && !status.success() && errors != 1 {
        return Err(format!("it does not say why it failed: {status}: {said}"));
    }
    if said.contains(".tmp/") {
        return Err(format!("it names a temporary folder: {said}"));
    }
    let new = work.new.as_ref().unwrap_or(&base.old);
    if work.name == "repair" {
        // Its catalogue stays as it is, damaged.
        if status.success() && contents(&folder.join("made.cm")).as_ref() != Ok(&base.old) {
            return Err(format!("not saved: {said}"));
        }
    } else {
        let found = contents(&path)?;
        if found != *new && found != base.old {
            return Err("half a change".to_owned());
        }
        if status.success() && found != *new {
            return Err("it says that it is done, and it is not".to_owned());
        }
        let told = said.contains("the change is in");
        if can_say && !killed && !status.success() && new != &base.old {
            if found == *new && !told {
                return Err(format!("an error, and the change is in: {said}"));
            }
            if found == base.old && told {
                return Err(format!("the change is not in: {said}"));
            }
        }
    }
    if work.name == "read" && status.success() && out.lines().count() != base.old.len() {
        return Err("not all was read".to_owned());
    }
    made(base, work, status, &said, killed, folder)?;
    if let Some(second) = second {
        // Another fault, while the next change puts right what the first has left.
        let (_, _, said, _) = run(folder, &second.strace(), &["add", "c.cm", "last.jsonl"]);
        if said.contains("panicked") && !said.contains("stack_overflow.rs") {
            return Err(format!("a panic after a second fault: {said}"));
        }
        contents(&path).map_err(|wrong| format!("after a second fault: {wrong}"))?;
    }
    if work.name != "repair" {
        write_one(&path).map_err(|error| format!("it cannot be written any more: {error}"))?;
        contents(&path)?;
        let notes = Catalogue::open(&path).and_then(|catalogue| catalogue.check_notes());
        if let Some(note) = notes.map_err(|error| error.to_string())?.first() {
            return Err(format!("the next change left {note}"));
        }
    }
    Ok(if killed {
        "killed"
    } else if status.success() {
        "done"
    } else {
        "refused"
    }
    .to_owned())
}

/// The folder that a run was to make: whole, or not there.
fn made(
    base: &Base,
    work: &Work,
    status: ExitStatus,
    said: &str,
    killed: bool,
    folder: &Path,
) -> Result<(), String> {
    let Some(name) = work.makes else { return Ok(()) };
    let path = folder.join(name);
    if work.name == "init" {
        return match Catalogue::create(&path) {
            Ok(_) if status.success() => Err("it says that it is made, and it is not".to_owned()),
            Ok(_) => Ok(()),
            Err(_) => contents(&path).map(drop),
        };
    }
    let is_told = said.contains("what was made is in its place");
    match (path.exists(), status.success()) {
        (true, done) => {
            // A repair names what it could not read, where reading failed.
            let is_partial = said.contains("not all could be saved");
            if contents(&path)? != base.old && !is_partial {
                return Err("half of it is made".to_owned());
            }
            let is_told = is_told || is_partial || said.is_empty();
            if !done && !killed && !is_told && status.code().is_some() {
                return Err(format!("an error, and it is made: {said}"));
            }
        }
        (false, true) => return Err("it says that it is made, and it is not".to_owned()),
        (false, false) => {
            let again = command(folder, work.arguments).output().unwrap();
            if !again.status.success() {
                return Err(format!("again: {}", String::from_utf8_lossy(&again.stderr)));
            }
            let left = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.file_name());
            if left.into_iter().any(|name| name.to_string_lossy().ends_with(".tmp")) {
                return Err("a temporary folder is left for good".to_owned());
            }
        }
    }
    Ok(())
}

/// All faults of all works.
fn faults(base: &Base, folder: &Path) -> Vec<Fault> {
    let mut all = Vec::new();
    for (work, of) in base.works.iter().enumerate() {
        let counts = base.counts(of, folder);
        for (call, ways) in FAULTS {
            // One more than was seen: threads do not always share the work alike.
            let most = counts.get(*call).map_or(0, |count| count + 1);
            for how in *ways {
                for number in 1..=most {
                    all.push(Fault { work, call, how, when: number.to_string() });
                    // What is interrupted each time is tried for ever, and a killed process calls
                    // nothing more.
                    if !how.contains("EINTR") && !how.contains("KILL") {
                        all.push(Fault { work, call, how, when: format!("{number}+") });
                    }
                }
            }
        }
    }
    all
}

fn may_trace() -> Result<(), String> {
    match Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output() {
        Err(_) => Err("strace is not installed: apt-get install strace".to_owned()),
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(format!("strace may not trace: {}", String::from_utf8_lossy(&done.stderr))),
    }
}

#[test]
fn a_call_that_fails_leaves_the_old_or_the_new() {
    if let Err(why) = may_trace() {
        println!("skipped: {why}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let base = Base::new(&folder.path().join("base"));
    let mut all = faults(&base, &folder.path().join("counts"));
    let mut chance = Chance(3);
    // In an order by chance, so that a part of them is a sample.
    for at in (1..all.len()).rev() {
        all.swap(at, chance.below(at + 1));
    }
    all.truncate(tries(100, usize::MAX));
    let seconds: Vec<Option<Fault>> = all
        .iter()
        .map(|fault| {
            let is_change = base.works[fault.work].new.is_some();
            let (call, ways) = FAULTS[chance.below(FAULTS.len())];
            let how = ways[chance.below(ways.len())];
            let when = (1 + chance.below(12)).to_string();
            (is_change && chance.below(4) == 0).then_some(Fault {
                work: fault.work,
                call,
                how,
                when,
            })
        })
        .collect();
    let (next, started) = (AtomicUsize::new(0), Instant::now());
    let counts: Mutex<BTreeMap<(&str, String), usize>> = Mutex::default();
    let bad: Mutex<Vec<String>> = Mutex::default();
    thread::scope(|scope| {
        for worker in 0..2 {
            let own = folder.path().join(format!("worker-{worker}"));
            let (base, all, seconds, next, counts, bad) =
                (&base, &all, &seconds, &next, &counts, &bad);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(fault) = all.get(at) else { break };
                    let name = base.works[fault.work].name;
                    match examine(base, fault, seconds[at].as_ref(), &own) {
                        Ok(outcome) => {
                            *counts.lock().unwrap().entry((name, outcome)).or_default() += 1;
                        }
                        Err(wrong) => {
                            let second = seconds[at].as_ref().map_or(String::new(), |second| {
                                format!(", then {}:{}:{}", second.call, second.how, second.when)
                            });
                            let Fault { call, how, when, .. } = fault;
                            let line = format!("{name}, {call}:{how}:{when}{second}: {wrong}");
                            println!("{line}");
                            bad.lock().unwrap().push(line);
                        }
                    }
                    if at % 500 == 499 {
                        println!(
                            "{at} of {} after {:.0} s",
                            all.len(),
                            started.elapsed().as_secs_f64()
                        );
                    }
                }
            });
        }
    });
    for ((name, outcome), count) in counts.into_inner().unwrap() {
        println!("{count:6} {name}: {outcome}");
    }
    println!("{} cases in {:.0} s", all.len(), started.elapsed().as_secs_f64());
    let bad = bad.into_inner().unwrap();
    assert!(bad.is_empty(), "{} of {}:\n{}", bad.len(), all.len(), bad.join("\n"));
}

/// A file that may grow no further: the write before the one that fails is short.
#[test]
fn a_short_write_leaves_the_old_or_the_new() {
    let folder = tempfile::tempdir().unwrap();
    let base = Base::new(&folder.path().join("base"));
    let (own, mut refused) = (folder.path().join("own"), 0);
    for work in base.works.iter().filter(|work| work.new.is_some() || work.makes.is_some()) {
        let limits: &[usize] =
            if tries(0, 1) > 0 { &[1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48] } else { &[1, 3] };
        for limit in limits {
            base.set_up(work, &own);
            // The signal that goes with it is passed over, so that writing fails.
            let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\"");
            let done = Command::new("sh")
                .args(["-c", &script, &program()])
                .args(work.arguments)
                .current_dir(&own)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            refused += usize::from(!done.status.success());
            let found = if work.name == "repair" {
                Ok(base.old.clone())
            } else {
                contents(&own.join("c.cm"))
            };
            let new = work.new.as_ref().unwrap_or(&base.old);
            let expected = if done.status.success() { new } else { &base.old };
            assert_eq!(found.as_ref(), Ok(expected), "{}, {limit}: {said}", work.name);
            made(&base, work, done.status, &said, false, &own).unwrap_or_else(|wrong| {
                panic!("{}, {limit} blocks: {wrong}", work.name);
            });
        }
    }
    assert!(refused > 3, "{refused} were refused");
}
