//! A problem as a network of a flow.

use std::ops::Range;

use crate::assign::gain::{Gain, ONE, to_parts};
use crate::assign::objective::Objective;
use crate::assign::problem::{Problem, State, count, number};

/// No node, no arc.
pub(super) const NONE: u32 = u32::MAX;

/// A problem as a network. A unit of flow is a pair: it runs from the root through the challenge and
/// the solution back to the root.
///
/// ```text
/// root ─ a place's bonus ─▶ row ─ score ─▶ solution ─ capacity ─▶ root
///
/// root ─▶ hub ─ reserved ─▶ row (of one category) ─▶ solution ─▶ group ─ minimum ─▶ root
/// ```
///
/// A challenge is a row, which has an arc to each of its candidates. One with reserved places is a
/// hub with a row for each of their categories and one for the rest. A category with a minimum is a
/// group. Units that have to be there gain [`must`](Self::must), which is more than anything else
/// that can be gained together.
#[derive(Debug)]
pub(super) struct Network<G> {
    pub(super) rows: Vec<Row>,
    pub(super) arcs: Vec<PairArc<G>>,
    pub(super) hubs: Vec<Hub>,
    /// By challenge.
    pub(super) entries: Vec<Entry>,
    /// By solution.
    pub(super) exits: Vec<Exit>,
    pub(super) groups: Vec<Group>,
    /// What a place adds, by its position from 0.
    pub(super) bonus: Vec<G>,
    /// What a unit gains that has to be there.
    pub(super) must: G,
}

/// The candidates of a challenge, or those of one category.
#[derive(Debug)]
pub(super) struct Row {
    /// Its arcs, by descending gain.
    pub(super) first_arc: u32,
    pub(super) end_arc: u32,
    pub(super) challenge: u32,
    /// The hub before it, or `NONE`.
    pub(super) hub: u32,
    /// How many units have to run through it.
    pub(super) reserved: u32,
}

/// A candidate.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairArc<G> {
    pub(super) row: u32,
    pub(super) solution: u32,
    pub(super) gain: G,
    /// Its position in the problem.
    pub(super) candidate: u32,
}

/// A challenge with reserved places.
#[derive(Debug)]
pub(super) struct Hub {
    pub(super) challenge: u32,
    pub(super) rows: Range<u32>,
}

/// Where the flow enters a challenge.
#[derive(Debug)]
pub(super) struct Entry {
    /// A row or a hub.
    pub(super) node: u32,
    /// How many units may enter.
    pub(super) places: u32,
    /// How many places are taken by fixed pairs.
    pub(super) taken: u32,
}

/// Where the flow leaves a solution.
#[derive(Debug)]
pub(super) struct Exit {
    pub(super) capacity: u32,
    /// The group behind it, or `NONE`.
    pub(super) group: u32,
}

/// A category that has a minimum.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) members: Vec<u32>,
    /// How many units have to run through it.
    pub(super) minimum: u32,
}

/// What counts beside the scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) objective: Objective,
    /// Whether pairs that are to be kept go first.
    pub(super) keep: bool,
    /// Whether categories have their minimums and reserved places.
    pub(super) floors: bool,
    /// Whether forbidden pairs can be chosen, each at the price of a pair that is kept.
    pub(super) lift: bool,
}

/// What goes before scores and bonuses: each layer is more than all below it that a path can gain
/// or lose.
struct Layers {
    /// A pair that is to be kept.
    kept: i128,
    /// A first place, where it goes before pairs that are to be kept.
    first: i128,
    /// A place that has to be filled.
    must: i128,
}

impl Counts {
    /// The layers of what counts. A path meets each row at most once, with one candidate more and
    /// one fewer, and the places of two challenges.
    fn layers(problem: &Problem<'_>) -> Layers {
        let rows = problem.reserved.iter().map(|floors| floors.len() as i128 + 1).sum::<i128>() + 1;
        let kept = 4 * rows * i128::from(ONE);
        let first = 4 * rows * kept;
        Layers { kept, first, must: 4 * first }
    }

    /// Whether all gains fit into 64 bits.
    pub(super) fn is_plain(self, problem: &Problem<'_>) -> bool {
        !self.keep && !self.lift && !self.floors && problem.challenges.len() <= 1 << 20
    }
}

impl<G: Gain> Network<G> {
    /// The network of a problem whose categories do not overlap, or count for nothing.
    pub(super) fn new(problem: &Problem<'_>, counts: Counts) -> Self {
        let layers = Counts::layers(problem);
        let mut network = Self {
            rows: Vec::with_capacity(problem.challenges.len()),
            arcs: Vec::with_capacity(problem.candidates.len()),
            hubs: Vec::new(),
            entries: Vec::with_capacity(problem.challenges.len()),
            exits: Vec::with_capacity(problem.solutions.len()),
            groups: Vec::new(),
            bonus: Self::bonuses(problem, counts),
            must: if counts.floors { G::fitting(layers.must) } else { G::from(0) },
        };
        let mut challenge_hubs = Vec::new();
        for challenge in 0..problem.challenges.len() {
            let node = network.add_challenge(problem, counts, challenge, layers.kept);
            if let Err(hub) = node {
                challenge_hubs.push((challenge, hub));
            }
            network.entries.push(Entry {
                node: node.unwrap_or(NONE),
                places: problem.open_places(challenge),
                taken: problem.fixed_of_challenge[challenge],
            });
        }
        // Hubs are numbered behind all rows.
        for (challenge, hub) in challenge_hubs {
            network.entries[challenge].node = number(network.rows.len()) + hub;
        }
        for solution in 0..problem.solutions.len() {
            let capacity = problem.open_capacity(solution);
            network.exits.push(Exit { capacity, group: NONE });
        }
        if counts.floors {
            network.add_groups(problem);
        }
        network
    }

    /// What places add. Under every objective but the sum a first place goes before pairs that are
    /// to be kept, and where nothing is to be kept its bonus alone is enough.
    pub(super) fn bonuses(problem: &Problem<'_>, counts: Counts) -> Vec<G> {
        let most = problem.places.iter().max().copied().unwrap_or(0);
        let before = counts.keep && counts.objective != Objective::Sum;
        let first = if before { Counts::layers(problem).first } else { 0 };
        let bonus = |place| {
            let bonus = to_parts(counts.objective.bonus(place, problem.challenges.len()));
            G::fitting(i128::from(bonus) + if place == 1 { first } else { 0 })
        };
        (1..=most).map(bonus).collect()
    }

    /// Adds the rows of a challenge. Its node is the row, or else the number of its hub.
    fn add_challenge(
        &mut self,
        problem: &Problem<'_>,
        counts: Counts,
        challenge: usize,
        kept: i128,
    ) -> Result<u32, u32> {
        let floors = if counts.floors { problem.open_reserved(challenge) } else { Vec::new() };
        let first = number(self.rows.len());
        let hub = if floors.is_empty() { NONE } else { number(self.hubs.len()) };
        for (category, reserved) in
            floors.iter().map(|floor| (Some(floor.category), floor.places)).chain([(None, 0)])
        {
            let row = number(self.rows.len());
            let first_arc = self.arcs.len();
            for position in problem.range(challenge) {
                let candidate = problem.candidates[position];
                let own = floors.iter().map(|floor| floor.category);
                let found = own.clone().find(|own| problem.is_in(candidate.solution, *own));
                let lifted = counts.lift && candidate.state == State::Forbidden;
                if found == category && (candidate.state == State::Open || lifted) {
                    let mut gain = i128::from(to_parts(candidate.score));
                    gain += if counts.keep && candidate.kept { kept } else { 0 };
                    gain -= if lifted { kept } else { 0 };
                    self.arcs.push(PairArc {
                        row,
                        solution: candidate.solution,
                        gain: G::fitting(gain),
                        candidate: number(position),
                    });
                }
            }
            self.arcs[first_arc..].sort_by_key(|arc| (std::cmp::Reverse(arc.gain), arc.solution));
            self.rows.push(Row {
                first_arc: number(first_arc),
                end_arc: number(self.arcs.len()),
                challenge: number(challenge),
                hub,
                reserved,
            });
        }
        if hub == NONE {
            return Ok(first);
        }
        let rows = first..number(self.rows.len());
        self.hubs.push(Hub { challenge: number(challenge), rows });
        Err(hub)
    }

    fn add_groups(&mut self, problem: &Problem<'_>) {
        for floor in problem.open_minimums() {
            let members = (0..number(problem.solutions.len()))
                .filter(|solution| problem.is_in(*solution, floor.category));
            let members: Vec<u32> = members.collect();
            for member in &members {
                self.exits[*member as usize].group = number(self.groups.len());
            }
            self.groups.push(Group { members, minimum: floor.places });
        }
    }

    /// How many nodes there are, without the root.
    pub(super) fn nodes(&self) -> usize {
        self.rows.len() + self.hubs.len() + self.exits.len() + self.groups.len()
    }

    /// The node of the first solution.
    pub(super) fn first_solution(&self) -> u32 {
        number(self.rows.len() + self.hubs.len())
    }

    /// The node of the first group.
    pub(super) fn first_group(&self) -> u32 {
        self.first_solution() + count(self.exits.iter())
    }
}
