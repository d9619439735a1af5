//! How long it takes to share out the solutions of a run: 2,000 challenges with 50 candidates each
//! among 10,000 solutions, three solutions a challenge and one challenge a solution.
//!
//! ```sh
//! cargo bench -p citymatch-benches --bench assign
//! cargo bench -p citymatch-benches --bench assign -- places/crowded
//! ```
//!
//! `plain`: candidates are drawn evenly. `crowded`: 98 of 100 are among the same tenth of the
//! solutions, so that there are fewer solutions than places. Scores are drawn evenly from 0 to 1.
//! The seed is fixed. Times are CPU time of the one thread that works, and have everything in them
//! from ids to the result with its bound and the highest sum of scores. Before a case is timed, its result is checked: it
//! is proven, and in the crowded case under `places` nobody who could have something has nothing, at
//! 99 % of the highest sum.

use std::collections::BTreeSet;
use std::hint::black_box;

use citymatch::assign::{Assign, Assignment, Candidates, Objective};
use cpu_time::ThreadTime;
use criterion::{Criterion, criterion_group, criterion_main};

const CHALLENGES: usize = 2_000;
const SOLUTIONS: u64 = 10_000;
const CANDIDATES: usize = 50;

/// Numbers that look random, the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn score(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The candidates of every challenge. So many of a hundred are among the same tenth.
fn candidates(crowded_percent: u64) -> Candidates {
    let mut random = Random(7);
    let mut candidates = Candidates::new();
    for challenge in 0..CHALLENGES {
        let mut solutions = BTreeSet::new();
        while solutions.len() < CANDIDATES {
            let is_popular = random.next() % 100 < crowded_percent;
            let among = if is_popular { SOLUTIONS / 10 } else { SOLUTIONS };
            solutions.insert(random.next() % among);
        }
        let scored = solutions.into_iter().map(|id| (format!("s{id:05}"), random.score()));
        candidates.push(format!("c{challenge:04}"), scored.collect::<Vec<_>>());
    }
    candidates
}

/// A result that is proven, and spread where that is what is asked for.
fn check(name: &str, objective: Objective, assignment: &Assignment) {
    let gap = assignment.bound() - assignment.value();
    assert!(gap.abs() < 1e-9, "{name}: {gap}");
    if objective == Objective::Places {
        assert!(assignment.unassigned().is_empty(), "{name}");
        assert!(assignment.sum_lost() <= 0.01, "{name}: {}", assignment.sum_lost());
    }
}

fn assign(criterion: &mut Criterion) {
    for (case, crowded_percent) in [("plain", 0), ("crowded", 98)] {
        let candidates = candidates(crowded_percent);
        for objective in [Objective::Places, Objective::Sum, Objective::Worst] {
            let name = format!("assign/{}/{case}/2000x10000x50", objective.name());
            let options = Assign::new().per_challenge(3).objective(objective);
            let solve = || options.solve(&candidates).expect("the limits can be kept");
            check(&name, objective, &solve());
            criterion.bench_function(&name, |bencher| {
                bencher.iter_custom(|times| {
                    let begin = ThreadTime::now();
                    (0..times).for_each(|_| drop(black_box(solve())));
                    begin.elapsed()
                });
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = assign
}
criterion_main!(benches);
