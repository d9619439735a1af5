//! Calls: read as challenges, looked over, and matched.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value as Json;

use crate::support::Folder;

const CALL: &str = "\
# Reto Agua de Lluvia

La Alcaldía de Cali, Colombia, invita a presentar soluciones.

## El reto
Cada aguacero inunda las aceras. ¿Cómo retener el agua de lluvia en cada acera?

## Quién puede participar
Podrán participar empresas y universidades. Las propuestas se presentan en español.

## Premio
Cada una de las tres propuestas ganadoras recibirá 50 millones de pesos.

## Cronograma
- Apertura: 3 de marzo de 2026
- Cierre de inscripciones: 30 de abril
";

#[test]
fn a_call_is_read_looked_over_and_matched() {
    let folder = Folder::with_catalogue();
    folder.write("bases.md", CALL);
    let read = folder.run(&["read-call", "bases.md"]).succeeded().out;
    let challenge: Json = serde_json::from_str(&read).unwrap();
    for (field, expected) in [
        ("id", r#""bases""#),
        ("title", r#""Reto Agua de Lluvia""#),
        ("question", r#""¿Cómo retener el agua de lluvia en cada acera?""#),
        ("problem", r#""Cada aguacero inunda las aceras.""#),
        ("country", r#""CO""#),
        ("city", r#""Cali""#),
        ("language", r#""es""#),
        ("winners", "3"),
        ("deadline", r#""2026-04-30""#),
        ("prize", r#"{"amount":50000000,"currency":"COP"}"#),
        ("eligibility", "null"),
    ] {
        assert_eq!(challenge[field].to_string(), expected, "{field}");
    }
    let call = &challenge["call"];
    assert_eq!(call["sentences"]["deadline"][0], "Cierre de inscripciones: 30 de abril");
    assert_eq!(
        call["suggestions"]["eligibility"].to_string(),
        r#"{"languages":["es"],"organisation_types":["company","university"]}"#
    );
    let frame = call["frame"].to_string();
    assert!(frame.contains("Cada una de las tres propuestas"), "{frame}");

    // A person corrects what was read, and gives it back.
    folder.write("looked_over.json", read.replace("\"bases\"", "\"calles\""));
    let matched = folder.run(&["match", "c.cm", "--challenges", "looked_over.json"]).succeeded();
    assert!(matched.out.starts_with("calles  Reto Agua de Lluvia\n"), "{}", matched.out);
    let direct = folder.run(&["match", "c.cm", "--file", "bases.md"]).succeeded().out;
    assert_eq!(direct.replacen("bases", "calles", 1), matched.out);
    let explained = folder.run(&["explain", "c.cm", "--file", "bases.md", "s1"]).succeeded().out;
    assert!(explained.contains("Jardines de lluvia"), "{explained}");
}

#[test]
fn standard_input_is_a_text_or_a_call() {
    let folder = Folder::with_catalogue();
    let run = |arguments: &[&str], input: &[u8]| {
        let mut command = folder.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, out, err) = run(&["match", "c.cm", "--text", "-"], "agua de lluvia".as_bytes());
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(out, folder.run(&["match", "c.cm", "--text", "agua de lluvia"]).succeeded().out);
    let (code, _, err) = run(&["match", "c.cm", "--text", "-"], b" \n");
    assert_eq!((code, err.contains("standard input has no text")), (Some(2), true), "{err}");

    let (code, out, err) = run(&["read-call", "-"], CALL.replace("# ", "").as_bytes());
    assert_eq!(code, Some(0), "{err}");
    let challenge: Json = serde_json::from_str(&out).unwrap();
    assert_eq!(challenge["question"], "¿Cómo retener el agua de lluvia en cada acera?");
}

#[test]
fn what_is_unclear_is_said() {
    let folder = Folder::new();
    folder
        .write("c.md", "# Calles\n\nLas calles se inundan.\n\nInscripciones: hasta el 30 de abril");
    let done = folder.run(&["read-call", "c.md", "--out", "c.json"]).succeeded();
    done.says(&["`c.md`: ", "`deadline` is empty, because the year"]);
    done.says(&["1 challenge: `c.json`"]);
    assert!(folder.read("c.json").contains("Las calles se inundan."));
    for (name, file, content, message) in [
        ("old_word", "c.doc", &b"\xD0\xCF\x11\xE0"[..], "saved as .docx or .pdf"),
        ("unknown", "c.xyz", b"x", "one that ends in `.txt`"),
        ("empty", "c.txt", b"", "a text"),
        ("mark_alone", "m.txt", b"\xEF\xBB\xBF", "a text"),
        ("not_text", "z.md", b"PK\x03\x04", "a text file"),
    ] {
        folder.write(file, content);
        let done = folder.run(&["read-call", file]);
        assert_eq!(done.code, Some(1), "{name}");
        assert!(done.err.contains(message) && done.err.contains(file), "{name}: {}", done.err);
    }
}
