//! Changes that fail, that Ctrl-C ends, and that wait: all of a change is in, or nothing of it, and
//! what the command says agrees.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::Folder;

/// Solutions whose texts hardly compress.
fn solutions(count: u64) -> String {
    let mut lines = String::new();
    let mut state = 1_u64;
    for number in 0..count {
        let mut words = String::new();
        for _ in 0..40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let _ = write!(words, "w{:x} ", state >> 40);
        }
        let _ = writeln!(lines, r#"{{"id": "n{number}", "title": "{words}"}}"#);
    }
    lines
}

fn files(folder: &Folder) -> BTreeSet<String> {
    let entries = fs::read_dir(folder.path("c.cm")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_and_is_named() {
    let folder = Folder::with_catalogue();
    folder.write("more.jsonl", solutions(2_000));
    let before = files(&folder);
    // A limit of 64 kB for a file, as a full disk would be one for all; the signal that goes with it
    // is passed over, so that writing fails.
    let script = "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"";
    let arguments = ["-c", script, env!("CARGO_BIN_EXE_citymatch"), "add", "c.cm", "more.jsonl"];
    let done = Command::new("sh").args(arguments).current_dir(folder.place()).output().unwrap();
    let err = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{err}");
    for part in ["/c.cm/", "File too large (os error 27)", "; nothing was added"] {
        assert!(err.contains(part), "no `{part}` in {err}");
    }
    assert_eq!(files(&folder), before, "what it wrote is removed");
    assert_eq!(folder.counts(), (4, 2));
    folder.write("small.jsonl", solutions(1));
    folder.run(&["add", "c.cm", "small.jsonl"]).succeeded();
    assert_eq!(folder.counts(), (5, 2));
    folder.run(&["check", "c.cm"]).succeeded();
}

/// A disk of its own that fills up: it is mounted for this process alone.
#[cfg(target_os = "linux")]
#[allow(clippy::print_stdout)] // why it is skipped
#[test]
fn a_full_disk_is_told_with_what_is_wanted_and_what_is_free() {
    let folder = Folder::new();
    folder.write("few.jsonl", solutions(50)).write("more.jsonl", solutions(2_000));
    let script = r#"
        mkdir disk && mount -t tmpfs -o size=96m none disk && cd disk || exit 77
        "$0" init c.cm && "$0" add c.cm ../few.jsonl && ls -A c.cm > ../before || exit 1
        head -c 100000000 /dev/zero > filler
        "$0" add c.cm ../more.jsonl 2> ../add; echo "add: $?"
        ls -A c.cm > ../after
        "$0" copy c.cm copy.cm 2> ../copy; echo "copy: $?"
        ls -A; rm filler
        "$0" add c.cm ../more.jsonl; echo "add: $?"; "$0" remove c.cm n1
        "$0" check c.cm
        "$0" copy c.cm copy.cm; echo "copy: $?"
    "#;
    let arguments =
        ["--mount", "--map-root-user", "sh", "-c", script, env!("CARGO_BIN_EXE_citymatch")];
    let done = match Command::new("unshare").args(arguments).current_dir(folder.place()).output() {
        Ok(done) if done.status.code() != Some(77) => done,
        done => return println!("skipped: no file system can be mounted here: {done:?}"),
    };
    let out = String::from_utf8(done.stdout).unwrap();
    let err = String::from_utf8(done.stderr).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines,
        ["add: 1", "copy: 1", "c.cm", "filler", "add: 0", "sound", "copy: 0"],
        "{err}"
    );
    assert_eq!(folder.read("after"), folder.read("before"), "what it wrote is removed");
    for (name, end) in [("add", "are free; nothing was added"), ("copy", "are free")] {
        let said = folder.read(name);
        assert!(
            said.contains("No space left on device (os error 28): it needs at least "),
            "{said}"
        );
        assert!(said.contains(" bytes, and ") && said.trim_end().ends_with(end), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert!(!err.contains("note:"), "nothing is left: {err}");
}

#[test]
fn ctrl_c_adds_all_or_nothing_and_says_which() {
    let folder = Folder::with_catalogue();
    folder.write("more.jsonl", solutions(5_000));
    let before = files(&folder);
    for milliseconds in [30, 100, 250, 500, 1_000, 2_000, 4_000] {
        let mut child = folder
            .command(&["add", "c.cm", "more.jsonl"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(milliseconds));
        let signal = ["-INT", &child.id().to_string()];
        Command::new("kill").args(signal).stderr(Stdio::null()).status().unwrap();
        let code = child.wait().unwrap().code();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let solutions = folder.counts().0;
        match code {
            Some(130) => {
                assert!(err.ends_with("interrupted: nothing was added\n"), "{err}");
                assert_eq!(solutions, 4);
                assert_eq!(files(&folder), before, "what it wrote is removed");
            }
            // The signal came before the command had begun.
            None => assert_eq!((err.as_str(), solutions), ("", 4)),
            Some(0) => {
                assert_eq!(solutions, 5_004, "{err}");
                assert!(err.contains("added 5000, replaced 0, rejected 0"), "{err}");
                break;
            }
            other => panic!("{other:?}: {err}"),
        }
    }
    folder.run(&["check", "c.cm"]).succeeded();
}

#[test]
fn ctrl_c_ends_the_waiting_for_another_writer() {
    let folder = Folder::with_catalogue();
    let catalogue = folder.catalogue();
    let edit = catalogue.edit().unwrap();
    let mut child = folder
        .command(&["remove", "c.cm", "s1", "--wait", "3600"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_secs(1));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(err, "interrupted: nothing was removed\n");
    drop(edit);
    assert_eq!(folder.counts(), (4, 2));
}

#[test]
fn another_writer_can_be_waited_for() {
    let folder = Folder::with_catalogue();
    folder.write("more.jsonl", solutions(1));
    for arguments in [&["add", "c.cm", "more.jsonl"][..], &["remove", "c.cm", "s1"]] {
        let catalogue = folder.catalogue();
        let edit = catalogue.edit().unwrap();
        folder.run(arguments).failed(3, &["c.cm` is being edited by another writer"]);
        let waits = [arguments, &["--wait", "0.05"]].concat();
        folder.run(&waits).failed(3, &["c.cm` is being edited by another writer"]);
        let waits = [arguments, &["--wait", "3600"]].concat();
        let mut child = folder.command(&waits).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none(), "it waits");
        drop(edit);
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    assert_eq!(folder.counts(), (4, 2), "one was added and one removed");
}
