//! Segments of every size around the steps in which records are worked on: 64 passed over at once,
//! 128 in an engine's block, 1,024 and 8,192 summed up together, 65,536 in a list.

use std::fs;

use citymatch::{
    Catalogue, Challenge, Error, Language, Matcher, Run, Search, Signal, Solution, Weights,
};
use citymatch_tests::chance::Chance;
use citymatch_tests::twin::{Counts, Mix, Twin};
use tempfile::tempdir;

const SIZES: [usize; 9] = [1, 63, 127, 128, 129, 1_025, 8_191, 8_193, 70_000];
/// Some that many records have, and more that few have.
const WORDS: [&str; 12] = [
    "agua", "lluvia", "calle", "barrio", "residuo", "energía", "jardín", "puente", "escuela",
    "mercado", "huerta", "bosque",
];

/// Records of a few words; the later ones say things that the earlier ones do not, so that every
/// part of a segment has the best of some ask.
fn solutions(count: usize) -> Vec<Solution> {
    let mut chance = Chance::new(3);
    let solution = |number: usize| {
        let mut word = || WORDS[chance.number(WORDS.len())];
        let text = format!("{} {} {} lugar{}.", word(), word(), word(), number / 1_000);
        // One to three sentences, so that blocks of records are not blocks of sentences.
        let more = (0..number % 3).map(|_| format!(" Un {} cerca del {}.", word(), word()));
        Solution::new(format!("s{number}"), more.fold(text, |text, more| text + &more))
            .language(Language::Spanish)
    };
    (0..count).map(solution).collect()
}

fn challenges(count: usize) -> Vec<Challenge> {
    let last = count.saturating_sub(1) / 1_000;
    let text = |number: usize| {
        format!(
            "¿Cómo cuidar el agua y la lluvia del barrio en el lugar{number}? Un jardín y una huerta para la escuela."
        )
    };
    [0, last / 2, last]
        .map(|number| {
            Challenge::new(format!("c{number}"), text(number)).language(Language::Spanish)
        })
        .into()
}

fn filled(
    catalogue: Catalogue,
    solutions: &[Solution],
    commits: usize,
) -> Result<Catalogue, Error> {
    for part in solutions.chunks(solutions.len().div_ceil(commits)) {
        let mut edit = catalogue.edit()?;
        for solution in part {
            edit.put(solution.clone())?;
        }
        edit.commit()?;
    }
    Ok(catalogue)
}

fn run(matcher: &Matcher, challenges: &[Challenge]) -> Result<Run, Error> {
    matcher.find_all(challenges.iter().map(|challenge| Search::new(challenge).limit(150)))
}

#[test]
fn a_segment_of_any_size_gives_what_the_definition_says() -> Result<(), Error> {
    for size in SIZES {
        let (solutions, challenges) = (solutions(size), challenges(size));
        let twin = Twin::new(&solutions, Counts::Capped);
        let catalogue = filled(Catalogue::in_memory()?, &solutions, 1)?;
        let words = Matcher::builder()
            .weights(Weights::new([(Signal::Words, 1.0.into())])?)
            .build(&catalogue)?;
        for (challenge, found) in challenges.iter().zip(&run(&words, &challenges)?) {
            let expected = twin.rank(challenge, Mix::Words);
            assert_eq!(found.len(), size.min(150), "{size}");
            for (found, score) in found.iter().zip(expected.iter().map(|own| own.score)) {
                assert!(
                    (found.score() - score).abs() < 1e-5,
                    "{size}: {found:?} has {score} by the definition"
                );
            }
        }
        // The definition's sums are of f64, and near ties may change places: the order is judged by
        // another cut of the same records.
        let all = run(&Matcher::new(&catalogue)?, &challenges)?;
        let apart = filled(Catalogue::in_memory()?, &solutions, 3)?;
        assert_eq!(run(&Matcher::new(&apart)?, &challenges)?, all, "{size}");
    }
    Ok(())
}

#[test]
fn more_records_than_a_list_numbers_lie_in_one_segment() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let (solutions, challenges) = (solutions(70_000), challenges(70_000));
    let catalogue = filled(Catalogue::create(&path)?, &solutions, 1)?;
    let entries = fs::read_dir(path.join("derived")).expect("the folder of derived data");
    let terms = entries.filter(|entry| {
        entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|of| of == "terms"))
    });
    assert_eq!(terms.count(), 1, "one commit makes one segment");
    let best = run(&Matcher::new(&Catalogue::open(&path)?)?, &challenges)?;
    assert_eq!(run(&Matcher::new(&catalogue)?, &challenges)?, best);
    let last =
        best[2][0].id().as_str().trim_start_matches('s').parse::<usize>().expect("its number");
    assert!(last >= 69_000, "the last list has the best of the last ask: {last}");
    assert_eq!(catalogue.check()?, [] as [&str; 0]);
    Ok(())
}
