//! Derives the constants of the score for the built-in encoder from the open collections, and says
//! what they do on asks that they have not seen. A change of the encoder or of a signal calls for
//! it.
//!
//! `cargo run --release -p citymatch-benches --example constants -- [SOLUTIONS.jsonl]...` measures
//! among the collections' own solutions, and again with each file of solutions that answer nothing
//! (`benches/quality/distractors.py` writes one).
//!
//! One catalogue holds the paragraphs of `XQuAD` and `FaQuAD`. Pairs of asks for the factors: a
//! question of `xquad_same` and the same of `xquad_xl`; the two languages of an ask of
//! `xquad_long`. All of them, and those of `faquad`, are asked with and without their answers for
//! the logistic. A hash of an ask's id puts it, and its translation, into one of two halves: the
//! first derives, the second reports.

use std::error::Error;
use std::fs;
use std::io::{Write, stdout};
use std::sync::Arc;

use citymatch::{
    Catalogue, Eligibility, Matcher, Search, Solution,
    calibrate::{Calibrator, Example},
    encoder::{Calibrated, Calibration, Encoder, StaticEncoder},
    ingest::{Row, RowLocation},
};
use citymatch_tests::chance::Chance;
use citymatch_tests::collection::Collection;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Bins of equal width for the calibration error, as in `benches/quality/measures.py`.
const BINS: usize = 10;

fn main() -> Result<()> {
    let (solutions, [derive, report]) = collections();
    let mut out = stdout().lock();
    writeln!(out, "{} examples derive, {} report", derive.len(), report.len())?;
    measure(&mut out, "alone", &solutions, &derive, &report)?;
    for file in std::env::args().skip(1) {
        let text = fs::read_to_string(&file)?;
        let others = text
            .lines()
            .map(|line| Ok(Solution::from_json(serde_json::from_str(line)?)?))
            .collect::<Result<Vec<_>>>()?;
        let name = format!("among {} of {file}", others.len());
        measure(&mut out, &name, &[&solutions[..], &others].concat(), &derive, &report)?;
    }
    Ok(())
}

/// The solutions of all collections, and the two halves of the examples.
fn collections() -> (Vec<Solution>, [Vec<Example>; 2]) {
    let [same, other, long, faquad] =
        ["xquad_same", "xquad_xl", "xquad_long", "faquad"].map(Collection::read);
    let mut halves = [Vec::new(), Vec::new()];
    let mut put = |id: &str, example| halves[second(id)].push(example);
    let find = |collection: &Collection, id: &str| {
        collection.challenges.iter().find(|ask| ask.id.as_str() == id).cloned()
    };
    for ask in &same.challenges {
        let example = Example::new(ask.clone(), answers(&same, ask.id.as_str(), ""));
        let translation = find(&other, ask.id.as_str()).expect("both have the same questions");
        put(ask.id.as_str(), example.translation(translation));
    }
    for ask in &long.challenges {
        if let Some(id) = ask.id.as_str().strip_suffix("-en") {
            let example = Example::new(ask.clone(), answers(&long, ask.id.as_str(), ""));
            let translation =
                find(&long, &format!("{id}-es")).expect("each is there in both languages");
            put(id, example.translation(translation));
        }
    }
    for ask in &faquad.challenges {
        put(
            ask.id.as_str(),
            Example::new(ask.clone(), answers(&faquad, ask.id.as_str(), "faquad-")),
        );
    }
    // The two have the same ids for other paragraphs.
    let renamed = faquad.solutions.into_iter().map(|mut solution| {
        solution.id = format!("faquad-{}", solution.id).into();
        solution
    });
    (same.solutions.into_iter().chain(renamed).collect(), halves)
}

fn answers(collection: &Collection, ask: &str, prefix: &str) -> Vec<String> {
    let grades = collection.qrels.get(ask).expect("every ask is judged");
    grades.iter().filter(|(_, grade)| **grade > 0).map(|(id, _)| format!("{prefix}{id}")).collect()
}

/// Which half an ask is in: FNV-1a of its id, mixed once more.
fn second(id: &str) -> usize {
    let hash = id.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    Chance::new(hash).number(2)
}

/// The constants that the first examples give, and what they and the built-in ones do on the
/// others.
fn measure(
    out: &mut impl Write,
    name: &str,
    solutions: &[Solution],
    derive: &[Example],
    report: &[Example],
) -> Result<()> {
    let encoder: Arc<dyn Encoder> = Arc::new(StaticEncoder::builtin());
    let derived = Calibrator::new(Arc::clone(&encoder)).fit(solutions, derive)?;
    writeln!(out, "-- {name}")?;
    for (whose, calibration) in [("derived", derived), ("built in", Calibration::BUILTIN)] {
        let Calibration {
            related_factor, meaning_factor, slope, midpoint, answer_threshold, ..
        } = calibration;
        write!(
            out,
            "{whose:>8}: related_factor {related_factor:.2}, meaning_factor {meaning_factor:.2}, "
        )?;
        write!(out, "slope {slope:.2}, midpoint {midpoint:.3}, threshold {answer_threshold:.3}; ")?;
        let scores = Scores::of(
            Calibrated::new(whose, Arc::clone(&encoder), calibration),
            solutions,
            report,
        )?;
        let (kept, through) = (
            share(&scores.answered, scores.answer_threshold),
            share(&scores.removed, scores.answer_threshold),
        );
        write!(
            out,
            "AUROC {:.3}, calibration error {:.3}, ",
            scores.auroc(),
            scores.calibration_error()
        )?;
        writeln!(out, "{:.1} % kept, {:.1} % let through", 100.0 * kept, 100.0 * through)?;
    }
    Ok(())
}

/// What a matcher says of asks and of solutions.
struct Scores {
    /// The answer scores of asks with their answers, and with their answers barred.
    answered: Vec<f64>,
    removed: Vec<f64>,
    /// The answer score below which nothing answers.
    answer_threshold: f64,
    /// The scores of the ten best solutions of each ask: of its answers, and of the others.
    useful: Vec<f64>,
    useless: Vec<f64>,
}

impl Scores {
    fn of(encoder: Calibrated, solutions: &[Solution], examples: &[Example]) -> Result<Self> {
        let answer_threshold = encoder.calibration().answer_threshold;
        let catalogue = Catalogue::builder().encoder(Arc::new(encoder)).in_memory()?;
        let rows = solutions.iter().zip(1..).map(|(solution, row)| Row {
            location: RowLocation::in_list(row),
            record: Ok(solution.clone()),
        });
        let report = catalogue.add(rows)?;
        assert_eq!(report.rejected, []);
        let matcher = Matcher::new(&catalogue)?;
        let mut scores = Self {
            answered: Vec::new(),
            removed: Vec::new(),
            answer_threshold,
            useful: Vec::new(),
            useless: Vec::new(),
        };
        for example in examples {
            for ask in [Some(&example.ask), example.translation.as_ref()].into_iter().flatten() {
                let found = matcher.find(ask)?;
                for own in &found {
                    let is_useful = example.answers.contains(own.id());
                    let of_kind = if is_useful { &mut scores.useful } else { &mut scores.useless };
                    of_kind.push(own.score());
                }
                scores.answered.extend(found.answer_score());
                let barred = Eligibility::default().excluded(example.answers.clone());
                let removed = matcher.find(Search::new(ask).eligibility(barred))?;
                scores.removed.extend(removed.answer_score());
            }
        }
        Ok(scores)
    }

    /// How often an answered ask has the higher answer score; equal ones count half.
    fn auroc(&self) -> f64 {
        let win = |answered: &f64| {
            let worth = |removed: &f64| {
                if answered > removed {
                    1.0
                } else {
                    0.5 * f64::from(u8::from(answered >= removed))
                }
            };
            self.removed.iter().map(worth).sum::<f64>()
        };
        self.answered.iter().map(win).sum::<f64>()
            / (self.answered.len() * self.removed.len()) as f64
    }

    /// The expected calibration error of a score as the chance that the solution answers.
    fn calibration_error(&self) -> f64 {
        let (mut sums, mut true_ones) = ([0.0; BINS], [0.0; BINS]);
        let all = self
            .useful
            .iter()
            .map(|score| (*score, 1.0))
            .chain(self.useless.iter().map(|score| (*score, 0.0)));
        for (score, answered) in all {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            // a score is in [0, 1]
            let bin = ((score * BINS as f64) as usize).min(BINS - 1);
            sums[bin] += score;
            true_ones[bin] += answered;
        }
        let gaps =
            sums.iter().zip(true_ones).map(|(sum, answered)| (sum - answered).abs()).sum::<f64>();
        gaps / (self.useful.len() + self.useless.len()) as f64
    }
}

/// The share of scores that are no lower.
fn share(scores: &[f64], least: f64) -> f64 {
    scores.iter().filter(|score| **score >= least).count() as f64 / scores.len() as f64
}
