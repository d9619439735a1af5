//! The judged pairs of one challenge, as rows of numbers.

use super::features::{ChallengeFeatures, Features};
use super::parameters::{Parameters, raw_score};
use crate::evaluate::{Judgements, Measure};
use crate::record::SolutionId;

/// The pairs of one challenge whose grades are known.
pub(super) struct Group<'f> {
    pub(super) challenge: &'f ChallengeFeatures,
    /// By how much the midpoint of the logistic is higher for this challenge than for a short question.
    pub(super) shift: f64,
    pub(super) rows: Vec<Row<'f>>,
    /// The grades of all judged solutions, those outside of the run too.
    judged: Vec<i32>,
}

/// A pair with its grade, 0 or more.
pub(super) struct Row<'f> {
    pub(super) solution: &'f SolutionId,
    pub(super) values: Vec<f64>,
    pub(super) grade: i32,
}

impl Group<'_> {
    /// Whether one of its pairs was judged better than another, so that its order teaches something.
    pub(super) fn teaches(&self) -> bool {
        self.rows.windows(2).any(|pair| pair[0].grade != pair[1].grade)
    }

    /// nDCG@10 of the order under some factors; equal scores are ordered by id.
    pub(super) fn ndcg(&self, factors: &[f64]) -> f64 {
        let mut order: Vec<(f64, &Row<'_>)> =
            self.rows.iter().map(|row| (raw_score(&row.values, factors), row)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.solution.cmp(b.1.solution)));
        let ranked: Vec<i32> = order.iter().map(|(_, row)| row.grade).collect();
        MEASURE.value(&ranked, &self.judged)
    }
}

/// By what gains are measured.
pub(super) const MEASURE: Measure = Measure::ndcg(10);

/// The groups of a run: those of its challenges that were judged, in the order of the run. Grades
/// below 0 are 0. Pairs without a grade have the grade `unjudged`, or are left out.
pub(super) fn groups<'f>(
    features: &'f Features,
    parameters: &Parameters,
    judgements: &Judgements,
    unjudged: Option<i32>,
) -> Vec<Group<'f>> {
    let calibration = features.calibration();
    let broad = calibration.long_midpoint - calibration.midpoint;
    let group = |challenge: &'f ChallengeFeatures| {
        let grades = judgements.of(&challenge.challenge_id)?;
        let row = |pair: &'f super::features::PairFeatures| {
            let grade = grades.get(&pair.solution_id).copied().or(unjudged)?.max(0);
            Some(Row { solution: &pair.solution_id, values: parameters.row(pair), grade })
        };
        Some(Group {
            challenge,
            shift: challenge.breadth * broad,
            rows: challenge.pairs.iter().filter_map(row).collect(),
            judged: grades.values().copied().collect(),
        })
    };
    features.challenges().iter().filter_map(group).collect()
}
