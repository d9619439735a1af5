//! The proof that a flow is the best one.

use crate::assign::flow::Flow;
use crate::assign::gain::Gain;
use crate::assign::network::NONE;
use crate::assign::problem::number;

impl<G: Gain> Flow<'_, G> {
    /// What all pairs that were chosen gain together, and all places that they fill.
    pub(super) fn value(&self) -> i128 {
        let mut value: i128 = 0;
        for (arc, used) in self.network.arcs.iter().zip(&self.used) {
            value += if *used { arc.gain.into() } else { 0 };
        }
        for (entry, filled) in self.network.entries.iter().zip(&self.filled) {
            for place in entry.taken..entry.taken + filled {
                value += self.bonus[place as usize].into();
            }
        }
        let rows = self.network.rows.iter().zip(&self.through_row);
        let rows = rows.map(|(row, through)| row.reserved.min(*through));
        let groups = self.network.groups.iter().zip(&self.through_group);
        let groups = groups.map(|(group, through)| group.minimum.min(*through));
        let filled: i128 = rows.chain(groups).map(i128::from).sum();
        value + filled * self.network.must.into()
    }

    /// What no flow can gain more than: the value of the dual problem at the potentials.
    ///
    /// It is computed from the potentials alone, whatever the search has done: each unit of an arc
    /// gains at most what the arc's gain exceeds the fall of the potential by. If it equals
    /// [`value`](Self::value), the flow is the best one.
    pub(super) fn bound(&self) -> i128 {
        let network = self.network;
        let potential = |node: u32| -> i128 { self.potential[node as usize].into() };
        let (solutions, groups) = (network.first_solution(), network.first_group());
        let must: i128 = network.must.into();
        let mut bound: i128 = 0;
        for entry in &network.entries {
            for place in entry.taken..entry.taken + entry.places {
                bound += (self.bonus[place as usize].into() + potential(entry.node)).max(0);
            }
        }
        for arc in &network.arcs {
            let fall = potential(arc.row) - potential(solutions + arc.solution);
            bound += (arc.gain.into() - fall).max(0);
        }
        for (row, node) in network.rows.iter().zip(0..) {
            if row.hub != NONE {
                let fall = potential(number(network.rows.len()) + row.hub) - potential(node);
                bound += i128::from(row.reserved) * (must - fall).max(0);
                let places = network.entries[row.challenge as usize].places;
                bound += i128::from(places) * (-fall).max(0);
            }
        }
        for (exit, node) in network.exits.iter().zip(solutions..) {
            let behind = if exit.group == NONE { 0 } else { potential(groups + exit.group) };
            bound += i128::from(exit.capacity) * (behind - potential(node)).max(0);
        }
        for (group, node) in network.groups.iter().zip(groups..) {
            bound += i128::from(group.minimum) * (must - potential(node)).max(0);
            let members = group.members.iter().map(|one| network.exits[*one as usize].capacity);
            let most: i128 = members.map(i128::from).sum();
            bound += most * (-potential(node)).max(0);
        }
        bound
    }
}
