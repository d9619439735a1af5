//! Catalogues that belong to another account.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::Folder;

/// An account that may do nothing in particular: `nobody` on most systems.
const NOBODY: u32 = 65534;

/// Runs the command as an account that modes apply to: as another one where the tests run as root.
fn as_another(folder: &Folder, arguments: &[&str]) -> Output {
    let own = folder.path("citymatch");
    if !own.exists() {
        // The account may not reach the folder that the command was built in.
        fs::copy(env!("CARGO_BIN_EXE_citymatch"), &own).unwrap();
    }
    let mut command = Command::new(own);
    command.args(arguments).current_dir(folder.place());
    if fs::metadata(folder.place()).unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().unwrap()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn another_account_reads_a_catalogue_or_is_told_which_file_it_may_not_read() {
    let folder = Folder::with_catalogue();
    set_mode(folder.place(), 0o755);
    let ask = || as_another(&folder, &["match", "c.cm", "--text", "lluvia"]);
    let done = ask();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let segment = fs::read_dir(folder.path("c.cm/derived")).unwrap().next().unwrap().unwrap();
    let derived = format!("c.cm/derived/{}", segment.file_name().to_str().unwrap());
    for name in ["c.cm/meta.json", "c.cm/.managed.json", "c.cm/citymatch.json", &derived, "c.cm"] {
        let path = folder.path(name);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        set_mode(&path, 0);
        let done = ask();
        set_mode(&path, mode);
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(name) && said.contains("Permission denied"), "{name}: {said}");
        assert!(!said.contains("damaged"), "{name}: {said}");
    }
    assert!(ask().status.success());
}

#[test]
fn a_catalogue_without_its_format_file_is_one() {
    let folder = Folder::with_catalogue();
    std::fs::remove_file(folder.path("c.cm").join("citymatch.json")).unwrap();
    folder.run(&["init", "c.cm"]).failed(1, &["c.cm` exists already and is a catalogue", "opened"]);
    assert!(folder.run(&["match", "c.cm", "--text", "agua"]).succeeded().out.contains("s1"));
    folder.run(&["check", "c.cm"]).succeeded();
    folder.run(&["remove", "c.cm", "s1"]).succeeded();
    assert!(folder.path("c.cm").join("citymatch.json").exists());
}

#[test]
fn a_copy_is_made_once_and_is_a_catalogue() {
    let folder = Folder::with_catalogue();
    folder.run(&["copy", "c.cm", "backup.cm"]).succeeded().says(&["copied", "`backup.cm`"]);
    let exported = |name| folder.run(&["export", name]).succeeded().out;
    assert_eq!(exported("backup.cm"), exported("c.cm"));
    assert_eq!(folder.run(&["check", "backup.cm"]).succeeded().out, "sound\n");
    folder.run(&["copy", "c.cm", "backup.cm"]).failed(1, &["backup.cm` exists already (expected"]);
    folder.run(&["copy", "none.cm", "other.cm"]).failed(1, &["none.cm` is no catalogue"]);
    assert!(!folder.path("other.cm").exists());
}

#[test]
fn what_the_next_change_puts_right_is_a_note() {
    let folder = Folder::with_catalogue();
    fs::remove_dir_all(folder.path("c.cm/derived")).unwrap();
    fs::remove_file(folder.path("c.cm/citymatch.json")).unwrap();
    folder.write("c.cm/0123456789abcdef0123456789abcdef.store", "left");
    for name in ["meta", "citymatch"] {
        folder.write(&format!("c.cm/.{name}.json.17-0.tmp"), "left");
    }
    let done = folder.run(&["check", "c.cm"]).succeeded();
    assert_eq!(done.out, "sound\n");
    done.says(&["note: 3 files are of no commit (12 bytes)", "the next change removes them"]);
    done.says(&["note: the index of segment", "each reader builds it"]);
    done.says(&["note: `citymatch.json` is missing"]);
    folder.run(&["remove", "c.cm", "s1"]).succeeded();
    let done = folder.run(&["check", "c.cm"]).succeeded();
    assert_eq!((done.out.as_str(), done.err.as_str()), ("sound\n", ""));
}

#[test]
fn a_repair_says_what_it_saved_and_what_it_could_not() {
    let folder = Folder::with_catalogue();
    let done = folder.run(&["check", "c.cm", "--repair"]).succeeded();
    assert_eq!(done.out, "sound\n");
    done.says(&["`c.cm` is sound: 4 solutions, 2 challenges"]);
    fs::remove_file(folder.path("c.cm/citymatch.json")).unwrap();
    let done = folder.run(&["check", "c.cm", "--repair"]).succeeded();
    done.says(&["note: `citymatch.json` was written again"]);
    let named = |ending: &str| {
        let entries = fs::read_dir(folder.path("c.cm")).unwrap().flatten();
        let files = entries.map(|entry| entry.path());
        files.filter(|file| file.extension().is_some_and(|e| e == ending)).collect::<Vec<_>>()
    };
    fs::remove_file(&named("idx")[0]).unwrap();
    folder.run(&["check", "c.cm"]).failed(1, &["c.cm` is damaged", "idx` is missing"]);
    let done = folder.run(&["check", "c.cm", "--repair"]).succeeded();
    done.says(&["saved 4 solutions and 2 challenges into `c-repaired.cm`"]);
    folder.run(&["check", "c-repaired.cm"]).succeeded();
    named("store").iter().skip(1).for_each(|file| fs::remove_file(file).unwrap());
    let done = folder.run(&["check", "c.cm", "--repair", "--into", "rest.cm"]);
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.out.contains("records are lost"), "{done:?}");
    done.says(&["error: `c.cm`: not all could be saved"]);
    folder.run(&["check", "rest.cm"]).succeeded();
}
