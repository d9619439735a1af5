//! Processes that are killed at any moment of a change.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::workload::{Chance, Contents, command, contents, lines, make_base, tries, write_one};

/// What a killed process was at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Add,
    Replace,
    Remove,
    Copy,
    Repair,
}

const CHANGES: [Change; 5] =
    [Change::Add, Change::Replace, Change::Remove, Change::Copy, Change::Repair];

/// The arguments of a change, and what the catalogue holds if it is done.
fn prepare(
    change: Change,
    round: usize,
    folder: &Path,
    old: &Contents,
    chance: &mut Chance,
) -> (Vec<String>, Contents) {
    let mut new = old.clone();
    let mut arguments: Vec<String> = Vec::new();
    let mut some: Vec<String> =
        old.keys().filter(|_| chance.below(6) == 0).take(20).cloned().collect();
    some.extend(old.keys().next().filter(|_| some.is_empty()).cloned());
    match change {
        Change::Add | Change::Replace => {
            let ids = match change {
                Change::Add => (0..15).map(|number| format!("n{round}-{number}")).collect(),
                _ => some,
            };
            let title = format!("Título {round}");
            fs::write(folder.join("new.jsonl"), lines(ids.iter().cloned(), &title)).unwrap();
            new.extend(ids.into_iter().map(|id| (id, title.clone())));
            arguments.extend(["add", "c.cm", "new.jsonl"].map(String::from));
        }
        Change::Remove => {
            new.retain(|id, _| !some.contains(id));
            arguments.extend(["remove", "c.cm"].map(String::from));
            arguments.extend(some);
        }
        Change::Copy => {
            let _ = fs::remove_dir_all(folder.join("copy.cm"));
            arguments.extend(["copy", "c.cm", "copy.cm"].map(String::from));
        }
        Change::Repair => {
            let _ = fs::remove_dir_all(folder.join("saved.cm"));
            let _ = fs::remove_dir_all(folder.join("d.cm"));
            crate::workload::copy_folder(&folder.join("c.cm"), &folder.join("d.cm"));
            for entry in fs::read_dir(folder.join("d.cm")).unwrap().flatten() {
                if entry.path().extension().is_some_and(|ending| ending == "idx") {
                    fs::remove_file(entry.path()).unwrap();
                }
            }
            let words = ["check", "d.cm", "--repair", "--into", "saved.cm"];
            arguments.extend(words.map(String::from));
        }
    }
    (arguments, new)
}

#[test]
fn what_was_acknowledged_is_there_and_nothing_is_half_there() {
    let kills = tries(40, 1_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.cm");
    make_base(&path).unwrap();
    let mut held = contents(&path).unwrap();
    let mut chance = Chance(1);
    let mut took = [Duration::from_millis(150); CHANGES.len()];
    let (mut killed, mut round, mut in_time, mut came) = (0, 0, 0, 0);
    let started = Instant::now();
    while killed < kills {
        round += 1;
        let change = CHANGES[chance.below(CHANGES.len())];
        let (arguments, new) = prepare(change, round, folder.path(), &held, &mut chance);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let begun = Instant::now();
        let mut child = command(folder.path(), &arguments).spawn().unwrap();
        let longest = took[change as usize].as_micros() * 11 / 10;
        let wait = chance.below(usize::try_from(longest).unwrap());
        thread::sleep(Duration::from_micros(wait as u64));
        let ended_before = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        let status = child.wait().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        if ended_before {
            assert!(status.success(), "{change:?}: {said}");
            took[change as usize] = begun.elapsed().min(took[change as usize] * 2);
            in_time += 1;
        } else {
            took[change as usize] += Duration::from_micros(500);
            killed += 1;
        }
        let found = contents(&path).unwrap_or_else(|wrong| panic!("{change:?}, {round}: {wrong}"));
        // What a process did that ended with code 0 is there; what one did that was killed is there
        // or not, as a whole.
        assert!(
            found == new || (!ended_before && found == held),
            "{change:?}, round {round}: half"
        );
        came += usize::from(found == new && found != held && !ended_before);
        held = found;
        for made in ["copy.cm", "saved.cm"].map(|name| folder.path().join(name)) {
            if made.exists() {
                let made = contents(&made).unwrap_or_else(|wrong| panic!("{change:?}: {wrong}"));
                assert!(made == held || change < Change::Copy, "{change:?}: half a copy");
            }
        }
        if change < Change::Copy {
            let _ = fs::remove_dir_all(folder.path().join("copy.cm"));
            let _ = fs::remove_dir_all(folder.path().join("saved.cm"));
        }
        if held.len() > 600 {
            // Small enough to be quick.
            fs::remove_dir_all(&path).unwrap();
            make_base(&path).unwrap();
            held = contents(&path).unwrap();
        }
    }
    let left = || fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name());
    let abandoned = left().filter(|name| name.to_string_lossy().ends_with(".tmp")).count();
    for arguments in
        [&["copy", "c.cm", "copy.cm"][..], &["check", "d.cm", "--repair", "--into", "saved.cm"]]
    {
        let _ = fs::remove_dir_all(folder.path().join("copy.cm"));
        let _ = fs::remove_dir_all(folder.path().join("saved.cm"));
        let _ = command(folder.path(), arguments).status().unwrap();
    }
    let still = left().filter(|name| name.to_string_lossy().ends_with(".tmp")).count();
    assert_eq!(still, 0, "the next copy removes what {abandoned} have left");
    write_one(&path).unwrap();
    println!(
        "{killed} kills in {:.0} s ({in_time} were late, {came} changes were in, {abandoned} folders \
         were left and removed): nothing lost, nothing half there",
        started.elapsed().as_secs_f64()
    );
}
