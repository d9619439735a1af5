//! Ranks challenges with the calibrated mix and with each signal alone, for `benches/quality`.
//!
//! `cargo run --release -p citymatch-benches --example signals -- SOLUTIONS.jsonl CHALLENGES.jsonl
//! OUT LIMIT` writes into the folder OUT one TREC run each, `citymatch.trec`, `words.trec`,
//! `related.trec` and `meaning.trec`, with scores of full precision; `evidence.tsv`, for each match
//! of the calibrated mix its raw score without `subject`, beside what the challenge's answer score
//! has besides; `threshold.txt`, the answer score below which nothing answers; and for rivals the
//! built-in encoder's vectors of whole texts, `solutions.f32` and `challenges.f32`, and those of what
//! is matched of the solutions, `matched.f32`.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use citymatch::{
    Catalogue, Challenge, Match, Matcher, Run, Search, Signal, Solution, Weight, Weights,
    encoder::Calibration,
    ingest::{Row, RowLocation},
};
use citymatch_benches::{matched_text_vectors, rows, whole_text_vectors};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The fields that make a solution's and a challenge's whole text for a vector.
const SOLUTION_TEXTS: &[&str] = &["title", "summary", "problem", "description", "impact", "themes"];
const CHALLENGE_TEXTS: &[&str] = &["title", "question", "problem", "outcome", "themes"];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [solutions, challenges, out, limit] = arguments.as_slice() else {
        return Err("expected SOLUTIONS.jsonl CHALLENGES.jsonl OUT LIMIT".into());
    };
    let (out, limit) = (Path::new(out), limit.parse()?);
    let (solutions, asked) = (rows(solutions)?, rows(challenges)?);
    fs::create_dir_all(out)?;

    let catalogue = Catalogue::in_memory()?;
    let records = solutions.iter().zip(1..).map(|(row, place)| Row {
        location: RowLocation::in_list(place),
        record: Solution::from_json(row.clone()),
    });
    let report = catalogue.add(records)?;
    if report.added != solutions.len() as u64 {
        return Err(format!("{} of {} solutions were added", report.added, solutions.len()).into());
    }
    let challenges = asked
        .iter()
        .map(|row| Challenge::from_json(row.clone()))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let find = |matcher: &Matcher| {
        matcher.find_all(challenges.iter().map(|challenge| Search::new(challenge).limit(limit)))
    };

    let matcher = Matcher::new(&catalogue)?;
    let run = find(&matcher)?;
    write(&out.join("citymatch.trec"), &run)?;
    write_evidence(&out.join("evidence.tsv"), &matcher, &challenges, &run)?;
    fs::write(out.join("threshold.txt"), Calibration::BUILTIN.answer_threshold.to_string())?;
    for signal in [Signal::Words, Signal::Related, Signal::Meaning] {
        let matcher = Matcher::builder()
            .weights(Weights::new([(signal, Weight::from(1.0))])?)
            .build(&catalogue)?;
        write(&out.join(format!("{signal}.trec")), &find(&matcher)?)?;
    }
    fs::write(out.join("solutions.f32"), whole_text_vectors(&solutions, SOLUTION_TEXTS)?)?;
    fs::write(out.join("matched.f32"), matched_text_vectors(&solutions)?)?;
    fs::write(out.join("challenges.f32"), whole_text_vectors(&asked, CHALLENGE_TEXTS)?)?;
    Ok(())
}

/// Lines of challenge, what its answer score has besides, solution, and the solution's evidence.
fn write_evidence(
    path: &Path,
    matcher: &Matcher,
    challenges: &[Challenge],
    run: &Run,
) -> Result<()> {
    let weights = matcher.weights();
    let mut lines = String::new();
    for (challenge, matches) in challenges.iter().zip(run) {
        let Some(first) = matches.iter().next() else { continue };
        let logistic = matcher.explain(challenge, first.id())?.root.details;
        let evidence = |found: &Match| {
            let score = found.score();
            let raw_score = logistic["midpoint"] + (score / (1.0 - score)).ln() / logistic["slope"];
            let subject = found.signal(Signal::Subject).unwrap_or(0.0);
            raw_score - weights.get(Signal::Subject).same * subject
        };
        let all: Vec<f64> = matches.iter().map(evidence).collect();
        let mut best = all.clone();
        best.sort_by(|a, b| b.total_cmp(a));
        let plain = f64::max(best[0] - 0.15, best.iter().take(3).sum::<f64>() / 3.0);
        let besides = matches.answer_score().unwrap_or(plain) - plain;
        for (found, evidence) in matches.iter().zip(all) {
            writeln!(lines, "{}\t{besides}\t{}\t{evidence}", challenge.id, found.id())?;
        }
    }
    Ok(fs::write(path, lines)?)
}

fn write(path: &Path, run: &Run) -> Result<()> {
    let mut lines = String::new();
    for matches in run {
        for found in matches {
            writeln!(
                lines,
                "{} Q0 {} {} {} citymatch",
                matches.challenge_id(),
                found.id(),
                found.rank(),
                found.score()
            )?;
        }
    }
    Ok(fs::write(path, lines)?)
}
