//! What is derived from records: kept in files, made again where they are missing or damaged, never
//! a wrong answer.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use citymatch::{
    Catalogue, Challenge, Error, ErrorKind, Language, Matcher, Run, Search, Signal, Solution,
    Weights,
    encoder::{Calibration, EncodeError, Encoder, StaticEncoder, Vector, vectors},
    ingest::PutOutcome,
};
use citymatch_tests::{demo, twin};
use tempfile::tempdir;

fn add(catalogue: &Catalogue, solutions: &[Solution]) -> Result<(), Error> {
    let mut edit = catalogue.edit()?;
    for solution in solutions {
        edit.put(solution.clone())?;
    }
    edit.commit()
}

fn run(catalogue: &Catalogue) -> Result<Run, Error> {
    let challenges = demo::challenges();
    Matcher::new(catalogue)?
        .find_all(challenges.iter().map(|challenge| Search::new(challenge).limit(200)))
}

fn files(catalogue: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(catalogue.join("derived")).expect("the folder of derived data");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn damaged_files_are_made_again() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    add(&Catalogue::create(&path)?, &demo::solutions())?;
    let expected = run(&Catalogue::open(&path)?)?;
    let files = files(&path);
    assert_eq!(files.len(), 2, "one segment has its terms and its vectors: {files:?}");
    for file in &files {
        let whole = fs::read(file).expect("the file");
        let flipped = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            bytes
        };
        let cases = [
            ("truncated", whole[..whole.len() / 2].to_vec()),
            ("empty", Vec::new()),
            ("flipped_at_the_start", flipped(3)),
            ("flipped_in_the_checksum", flipped(9)),
            ("flipped_in_the_middle", flipped(whole.len() / 2)),
            ("flipped_at_the_end", flipped(whole.len() - 1)),
            ("longer", [&whole[..], b"more"].concat()),
        ];
        for (name, bytes) in cases {
            fs::write(file, bytes).expect("the file is ours");
            assert_eq!(run(&Catalogue::open(&path)?)?, expected, "{name}");
        }
        fs::remove_file(file).expect("the file is ours");
        assert_eq!(run(&Catalogue::open(&path)?)?, expected, "deleted");
        fs::write(file, whole).expect("the file is ours");
    }
    // The next commit keeps what is missing, and what is damaged.
    let whole = files.iter().map(|file| fs::read(file).expect("the file")).collect::<Vec<_>>();
    for file in &files {
        let mut bytes = fs::read(file).expect("the file");
        bytes[100] ^= 1;
        fs::write(file, bytes).expect("the file is ours");
    }
    add(&Catalogue::open(&path)?, &[Solution::new("more", "Rain gardens")])?;
    for (file, whole) in files.iter().zip(whole) {
        assert!(fs::read(file).expect("the file") == whole, "{} is mended", file.display());
    }
    Ok(())
}

#[test]
fn files_come_and_go_with_segments() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    let solutions = demo::solutions();
    for (i, solution) in solutions.iter().enumerate() {
        // Half of them go in wrong first, so that there are dead records whose forms must not
        // count.
        if i % 2 == 0 {
            add(
                &catalogue,
                &[Solution::new(solution.id.clone(), "inundaciones alagamentos floods residuos")],
            )?;
        }
        add(&catalogue, std::slice::from_ref(solution))?;
    }
    assert!(
        files(&path).len() < 60,
        "{} files for {} commits",
        files(&path).len(),
        solutions.len()
    );
    let reference = Catalogue::in_memory()?;
    add(&reference, &solutions)?;
    assert_eq!(run(&catalogue)?, run(&reference)?);
    assert_eq!(run(&Catalogue::open(&path)?)?, run(&reference)?);
    Ok(())
}

/// The built-in encoder, which counts the texts that it is given.
struct Counting(StaticEncoder, AtomicUsize);

impl Encoder for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        self.1.fetch_add(texts.len(), Ordering::Relaxed);
        self.0.encode(texts)
    }
}

fn counting() -> Arc<Counting> {
    Arc::new(Counting(StaticEncoder::builtin(), AtomicUsize::new(0)))
}

#[test]
fn merges_copy_what_was_derived_byte_for_byte() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let encoder = counting();
    let catalogue = Catalogue::builder().encoder(encoder.clone()).create(&path)?;
    let (mut apart, mut catalogues, mut merges, mut segments) = (0, 0, 0, 0);
    for (i, solution) in demo::solutions().iter().enumerate() {
        let mut edit = catalogue.edit()?;
        // A challenge in between, a wrong version that is put right in the next commit, and one
        // that goes.
        let wrong = Solution::new(format!("wrong {i}"), "Inundaciones, alagamentos y residuos")
            .description("Con agua. Sin agua y sin nada más.");
        let right = Solution::new(format!("wrong {}", i / 2), "Desagües y cunetas")
            .description(format!("Número {i}."));
        edit.put(Challenge::new(format!("challenge {i}"), "¿Cómo?"))?;
        for solution in [solution, &wrong, &right] {
            if edit.put(solution.clone())? == PutOutcome::Replaced {
                edit.remove(format!("challenge {}", i / 2))?;
            }
        }
        edit.commit()?;
        let alone = counting();
        let other = Catalogue::builder().encoder(alone.clone()).in_memory()?;
        let mut edit = other.edit()?;
        edit.put(Challenge::new(format!("challenge {i}"), "¿Cómo?"))?;
        for solution in [solution.clone(), wrong, right] {
            if edit.put(solution)? == PutOutcome::Replaced {
                edit.remove(format!("challenge {i}"))?;
            }
        }
        edit.commit()?;
        apart += alone.1.load(Ordering::Relaxed);
        catalogues += 1;
        let now = files(&path).len() / 2;
        merges += usize::from(now < segments + 1);
        segments = now;
    }
    assert!(merges > 10, "{merges} merges");
    // Each catalogue encodes the subjects once.
    let of_subjects = twin::subject_texts();
    assert_eq!(
        encoder.1.load(Ordering::Relaxed) - of_subjects,
        apart - catalogues * of_subjects,
        "each text was encoded once, when it came"
    );
    let copied: Vec<(PathBuf, Vec<u8>)> = files(&path)
        .into_iter()
        .map(|file| (file.clone(), fs::read(file).expect("the file")))
        .collect();
    for (file, _) in &copied {
        fs::remove_file(file).expect("the file is ours");
    }
    // The next commit makes them from the records.
    add(
        &Catalogue::builder().encoder(counting()).open(&path)?,
        &[Solution::new("more", "Rain gardens")],
    )?;
    let made =
        |(file, copied): &&(PathBuf, Vec<u8>)| fs::read(file).is_ok_and(|made| made == *copied);
    assert_eq!(copied.iter().filter(made).count(), copied.len());
    Ok(())
}

/// Each text as how often it has each vowel.
struct Vowels(Calibration);

fn vowels() -> Arc<Vowels> {
    Arc::new(Vowels(Calibration::default()))
}

impl Encoder for Vowels {
    fn name(&self) -> &'static str {
        "vowels"
    }

    fn size(&self) -> usize {
        5
    }

    fn calibration(&self) -> &Calibration {
        &self.0
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        let count = |text: &str, vowel| {
            f32::from(u16::try_from(text.matches(vowel).count()).unwrap_or(u16::MAX))
        };
        vectors(
            texts
                .iter()
                .map(|text| ['a', 'e', 'i', 'o', 'u'].map(|vowel| count(text, vowel)).to_vec()),
            texts.len(),
            5,
        )
    }
}

#[test]
fn a_commit_without_the_encoder_keeps_its_vectors() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    add(&Catalogue::builder().encoder(counting()).create(&path)?, &demo::solutions())?;
    // The built-in encoder is another one: this is opened without.
    let more = Solution::new("more", "Rain gardens");
    add(&Catalogue::open(&path)?, std::slice::from_ref(&more))?;
    assert_eq!(files(&path).len(), 3, "the new segment has no vectors");
    let encoder = counting();
    add(&Catalogue::builder().encoder(encoder.clone()).open(&path)?, &[])?;
    let matcher = Matcher::new(&Catalogue::builder().encoder(encoder.clone()).open(&path)?)?;
    let challenge = Challenge::new("c1", "rain").language(Language::English);
    matcher.find(&challenge)?;
    let alone = counting();
    let catalogue = Catalogue::builder().encoder(alone.clone()).in_memory()?;
    add(&catalogue, &[more])?;
    Matcher::new(&catalogue)?.find(&challenge)?;
    assert_eq!(
        encoder.1.load(Ordering::Relaxed),
        alone.1.load(Ordering::Relaxed),
        "only what was new is encoded"
    );
    Ok(())
}

/// An encoder that says when it is asked, and waits until it may answer.
struct Waiting {
    asked: Mutex<Sender<()>>,
    may: Mutex<Receiver<()>>,
}

impl Encoder for Waiting {
    fn name(&self) -> &'static str {
        "waiting"
    }

    fn size(&self) -> usize {
        StaticEncoder::builtin().size()
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        self.asked.lock().expect("a lock").send(()).expect("someone listens");
        self.may.lock().expect("a lock").recv().expect("someone says when");
        StaticEncoder::builtin().encode(texts)
    }
}

#[test]
fn nobody_waits_for_a_commit_and_nobody_sees_half_of_it() -> Result<(), Error> {
    let ((asked, is_asked), (allow, may)) = (channel(), channel());
    let catalogue = Catalogue::builder()
        .encoder(Arc::new(Waiting { asked: Mutex::new(asked), may: Mutex::new(may) }))
        .in_memory()?;
    let mut edit = catalogue.edit()?;
    // Put twice, it is encoded after the engine's commit, when its terms and vectors are the last
    // that is missing.
    edit.put(Solution::new("s1", "Rain"))?;
    edit.put(Solution::new("s1", "Rain gardens"))?;
    std::thread::scope(|scope| {
        let commit = scope.spawn(move || edit.commit());
        is_asked.recv().expect("the writer encodes");
        assert_eq!(catalogue.snapshot()?.solutions().len(), 0, "it is not done");
        while !commit.is_finished() {
            let _ = allow.send(());
            std::thread::yield_now();
        }
        commit.join().expect("no panic")?;
        assert_eq!(catalogue.snapshot()?.solutions().len(), 1);
        Ok(())
    })
}

#[test]
fn a_catalogue_remembers_its_encoder() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    add(&Catalogue::builder().encoder(vowels()).create(&path)?, &demo::solutions())?;
    let challenges = demo::challenges();
    let own = Matcher::new(&Catalogue::builder().encoder(vowels()).open(&path)?)?
        .find_all(&challenges)?;

    let error = Catalogue::builder()
        .encoder(Arc::new(citymatch::encoder::StaticEncoder::builtin()))
        .open(&path)
        .expect_err("another encoder");
    assert!(matches!(error.kind(), ErrorKind::Encoder { .. }), "{error}");
    assert!(
        error.to_string().contains("`vowels` of 5 values")
            && error.to_string().contains("citymatch-static"),
        "{error}"
    );

    // Without its encoder it serves records and words.
    let without = Catalogue::open(&path)?;
    let meaning = Weights::new([(Signal::Meaning, 1.0.into())])?;
    let error =
        Matcher::builder().weights(meaning).build(&without).expect_err("a weight without effect");
    assert!(error.to_string().starts_with("`weights.meaning` cannot be"), "{error}");
    assert_eq!(without.snapshot()?.solutions().len(), demo::solutions().len());
    let alone = Weights::new([(Signal::Words, 1.0.into())])?;
    let words = Matcher::builder().weights(alone).build(&without)?.find_all(&challenges)?;
    let found = Matcher::new(&without)?.find_all(&challenges)?;
    assert_eq!(found, words);
    assert!(found.iter().all(|matches| matches.answered().is_none()));
    assert_ne!(found, own);
    Ok(())
}

#[test]
fn a_languages_mean_is_taken_off() -> Result<(), Error> {
    let solutions: Vec<Solution> = demo::solutions()
        .into_iter()
        .filter(|solution| solution.language == Some(Language::Spanish))
        .collect();
    let scores = |means: &[(&str, Vec<f32>)]| -> Result<Vec<f64>, Error> {
        let means =
            means.iter().map(|(language, mean)| ((*language).to_owned(), mean.clone())).collect();
        let encoder = Arc::new(Vowels(Calibration { means, ..Calibration::default() }));
        let catalogue = Catalogue::builder().encoder(encoder).in_memory()?;
        add(&catalogue, &solutions)?;
        let meaning = Weights::new([(Signal::Meaning, 1.0.into())])?;
        let found =
            Matcher::builder().weights(meaning).build(&catalogue)?.find(&demo::challenges()[0])?;
        Ok(found.iter().map(citymatch::Match::score).collect())
    };
    let (none, spanish, portuguese) = (
        scores(&[])?,
        scores(&[("es", vec![0.5, 0.4, 0.2, 0.4, 0.1])])?,
        scores(&[("pt", vec![0.5; 5])])?,
    );
    assert_ne!(none, spanish, "vectors that all point one way are told apart without it");
    assert_eq!(none, portuguese, "no text here is Portuguese");
    Ok(())
}

#[test]
fn the_dead_leave_no_trace_in_the_dictionary() -> Result<(), Error> {
    let solutions = demo::solutions();
    let (with_dead, without) = (Catalogue::in_memory()?, Catalogue::in_memory()?);
    // Forms that would become the commonest of their terms, and terms that nobody else has: near in
    // meaning to what is asked.
    let forms = "recicladores recicladora comunitarias energéticos hídrica ".repeat(40);
    let dead = [
        "Inundadiza anegable encharcadiza",
        "Residuales basurales vertederos escombreras",
        "Pluviosidad aguaceros chaparrones",
    ];
    let dead = dead
        .iter()
        .zip(0..)
        .map(|(title, i)| Solution::new(format!("dead {i}"), *title).description(forms.clone()));
    let all: Vec<Solution> = solutions.iter().cloned().chain(dead).collect();
    add(&with_dead, &all)?;
    add(&without, &solutions)?;
    assert_ne!(run(&with_dead)?, run(&without)?);
    assert_eq!(with_dead.remove(["dead 0", "dead 1", "dead 2"])?, 3);
    assert_eq!(run(&with_dead)?, run(&without)?);
    Ok(())
}
