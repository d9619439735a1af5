//! Solutions that were handed in several times: their text counts once, so nothing else moves.

use std::collections::BTreeMap;

use citymatch::text::language_of;
use citymatch::{Catalogue, Challenge, Error, Language, Matcher, Search, Solution, SolutionId};
use citymatch_tests::demo;

/// The bits of each solution's score for each challenge.
type Scores = BTreeMap<(String, String), u64>;

fn challenges() -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = demo::challenges().into_iter().take(4).collect();
    // Short and undeclared: the commonest language of all solutions decides.
    challenges.push(Challenge::new("short", "agua lluvia"));
    challenges
}

fn scores(catalogue: &Catalogue) -> Result<Scores, Error> {
    let mut scores = Scores::new();
    let matcher = Matcher::new(catalogue)?;
    for challenge in challenges() {
        for found in &matcher.find(Search::new(&challenge).limit(1_000))? {
            let pair = (challenge.id.to_string(), found.id().to_string());
            scores.insert(pair, found.score().to_bits());
        }
    }
    Ok(scores)
}

/// A name, the commits of solutions, and the ids that are removed after them.
type Case<'a> = (&'a str, Vec<Vec<Solution>>, Vec<&'a str>);

/// Commits of solutions, and then of removals.
fn catalogue(commits: &[Vec<Solution>], removed: &[&str]) -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    for commit in commits {
        let mut edit = catalogue.edit()?;
        for solution in commit {
            edit.put(solution.clone())?;
        }
        edit.commit()?;
    }
    for id in removed {
        let mut edit = catalogue.edit()?;
        edit.remove(*id)?;
        edit.commit()?;
    }
    Ok(catalogue)
}

/// A solution under another id.
fn copy(of: &Solution, id: impl Into<SolutionId>) -> Solution {
    let mut copy = of.clone();
    copy.id = id.into();
    copy
}

/// So many copies of a solution, whose ids come before or after its own.
fn copies(of: &Solution, prefix: &str, count: usize) -> Vec<Solution> {
    (0..count).map(|number| copy(of, format!("{prefix}{number}"))).collect()
}

#[test]
fn copies_move_no_other_score() -> Result<(), Error> {
    let all: Vec<Solution> = demo::solutions().into_iter().step_by(3).take(40).collect();
    let is_english = |solution: &&Solution| {
        language_of(*solution).is_some_and(|(language, _)| language == Language::English)
    };
    let english = all.iter().find(is_english).expect("the demo has solutions in English");
    let (before, after) = (copies(english, "0", 60), copies(&all[3], "zz", 5));
    let ids: Vec<&str> = after.iter().map(|copy| copy.id.as_str()).collect();
    let parts = |size: usize| all.chunks(size).map(<[_]>::to_vec);
    let other_text = copy(&all[5], "zz0");
    let whole = || [all.clone()];
    let cases: Vec<Case<'_>> = vec![
        ("in_one_commit", vec![[before.clone(), all.clone(), after.clone()].concat()], vec![]),
        ("later", whole().into_iter().chain([after.clone()]).collect(), vec![]),
        ("more_than_half_of_all", whole().into_iter().chain([before.clone()]).collect(), vec![]),
        ("before", [before.clone(), after.clone()].into_iter().chain(whole()).collect(), vec![]),
        ("in_many_segments", parts(7).chain(after.chunks(1).map(<[_]>::to_vec)).collect(), vec![]),
        ("removed_again", whole().into_iter().chain([after.clone()]).collect(), ids[1..].to_vec()),
        (
            "replaced_by_copies_of_another",
            whole().into_iter().chain([after.clone(), vec![other_text]]).collect(),
            vec![],
        ),
        (
            "without_the_original",
            parts(9).chain([after.clone()]).collect(),
            vec![all[3].id.as_str()],
        ),
    ];
    let expected = scores(&catalogue(std::slice::from_ref(&all), &[])?)?;
    for (name, commits, removed) in cases {
        let found = scores(&catalogue(&commits, &removed)?)?;
        for (pair, score) in &expected {
            assert!(
                found.get(pair) == Some(score) || removed.contains(&pair.1.as_str()),
                "{name}: {pair:?} had {score:x}, and has {:x?}",
                found.get(pair)
            );
        }
        for ((challenge, id), score) in &found {
            let original = if id.starts_with("zz") { &all[3] } else { english };
            let pair = (challenge.clone(), original.id.to_string());
            let is_copy = id.starts_with("zz") || before.iter().any(|copy| copy.id.as_str() == id);
            let replaced = name == "replaced_by_copies_of_another" && id == "zz0";
            assert!(
                !is_copy || replaced || expected.get(&pair) == Some(score),
                "{name}: the copy {id} scores as its original"
            );
        }
    }
    Ok(())
}

#[test]
fn a_translation_or_another_text_is_no_copy() -> Result<(), Error> {
    let one = Solution::new("a", "Plaza central").language(Language::Spanish);
    let cases = [
        ("another_word", Solution::new("b", "Plaza mayor").language(Language::Spanish), false),
        ("another_field", Solution::new("b", "").impact("Plaza central"), false),
        ("another_language", one.clone().language(Language::Portuguese), false),
        ("other_capitals", Solution::new("b", "PLAZA central").language(Language::Spanish), true),
        ("other_themes", one.clone().themes(["parks"]), false),
        ("what_never_ranks", one.clone().city("Rosario"), true),
    ];
    let ask = Challenge::new("c", "Plaza y mercado").language(Language::Spanish);
    let score = |solutions: Vec<Solution>| -> Result<f64, Error> {
        let others = ["Mercado nuevo", "Calle larga", "Parque del río"]
            .map(|title| Solution::new(title.replace(' ', "-"), title).language(Language::Spanish));
        let catalogue = catalogue(&[[solutions, others.to_vec()].concat()], &[])?;
        Ok(Matcher::new(&catalogue)?
            .find(&ask)?
            .iter()
            .find(|found| found.id().as_str() == "a")
            .map_or(0.0, citymatch::Match::score))
    };
    let alone = score(vec![one.clone()])?;
    for (name, other, is_copy) in cases {
        let together = score(vec![one.clone(), copy(&other, "b")])?;
        assert_eq!(together.to_bits() == alone.to_bits(), is_copy, "{name}");
    }
    Ok(())
}
