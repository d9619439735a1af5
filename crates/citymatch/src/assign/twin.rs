//! The definition, by trying every set of pairs: what the search is held against.

use std::collections::BTreeMap;

use crate::assign::candidates::Candidates;
use crate::assign::options::Assign;
use crate::assign::{DEFAULT_PER_CHALLENGE, DEFAULT_PER_SOLUTION, Objective};
use crate::record::{ChallengeId, SolutionId};

/// What trying everything has found.
#[derive(Debug, Default)]
pub(super) struct Best {
    /// The fewest places that are missing.
    pub(super) missing: u32,
    /// The most challenges that can have something, where they go first; with so many, the most
    /// pairs that can be kept; with so many, the highest value. None if places are missing.
    pub(super) key: Option<(usize, usize, f64)>,
    /// The highest sum of scores, whatever is kept.
    pub(super) sum: f64,
    /// The scores of first places from the lowest, the highest ones at the first that differs;
    /// nothing is −1.
    pub(super) firsts: Vec<f64>,
}

type Pair<'c> = (&'c ChallengeId, &'c SolutionId, f64);

/// Tries every set of pairs. For options that are right, and few pairs.
pub(super) fn best(options: &Assign, candidates: &Candidates) -> Best {
    let given = candidates.all().iter();
    let pairs = given.flat_map(|one| {
        one.solutions.iter().map(|(solution, score)| (&one.challenge, solution, *score))
    });
    let named = |list: &[(ChallengeId, SolutionId)], pair: &Pair<'_>| {
        list.iter().any(|named| (&named.0, &named.1) == (pair.0, pair.1))
    };
    let open = pairs.filter(|pair| !named(&options.forbid, pair) && !named(&options.barred, pair));
    let (fixed, open): (Vec<Pair<'_>>, Vec<Pair<'_>>) =
        open.partition(|pair| named(&options.fix, pair));
    let mut twin =
        Twin { options, candidates, best: Best { missing: u32::MAX, ..Best::default() } };
    let mut chosen = fixed;
    if twin.fits(&chosen) {
        twin.go_on(&open, &mut chosen);
    }
    twin.best
}

struct Twin<'t> {
    options: &'t Assign,
    candidates: &'t Candidates,
    best: Best,
}

impl<'t> Twin<'t> {
    /// With the first open pair and without it.
    fn go_on(&mut self, open: &[Pair<'t>], chosen: &mut Vec<Pair<'t>>) {
        let Some((first, rest)) = open.split_first() else {
            self.look_at(chosen);
            return;
        };
        chosen.push(*first);
        if self.fits(chosen) {
            self.go_on(rest, chosen);
        }
        chosen.pop();
        self.go_on(rest, chosen);
    }

    fn places(&self, challenge: &ChallengeId) -> u32 {
        let options = self.options;
        let own = options.per_challenge_of.get(challenge).copied().or(options.per_challenge);
        own.or_else(|| options.winners.get(challenge).copied()).unwrap_or(DEFAULT_PER_CHALLENGE)
    }

    fn capacity(&self, solution: &SolutionId) -> u32 {
        let own = self.options.per_solution_of.get(solution).copied();
        own.or(self.options.per_solution).unwrap_or(DEFAULT_PER_SOLUTION)
    }

    /// Whether no challenge and no solution has too many.
    fn fits(&self, chosen: &[Pair<'t>]) -> bool {
        let mut places: BTreeMap<&ChallengeId, u32> = BTreeMap::new();
        let mut uses: BTreeMap<&SolutionId, u32> = BTreeMap::new();
        for (challenge, solution, _) in chosen {
            *places.entry(challenge).or_default() += 1;
            *uses.entry(solution).or_default() += 1;
        }
        places.iter().all(|(id, count)| *count <= self.places(id))
            && uses.iter().all(|(id, count)| *count <= self.capacity(id))
    }

    fn is_in(&self, solution: &SolutionId, category: &str) -> bool {
        self.options.categories.get(category).is_some_and(|members| members.contains(solution))
    }

    fn missing(&self, chosen: &[Pair<'t>]) -> u32 {
        let options = self.options;
        let mut missing = 0;
        for (category, places) in &options.minimum {
            let reached = chosen.iter().filter(|pair| self.is_in(pair.1, category)).count();
            missing += places.saturating_sub(u32::try_from(reached).unwrap());
        }
        for own in self.candidates.all() {
            for category in options.categories.keys() {
                let one = options.reserve_for.iter();
                let one = one.filter(|(id, name, _)| *id == own.challenge && name == category);
                let all = options.reserve.iter().filter(|(name, _)| name == category);
                let places = one.map(|(_, _, places)| *places).next();
                let places = places.or_else(|| all.map(|(_, places)| *places).next()).unwrap_or(0);
                let reached = chosen.iter().filter(|(challenge, solution, _)| {
                    **challenge == own.challenge && self.is_in(solution, category)
                });
                missing += places.saturating_sub(u32::try_from(reached.count()).unwrap());
            }
        }
        missing
    }

    fn look_at(&mut self, chosen: &[Pair<'t>]) {
        let missing = self.missing(chosen);
        self.best.missing = self.best.missing.min(missing);
        if missing > 0 {
            return;
        }
        let sum: f64 = chosen.iter().map(|pair| pair.2).sum();
        let mut value = sum;
        let mut firsts = Vec::new();
        for own in self.candidates.all() {
            let mine = chosen.iter().filter(|pair| *pair.0 == own.challenge);
            let scores: Vec<f64> = mine.map(|pair| pair.2).collect();
            if self.options.objective == Objective::Places {
                for place in 1..=scores.len() {
                    value += match place {
                        1 => self.candidates.len() as f64,
                        place => 1.0 / (place * place) as f64,
                    };
                }
            }
            firsts.push(scores.into_iter().fold(-1.0, f64::max));
        }
        let keep = self.options.keep.iter().flatten();
        let kept =
            keep.filter(|kept| chosen.iter().any(|pair| (pair.0, pair.1) == (&kept.0, &kept.1)));
        let served = firsts.iter().filter(|first| **first >= 0.0).count();
        let served = if self.options.objective == Objective::Sum { 0 } else { served };
        let key = (served, kept.count(), value);
        self.best.key = self.best.key.filter(|best| *best >= key).or(Some(key));
        self.best.sum = self.best.sum.max(sum);
        firsts.sort_by(f64::total_cmp);
        if self.best.firsts.is_empty() || firsts > self.best.firsts {
            self.best.firsts = firsts;
        }
    }
}
