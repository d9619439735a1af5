//! What Dijkstra's algorithm keeps.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::assign::gain::Gain;
use crate::assign::network::NONE;

/// Marks that a node was reached from another node, and not by an arc.
pub(super) const FROM_NODE: u32 = 1 << 31;

/// What a search for a path knows. A node's label counts in the round of its stamp.
#[derive(Debug)]
pub(super) struct Search<G> {
    round: u32,
    /// The round in which a node was reached last, times two; plus one when it is finished.
    stamp: Vec<u32>,
    pub(super) distance: Vec<G>,
    /// How a node was reached: by an arc, or from the node given here.
    pub(super) via: Vec<u32>,
    heap: BinaryHeap<Reverse<(G, u32)>>,
    /// Nodes at the distance that is looked at now.
    level: Vec<u32>,
    pub(super) finished: Vec<u32>,
    /// The length of the shortest path to the root so far, and its last node.
    pub(super) shortest: G,
    pub(super) end: u32,
}

impl<G: Gain> Search<G> {
    pub(super) fn new(nodes: usize) -> Self {
        let zero = G::from(0);
        Self {
            round: 0,
            stamp: vec![0; nodes],
            distance: vec![zero; nodes],
            via: vec![NONE; nodes],
            heap: BinaryHeap::new(),
            level: Vec::new(),
            finished: Vec::new(),
            shortest: zero,
            end: NONE,
        }
    }

    /// Begins a search for a path that is shorter than a length.
    pub(super) fn begin(&mut self, start: u32, shorter_than: G) {
        self.round += 1;
        self.heap.clear();
        self.level.clear();
        self.finished.clear();
        self.shortest = shorter_than;
        self.end = NONE;
        self.reach(start, G::from(0), NONE, G::from(0));
    }

    /// A node can be reached at a distance, by an arc, or from a node if the flag is set.
    pub(super) fn reach(&mut self, node: u32, distance: G, via: u32, now: G) {
        let at = node as usize;
        let stamp = 2 * self.round;
        let known =
            self.stamp[at] > stamp || self.stamp[at] == stamp && self.distance[at] <= distance;
        if known || distance >= self.shortest {
            return;
        }
        self.stamp[at] = stamp;
        self.distance[at] = distance;
        self.via[at] = via;
        if distance == now {
            self.level.push(node);
        } else {
            self.heap.push(Reverse((distance, node)));
        }
    }

    /// The path may end at a node, at a distance.
    pub(super) fn may_end(&mut self, node: u32, distance: G) {
        if distance < self.shortest {
            self.shortest = distance;
            self.end = node;
        }
    }

    /// The nearest node that is not finished and nearer than the end of the path. It is finished
    /// by that.
    pub(super) fn next(&mut self) -> Option<u32> {
        loop {
            let node = match self.level.pop() {
                Some(node) => node,
                None => self.heap.pop()?.0.1,
            };
            let at = node as usize;
            if self.distance[at] >= self.shortest {
                return None;
            }
            // A node is in the heap once for each distance that it was reached at.
            if self.stamp[at] == 2 * self.round {
                self.stamp[at] += 1;
                self.finished.push(node);
                return Some(node);
            }
        }
    }
}
