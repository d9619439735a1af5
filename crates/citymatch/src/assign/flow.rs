//! The best flow: shortest augmenting paths with potentials.

use crate::assign::gain::Gain;
use crate::assign::holders::Holders;
use crate::assign::network::{NONE, Network};
use crate::assign::problem::number;
use crate::assign::shortest::{FROM_NODE, Search};
use crate::error::Error;
use crate::progress::Progress;

/// A flow that is the best one for the places that have been filled so far.
///
/// Places are filled one by one. Each takes the path of the highest gain from its challenge to the
/// root, over pairs that are added and pairs that are given up: to a free slot of a solution, or to
/// a place that another challenge gives up. Where no path gains anything, the place stays empty.
///
/// Each node has a potential: the most that one more unit at it could gain. It begins exact, and
/// Dijkstra's algorithm runs on what arcs lose against it, which is never negative. So each path is
/// the best one, the flow is the best one after each place, and the potentials prove it: see
/// [`bound`](Self::bound). (Edmonds and Karp 1972; Jonker and Volgenant 1987.)
#[derive(Debug)]
pub(super) struct Flow<'n, G> {
    pub(super) network: &'n Network<G>,
    /// What a place adds, by its position from 0.
    pub(super) bonus: Vec<G>,
    /// By node: rows, hubs, solutions, groups.
    pub(super) potential: Vec<G>,
    /// How many places of each challenge are filled.
    pub(super) filled: Vec<u32>,
    /// Whether each arc carries a unit.
    pub(super) used: Vec<bool>,
    /// How many units run through each row.
    pub(super) through_row: Vec<u32>,
    /// How many units run through each group.
    pub(super) through_group: Vec<u32>,
    holders: Holders,
    search: Search<G>,
}

impl<'n, G: Gain> Flow<'n, G> {
    /// No place is filled.
    pub(super) fn new(network: &'n Network<G>) -> Self {
        let zero = G::from(0);
        let nodes = network.nodes();
        let mut flow = Self {
            network,
            bonus: network.bonus.clone(),
            potential: vec![zero; nodes],
            filled: vec![0; network.entries.len()],
            used: vec![false; network.arcs.len()],
            through_row: vec![0; network.rows.len()],
            through_group: vec![0; network.groups.len()],
            holders: Holders::new(network),
            search: Search::new(nodes),
        };
        flow.set_potentials();
        flow
    }

    /// Potentials of the flow that is not there yet: the best path from each node.
    fn set_potentials(&mut self) {
        let network = self.network;
        let (solutions, groups) = (network.first_solution(), network.first_group());
        for (group, at) in network.groups.iter().zip(groups as usize..) {
            self.potential[at] = if group.minimum > 0 { network.must } else { G::from(0) };
        }
        for (exit, at) in network.exits.iter().zip(solutions as usize..) {
            if exit.group != NONE {
                self.potential[at] = self.potential[(groups + exit.group) as usize];
            }
        }
        // A row without arcs is never left: any potential of it will do.
        for (at, row) in network.rows.iter().enumerate() {
            let arcs = &network.arcs[row.first_arc as usize..row.end_arc as usize];
            let best = arcs
                .iter()
                .map(|arc| arc.gain + self.potential[(solutions + arc.solution) as usize]);
            self.potential[at] = best.max().unwrap_or(G::from(0) - network.must);
        }
        for (hub, at) in network.hubs.iter().zip(network.rows.len()..) {
            let best =
                hub.rows.clone().map(|row| self.potential[row as usize] + self.next_gain(row));
            self.potential[at] = best.max().unwrap_or(G::from(0));
        }
    }

    /// Fills the places of every challenge, as far as that gains anything or costs nothing. Of
    /// several times that this is done, `time` of `times`, each counts its share of the challenges.
    pub(super) fn fill(
        &mut self,
        progress: &Progress,
        (time, times): (usize, usize),
    ) -> Result<(), Error> {
        for challenge in 0..self.filled.len() {
            progress.check()?;
            let entry = &self.network.entries[challenge];
            let empty = |flow: &Self| flow.filled[challenge] < entry.places;
            while empty(self) && self.fill_place(challenge) {}
            progress.add(usize::from(challenge % times == time));
        }
        Ok(())
    }

    /// What one more unit gains on the way from its hub into a row.
    fn next_gain(&self, row: u32) -> G {
        let reserved = self.network.rows[row as usize].reserved;
        self.must_if(self.through_row[row as usize] < reserved)
    }

    /// What the last unit gained on the way from its hub into a row.
    fn last_gain(&self, row: u32) -> G {
        let reserved = self.network.rows[row as usize].reserved;
        self.must_if(self.through_row[row as usize] <= reserved)
    }

    fn must_if(&self, it_must: bool) -> G {
        if it_must { self.network.must } else { G::from(0) }
    }

    /// Fills a place of a challenge, if that gains anything or costs nothing.
    fn fill_place(&mut self, challenge: usize) -> bool {
        let entry = &self.network.entries[challenge];
        let bonus = self.bonus[(entry.taken + self.filled[challenge]) as usize];
        // A path that is longer than this loses more than the place gains.
        let longest = bonus + self.potential[entry.node as usize];
        if longest < G::from(0) {
            return false;
        }
        self.search.begin(entry.node, longest + G::from(1));
        self.find_path(entry.node);
        let found = self.search.end != NONE;
        let length = if found { self.search.shortest } else { longest };
        for node in &self.search.finished {
            let (node, distance) = (*node as usize, self.search.distance[*node as usize]);
            if distance < length {
                self.potential[node] -= length - distance;
            }
        }
        if found {
            self.augment(entry.node);
            self.filled[challenge] += 1;
        }
        found
    }

    /// Dijkstra's algorithm from a node to the root.
    fn find_path(&mut self, start: u32) {
        let rows = number(self.network.rows.len());
        let (solutions, groups) = (self.network.first_solution(), self.network.first_group());
        while let Some(node) = self.search.next() {
            let now = self.search.distance[node as usize];
            if node < rows {
                self.leave_row(node, now, start);
            } else if node < solutions {
                self.leave_hub(node, now, start);
            } else if node < groups {
                self.leave_solution(node, now);
            } else {
                self.leave_group(node, now);
            }
        }
    }

    /// The challenge gives up its last place, or takes another candidate.
    fn leave_row(&mut self, node: u32, now: G, start: u32) {
        let network = self.network;
        let row = &network.rows[node as usize];
        let base = now + self.potential[node as usize];
        if row.hub != NONE {
            if self.through_row[node as usize] > 0 {
                let hub = number(network.rows.len()) + row.hub;
                let distance = base + self.last_gain(node) - self.potential[hub as usize];
                self.search.reach(hub, distance, node | FROM_NODE, now);
            }
        } else if node != start {
            self.give_up(row.challenge, node, base);
        }
        let first_solution = network.first_solution();
        // No potential of a solution is higher than this.
        let highest = self.must_if(!network.groups.is_empty());
        let arcs = row.first_arc..row.end_arc;
        for (arc, at) in network.arcs[arcs.start as usize..arcs.end as usize].iter().zip(arcs) {
            let distance = base - arc.gain;
            if distance - highest >= self.search.shortest {
                break;
            }
            if self.used[at as usize] {
                continue;
            }
            let solution = first_solution + arc.solution;
            let distance = distance - self.potential[solution as usize];
            if distance >= self.search.shortest {
                continue;
            }
            let exit = &network.exits[arc.solution as usize];
            let is_free = self.holders.filled[arc.solution as usize] < exit.capacity;
            if is_free && exit.group == NONE {
                // The potential of a solution with a free slot is 0: here the path ends.
                self.search.reach(solution, distance, at, now);
                self.search.shortest = distance;
                self.search.end = solution;
                if distance == now {
                    return;
                }
            } else {
                self.search.reach(solution, distance, at, now);
            }
        }
    }

    /// The challenge gives up its last place, or uses a place for another category.
    fn leave_hub(&mut self, node: u32, now: G, start: u32) {
        let network = self.network;
        let hub = &network.hubs[node as usize - network.rows.len()];
        let base = now + self.potential[node as usize];
        if node != start {
            self.give_up(hub.challenge, node, base);
        }
        for row in hub.rows.clone() {
            let distance = base - self.next_gain(row) - self.potential[row as usize];
            self.search.reach(row, distance, node | FROM_NODE, now);
        }
    }

    /// A challenge gives up its last place: here the path may end.
    fn give_up(&mut self, challenge: u32, node: u32, base: G) {
        let filled = self.filled[challenge as usize];
        if filled > 0 {
            let taken = self.network.entries[challenge as usize].taken;
            let distance = base + self.bonus[(taken + filled - 1) as usize];
            self.search.may_end(node, distance);
        }
    }

    /// A challenge that has the solution gives it up, or another solution of the group does with
    /// one challenge fewer.
    fn leave_solution(&mut self, node: u32, now: G) {
        let network = self.network;
        let solution = (node - network.first_solution()) as usize;
        let exit = &network.exits[solution];
        let base = now + self.potential[node as usize];
        if exit.group != NONE && self.holders.filled[solution] < exit.capacity {
            let group = network.first_group() + exit.group;
            self.search.reach(group, base - self.potential[group as usize], node | FROM_NODE, now);
        }
        for at in self.holders.of(solution) {
            let arc = &network.arcs[*at as usize];
            let distance = base + arc.gain - self.potential[arc.row as usize];
            self.search.reach(arc.row, distance, *at, now);
        }
    }

    /// The path ends, or another solution of the group gives up a challenge.
    fn leave_group(&mut self, node: u32, now: G) {
        let network = self.network;
        let group = (node - network.first_group()) as usize;
        let base = now + self.potential[node as usize];
        let gain = self.must_if(self.through_group[group] < network.groups[group].minimum);
        self.search.may_end(node, base - gain);
        for member in &network.groups[group].members {
            if self.holders.filled[*member as usize] > 0 {
                let solution = network.first_solution() + member;
                let distance = base - self.potential[solution as usize];
                self.search.reach(solution, distance, node | FROM_NODE, now);
            }
        }
    }

    /// Sends a unit along the path that was found, from its end to its start.
    fn augment(&mut self, start: u32) {
        let network = self.network;
        let rows = number(network.rows.len());
        let (solutions, groups) = (network.first_solution(), network.first_group());
        let mut node = self.search.end;
        if node >= groups {
            self.through_group[(node - groups) as usize] += 1;
        } else if node < solutions {
            let challenge = if node < rows {
                network.rows[node as usize].challenge
            } else {
                network.hubs[(node - rows) as usize].challenge
            };
            self.filled[challenge as usize] -= 1;
        }
        while node != start {
            let via = self.search.via[node as usize];
            if via & FROM_NODE == 0 {
                // An arc: forwards into a solution, backwards into a row.
                let arc = &network.arcs[via as usize];
                let solution = arc.solution as usize;
                if node >= solutions {
                    self.used[via as usize] = true;
                    self.holders.add(solution, via);
                    node = arc.row;
                } else {
                    self.used[via as usize] = false;
                    self.holders.remove(solution, via);
                    node = solutions + arc.solution;
                }
                continue;
            }
            let before = via & !FROM_NODE;
            if node < rows {
                self.through_row[node as usize] += 1;
            } else if node < solutions {
                self.through_row[before as usize] -= 1;
            }
            node = before;
        }
    }
}
