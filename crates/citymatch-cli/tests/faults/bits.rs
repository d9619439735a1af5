//! A bit that has flipped on the disk: it is found, or it changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{process, thread};

use citymatch::{Catalogue, Challenge, Error, ErrorKind, Matcher, Search, Solution};

use crate::workload::{Chance, tries};

/// What a reader sees: each record, and each score to the bit.
type Answer = (Vec<String>, Vec<(String, u64)>);

fn answer(catalogue: &Catalogue) -> Result<Answer, Error> {
    let question = Challenge::from_text("¿Cómo evitar que la lluvia inunde las calles?");
    let found = Matcher::new(catalogue)?.find(Search::new(&question).limit(1_000))?;
    let scores = found.iter().map(|one| (one.id().to_string(), one.score().to_bits())).collect();
    let records = catalogue.snapshot()?.solutions().records()?;
    let records = records.map(|one| one.map(|one| format!("{one:?}")));
    Ok((records.collect::<Result<_, Error>>()?, scores))
}

fn make(path: &Path) -> Result<Answer, Error> {
    let catalogue = Catalogue::create(path)?;
    for (commit, titles) in [
        ["Jardines de lluvia", "Techos verdes", "Baños secos"],
        ["Rain barrels", "Poços", "Huerta"],
    ]
    .iter()
    .enumerate()
    {
        let mut edit = catalogue.edit()?;
        for (number, title) in titles.iter().enumerate() {
            let text = "Retienen el agua de la lluvia en las calles y en las aceras.";
            let id = format!("s{commit}{number}");
            edit.put(Solution::new(id, *title).description(text).themes(["agua"]))?;
        }
        edit.put(Challenge::new(format!("c{commit}"), "Água para todos"))?;
        edit.commit()?;
    }
    catalogue.remove(["s01"])?;
    answer(&catalogue)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.retain(|file| fs::metadata(file).unwrap().len() > 0);
    found.sort();
    found
}

/// What became of a flipped bit.
fn verdict(path: &Path, expected: &Answer) -> Result<&'static str, String> {
    let opened = Catalogue::open(path).and_then(|catalogue| {
        let answer = answer(&catalogue);
        Ok((answer, catalogue.check()?))
    });
    let is_damage = |error: &Error| {
        matches!(
            error.kind(),
            ErrorKind::Corrupt { .. }
                | ErrorKind::Format { .. }
                | ErrorKind::Encoder { .. }
                | ErrorKind::NoCatalogue { .. }
                | ErrorKind::Engine { .. }
        )
    };
    match opened {
        Err(error) if is_damage(&error) => Ok("refused"),
        Ok((Err(error), _)) if is_damage(&error) => Ok("refused when it was read"),
        Err(error) | Ok((Err(error), _)) => Err(format!("{error:?}")),
        Ok((Ok(found), wrong)) => match (found == *expected, wrong.is_empty()) {
            (true, true) => Ok("harmless"),
            (true, false) => Ok("harmless, and found by check"),
            (false, _) => Err("another answer, presented as right".to_owned()),
        },
    }
}

/// Ends the process where one position takes longer than a minute.
fn watch(position: &'static AtomicU64) {
    thread::spawn(move || {
        let (mut last, mut since) = (0, Instant::now());
        loop {
            thread::sleep(Duration::from_secs(1));
            let now = position.load(Ordering::Relaxed);
            if now != last {
                (last, since) = (now, Instant::now());
            } else if since.elapsed() > Duration::from_secs(60) && now != u64::MAX {
                eprintln!("position {now} hangs");
                process::abort();
            }
        }
    });
}

#[test]
fn a_flipped_bit_is_found_or_changes_nothing() {
    static POSITION: AtomicU64 = AtomicU64::new(0);
    let tries = tries(300, 10_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.cm");
    let expected = make(&path).unwrap();
    assert!(expected.0.len() == 5 && expected.1.len() >= 4);
    let files = files(&path);
    let contents: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    let (mut chance, mut bad) = (Chance(7), Vec::new());
    let mut counts: BTreeMap<(String, &str), usize> = BTreeMap::new();
    watch(&POSITION);
    for number in 0..tries {
        POSITION.store(number as u64, Ordering::Relaxed);
        // Each file gets its share, and a small one is tried all over.
        let at = number % files.len();
        let (file, good) = (&files[at], &contents[at]);
        let (byte, bit) = (chance.below(good.len()), chance.below(8));
        let mut bytes = good.clone();
        bytes[byte] ^= 1 << bit;
        fs::remove_file(file).and_then(|()| fs::write(file, &bytes)).unwrap();
        let found = catch_unwind(AssertUnwindSafe(|| verdict(&path, &expected)))
            .unwrap_or_else(|_| Err("a panic".to_owned()));
        fs::remove_file(file).and_then(|()| fs::write(file, good)).unwrap();
        let kind = file.extension().unwrap_or(file.file_name().unwrap());
        let kind = kind.to_string_lossy().into_owned();
        match found {
            Ok(verdict) => *counts.entry((kind, verdict)).or_default() += 1,
            Err(wrong) => {
                bad.push(format!("{}, bit {bit} of byte {byte}: {wrong}", file.display()));
            }
        }
    }
    POSITION.store(u64::MAX, Ordering::Relaxed);
    for ((kind, verdict), count) in counts {
        println!("{count:6} {kind}: {verdict}");
    }
    assert!(bad.is_empty(), "{} of {tries}:\n{}", bad.len(), bad.join("\n"));
    assert_eq!(verdict(&path, &expected), Ok("harmless"));
}
