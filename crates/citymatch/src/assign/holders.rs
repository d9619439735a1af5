//! Who has which solution.

use crate::assign::network::{NONE, Network};

/// The arcs that carry a unit into each solution.
#[derive(Debug)]
pub(super) struct Holders {
    /// Where the slots of each solution begin, and behind the last one.
    start: Vec<u32>,
    slots: Vec<u32>,
    pub(super) filled: Vec<u32>,
}

impl Holders {
    pub(super) fn new<G>(network: &Network<G>) -> Self {
        let mut wanted = vec![0u32; network.exits.len()];
        for arc in &network.arcs {
            wanted[arc.solution as usize] += 1;
        }
        let mut start = vec![0];
        for (exit, wanted) in network.exits.iter().zip(wanted) {
            start.push(start[start.len() - 1] + exit.capacity.min(wanted));
        }
        let slots = vec![NONE; start[start.len() - 1] as usize];
        Self { start, slots, filled: vec![0; network.exits.len()] }
    }

    /// The arcs that carry a unit into a solution.
    pub(super) fn of(&self, solution: usize) -> &[u32] {
        let start = self.start[solution] as usize;
        &self.slots[start..start + self.filled[solution] as usize]
    }

    pub(super) fn add(&mut self, solution: usize, arc: u32) {
        self.slots[(self.start[solution] + self.filled[solution]) as usize] = arc;
        self.filled[solution] += 1;
    }

    pub(super) fn remove(&mut self, solution: usize, arc: u32) {
        let last = self.filled[solution] as usize - 1;
        let start = self.start[solution] as usize;
        let slots = &mut self.slots[start..=start + last];
        if let Some(at) = slots.iter().position(|held| *held == arc) {
            slots.swap(at, last);
        }
        self.filled[solution] -= 1;
    }
}
