//! A collection keeps its order when thousands of unrelated records come into the catalogue.

use std::collections::BTreeMap;

use citymatch::{Challenge, Eligibility, Error, Language, Matcher, Search, Solution};
use citymatch_tests::collection::{Collection, Qrels, catalogue_of};
use citymatch_tests::demo;
use citymatch_tests::measure::ndcg_at_10;
use citymatch_tests::unrelated::{ORGANISATION, unrelated};

/// The first ten of a collection's own records for each challenge, best first.
type Tens = BTreeMap<String, Vec<String>>;

/// What is ranked, and its judgements.
struct Judged {
    solutions: Vec<Solution>,
    challenges: Vec<Challenge>,
    qrels: Qrels,
}

impl Judged {
    fn open(name: &str) -> Self {
        let Collection { solutions, challenges, qrels } = Collection::read(name).every(8);
        Self { solutions, challenges, qrels }
    }

    /// By its order alone: the demo's judgements are not needed for that.
    fn demo() -> Self {
        let challenges = demo::challenges().into_iter().chain(demo::translations()).collect();
        Self { solutions: demo::solutions(), challenges, qrels: Qrels::new() }
    }

    /// Ranked among so many unrelated records, which are then left out: rules of eligibility move
    /// no score.
    fn tens(&self, among: usize) -> Result<Tens, Error> {
        let solutions: Vec<Solution> =
            self.solutions.iter().cloned().chain(unrelated(among, 1)).collect();
        let mut rules = Eligibility::default();
        rules.excluded_organisations = vec![ORGANISATION.to_owned()];
        let matcher = Matcher::new(&catalogue_of(&solutions)?)?;
        let run = matcher.find_all(
            self.challenges
                .iter()
                .map(|challenge| Search::new(challenge).limit(10).eligibility(rules.clone())),
        )?;
        let ids = |matches: &citymatch::Matches| {
            matches.iter().map(|found| found.id().to_string()).collect()
        };
        Ok(run.iter().map(|matches| (matches.challenge_id().to_string(), ids(matches))).collect())
    }

    fn ndcg(&self, tens: &Tens) -> f64 {
        ndcg_at_10(&self.qrels, |challenge| tens[challenge].clone())
    }

    /// The share of records in the challenge's language.
    fn own_language(&self, tens: &Tens) -> f64 {
        let language: BTreeMap<&str, Option<Language>> = self
            .solutions
            .iter()
            .map(|solution| (solution.id.as_str(), solution.language))
            .collect();
        let own = |challenge: &Challenge| {
            tens[challenge.id.as_str()]
                .iter()
                .filter(|id| language[id.as_str()] == challenge.language)
                .count()
        };
        let all: usize = tens.values().map(Vec::len).sum();
        self.challenges.iter().map(own).sum::<usize>() as f64 / all as f64
    }
}

/// The share of the first ten that are still among the first ten.
fn kept(before: &Tens, after: &Tens) -> f64 {
    let kept = before
        .iter()
        .map(|(challenge, ten)| ten.iter().filter(|id| after[challenge].contains(id)).count());
    kept.sum::<usize>() as f64 / before.values().map(Vec::len).sum::<usize>() as f64
}

/// What may move.
struct Bounds {
    /// The least share of the first ten that stay.
    kept: f64,
    /// The most that nDCG@10 may lose.
    ndcg: f64,
    /// How far the share of records in the challenge's language may move, up or down.
    own_language: f64,
}

#[test]
fn unrelated_records_hardly_move_the_order() -> Result<(), Error> {
    let (open, demo) = (Judged::open("xquad_xl"), Judged::demo());
    let (open_alone, demo_alone) = (open.tens(0)?, demo.tens(0)?);
    let rows = [
        (
            "cross_lingual_among_500",
            &open,
            &open_alone,
            500,
            Bounds { kept: 0.9, ndcg: 0.005, own_language: 0.02 },
        ),
        (
            "cross_lingual_among_5000",
            &open,
            &open_alone,
            5_000,
            Bounds { kept: 0.85, ndcg: 0.005, own_language: 0.04 },
        ),
        (
            "demo_among_5000",
            &demo,
            &demo_alone,
            5_000,
            Bounds { kept: 0.82, ndcg: 0.0, own_language: 0.03 },
        ),
    ];
    for (name, judged, alone, among, bounds) in rows {
        let crowded = judged.tens(among)?;
        let kept = kept(alone, &crowded);
        let moved = judged.own_language(&crowded) - judged.own_language(alone);
        let lost =
            if judged.qrels.is_empty() { 0.0 } else { judged.ndcg(alone) - judged.ndcg(&crowded) };
        eprintln!(
            "{name}: {kept:.3} of the first ten stay, nDCG@10 loses {lost:.4}, the challenge's language gains {moved:+.3}"
        );
        assert!(
            kept >= bounds.kept,
            "{name}: {kept:.3} of the first ten stay, less than {}",
            bounds.kept
        );
        assert!(lost <= bounds.ndcg, "{name}: nDCG@10 loses {lost:.4}, more than {}", bounds.ndcg);
        assert!(
            moved.abs() <= bounds.own_language,
            "{name}: the language's share moves by {moved:+.3}, more than {}",
            bounds.own_language
        );
    }
    Ok(())
}
