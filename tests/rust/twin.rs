//! The ranking beside its definition, by brute force.

use citymatch::record::Goal;
use citymatch::{
    Challenge, Eligibility, Error, Language, Match, Matcher, Search, Signal, Solution, Weights,
};
use citymatch_tests::collection::catalogue_of;
use citymatch_tests::demo;
use citymatch_tests::twin::{Counts, Mix, Twin};
use proptest::prelude::*;

const CLOSE: f64 = 1e-5;

/// Every score is the twin's, and the order is by our scores, then by id.
fn assert_as_defined(solutions: &[Solution], challenges: &[Challenge]) -> Result<(), Error> {
    let catalogue = catalogue_of(solutions)?;
    let words = Matcher::builder()
        .weights(Weights::new([(Signal::Words, 1.0.into())])?)
        .build(&catalogue)?;
    assert_ranks_as(solutions, challenges, &words, Mix::Words)?;
    assert_ranks_as(solutions, challenges, &Matcher::new(&catalogue)?, Mix::All)
}

fn assert_ranks_as(
    solutions: &[Solution],
    challenges: &[Challenge],
    matcher: &Matcher,
    mix: Mix,
) -> Result<(), Error> {
    let twin = Twin::new(solutions, Counts::Capped);
    for challenge in challenges {
        let found = matcher.find(
            Search::new(challenge).limit(solutions.len() + 1).eligibility(Eligibility::default()),
        )?;
        let mut expected = twin.rank(challenge, mix);
        let answer_score = twin.answer_score(challenge, &expected);
        assert_eq!(
            found.len(),
            expected.len(),
            "{}: every solution is ranked, or none",
            challenge.id
        );
        let mut ours: Vec<(String, f64)> =
            found.iter().map(|found| (found.id().to_string(), found.score())).collect();
        assert!(
            ours.is_sorted_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)).is_lt()),
            "{}: score down, id up",
            challenge.id
        );
        ours.sort_by(|a, b| a.0.cmp(&b.0));
        expected.sort_by(|a, b| a.id.cmp(&b.id));
        for ((id, ours), twins) in ours.iter().zip(&expected) {
            assert_eq!(*id, twins.id);
            let twins = twins.score;
            assert!((ours - twins).abs() < CLOSE, "{} ~ {id}: {ours} is not {twins}", challenge.id);
        }
        // The limit changes nothing in the best, nor in whether anything answers.
        for limit in [1, 5] {
            let search = Search::new(challenge).limit(limit).eligibility(Eligibility::default());
            let best = matcher.find(search)?;
            let scores = |own: &Match| (own.id().clone(), own.score().to_bits());
            assert!(best.iter().map(scores).eq(found.iter().map(scores).take(limit)), "{limit}");
            let (ours, twins) = (best.answer_score(), answer_score);
            let is_near = ours.zip(twins).is_none_or(|(a, b)| (a - b).abs() < CLOSE);
            assert!(is_near && ours.is_some() == twins.is_some(), "{limit}: {ours:?}, {twins:?}");
        }
    }
    Ok(())
}

#[test]
fn the_demo_scores_as_defined() -> Result<(), Error> {
    let challenges: Vec<Challenge> =
        demo::challenges().into_iter().chain(demo::translations()).collect();
    assert_as_defined(&demo::solutions(), &challenges)
}

/// Rare among random asks. Their language is that of most solutions, or each solution's own, and the
/// names of their goals are in it.
#[test]
fn an_ask_in_no_language_scores_as_defined() -> Result<(), Error> {
    let solutions = [
        Solution::new("s0", "Rain gardens for poor districts").language(Language::English),
        Solution::new("s1", "Water without poverty").language(Language::English),
        Solution::new("s2", "Agua de lluvia y fin de la pobreza").language(Language::Spanish),
        Solution::new("s3", "Jardins de chuva").language(Language::Portuguese),
    ];
    let goals = ["1".parse::<Goal>().expect("a goal")];
    let mixed = Challenge::new("mixed", "water rain rain el")
        .beneficiaries("água el resíduos água não água the chuvas")
        .context("el the água water the")
        .sdgs(goals);
    let short = Challenge::new("short", "rain").sdgs(goals);
    let short_with_themes =
        Challenge::new("themes", "rain").themes(["água não", "the lluvia", "rain el"]).sdgs(goals);
    assert_as_defined(&solutions, &[mixed, short, short_with_themes])
}

fn text() -> impl Strategy<Value = String> {
    let words = vec![
        "agua",
        "água",
        "water",
        "lluvia",
        "chuva",
        "rain",
        "lluvias",
        "chuvas",
        "inundación",
        "inundação",
        "flooding",
        "floods",
        "el",
        "de",
        "the",
        "não",
        "residuos",
        "resíduos",
        "waste",
        "calles",
        "ruas",
        "streets",
        "niño",
        "nino",
        "ninos",
        "inundacion",
        "PM2.5",
        "barrio",
        "2030",
        "reciclaje",
    ];
    prop::collection::vec(prop::sample::select(words), 0..40).prop_map(|words| words.join(" "))
}

fn language() -> impl Strategy<Value = Option<Language>> {
    prop::option::of(prop::sample::select(Language::ALL.to_vec()))
}

fn themes() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..4)
}

fn goals() -> impl Strategy<Value = Vec<Goal>> {
    let goal = |number: u8| number.to_string().parse::<Goal>().expect("a goal");
    prop::collection::vec((1..=17_u8).prop_map(goal), 0..3)
}

prop_compose! {
    fn solution()(
        title in text(), summary in text(), problem in text(), description in text(),
        impact in text(), language in language(), themes in themes(), sdgs in goals(),
    ) -> Solution {
        // A text of one's own keeps the record admissible when all others came out empty.
        Solution::new("", format!("{title} solución")).summary(summary).problem(problem).description(description).impact(impact)
            .language(language).themes(themes).sdgs(sdgs)
    }
}

prop_compose! {
    fn challenge()(
        title in text(), question in text(), beneficiaries in text(), context in text(),
        language in language(), themes in themes(), sdgs in goals(),
    ) -> Challenge {
        Challenge::new("c", title).question(question).beneficiaries(beneficiaries).context(context)
            .language(language).themes(themes).sdgs(sdgs)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_catalogue_scores_as_defined(
        solutions in prop::collection::vec(solution(), 1..24),
        copies in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        challenges in prop::collection::vec(challenge(), 1..4),
    ) {
        let copies = copies.iter().map(|copy| copy.get(&solutions).clone());
        let solutions: Vec<Solution> = copies.chain(solutions.clone()).collect();
        let solutions: Vec<Solution> = solutions.into_iter().zip(0..).map(|(mut solution, i)| {
            solution.id = format!("s{i}").into();
            solution
        }).collect();
        assert_as_defined(&solutions, &challenges).unwrap();
    }
}
