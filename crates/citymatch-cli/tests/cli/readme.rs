//! The README's shell session, as it is typed.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::support::Folder;

/// The lines of the first block under a heading.
fn block(readme: &str, heading: &str) -> String {
    let section = readme.split(heading).nth(1).expect("the README has the heading");
    section
        .split("```sh\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("a block follows it")
        .to_owned()
}

#[test]
fn the_session_runs_as_typed() {
    let folder = Folder::new();
    folder
        .write("soluciones.csv", "código;título;descripción\ns1;Jardines de lluvia;Retienen el agua en las calles.\ns2;;\n")
        .write("retos.jsonl", "{\"id\": \"c1\", \"question\": \"¿Cómo evitar que se inunden las calles?\"}\n");
    let program = Path::new(env!("CARGO_BIN_EXE_citymatch"));
    let mut path = OsString::from(program.parent().expect("a program lies in a folder"));
    path.push(":");
    path.push(env::var_os("PATH").unwrap_or_default());
    let session = block(include_str!("../../../../README.md"), "## In a shell");
    assert!(session.lines().count() >= 5, "{session}");
    for line in session.lines() {
        let done = Command::new("sh")
            .args(["-ec", line])
            .current_dir(folder.place())
            .env("PATH", &path)
            .output()
            .expect("a shell");
        assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
    }
    assert!(
        folder.read("rejects.csv").contains("s2"),
        "the row without a text is kept for mending"
    );
    assert!(folder.read("run.trec").starts_with("c1 Q0 s1 1 0."));
}
