//! The measures: what a ranking is worth, given the grades of its solutions.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// A measure of a ranking, from 0 to 1, as `trec_eval` computes it and ir-measures names it.
///
/// | name | what it is |
/// |---|---|
/// | `nDCG@10`, `nDCG` | the gains of the solutions, each divided by log₂(rank + 1), relative to the best order of all judged ones (Järvelin and Kekäläinen, 2002). The gain is the grade; with `nDCG(dcg='exp-log2')@10` it is 2^grade − 1 |
/// | `RR`, `RR@10` | 1 / the rank of the first useful solution |
/// | `P@5` | the share of the first 5 that is useful |
/// | `R@50` | the share of the useful ones that is among the first 50 |
/// | `AP`, `AP@100` | the mean of the precisions at the useful ones |
/// | `Success@5` | 1 if a useful one is among the first 5 |
///
/// Useful is a grade of 1 or more; of 2 or more with `P(rel=2)@5`, and so on. A challenge without a
/// useful solution has the value 0.
///
/// # Examples
/// ```
/// use citymatch::evaluate::Measure;
/// let measure: Measure = "nDCG@10".parse()?;
/// assert_eq!(measure.to_string(), "nDCG@10");
/// // The ranking found a solution of grade 1 and missed one of grade 3.
/// assert!((measure.value(&[1, 0], &[1, 3]) - 1.0 / (3.0 + 1.0 / 3.0_f64.log2())).abs() < 1e-12);
/// assert!("nDGC@10".parse::<Measure>().is_err());
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    kind: Kind,
    cutoff: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ndcg { exponential: bool },
    ReciprocalRank { least: i32 },
    Precision { least: i32 },
    Recall { least: i32 },
    AveragePrecision { least: i32 },
    Success { least: i32 },
}

/// What messages name as expected.
const EXPECTED: &str = "a measure: nDCG@10, nDCG(dcg='exp-log2')@10, RR, AP, P@5, R@50, Success@5 or \
                        P(rel=2)@5, with any cutoff of 1 or more behind the @";

impl Measure {
    /// nDCG of the first so many solutions, with the grade as gain.
    #[must_use]
    pub const fn ndcg(cutoff: usize) -> Self {
        Self { kind: Kind::Ndcg { exponential: false }, cutoff: Some(cutoff) }
    }

    /// The value of a ranking. `ranked` are the grades of its solutions in their order, 0 for one that
    /// was not judged; `judged` are the grades of all judged solutions, in any order.
    #[must_use]
    pub fn value(&self, ranked: &[i32], judged: &[i32]) -> f64 {
        let first = &ranked[..ranked.len().min(self.cutoff.unwrap_or(usize::MAX))];
        let hits = |least: i32| first.iter().filter(|grade| **grade >= least).count() as f64;
        let useful = |least: i32| judged.iter().filter(|grade| **grade >= least).count() as f64;
        let ranks = |least: i32| {
            (1..).zip(first).filter(move |(_, grade)| **grade >= least).map(|(r, _)| r)
        };
        match self.kind {
            Kind::Ndcg { exponential } => {
                let mut best = judged.to_vec();
                best.sort_unstable_by(|a, b| b.cmp(a));
                best.truncate(self.cutoff.unwrap_or(usize::MAX));
                share(discounted_gain(first, exponential), discounted_gain(&best, exponential))
            }
            Kind::ReciprocalRank { least } => {
                ranks(least).next().map_or(0.0, |rank: u32| 1.0 / f64::from(rank))
            }
            Kind::Precision { least } => share(hits(least), self.cutoff.unwrap_or(1) as f64),
            Kind::Recall { least } => share(hits(least), useful(least)),
            Kind::AveragePrecision { least } => {
                let precisions = (1..).zip(ranks(least));
                let sum =
                    precisions.map(|(hit, rank): (u32, u32)| f64::from(hit) / f64::from(rank));
                share(sum.sum(), useful(least))
            }
            Kind::Success { least } => f64::from(u8::from(ranks(least).next().is_some())),
        }
    }
}

/// A part of a whole; 0 of nothing.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// The sum of the gains of grades in their order, each divided by log₂(rank + 1).
fn discounted_gain(grades: &[i32], exponential: bool) -> f64 {
    let gain = |grade: i32| {
        let grade = f64::from(grade.max(0));
        if exponential { libm::exp2(grade) - 1.0 } else { grade }
    };
    let discounted = |(rank, grade): (u32, &i32)| gain(*grade) / libm::log2(f64::from(rank + 1));
    (1..).zip(grades).map(discounted).sum()
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, least) = match self.kind {
            Kind::Ndcg { exponential: false } => ("nDCG", 1),
            Kind::Ndcg { exponential: true } => ("nDCG(dcg='exp-log2')", 1),
            Kind::ReciprocalRank { least } => ("RR", least),
            Kind::Precision { least } => ("P", least),
            Kind::Recall { least } => ("R", least),
            Kind::AveragePrecision { least } => ("AP", least),
            Kind::Success { least } => ("Success", least),
        };
        f.write_str(name)?;
        if least != 1 {
            write!(f, "(rel={least})")?;
        }
        self.cutoff.map_or(Ok(()), |cutoff| write!(f, "@{cutoff}"))
    }
}

impl FromStr for Measure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text.trim()).ok_or_else(|| Error::option("measures", text, EXPECTED))
    }
}

fn parse(text: &str) -> Option<Measure> {
    let (head, cutoff) = match text.split_once('@') {
        Some((head, cutoff)) => {
            (head, Some(cutoff.parse::<usize>().ok().filter(|cutoff| *cutoff > 0)?))
        }
        None => (text, None),
    };
    let (name, argument) = match head.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')')?.split_once('=')?)),
        None => (head, None),
    };
    let argument =
        argument.map(|(name, value)| (name.trim(), value.trim().trim_matches(['\'', '"'])));
    let least = || match argument {
        None => Some(1),
        Some(("rel", value)) => value.parse::<i32>().ok().filter(|least| *least > 0),
        Some(_) => None,
    };
    let kind = match name.to_ascii_lowercase().as_str() {
        "ndcg" => Kind::Ndcg {
            exponential: match argument {
                None | Some(("dcg", "log2")) => false,
                Some(("dcg", "exp-log2")) => true,
                Some(_) => return None,
            },
        },
        "rr" => Kind::ReciprocalRank { least: least()? },
        "ap" => Kind::AveragePrecision { least: least()? },
        // These mean nothing without a cutoff.
        "p" => Kind::Precision { least: cutoff.and_then(|_| least())? },
        "r" => Kind::Recall { least: cutoff.and_then(|_| least())? },
        "success" => Kind::Success { least: cutoff.and_then(|_| least())? },
        _ => return None,
    };
    Some(Measure { kind, cutoff })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_worked_out_by_hand() {
        let log = |x: f64| x.log2();
        for (name, measure, ranked, judged, expected) in [
            ("best_order", "nDCG@10", &[3, 2, 0][..], &[2, 3][..], 1.0),
            // 2 / log2(2) + 3 / log2(4) of 3 / log2(2) + 2 / log2(3)
            ("two_places_off", "nDCG@10", &[2, 0, 3], &[3, 2], 3.5 / (3.0 + 2.0 / log(3.0))),
            (
                "exponential",
                "nDCG(dcg='exp-log2')@10",
                &[1, 2],
                &[1, 2],
                (1.0 + 3.0 / log(3.0)) / (3.0 + 1.0 / log(3.0)),
            ),
            ("behind_the_cutoff", "nDCG@1", &[0, 3], &[3], 0.0),
            ("more_useful_than_the_cutoff", "nDCG@1", &[2], &[2, 2, 2], 1.0),
            ("below_0_is_no_gain", "nDCG", &[-2, 1], &[-2, 1], 1.0 / log(3.0)),
            ("nothing_useful", "nDCG@10", &[0, 0], &[0], 0.0),
            ("reciprocal_rank", "RR", &[0, 0, 1], &[1], 1.0 / 3.0),
            ("reciprocal_rank_cut", "RR@2", &[0, 0, 1], &[1], 0.0),
            ("reciprocal_rank_of_grade_2", "RR(rel=2)", &[1, 2], &[1, 2], 0.5),
            ("precision_of_a_short_list", "P@5", &[1, 0], &[1], 0.2),
            ("recall", "R@2", &[1, 0, 2], &[1, 2, 2, 0], 1.0 / 3.0),
            ("recall_of_nothing", "R@2", &[0], &[0], 0.0),
            ("average_precision", "AP", &[1, 0, 1], &[1, 1, 1], (1.0 + 2.0 / 3.0) / 3.0),
            ("average_precision_cut", "AP@2", &[1, 0, 1], &[1, 1, 1], 1.0 / 3.0),
            ("success", "Success@2", &[0, 1], &[1], 1.0),
            ("no_success", "Success@1", &[0, 1], &[1], 0.0),
            ("empty_list", "AP", &[], &[1], 0.0),
        ] {
            let found = measure.parse::<Measure>().unwrap().value(ranked, judged);
            assert!((found - expected).abs() < 1e-12, "{name}: {found}, not {expected}");
        }
    }

    #[test]
    fn names_are_read_and_written() {
        for (text, shown) in [
            ("nDCG@10", "nDCG@10"),
            (" ndcg@5 ", "nDCG@5"),
            ("nDCG", "nDCG"),
            ("nDCG(dcg='log2')@3", "nDCG@3"),
            ("nDCG(dcg=\"exp-log2\")@3", "nDCG(dcg='exp-log2')@3"),
            ("P(rel=2)@5", "P(rel=2)@5"),
            ("R(rel=1)@5", "R@5"),
            ("rr", "RR"),
            ("AP@100", "AP@100"),
            ("Success@5", "Success@5"),
        ] {
            assert_eq!(text.parse::<Measure>().unwrap().to_string(), shown, "{text}");
        }
        for wrong in [
            "",
            "nDGC@10",
            "nDCG@0",
            "nDCG@x",
            "P",
            "R",
            "Success",
            "P(rel=0)@5",
            "P(x=1)@5",
            "nDCG(rel=2)@5",
            "P(rel=2@5",
        ] {
            let error = wrong.parse::<Measure>().unwrap_err().to_string();
            assert!(error.starts_with("`measures` cannot be"), "{wrong}: {error}");
            assert!(error.contains("nDCG@10"), "{wrong}: {error}");
        }
    }
}
