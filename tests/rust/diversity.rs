//! Spread among the best, and what it costs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use citymatch::encoder::{Encoder, StaticEncoder, Vector};
use citymatch::record::normalise_key;
use citymatch::{
    Catalogue, Challenge, DisplacedBy, Diversity, Error, ErrorKind, Match, Matcher, Matches,
    Search, Solution, WhyNot,
};
use citymatch_tests::demo;

fn catalogue(solutions: &[Solution], parts: usize) -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    for part in solutions.chunks(solutions.len().div_ceil(parts)) {
        let mut edit = catalogue.edit()?;
        for solution in part {
            edit.put(solution.clone())?;
        }
        edit.commit()?;
    }
    Ok(catalogue)
}

fn shown(matches: &Matches) -> Vec<(usize, String, u64)> {
    let one = |own: &Match| (own.rank(), own.id().to_string(), own.score().to_bits());
    matches.iter().map(one).collect()
}

#[test]
fn without_an_amount_and_caps_nothing_changes() -> Result<(), Error> {
    let catalogue = catalogue(&demo::solutions(), 1)?;
    let plain = Matcher::new(&catalogue)?;
    let none = Matcher::builder().diversity(Diversity::new(0.0)).build(&catalogue)?;
    for challenge in &demo::challenges() {
        let (plain, none) = (plain.find(challenge)?, none.find(challenge)?);
        assert_eq!(shown(&none), shown(&plain));
        assert_eq!(
            (none.answered(), none.answer_score()),
            (plain.answered(), plain.answer_score())
        );
        assert!(plain.spread().is_none());
        let spread = none.spread().expect("it has one");
        assert!(spread.displaced.is_empty() && spread.kept.to_bits() == 1.0_f64.to_bits());
        assert_eq!(spread.distance.to_bits(), spread.distance_of_best.to_bits());
    }
    Ok(())
}

/// Cosines of whole texts, as the documentation says that they are compared.
fn cosines(solutions: &[Solution]) -> BTreeMap<(String, String), f64> {
    let encoder = StaticEncoder::builtin();
    let text = |solution: &Solution| {
        let sentences = citymatch::text::matched_sentences(solution);
        let words: Vec<String> = sentences.into_iter().map(|own| own.words).collect();
        words.join("\n")
    };
    let texts: Vec<String> = solutions.iter().map(text).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = encoder.encode(&texts).expect("the built-in encoder reads any text");
    let vectors: Vec<_> = vectors.iter().map(Vector::quantise).collect();
    let mut cosines = BTreeMap::new();
    for (one, a) in solutions.iter().zip(&vectors) {
        for (other, b) in solutions.iter().zip(&vectors) {
            cosines.insert((one.id.to_string(), other.id.to_string()), a.cosine(b));
        }
    }
    cosines
}

/// The judge: each step is taken by the sum that it leads to, computed anew.
#[test]
fn each_choice_adds_most_to_the_sum() -> Result<(), Error> {
    let solutions = demo::solutions();
    let catalogue = catalogue(&solutions, 1)?;
    let (plain, cosines) = (Matcher::new(&catalogue)?, cosines(&solutions));
    let distance = |a: &str, b: &str| 1.0 - cosines[&(a.to_owned(), b.to_owned())];
    for amount in [0.02, 0.1, 0.5, 1.0] {
        let spread = Matcher::builder().diversity(Diversity::new(amount)).build(&catalogue)?;
        for challenge in demo::challenges().iter().step_by(4) {
            let pool = plain.find(Search::new(challenge).limit(50))?;
            let sum = |chosen: &[&Match]| {
                let scores: f64 = chosen.iter().map(|own| own.score()).sum();
                let mut distances = 0.0;
                for (at, one) in chosen.iter().enumerate() {
                    for other in &chosen[at + 1..] {
                        distances += distance(one.id().as_str(), other.id().as_str());
                    }
                }
                (1.0 - amount) * scores + amount * distances
            };
            let mut chosen: Vec<&Match> = Vec::new();
            while chosen.len() < 6 {
                let with = |own: &Match| {
                    let found =
                        pool.iter().find(|other| other.id() == own.id()).expect("in the pool");
                    sum(&[&chosen[..], &[found]].concat())
                };
                let open = pool.iter().filter(|own| !chosen.contains(own));
                let best = open.rev().max_by(|a, b| with(a).total_cmp(&with(b)));
                chosen.extend(best);
            }
            let expected: Vec<&str> = chosen.iter().map(|own| own.id().as_str()).collect();
            let found = spread.find(Search::new(challenge).limit(6))?;
            let ids: Vec<&str> = found.iter().map(|own| own.id().as_str()).collect();
            assert_eq!(ids, expected, "{amount} {}", challenge.id);

            let price = found.spread().expect("it has one");
            let best: f64 = pool.iter().take(6).map(Match::score).sum();
            let kept: f64 = found.iter().map(Match::score).sum();
            assert!((price.kept - kept / best).abs() < 1e-12);
            let mut distances = Vec::new();
            for (at, one) in ids.iter().enumerate() {
                distances.extend(ids[at + 1..].iter().map(|other| distance(one, other)));
            }
            let mean = distances.iter().sum::<f64>() / 15.0;
            assert!((price.distance - mean).abs() < 1e-12);
            assert_eq!(distances.len(), 15);
        }
    }
    Ok(())
}

#[test]
fn caps_hold_and_every_displaced_solution_has_a_reason() -> Result<(), Error> {
    let mut solutions = demo::solutions();
    for solution in solutions.iter_mut().step_by(5) {
        "Municipio".clone_into(&mut solution.organisation);
        solution.country = None;
    }
    let catalogue = catalogue(&solutions, 3)?;
    let capped = Diversity::new(0.05).per_organisation(1).per_country(2).per_theme(2);
    let matcher = Matcher::builder().diversity(capped).build(&catalogue)?;
    let (mut caps, mut likeness) = (BTreeSet::new(), 0);
    for challenge in &demo::challenges() {
        let matches = matcher.find(challenge)?;
        let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for found in &matches {
            let solution = found.solution()?;
            let mut count = |of, value: String| *counts.entry((of, value)).or_default() += 1;
            count("organisation", normalise_key(&solution.organisation));
            let country = solution.country.map(|own| normalise_key(&own.to_string()));
            count("country", country.unwrap_or_default());
            let themes = solution.themes.iter().map(|theme| normalise_key(theme));
            themes.collect::<BTreeSet<_>>().into_iter().for_each(|theme| count("theme", theme));
        }
        counts.retain(|(_, value), _| !value.is_empty());
        for ((of, value), count) in &counts {
            let limit = if *of == "organisation" { 1 } else { 2 };
            assert!(*count <= limit, "{of} {value}");
        }
        let best = Matcher::new(&catalogue)?.find(challenge)?;
        let spread = matches.spread().expect("it has one");
        assert!((0.0..=1.0).contains(&spread.kept));
        for displaced in &spread.displaced {
            let id = &displaced.solution_id;
            assert_eq!(best[displaced.rank - 1].id(), id);
            let why = matcher.why_not(challenge, id)?;
            assert!(matches!(why, WhyNot::Displaced { .. }), "{why}");
            assert!(why.to_string().starts_with("it is displaced for spread: rank "), "{why}");
            match &displaced.reason {
                DisplacedBy::Cap { of, value, limit } => {
                    assert_eq!(counts[&(*of, normalise_key(value))], *limit, "{of} {value}");
                    caps.insert(*of);
                }
                DisplacedBy::Likeness { solution_id, .. } => {
                    assert!(matches.iter().any(|own| own.id() == solution_id));
                    likeness += 1;
                }
                other => panic!("{other}"),
            }
        }
        assert_eq!(best.len().min(matches.len()), matches.len());
    }
    assert_eq!(caps.len(), 3, "every cap displaces something: {caps:?}");
    assert!(likeness > 0);
    Ok(())
}

#[test]
fn segments_order_threads_and_batches_change_nothing() -> Result<(), Error> {
    let (mut solutions, challenges) = (demo::solutions(), demo::challenges());
    let builder = || Matcher::builder().diversity(Diversity::new(0.1).per_country(3));
    let one = builder().threads(1).build(&catalogue(&solutions, 1)?)?;
    solutions.reverse();
    let several = builder().threads(3).build(&catalogue(&solutions, 4)?)?;
    let run = several.find_all(&challenges)?;
    for (challenge, matches) in challenges.iter().zip(&run) {
        let alone = one.find(challenge)?;
        assert_eq!(shown(matches), shown(&alone));
        assert_eq!(matches.spread(), alone.spread());
    }
    Ok(())
}

#[test]
fn wrong_amounts_and_caps_are_named() -> Result<(), Error> {
    let catalogue = catalogue(&demo::solutions()[..3], 1)?;
    for (name, diversity) in [
        ("diversity", Diversity::new(-0.1)),
        ("diversity", Diversity::new(1.1)),
        ("diversity", Diversity::new(f64::NAN)),
        ("per_organisation", Diversity::new(0.1).per_organisation(0)),
        ("per_country", Diversity::new(0.1).per_country(0)),
        ("per_theme", Diversity::new(0.1).per_theme(0)),
    ] {
        let error = Matcher::builder().diversity(diversity).build(&catalogue).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidOption { .. }));
        assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
    }
    let nothing = Matcher::builder().diversity(Diversity::new(0.5)).build(&catalogue)?;
    let matches = nothing.find(Challenge::new("c", "de la que"))?;
    assert!(matches.is_empty() && matches.spread().is_none_or(|own| own.displaced.is_empty()));
    Ok(())
}

/// Spread chooses among what a second stage looked at, so an explanation has its part too.
#[test]
fn explanations_agree_where_a_second_stage_comes_before_spread() -> Result<(), Error> {
    let catalogue = catalogue(&demo::solutions(), 1)?;
    let second = || Matcher::builder().rescore(Arc::new(StaticEncoder::builtin())).depth(10);
    let by_score = second().build(&catalogue)?;
    let spread = second().diversity(Diversity::new(0.5)).build(&catalogue)?;
    let mut compared = 0;
    for challenge in demo::challenges().iter().step_by(6) {
        let looked_at = by_score.find(challenge)?;
        for found in &spread.find(Search::new(challenge).limit(40))? {
            if looked_at.iter().any(|best| best.id() == found.id()) {
                let value = spread.explain(challenge, found.id())?.root.value;
                assert_eq!(value.to_bits(), found.score().to_bits(), "{}", challenge.id);
                compared += usize::from(found.rank() > 10);
            }
        }
    }
    assert!(compared > 0, "some of the ten best were chosen late");
    Ok(())
}
