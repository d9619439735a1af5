//! From what a caller gave to a problem: everything is checked here.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;

use crate::assign::candidates::Candidates;
use crate::assign::options::{Assign, DEFAULT_PER_CHALLENGE, DEFAULT_PER_SOLUTION, Pair};
use crate::assign::problem::{Candidate, Floor, Problem, State, number};
use crate::error::Error;
use crate::record::{ChallengeId, SolutionId};

/// The most candidates of a run: positions have 31 bits.
const MOST_CANDIDATES: usize = 1 << 30;

impl<'c> Problem<'c> {
    /// The problem that options and candidates are, or what is wrong with them.
    pub(super) fn new(options: &'c Assign, candidates: &'c Candidates) -> Result<Self, Error> {
        let mut problem = Self::of_candidates(candidates)?;
        problem.objective = options.objective;
        problem.set_places(options)?;
        problem.set_capacities(options)?;
        problem.set_states(options)?;
        problem.set_floors(options)?;
        problem.set_kept(options);
        Ok(problem)
    }

    fn of_candidates(candidates: &'c Candidates) -> Result<Self, Error> {
        let size: usize = candidates.all().iter().map(|one| one.solutions.len()).sum();
        if candidates.is_empty() {
            return Err(Error::option("run", "of 0 challenges", "1 challenge or more"));
        }
        if size.max(candidates.len()) > MOST_CANDIDATES {
            let value = format!("of {size} matches");
            return Err(Error::option("run", value, "at most 2^30 matches"));
        }
        let mut order: Vec<(&ChallengeId, u32)> =
            candidates.all().iter().zip(0..).map(|(one, at)| (&one.challenge, at)).collect();
        order.sort_unstable();
        if let Some(twice) = order.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let value = format!("of challenge {} twice", twice[0].0);
            return Err(Error::option("run", value, "each challenge once"));
        }
        let mut run_order = vec![0; order.len()];
        for (challenge, (_, at)) in order.iter().enumerate() {
            run_order[*at as usize] = number(challenge);
        }
        // Ids are looked up many times: sorting the different ones is the lesser part.
        let mut numbers: HashMap<&SolutionId, u32> = HashMap::with_capacity(size.min(1 << 16));
        for (solution, _) in candidates.all().iter().flat_map(|one| &one.solutions) {
            numbers.insert(solution, 0);
        }
        let mut solutions: Vec<&SolutionId> = numbers.keys().copied().collect();
        solutions.sort_unstable();
        for (solution, at) in solutions.iter().zip(0..) {
            numbers.insert(solution, at);
        }

        let given: Vec<_> = candidates.all().iter().collect();
        let mut start = vec![0];
        let mut all = Vec::with_capacity(size);
        for (challenge, (id, at)) in order.iter().enumerate() {
            let first = all.len();
            for (solution, score) in &given[*at as usize].solutions {
                if !(0.0..=1.0).contains(score) {
                    let name = format!("score of {id} and {solution}");
                    return Err(Error::option(&name, score, "0 to 1"));
                }
                all.push(Candidate {
                    challenge: number(challenge),
                    solution: numbers[solution],
                    score: *score,
                    state: State::Open,
                    kept: false,
                });
            }
            let own = &mut all[first..];
            own.sort_unstable_by(|a, b| {
                b.score.total_cmp(&a.score).then(a.solution.cmp(&b.solution))
            });
            let mut seen: Vec<u32> = own.iter().map(|one| one.solution).collect();
            seen.sort_unstable();
            if let Some(twice) = seen.windows(2).find(|pair| pair[0] == pair[1]) {
                let value = format!("of {id} and {} twice", solutions[twice[0] as usize]);
                return Err(Error::option("run", value, "each pair once"));
            }
            start.push(number(all.len()));
        }
        let (challenges, count) = (order.len(), solutions.len());
        Ok(Self {
            objective: crate::assign::Objective::default(),
            challenges: order.into_iter().map(|(id, _)| id).collect(),
            run_order,
            solutions,
            start,
            candidates: all,
            places: vec![DEFAULT_PER_CHALLENGE; challenges],
            capacity: vec![DEFAULT_PER_SOLUTION; count],
            fixed_of_challenge: vec![0; challenges],
            fixed_of_solution: vec![0; count],
            barred: vec![0; challenges],
            categories: Vec::new(),
            categories_of: vec![Vec::new(); count],
            reserved: vec![Vec::new(); challenges],
            minimums: Vec::new(),
            keeps: false,
        })
    }

    fn set_places(&mut self, options: &Assign) -> Result<(), Error> {
        let most = (0..self.challenges.len()).map(|at| self.range(at).len()).max().unwrap_or(0);
        if let Some(places) = options.per_challenge {
            let name = "per_challenge";
            check_capacity(name, places, most, "the most candidates that a challenge has")?;
            self.places.fill(places);
        } else {
            for (challenge, places) in &options.winners {
                let Ok(at) = self.challenge(challenge) else { continue };
                let name = format!("winners of {challenge}");
                check_capacity(&name, *places, usize::MAX, "")?;
                self.places[at] = *places;
            }
        }
        for (challenge, places) in &options.per_challenge_of {
            let name = format!("per_challenge of {challenge}");
            let at = self.known_challenge(&name, places, challenge)?;
            check_capacity(&name, *places, self.range(at).len(), "the candidates that it has")?;
            self.places[at] = *places;
        }
        // More places than candidates would stay empty.
        for at in 0..self.places.len() {
            self.places[at] = self.places[at].min(number(self.range(at).len())).max(1);
        }
        Ok(())
    }

    fn set_capacities(&mut self, options: &Assign) -> Result<(), Error> {
        let challenges = self.challenges.len();
        let most = "the challenges of the run";
        if let Some(capacity) = options.per_solution {
            check_capacity("per_solution", capacity, challenges, most)?;
            self.capacity.fill(capacity);
        }
        for (solution, capacity) in &options.per_solution_of {
            let name = format!("per_solution of {solution}");
            let Ok(at) = self.solutions.binary_search(&solution) else {
                return Err(Error::option(&name, capacity, "a solution of the run"));
            };
            check_capacity(&name, *capacity, challenges, most)?;
            self.capacity[at] = *capacity;
        }
        Ok(())
    }

    /// Marks pairs that are barred, forbidden and fixed.
    fn set_states(&mut self, options: &Assign) -> Result<(), Error> {
        let mut barred = BTreeSet::new();
        for pair in &options.barred {
            let Ok(challenge) = self.challenge(&pair.0) else { continue };
            if barred.insert(pair) {
                self.barred[challenge] += 1;
                if let Some(at) = self.find(challenge, &pair.1) {
                    self.candidates[at].state = State::Barred;
                }
            }
        }
        for pair in &options.forbid {
            let challenge = self.known_challenge("forbid", &written(pair), &pair.0)?;
            let candidate = self.find(challenge, &pair.1);
            if let Some(at) = candidate.filter(|at| self.candidates[*at].state == State::Open) {
                self.candidates[at].state = State::Forbidden;
            }
        }
        for pair in &options.fix {
            let challenge = self.known_challenge("fix", &written(pair), &pair.0)?;
            let wrong = |expected: &str| Err(Error::option("fix", written(pair), expected));
            if barred.contains(pair) {
                return wrong("a pair that is not barred");
            }
            let Some(at) = self.find(challenge, &pair.1) else {
                return wrong(
                    "a pair of the run: this solution is not among the matches of the challenge, \
                     because a rule bars it or `limit` cut it off",
                );
            };
            match self.candidates[at].state {
                State::Open => self.candidates[at].state = State::Fixed,
                State::Fixed => return wrong("each pair once"),
                State::Forbidden => return wrong("a pair that `forbid` does not name"),
                State::Barred => return wrong("a pair that is not barred"),
            }
            self.fixed_of_challenge[challenge] += 1;
            self.fixed_of_solution[self.candidates[at].solution as usize] += 1;
        }
        Ok(())
    }

    /// Notes the minimums and the reserved places, with the categories that they speak of.
    fn set_floors(&mut self, options: &'c Assign) -> Result<(), Error> {
        let mut named: BTreeSet<&str> = BTreeSet::new();
        let reserve = options.reserve.iter().map(|(name, places)| ("reserve", name, *places));
        let minimum = options.minimum.iter().map(|(name, places)| ("minimum", name, *places));
        let mut seen = BTreeSet::new();
        for (option, name, places) in reserve.chain(minimum) {
            Self::check_floor(option, name, places, options)?;
            if !seen.insert((option, name)) {
                let value = format!("{name}: {places}");
                return Err(Error::option(option, value, "each category once"));
            }
            named.insert(name);
        }
        let mut own: BTreeMap<(usize, &str), u32> = BTreeMap::new();
        for (challenge, name, places) in &options.reserve_for {
            let value = format!("{challenge}: {name}: {places}");
            let at = self.known_challenge("reserve_for", &value, challenge)?;
            Self::check_floor("reserve_for", name, (*places).max(1), options)?;
            if own.insert((at, name), *places).is_some() {
                let expected = "each category of a challenge once";
                return Err(Error::option("reserve_for", value, expected));
            }
            named.insert(name);
        }

        self.categories = named.into_iter().collect();
        for (category, name) in self.categories.iter().zip(0..) {
            let members = &options.categories[*category];
            for member in members {
                if let Ok(at) = self.solutions.binary_search(&member) {
                    self.categories_of[at].push(name);
                }
            }
        }
        for categories in &mut self.categories_of {
            categories.dedup();
        }
        for (category, name) in (0..).zip(&self.categories) {
            let same = |(given, _): &&(String, u32)| given == name;
            let of_all = options.reserve.iter().find(same).map_or(0, |(_, places)| *places);
            for (at, reserved) in self.reserved.iter_mut().enumerate() {
                let places = own.get(&(at, *name)).copied().unwrap_or(of_all);
                if places > 0 {
                    reserved.push(Floor { category, places });
                }
            }
            if let Some((_, places)) = options.minimum.iter().find(same) {
                self.minimums.push(Floor { category, places: *places });
            }
        }
        Ok(())
    }

    fn check_floor(option: &str, name: &str, places: u32, options: &Assign) -> Result<(), Error> {
        if !options.categories.contains_key(name) {
            let known: Vec<&str> = options.categories.keys().map(String::as_str).collect();
            let expected = if known.is_empty() {
                "a category that `category` names".to_owned()
            } else {
                format!("one of the categories {}", known.join(", "))
            };
            return Err(Error::option(option, name, &expected));
        }
        if places == 0 {
            return Err(Error::option(option, format!("{name}: 0"), "1 place or more"));
        }
        Ok(())
    }

    fn set_kept(&mut self, options: &Assign) {
        for (challenge, solution) in options.keep.iter().flatten() {
            if let Ok(challenge) = self.challenge(challenge)
                && let Some(at) = self.find(challenge, solution)
            {
                self.candidates[at].kept = true;
                self.keeps = true;
            }
        }
    }

    /// The number of a challenge.
    fn challenge(&self, id: &ChallengeId) -> Result<usize, usize> {
        self.challenges.binary_search(&id)
    }

    /// The number of a challenge that an option names.
    fn known_challenge(
        &self,
        option: &str,
        value: &impl Display,
        id: &ChallengeId,
    ) -> Result<usize, Error> {
        let expected = format!("a challenge of the run, which has no {id}");
        self.challenge(id).map_err(|_| Error::option(option, value, &expected))
    }

    /// The position of a pair among the candidates.
    fn find(&self, challenge: usize, solution: &SolutionId) -> Option<usize> {
        let solution = number(self.solutions.binary_search(&solution).ok()?);
        self.range(challenge).find(|at| self.candidates[*at].solution == solution)
    }
}

fn check_capacity(name: &str, value: u32, most: usize, why: &str) -> Result<(), Error> {
    // Where there is nothing to choose from, nothing is asked of the numbers.
    let most = if most == 0 { usize::MAX } else { most };
    let expected =
        if most == usize::MAX { "1 or more".to_owned() } else { format!("1 to {most}, {why}") };
    let fits = value > 0 && value as usize <= most;
    if fits { Ok(()) } else { Err(Error::option(name, value, &expected)) }
}

/// A pair as errors write it.
fn written(pair: &Pair) -> String {
    format!("{} → {}", pair.0, pair.1)
}
