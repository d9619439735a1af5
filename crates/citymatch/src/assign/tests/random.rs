//! Small cases with constraints of every kind.

use crate::assign::{Assign, Candidates, Objective};

/// Numbers that look random, the same for the same seed (splitmix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 to below a limit.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(self.next() % u64::from(limit)).unwrap()
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// A score: of five values, so that there are ties, or of many.
    fn score(&mut self, coarse: bool) -> f64 {
        if coarse {
            f64::from(self.below(5)) / 4.0
        } else {
            f64::from(self.below(1 << 20)) / f64::from(1 << 20)
        }
    }
}

/// A small case with constraints of every kind.
pub(super) fn random_case(seed: u64, objective: Objective) -> (Assign, Candidates) {
    let mut random = Random(seed);
    let (challenges, solutions) = (1 + random.below(4), 1 + random.below(5));
    let coarse = random.percent(40);
    let mut candidates = Candidates::new();
    let mut pairs = Vec::new();
    for challenge in (0..challenges).rev() {
        let mut own = Vec::new();
        for solution in 0..solutions {
            if random.percent(60) {
                own.push((format!("s{solution}"), random.score(coarse)));
                pairs.push((format!("c{challenge}"), format!("s{solution}")));
            }
        }
        candidates.push(format!("c{challenge}"), own);
    }
    let most = candidates.all().iter().map(|one| one.solutions.len()).max().unwrap_or(0);
    let most = u32::try_from(most).unwrap();
    let mut assign = Assign::new().objective(objective);
    match random.below(3) {
        0 if most > 0 => assign = assign.per_challenge(1 + random.below(most)),
        1 => assign = assign.winners((0..challenges).map(|id| (format!("c{id}"), 1 + id % 3))),
        _ => {}
    }
    if random.percent(60) {
        assign = assign.per_solution(1 + random.below(challenges));
    }
    if random.percent(20)
        && let Some((_, solution)) = pairs.first()
    {
        assign = assign.per_solution_of(solution.as_str(), 1 + random.below(challenges));
    }
    let some = |random: &mut Random, percent| {
        let chosen = pairs.iter().filter(|_| random.percent(percent)).cloned();
        chosen.collect::<Vec<_>>()
    };
    let forbidden = if random.percent(40) { some(&mut random, 20) } else { Vec::new() };
    if random.percent(30) {
        let mut fixed = some(&mut random, 10);
        fixed.retain(|pair| !forbidden.contains(pair));
        assign = assign.fix(fixed);
    }
    assign = assign.forbid(forbidden);
    if random.percent(40) {
        assign = assign.keep_pairs(some(&mut random, 40));
    }
    if objective != Objective::Worst && random.percent(60) {
        assign = with_floors(assign, &mut random, challenges, solutions);
    }
    (assign, candidates)
}

fn with_floors(mut assign: Assign, random: &mut Random, challenges: u32, solutions: u32) -> Assign {
    let overlap = random.percent(50);
    let names = ["ngo", "city", "water"];
    let mut members = vec![Vec::new(); names.len()];
    for solution in 0..solutions {
        for (at, members) in members.iter_mut().enumerate() {
            let is_own = if overlap { random.percent(50) } else { solution as usize % 4 == at };
            if is_own {
                members.push(format!("s{solution}"));
            }
        }
    }
    for (name, members) in names.iter().zip(members) {
        assign = assign.category(*name, members);
        if random.percent(40) {
            assign = assign.minimum(*name, 1 + random.below(2));
        }
        if random.percent(20) {
            assign = assign.reserve(*name, 1);
        }
        if random.percent(20) {
            let challenge = format!("c{}", random.below(challenges));
            assign = assign.reserve_for(challenge, *name, random.below(2));
        }
    }
    assign
}
