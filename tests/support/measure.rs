//! nDCG, as trec_eval computes it.

use crate::collection::Qrels;

/// The mean nDCG@10 over the judged challenges: linear gain, log2 discount; a challenge without a
/// result counts 0.
///
/// `ranked` gives the solutions of a challenge, best first.
#[must_use]
pub fn ndcg_at_10<S: AsRef<str>>(qrels: &Qrels, mut ranked: impl FnMut(&str) -> Vec<S>) -> f64 {
    let discount = |rank: u32| 1.0 / f64::from(rank + 1).log2();
    let (mut sum, mut judged) = (0.0, 0_u32);
    for (challenge, grades) in qrels {
        let mut ideal: Vec<u32> = grades.values().copied().filter(|grade| *grade > 0).collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let ideal: f64 =
            (1..=10).zip(ideal).map(|(rank, grade)| f64::from(grade) * discount(rank)).sum();
        if ideal > 0.0 {
            judged += 1;
            let found = ranked(challenge);
            let gains =
                found.iter().map(|id| f64::from(grades.get(id.as_ref()).copied().unwrap_or(0)));
            sum +=
                (1..=10).zip(gains).map(|(rank, gain)| gain * discount(rank)).sum::<f64>() / ideal;
        }
    }
    sum / f64::from(judged)
}
