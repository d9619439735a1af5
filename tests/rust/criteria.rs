//! The criteria of a call: what they add, and what they leave alone.

use citymatch::goals::GoalSuggester;
use citymatch::record::{Criteria, Goal};
use citymatch::thesaurus::{ThemeRow, Thesaurus};
use citymatch::{
    Catalogue, Challenge, Error, Language, Match, Matcher, Matches, ReverseSearch, Search, Signal,
    Solution, Weight, Weights,
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

/// The demo's challenges with criteria in turn.
fn challenges() -> Vec<Challenge> {
    let all = [
        Criteria::new([("themes", 40.0), ("ods", 30.0), ("innovación", 30.0)]),
        Criteria::default(),
        Criteria::new([("maturidade", 1.0), ("lugar", 1.0), ("subject", 2.0)]),
        Criteria::new([("equipo", 1.0), ("place", 0.0)]),
    ];
    let with = |(challenge, criteria): (Challenge, &Criteria)| challenge.criteria(criteria.clone());
    let challenges = demo::challenges().into_iter().chain(demo::translations());
    challenges.zip(all.iter().cycle()).map(with).collect()
}

/// A solution's id, the bits of its score, and those of each signal.
type Shown = (String, u64, Vec<(Signal, u64)>);

fn shown(matches: &Matches) -> Vec<Shown> {
    let signals = |own: &Match| own.signals().map(|(own, value)| (own, value.to_bits())).collect();
    matches.iter().map(|own| (own.id().to_string(), own.score().to_bits(), signals(own))).collect()
}

#[test]
fn criteria_that_name_no_signal_change_no_bit() -> Result<(), Error> {
    let matcher = Matcher::new(&catalogue(&demo::solutions(), 1)?)?;
    for challenge in demo::challenges() {
        let criteria = Criteria::new([("equipo", 1.0), ("place", 0.0)]);
        let with = matcher.find(challenge.clone().criteria(criteria))?;
        let without = matcher.find(challenge.criteria(Criteria::default()))?;
        assert_eq!(shown(&with), shown(&without));
        assert_eq!((with.criteria(), with.for_a_person()), (&[][..], &["equipo".to_owned()][..]));
    }
    Ok(())
}

/// The judge: the same mix as weights of the caller.
#[test]
fn shares_are_half_a_point_of_the_raw_score() -> Result<(), Error> {
    let catalogue = catalogue(&demo::solutions(), 1)?;
    let weights = Matcher::new(&catalogue)?.weights();
    let named = Signal::ALL.iter().map(|signal| (*signal, weights.get(*signal)));
    let more = [(Signal::Themes, 0.125), (Signal::Maturity, 0.375)];
    let both = named.map(|(signal, Weight { same, other })| {
        let more = more.iter().find(|(own, _)| *own == signal).map_or(0.0, |(_, more)| *more);
        (signal, Weight { same: same + more, other: other + more })
    });
    let mixed = Matcher::builder().weights(Weights::new(both)?).build(&catalogue)?;
    let matcher = Matcher::new(&catalogue)?;
    for challenge in demo::challenges() {
        let criteria = Criteria::new([("temas", 10.0), ("madurez", 30.0), ("team", 60.0)]);
        let by_criteria = matcher.find(challenge.clone().criteria(criteria))?;
        assert_eq!(by_criteria.criteria(), [(Signal::Themes, 0.25), (Signal::Maturity, 0.75)]);
        let by_weights = mixed.find(challenge.criteria(Criteria::default()))?;
        assert_eq!(shown(&by_criteria), shown(&by_weights));
    }
    Ok(())
}

#[test]
fn whether_anything_answers_is_told_without_them() -> Result<(), Error> {
    let matcher = Matcher::new(&catalogue(&demo::solutions(), 2)?)?;
    for challenge in challenges() {
        let with = matcher.find(&challenge)?;
        let without = matcher.find(challenge.criteria(Criteria::default()))?;
        assert_eq!(
            (with.answered(), with.answer_score()),
            (without.answered(), without.answer_score())
        );
    }
    Ok(())
}

#[test]
fn explanations_add_up_with_them() -> Result<(), Error> {
    let matcher = Matcher::new(&catalogue(&demo::solutions(), 1)?)?;
    for challenge in challenges().iter().step_by(2) {
        for found in &matcher.find(Search::new(challenge).limit(5))? {
            let explanation = matcher.explain(challenge, found.id())?;
            assert_eq!(explanation.root.value.to_bits(), found.score().to_bits());
            assert!((explanation.root.recomputed() - found.score()).abs() < 1e-6);
            for (signal, _) in found.signals() {
                let sum = &explanation.root.children[0];
                assert!(sum.children.iter().any(|own| own.name == signal.name()), "{signal}");
            }
        }
    }
    Ok(())
}

#[test]
fn batches_segments_order_and_limits_change_nothing() -> Result<(), Error> {
    let (mut solutions, challenges) = (demo::solutions(), challenges());
    let one = Matcher::builder().threads(1).build(&catalogue(&solutions, 1)?)?;
    solutions.reverse();
    let several = Matcher::builder().threads(3).build(&catalogue(&solutions, 4)?)?;
    let run = several.find_all(challenges.iter().map(|own| Search::new(own).limit(20)))?;
    for (challenge, matches) in challenges.iter().zip(&run) {
        let alone = shown(&one.find(Search::new(challenge).limit(20))?);
        assert_eq!(shown(matches), alone, "{}", challenge.id);
        assert_eq!(shown(&one.find(Search::new(challenge).limit(3))?), alone[..3]);
    }
    Ok(())
}

#[test]
fn the_reverse_has_them_too() -> Result<(), Error> {
    let (solutions, challenges) = (demo::solutions(), challenges());
    let matcher = Matcher::new(&catalogue(&solutions, 1)?)?;
    let solution = &solutions[10];
    let search = ReverseSearch::new(solution).challenges(&challenges).limit(1_000);
    for found in &matcher.find_challenges(search)? {
        let challenge = found.record()?;
        let all = matcher.find(Search::new(&challenge).limit(1_000))?;
        let same = all.iter().find(|own| own.id() == &solution.id).expect("the same pair");
        assert_eq!(same.score().to_bits(), found.score().to_bits(), "{}", challenge.id);
        assert!(same.signals().eq(found.signals()));
    }
    Ok(())
}

/// The value of a signal for each solution.
fn values(matcher: &Matcher, challenge: &Challenge, signal: Signal) -> Result<Vec<f64>, Error> {
    let mut found: Vec<(String, f64)> = Vec::new();
    for own in &matcher.find(Search::new(challenge).limit(100))? {
        let value = own.signals().find(|(own, _)| *own == signal).map_or(0.0, |(_, value)| value);
        let explanation = matcher.explain(challenge, own.id())?;
        let node =
            explanation.root.children[0].children.iter().find(|own| own.name == signal.name());
        let table =
            node.and_then(|node| node.children.iter().find(|own| own.name == "by the table"));
        let explained = table.map_or(0.0, |table| table.value);
        assert_eq!(explained.to_bits(), value.to_bits(), "{}", own.id());
        found.push((own.id().to_string(), value));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found.into_iter().map(|(_, value)| value).collect())
}

#[test]
fn a_programme_adds_its_own_themes() -> Result<(), Error> {
    let solution =
        |id: &str, theme: &str| Solution::new(id, "Un proyecto del barrio").themes([theme]);
    let all = [
        solution("1", "telhados verdes"),
        solution("2", "green space"),
        solution("3", "cubiertas ajardinadas"),
        solution("4", "waste"),
    ];
    let catalogue = catalogue(&all, 2)?;
    let rows = [
        ThemeRow::new("roofs")
            .broader("green space")
            .word(Language::Spanish, "techos vivos")
            .word(Language::Portuguese, "telhados verdes"),
        ThemeRow::new("roofs").word(Language::Spanish, "cubiertas ajardinadas"),
    ];
    let thesaurus = Thesaurus::builtin().extended(rows)?;
    let own = Matcher::builder().thesaurus(thesaurus).build(&catalogue)?;
    let builtin = Matcher::new(&catalogue)?;
    let ask = Challenge::new("c", "Un proyecto para el barrio").themes(["Techos Vivos"]);
    let ask = ask.criteria(Criteria::new([("temas", 1.0)]));
    assert_eq!(values(&builtin, &ask, Signal::Themes)?, [0.0; 4]);
    assert_eq!(values(&own, &ask, Signal::Themes)?, [1.0, 0.5, 1.0, 0.0]);
    // In both directions, and where one has no criteria.
    for solution in &all {
        let reverse = own
            .find_challenges(ReverseSearch::new(solution).challenges(std::slice::from_ref(&ask)))?;
        let found = own.find(Search::new(&ask).limit(4))?;
        let found = found.iter().find(|own| own.id() == &solution.id).map(Match::score);
        assert_eq!(reverse[0].score().to_bits(), found.unwrap_or_default().to_bits());
    }
    let gaps = own.gaps([&ask])?;
    let supply: Vec<_> = gaps.themes.iter().map(|own| (own.name.as_str(), own.solutions)).collect();
    assert_eq!(supply, [("Techos Vivos", 2)], "gaps count all names of a theme");
    Ok(())
}

#[test]
fn goals_of_texts_count_if_they_are_to() -> Result<(), Error> {
    let hunger =
        "Huertos en azoteas: familias cultivan verduras y acaban con el hambre en el barrio.";
    let goal = |number: &str| number.parse::<Goal>().unwrap();
    let all = [
        Solution::new("1", "Un proyecto del barrio").description(hunger),
        Solution::new("2", "Un proyecto del barrio").description(hunger).sdgs([goal("4")]),
        Solution::new("3", "Un proyecto del barrio").sdgs([goal("2.1")]),
    ];
    assert_eq!(GoalSuggester::new().goals(&all[0])?[0].0, goal("2"));
    let catalogue = catalogue(&all, 2)?;
    let suggested = Matcher::builder().suggested(true).build(&catalogue)?;
    let named = Matcher::new(&catalogue)?;
    let ask = Challenge::new("c", "¿Cómo acabar con el hambre de las familias del barrio?");
    let ask = ask.criteria(Criteria::new([("ods", 1.0)]));
    let asked = GoalSuggester::new().goals(&ask)?.len() as f64;
    let asks_by_number = ask.clone().sdgs([goal("2")]);
    for (name, matcher, ask, expected) in [
        ("neither side counts its text", &named, &ask, [0.0; 3]),
        ("the ask names its goal", &named, &asks_by_number, [0.0, 0.0, 1.0]),
        // What a record names is all that it has.
        ("texts of solutions", &suggested, &asks_by_number, [0.75, 0.0, 1.0]),
        // The ask's text speaks of hunger, and of others that no solution serves.
        ("texts of both", &suggested, &ask, [0.75 / asked, 0.0, 1.0 / asked]),
    ] {
        let found = values(matcher, ask, Signal::Goals)?;
        let near = found.iter().zip(expected).all(|(own, expected)| (own - expected).abs() < 1e-12);
        assert!(near, "{name}: {found:?}");
    }
    // Suggestions are written nowhere.
    assert!(catalogue.snapshot()?.get(&"1".into())?.unwrap_or_default().sdgs.is_empty());
    // Solutions that come later have theirs too.
    let mut edit = catalogue.edit()?;
    edit.put(Solution::new("0", "Un proyecto del barrio").description(hunger))?;
    edit.commit()?;
    suggested.refresh()?;
    assert_eq!(values(&suggested, &asks_by_number, Signal::Goals)?, [0.75, 0.75, 0.0, 1.0]);
    Ok(())
}
