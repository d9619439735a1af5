//! The README's shell session, as it is typed.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::support::Folder;

/// The lines of a block under a heading, by its place from 0.
fn block(readme: &str, heading: &str, place: usize) -> String {
    let section = readme.split(heading).nth(1).expect("the README has the heading");
    section
        .split("```sh\n")
        .nth(place + 1)
        .and_then(|rest| rest.split("```").next())
        .expect("a block follows it")
        .to_owned()
}

const README: &str = include_str!("../../../../README.md");

/// Runs each line of a session, with the command on the path.
fn run(folder: &Folder, session: &str) {
    assert!(session.lines().count() >= 5, "{session}");
    let program = Path::new(env!("CARGO_BIN_EXE_citymatch"));
    let mut path = OsString::from(program.parent().expect("a program lies in a folder"));
    path.push(":");
    path.push(env::var_os("PATH").unwrap_or_default());
    for line in session.lines() {
        let done = Command::new("sh")
            .args(["-ec", line])
            .current_dir(folder.place())
            .env("PATH", &path)
            .output()
            .expect("a shell");
        assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn the_session_runs_as_typed() {
    let folder = Folder::new();
    folder
        .write("soluciones.csv", "código;título;descripción\ns1;Jardines de lluvia;Retienen el agua en las calles.\ns2;;\n")
        .write("retos.jsonl", "{\"id\": \"c1\", \"question\": \"¿Cómo evitar que se inunden las calles?\"}\n");
    run(&folder, &block(README, "## In a shell", 0));
    assert!(
        folder.read("rejects.csv").contains("s2"),
        "the row without a text is kept for mending"
    );
    assert!(folder.read("run.trec").starts_with("c1 Q0 s1 1 0."));
}

#[test]
fn the_session_with_the_demo_runs_as_typed() {
    let folder = Folder::new();
    folder.run(&["demo"]).succeeded();
    run(&folder, &block(README, "## In a shell", 1));
    assert!(folder.read("who.csv").lines().count() > 20);
}
