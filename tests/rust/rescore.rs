//! The second stage: what it changes, and that nothing else does.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use citymatch::encoder::{EncodeError, Encoder, StaticEncoder, Vector};
use citymatch::matcher::Progress;
use citymatch::{Catalogue, Challenge, Error, ErrorKind, Matcher, Matches, Search, Solution};
use citymatch_tests::demo;

/// The built-in model by another name, which counts the texts that it is given, and sees of each the
/// longest word only: so it ranks otherwise.
#[derive(Default)]
struct LongestWord {
    texts: AtomicUsize,
}

impl Encoder for LongestWord {
    fn name(&self) -> &'static str {
        "longest word"
    }

    fn size(&self) -> usize {
        StaticEncoder::builtin().size()
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        self.texts.fetch_add(texts.len(), Ordering::Relaxed);
        let longest = |text: &&str| {
            let words = text.split_whitespace();
            words.max_by_key(|word| (word.chars().count(), *word)).unwrap_or_default().to_owned()
        };
        let words: Vec<String> = texts.iter().map(longest).collect();
        StaticEncoder::builtin().encode(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

const DEPTH: usize = 12;

fn add(catalogue: &Catalogue, solutions: &[Solution]) -> Result<(), Error> {
    let mut edit = catalogue.edit()?;
    for solution in solutions {
        edit.put(solution.clone())?;
    }
    edit.commit()
}

fn catalogue() -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    add(&catalogue, &demo::solutions())?;
    Ok(catalogue)
}

fn second(catalogue: &Catalogue, encoder: &Arc<LongestWord>) -> Result<Matcher, Error> {
    let encoder: Arc<dyn Encoder> = Arc::clone(encoder) as _;
    Matcher::builder().rescore(encoder).depth(DEPTH).build(catalogue)
}

/// Ids and scores, to the last bit.
fn shown(matches: &Matches) -> Vec<(String, u64)> {
    matches.iter().map(|found| (found.id().to_string(), found.score().to_bits())).collect()
}

fn all(matcher: &Matcher, challenges: &[Challenge]) -> Result<Vec<Vec<(String, u64)>>, Error> {
    let searches = challenges.iter().map(|challenge| Search::new(challenge).limit(20));
    Ok(matcher.find_all(searches)?.iter().map(shown).collect())
}

#[test]
fn the_best_change_places_and_the_others_stay_behind_them() -> Result<(), Error> {
    let catalogue = catalogue()?;
    let (first, second) = (Matcher::new(&catalogue)?, second(&catalogue, &Arc::default())?);
    let mut moved = 0;
    for challenge in demo::challenges() {
        let search = Search::new(&challenge).limit(40);
        let (before, after) = (first.find(search.clone())?, second.find(search)?);
        let ids = |matches: &Matches, some: std::ops::Range<usize>| -> Vec<String> {
            matches
                .iter()
                .skip(some.start)
                .take(some.len())
                .map(|own| own.id().to_string())
                .collect()
        };
        let set = |matches| ids(matches, 0..DEPTH).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(set(&before), set(&after), "{}", challenge.id);
        assert_eq!(ids(&before, DEPTH..40), ids(&after, DEPTH..40), "{}", challenge.id);
        assert!(after.iter().map(citymatch::Match::score).is_sorted_by(|a, b| a >= b));
        assert_eq!(before.answer_score(), after.answer_score(), "the verdict is the first stage's");
        moved += usize::from(ids(&before, 0..DEPTH) != ids(&after, 0..DEPTH));
    }
    assert!(moved > 10, "{moved} challenges have another order");
    Ok(())
}

#[test]
fn explanations_show_both_stages_and_add_up() -> Result<(), Error> {
    let catalogue = catalogue()?;
    let matcher = second(&catalogue, &Arc::default())?;
    let challenge = &demo::challenges()[0];
    let matches = matcher.find(Search::new(challenge).limit(DEPTH + 3))?;
    for (place, found) in matches.iter().enumerate() {
        let explanation = matcher.explain(challenge, found.id())?;
        let sum = &explanation.root.children[0];
        let stage = sum.children.iter().find(|child| child.name == "second stage");
        assert_eq!(stage.is_some(), place < DEPTH, "rank {}", found.rank());
        if place < DEPTH {
            assert!((explanation.root.value - found.score()).abs() < 1e-9, "rank {}", found.rank());
        }
        let mut nodes = vec![&explanation.root];
        while let Some(node) = nodes.pop() {
            assert!((node.recomputed() - node.value).abs() < 1e-6, "{}", node.name);
            nodes.extend(&node.children);
        }
    }
    Ok(())
}

#[test]
fn neither_preparing_nor_the_way_of_adding_changes_a_bit() -> Result<(), Error> {
    let (solutions, challenges) = (demo::solutions(), demo::challenges());
    let expected = all(&second(&catalogue()?, &Arc::default())?, &challenges)?;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("c.cm");
    let catalogue = Catalogue::create(&path)?;
    for part in solutions.rchunks(30) {
        add(&catalogue, part)?;
    }
    let encoder = Arc::new(LongestWord::default());
    assert_eq!(all(&second(&catalogue, &encoder)?, &challenges)?, expected, "in parts");
    catalogue.prepare(&*encoder, &Progress::default())?;
    let texts = encoder.texts.load(Ordering::Relaxed);
    catalogue.prepare(&*encoder, &Progress::default())?;
    assert_eq!(encoder.texts.load(Ordering::Relaxed), texts, "nothing is made twice");

    // Another process finds them in the folder: it encodes the challenges only.
    let (reopened, fresh) = (Catalogue::open(&path)?, Arc::new(LongestWord::default()));
    assert_eq!(all(&second(&reopened, &fresh)?, &challenges)?, expected, "prepared");
    let asked = fresh.texts.load(Ordering::Relaxed);
    assert!(asked < texts / 2, "{asked} texts of challenges, {texts} of all");
    assert_eq!(reopened.check()?, Vec::<String>::new());

    // A damaged file is not there, and files of segments that are gone are swept.
    let records = || {
        let files = std::fs::read_dir(path.join("derived")).expect("a folder");
        let files = files.map(|file| file.expect("a file").path());
        files
            .filter(|file| file.extension().is_some_and(|kind| kind == "records"))
            .collect::<Vec<_>>()
    };
    for file in records() {
        std::fs::write(file, b"damaged").expect("a file");
    }
    let damaged = second(&Catalogue::open(&path)?, &Arc::default())?;
    assert_eq!(all(&damaged, &challenges)?, expected, "damaged");
    let before = records().len();
    catalogue.remove(solutions.iter().map(|solution| solution.id.as_str()))?;
    add(&catalogue, &solutions[..1])?;
    assert!(records().len() < before, "{before} files before all was removed");
    Ok(())
}

#[test]
fn wrong_depths_are_refused() -> Result<(), Error> {
    let catalogue = catalogue()?;
    let encoder: Arc<dyn Encoder> = Arc::new(LongestWord::default());
    for (name, builder) in [
        ("none", Matcher::builder().rescore(Arc::clone(&encoder)).depth(0)),
        ("too_deep", Matcher::builder().rescore(encoder).depth(1_001)),
        ("nothing_to_rescore_with", Matcher::builder().depth(30)),
    ] {
        let error = builder.build(&catalogue).unwrap_err();
        let is_depth =
            matches!(error.kind(), ErrorKind::InvalidOption { name, .. } if name == "depth");
        assert!(is_depth, "{name}: {error}");
    }
    Ok(())
}

#[test]
fn preparing_can_be_stopped() -> Result<(), Error> {
    let (catalogue, progress) = (catalogue()?, Progress::default());
    progress.cancel();
    let error = catalogue.prepare(&LongestWord::default(), &progress).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cancelled), "{error}");
    Ok(())
}
