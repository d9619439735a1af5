//! How many records have to be compared exactly if most are told by the first values of their
//! vectors: what an exact bound of `meaning` by prefixes could save in large catalogues.
//!
//! `cargo run --release -p citymatch-benches --example prefixes -- SOLUTIONS.jsonl CHALLENGES.jsonl`
//! prints, for the k best and the first D of the values, the share of the records whose bound
//! reaches the raw score of the k-th best: the mean over the challenges, and the worst of them.
//! Records of real text come from `benches/corpus/real.py`.
//!
//! The bound of a sentence of the challenge and one of a record is the product of their first
//! values plus the product of the lengths of the rest (Cauchy and Schwarz). All other signals, and
//! the cosine of the whole texts, count exactly, and the threshold is the final one: so this is the
//! least that would survive.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdout};

use citymatch::encoder::{Encoder, StaticEncoder};
use citymatch::text::matched_sentences;
use citymatch::{Catalogue, Challenge, Match, Matcher, Record, Search, Signal, Solution};
use citymatch_encoder::Quantised;

const PREFIXES: [usize; 5] = [32, 48, 64, 96, 128];
const BEST: [usize; 2] = [10, 50];
/// How many texts are encoded together.
const GROUP: usize = 4_096;

/// A sentence's vector, so that the product of two is their cosine.
struct Unit {
    values: Vec<f32>,
    /// The lengths of what is behind each prefix.
    rests: [f32; PREFIXES.len()],
}

/// The vectors of the sentences of some records.
struct Sentences {
    vectors: Vec<Unit>,
    /// Where the sentences of each record begin, and the end of the last.
    starts: Vec<usize>,
}

fn records<R: Record>(path: &str) -> Result<Vec<R>, Box<dyn Error>> {
    let lines = BufReader::new(File::open(path)?).lines();
    let record =
        |line: Result<String, std::io::Error>| Ok(R::from_json(serde_json::from_str(&line?)?)?);
    lines.map(record).collect()
}

impl Sentences {
    fn new<R: Record>(records: &[R], encoder: &dyn Encoder) -> Result<Self, Box<dyn Error>> {
        let (mut texts, mut starts) = (Vec::new(), vec![0]);
        for record in records {
            texts.extend(matched_sentences(record).into_iter().map(|sentence| sentence.words));
            starts.push(texts.len());
        }
        let mut vectors = Vec::with_capacity(texts.len());
        for group in texts.chunks(GROUP) {
            let group: Vec<&str> = group.iter().map(String::as_str).collect();
            for vector in encoder.encode(&group)? {
                vectors.push(Unit::new(&vector.quantise()));
            }
        }
        Ok(Self { vectors, starts })
    }

    fn of(&self, record: usize) -> &[Unit] {
        &self.vectors[self.starts[record]..self.starts[record + 1]]
    }
}

impl Unit {
    fn new(vector: &Quantised) -> Self {
        let values: Vec<f32> =
            vector.values().iter().map(|value| f32::from(*value) * vector.scale()).collect();
        let rest = |first: usize| values[first..].iter().map(|own| own * own).sum::<f32>().sqrt();
        Self { rests: PREFIXES.map(rest), values }
    }

    /// The cosine, and an upper bound of it from each prefix.
    fn cosine_and_bounds(&self, other: &Self) -> (f32, [f32; PREFIXES.len()]) {
        const LANES: usize = 16;
        let (mut sums, mut bounds) = ([0.0_f32; LANES], [0.0; PREFIXES.len()]);
        let chunks =
            self.values.as_chunks::<LANES>().0.iter().zip(other.values.as_chunks::<LANES>().0);
        for ((own, other), end) in chunks.zip((LANES..).step_by(LANES)) {
            for (sum, (own, other)) in sums.iter_mut().zip(own.iter().zip(other)) {
                *sum += own * other;
            }
            if let Some(prefix) = PREFIXES.iter().position(|first| *first == end) {
                bounds[prefix] = sums.iter().sum();
            }
        }
        for (bound, (own, other)) in bounds.iter_mut().zip(self.rests.iter().zip(other.rests)) {
            *bound += own * other;
        }
        (sums.iter().sum(), bounds)
    }
}

/// By how much the mean of the nearest sentences may be above what it is, for each prefix.
fn slack(ask: &[Unit], record: &[Unit]) -> [f32; PREFIXES.len()] {
    let mut slack = [0.0; PREFIXES.len()];
    for own in ask {
        let (mut nearest, mut highest) = (f32::NEG_INFINITY, [f32::NEG_INFINITY; PREFIXES.len()]);
        for other in record {
            let (cosine, bounds) = own.cosine_and_bounds(other);
            nearest = nearest.max(cosine);
            for (highest, bound) in highest.iter_mut().zip(bounds) {
                *highest = highest.max(bound);
            }
        }
        for (slack, highest) in slack.iter_mut().zip(highest) {
            *slack += (highest - nearest).max(0.0) / ask.len() as f32;
        }
    }
    slack
}

fn main() -> Result<(), Box<dyn Error>> {
    let [solutions, challenges] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("a file of solutions and one of challenges are missing".into());
    };
    let (solutions, challenges) =
        (records::<Solution>(solutions)?, records::<Challenge>(challenges)?);
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    for solution in &solutions {
        edit.put(solution.clone())?;
    }
    edit.commit()?;
    let matcher = Matcher::new(&catalogue)?;
    let weights = matcher.weights();
    let encoder = StaticEncoder::builtin();
    let records = Sentences::new(&solutions, &encoder)?;
    let asks = Sentences::new(&challenges, &encoder)?;
    let place_of: HashMap<&str, usize> =
        solutions.iter().enumerate().map(|(place, own)| (own.id.as_str(), place)).collect();

    let mut out = stdout().lock();
    let mut shares = vec![Vec::new(); BEST.len() * PREFIXES.len()];
    for (ask, challenge) in challenges.iter().enumerate() {
        let found = matcher.find(Search::new(challenge).limit(solutions.len()))?;
        let weight = |found: &Match, signal| {
            let weight = weights.get(signal);
            if found.same_language() { weight.same } else { weight.other }
        };
        let raw_score = |found: &Match| -> f64 {
            found.signals().map(|(signal, value)| weight(found, signal) * value).sum()
        };
        let mut scored: Vec<(f64, [f64; PREFIXES.len()])> = Vec::with_capacity(found.len());
        for found in &found {
            let half = weight(found, Signal::Meaning) / 2.0;
            let slack = slack(asks.of(ask), records.of(place_of[found.id().as_str()]));
            scored.push((raw_score(found), slack.map(|slack| half * f64::from(slack))));
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut shares = shares.iter_mut();
        for best in BEST {
            let threshold = scored[best.min(scored.len()) - 1].0;
            for prefix in 0..PREFIXES.len() {
                let survive = scored.iter().filter(|(raw, slack)| raw + slack[prefix] >= threshold);
                let share = 100.0 * survive.count() as f64 / solutions.len() as f64;
                shares.next().expect("a share for each").push(share);
            }
        }
    }
    let mut shares = shares.iter();
    for best in BEST {
        for first in PREFIXES {
            let shares = shares.next().expect("a share for each");
            let mean = shares.iter().sum::<f64>() / shares.len() as f64;
            let worst = shares.iter().copied().fold(0.0, f64::max);
            writeln!(
                out,
                "k {best}, {first} values: {mean:.2} % survive, {worst:.1} % of the worst"
            )?;
        }
    }
    Ok(())
}
