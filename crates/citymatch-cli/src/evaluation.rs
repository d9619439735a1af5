//! How well matches agree with judgements: qrels and nDCG.

use std::collections::BTreeMap;

use citymatch::evaluate::Measure;

/// Judgements: the grade of each solution that has one, by challenge. A solution that is not listed
/// has grade 0.
pub(crate) type Grades = BTreeMap<String, BTreeMap<String, i32>>;

/// Reads judgements in the TREC format, one per line: `challenge 0 solution grade`. Other lines are
/// skipped.
pub(crate) fn read_qrels(text: &str) -> Grades {
    let mut grades = Grades::new();
    for line in text.lines() {
        if let [challenge, _, solution, grade] = line.split_whitespace().collect::<Vec<_>>()[..]
            && let Ok(grade) = grade.parse()
        {
            grades.entry(challenge.to_owned()).or_default().insert(solution.to_owned(), grade);
        }
    }
    grades
}

/// Normalised discounted cumulative gain of the first `cutoff` solutions, as `trec_eval` computes
/// it: the gain of a solution is its grade, the discount at a rank is log2(rank + 1), and the best
/// order of all graded solutions has 1. `None` if no solution has a grade above 0.
pub(crate) fn ndcg(
    ranked: impl IntoIterator<Item = i32>,
    graded: impl IntoIterator<Item = i32>,
    cutoff: usize,
) -> Option<f64> {
    let (ranked, graded): (Vec<i32>, Vec<i32>) =
        (ranked.into_iter().collect(), graded.into_iter().collect());
    let is_graded = graded.iter().any(|grade| *grade > 0);
    is_graded.then(|| Measure::ndcg(cutoff).value(&ranked, &graded))
}

/// A mean over challenges. Those without a graded solution are left out, and counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mean {
    sum: f64,
    /// The number of challenges that the mean is taken over.
    pub(crate) challenges: usize,
    /// The number of challenges without a graded solution.
    pub(crate) left_out: usize,
}

impl Mean {
    pub(crate) fn push(&mut self, value: Option<f64>) {
        match value {
            Some(value) => {
                self.sum += value;
                self.challenges += 1;
            }
            None => self.left_out += 1,
        }
    }

    /// The mean; `None` if there is no challenge to take it over.
    pub(crate) fn value(self) -> Option<f64> {
        (self.challenges > 0).then(|| self.sum / self.challenges as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ndcg_of_known_lists() {
        // (2 / log2(2) + 3 / log2(4)) / (3 / log2(2) + 2 / log2(3)) = 3.5 / 4.261860
        let swapped = 3.5 / (3.0 + 2.0 / 3.0_f64.log2());
        for (name, ranked, graded, cutoff, expected) in [
            ("best_order", &[3, 2, 0][..], &[2, 3][..], 10, Some(1.0)),
            ("two_places_off", &[2, 0, 3], &[3, 2], 10, Some(swapped)),
            ("nothing_found", &[0, 0], &[3], 10, Some(0.0)),
            ("found_behind_the_cutoff", &[0, 3], &[3], 1, Some(0.0)),
            ("more_graded_than_the_cutoff", &[2], &[2, 2, 2], 1, Some(1.0)),
            ("nothing_graded", &[0, 0], &[], 10, None),
            ("graded_0", &[0], &[0], 10, None),
        ] {
            let found = ndcg(ranked.iter().copied(), graded.iter().copied(), cutoff);
            assert_eq!(
                found.map(|value| (value * 1e9).round()),
                expected.map(|value| (value * 1e9).round()),
                "{name}"
            );
        }
    }

    #[test]
    fn a_mean_leaves_out_what_cannot_be_judged() {
        let mut mean = Mean::default();
        assert_eq!(mean.value(), None);
        for value in [Some(0.5), None, Some(1.0)] {
            mean.push(value);
        }
        assert_eq!((mean.value(), mean.challenges, mean.left_out), (Some(0.75), 2, 1));
    }

    #[test]
    fn judgements_are_read_line_by_line() {
        let grades = read_qrels("c1 0 s1 3\n\nc1 0 s2 1\nc2\t0\ts1\t2\nnonsense\n");
        assert_eq!(grades.len(), 2);
        assert_eq!((grades["c1"]["s1"], grades["c1"]["s2"], grades["c2"]["s1"]), (3, 1, 2));
    }
}
