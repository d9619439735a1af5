//! One solution for each challenge, so that the worst-off one is as well off as can be, then the
//! next one.

mod exchange;

use std::ops::Range;

use crate::assign::leximin::exchange::Search;
use crate::assign::problem::number;
use crate::error::Error;
use crate::progress::Progress;

/// A solution that a challenge may get.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wish {
    pub(super) solution: u32,
    pub(super) score: f64,
}

/// No wish: the challenge has nothing.
const NOTHING: u32 = u32::MAX;

/// Which wish each challenge gets, if any: of all ways to share out the solutions, the one whose
/// scores, sorted from the lowest, are the highest at the first that differs. Nothing is lower than
/// any score.
///
/// The levels of score are gone through from the lowest, which is to have nothing. At each the
/// number of challenges that are at it is made as small as can be; with that, everything that is
/// not part of a way to have that number is ruled out for good (the optimal face: Burkard and Rendl
/// 1991). So later levels cannot undo it.
///
/// `wishes` are those of each challenge, best first, and `left` how often each solution can be
/// given.
pub(super) fn leximin(
    wishes: &[Vec<Wish>],
    left: &[u32],
    progress: &Progress,
) -> Result<Vec<Option<usize>>, Error> {
    let mut graph = Graph::new(wishes, left);
    // The level of nothing, then those of the scores.
    graph.lower(Level::Nothing, progress)?;
    let mut order: Vec<u32> = (0..number(graph.wishes.len())).collect();
    let score = |wish: &u32| graph.wishes[*wish as usize].score;
    order.sort_by(|a, b| score(a).total_cmp(&score(b)));
    let levels: Vec<&[u32]> =
        order.chunk_by(|a, b| score(a).total_cmp(&score(b)).is_eq()).collect();
    for level in levels {
        graph.lower(Level::Score(level), progress)?;
    }
    progress.add(wishes.len());
    let wish = |challenge: usize| {
        let wish = graph.has[challenge];
        (wish != NOTHING).then(|| (wish - graph.start[challenge]) as usize)
    };
    Ok((0..wishes.len()).map(wish).collect())
}

/// What challenges are at: a wish of one of these, or nothing.
#[derive(Clone, Copy)]
enum Level<'l> {
    Nothing,
    Score(&'l [u32]),
}

/// Challenges, solutions and the root, with what may still change between them.
///
/// Nodes are numbered in this order. Challenge → solution: it may get it; → root: it may have
/// nothing. Solution → root: it may go to one more challenge; root → solution: to one fewer.
struct Graph {
    challenges: usize,
    /// Where the wishes of each challenge begin, and behind the last one.
    start: Vec<u32>,
    wishes: Vec<Wish>,
    owner: Vec<u32>,
    /// The wishes for each solution.
    wanted: Vec<Vec<u32>>,
    left: Vec<u32>,
    /// What each challenge has: a wish or nothing.
    has: Vec<u32>,
    /// The wishes that each solution is given for.
    given: Vec<Vec<u32>>,
    /// By wish: may it be given. What is given may always be taken back: it is part of a way to
    /// have so few challenges at each level, so that it never costs anything against potentials.
    may_give: Vec<bool>,
    /// By challenge: may it have nothing.
    may_lose: Vec<bool>,
    /// By solution: may it go to one more challenge; to one fewer.
    may_fill: Vec<bool>,
    may_free: Vec<bool>,
    /// What the wishes of the level cost, and nothing for each challenge: 0 or 1.
    cost: Vec<i64>,
    cost_of_nothing: Vec<i64>,
    /// The potentials of the level, and the nodes where they are not 0.
    potential: Vec<i64>,
    moved: Vec<u32>,
    search: Search,
}

impl Graph {
    fn new(wishes: &[Vec<Wish>], left: &[u32]) -> Self {
        let mut start = vec![0];
        let mut owner = Vec::new();
        let mut wanted = vec![Vec::new(); left.len()];
        for (challenge, own) in wishes.iter().enumerate() {
            for wish in own {
                wanted[wish.solution as usize].push(number(owner.len()));
                owner.push(number(challenge));
            }
            start.push(number(owner.len()));
        }
        let wishes: Vec<Wish> = wishes.iter().flatten().copied().collect();
        let (challenges, solutions, count) = (start.len() - 1, left.len(), wishes.len());
        let nodes = challenges + solutions + 1;
        Self {
            challenges,
            start,
            wishes,
            owner,
            wanted,
            left: left.to_vec(),
            has: vec![NOTHING; challenges],
            given: vec![Vec::new(); solutions],
            may_give: vec![true; count],
            may_lose: vec![true; challenges],
            may_fill: vec![true; solutions],
            may_free: vec![true; solutions],
            cost: vec![0; count],
            cost_of_nothing: vec![0; challenges],
            potential: vec![0; nodes],
            moved: Vec::new(),
            search: Search::new(nodes),
        }
    }

    fn root(&self) -> u32 {
        number(self.challenges + self.left.len())
    }

    fn solution_node(&self, solution: u32) -> u32 {
        number(self.challenges) + solution
    }

    fn own(&self, challenge: usize) -> Range<u32> {
        self.start[challenge]..self.start[challenge + 1]
    }

    /// Makes the number of challenges at a level as small as can be, and rules out what would make
    /// it larger.
    fn lower(&mut self, level: Level<'_>, progress: &Progress) -> Result<(), Error> {
        let at_level: Vec<u32> = match level {
            Level::Nothing => (0..number(self.challenges))
                .filter(|challenge| self.has[*challenge as usize] == NOTHING)
                .collect(),
            Level::Score(wishes) => {
                let own = wishes.iter().filter(|wish| self.is_given(**wish));
                own.map(|wish| self.owner[*wish as usize]).collect()
            }
        };
        if at_level.is_empty() {
            self.rule_out(level);
            return Ok(());
        }
        self.set_costs(level);
        for challenge in at_level {
            progress.check()?;
            self.lift(challenge, level);
        }
        self.settle(level);
        Ok(())
    }

    fn is_given(&self, wish: u32) -> bool {
        self.has[self.owner[wish as usize] as usize] == wish
    }

    /// Nobody is at the level, and nobody will be.
    fn rule_out(&mut self, level: Level<'_>) {
        match level {
            Level::Nothing => self.may_lose.fill(false),
            Level::Score(wishes) => {
                for wish in wishes {
                    self.may_give[*wish as usize] = false;
                }
            }
        }
    }

    /// What is at the level costs 1, as soon as it is looked at; what is not yet there, at once.
    fn set_costs(&mut self, level: Level<'_>) {
        match level {
            Level::Nothing => {
                for challenge in 0..self.challenges {
                    let is_there = self.has[challenge] == NOTHING;
                    self.cost_of_nothing[challenge] = i64::from(!is_there);
                }
            }
            Level::Score(wishes) => {
                for wish in wishes {
                    self.cost[*wish as usize] = i64::from(!self.is_given(*wish));
                }
            }
        }
    }

    /// Takes a challenge from the level, if no other one comes to it for that; or else moves the
    /// potentials of all that it could reach, which proves that none can be taken.
    fn lift(&mut self, challenge: u32, level: Level<'_>) {
        let at = challenge as usize;
        let wish = self.has[at];
        let (is_there, target) = match level {
            Level::Nothing => {
                let is_there = wish == NOTHING && self.cost_of_nothing[at] == 0;
                self.cost_of_nothing[at] = 1;
                (is_there, self.root())
            }
            Level::Score(wishes) => {
                // An exchange for another challenge may have moved this one meanwhile.
                let own = wishes.iter().filter(|wish| self.owner[**wish as usize] == challenge);
                let own: Vec<u32> = own.copied().collect();
                let is_there = own.contains(&wish) && self.cost[wish as usize] == 0;
                for wish in own {
                    self.cost[wish as usize] = 1;
                }
                let solution = if is_there { self.wishes[wish as usize].solution } else { 0 };
                (is_there, self.solution_node(solution))
            }
        };
        if !is_there {
            return;
        }
        if self.find(challenge, target) {
            self.exchange(challenge, target);
            return;
        }
        for node in &self.search.queue {
            if self.potential[*node as usize] == 0 {
                self.moved.push(*node);
            }
            self.potential[*node as usize] -= 1;
        }
    }

    /// What giving a wish costs against the potentials. Taking it back costs the opposite.
    fn loss_of_giving(&self, wish: u32) -> i64 {
        let solution = self.solution_node(self.wishes[wish as usize].solution);
        let challenge = self.owner[wish as usize];
        self.cost[wish as usize] + self.fall(challenge, solution)
    }

    /// What it costs that a challenge loses what it has; gaining something costs the opposite.
    fn loss_of_losing(&self, challenge: usize) -> i64 {
        self.cost_of_nothing[challenge] + self.fall(number(challenge), self.root())
    }

    /// What one more challenge of a solution costs; one fewer costs the opposite.
    fn loss_of_filling(&self, solution: usize) -> i64 {
        self.fall(self.solution_node(number(solution)), self.root())
    }

    fn fall(&self, from: u32, to: u32) -> i64 {
        self.potential[from as usize] - self.potential[to as usize]
    }

    /// Rules out all that would cost something at this level, and forgets the level.
    fn settle(&mut self, level: Level<'_>) {
        for at in 0..self.moved.len() {
            let node = self.moved[at];
            if node == self.root() {
                (0..self.challenges).for_each(|challenge| self.settle_nothing(challenge));
                (0..self.left.len()).for_each(|solution| self.settle_slots(solution));
            } else if (node as usize) < self.challenges {
                self.own(node as usize).for_each(|wish| self.settle_wish(wish));
                self.settle_nothing(node as usize);
            } else {
                let solution = node as usize - self.challenges;
                for at in 0..self.wanted[solution].len() {
                    self.settle_wish(self.wanted[solution][at]);
                }
                self.settle_slots(solution);
            }
        }
        match level {
            Level::Nothing => {
                (0..self.challenges).for_each(|challenge| self.settle_nothing(challenge));
                self.cost_of_nothing.fill(0);
            }
            Level::Score(wishes) => {
                for wish in wishes {
                    self.settle_wish(*wish);
                }
                for wish in wishes {
                    self.cost[*wish as usize] = 0;
                }
            }
        }
        for node in self.moved.drain(..) {
            self.potential[node as usize] = 0;
        }
    }

    fn settle_wish(&mut self, wish: u32) {
        let costs_nothing = self.is_given(wish) || self.loss_of_giving(wish) <= 0;
        self.may_give[wish as usize] &= costs_nothing;
    }

    fn settle_nothing(&mut self, challenge: usize) {
        let costs_nothing = self.has[challenge] == NOTHING || self.loss_of_losing(challenge) <= 0;
        self.may_lose[challenge] &= costs_nothing;
    }

    fn settle_slots(&mut self, solution: usize) {
        let loss = self.loss_of_filling(solution);
        let given = number(self.given[solution].len());
        self.may_fill[solution] &= loss <= 0 || given == self.left[solution];
        self.may_free[solution] &= loss >= 0 || given == 0;
    }
}
