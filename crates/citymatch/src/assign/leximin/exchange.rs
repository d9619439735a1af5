//! Exchanges: a challenge takes another solution, whose holder takes another one, and so on.

use crate::assign::leximin::{Graph, NOTHING};
use crate::assign::problem::number;

/// A breadth-first search. A node is seen if its stamp is that of the round.
pub(super) struct Search {
    round: u32,
    stamp: Vec<u32>,
    before: Vec<Step>,
    pub(super) queue: Vec<u32>,
}

/// How a node was reached: from another one, by a wish where there is one.
#[derive(Clone, Copy)]
struct Step {
    node: u32,
    wish: u32,
}

impl Graph {
    /// Follows what may change at no cost from a challenge, until it comes to a node.
    pub(super) fn find(&mut self, start: u32, target: u32) -> bool {
        self.search.begin(start);
        let mut next = 0;
        while let Some(node) = self.search.queue.get(next).copied() {
            next += 1;
            if node == self.root() {
                self.leave_root();
            } else if (node as usize) < self.challenges {
                self.leave_challenge(node);
            } else {
                self.leave_solution(node);
            }
            if self.search.is_seen(target) {
                return true;
            }
        }
        false
    }

    fn leave_challenge(&mut self, node: u32) {
        let challenge = node as usize;
        for wish in self.own(challenge) {
            let solution = self.solution_node(self.wishes[wish as usize].solution);
            if self.may_give[wish as usize]
                && self.has[challenge] != wish
                && !self.search.is_seen(solution)
                && self.loss_of_giving(wish) == 0
            {
                self.search.see(solution, Step { node, wish });
            }
        }
        let can_lose = self.may_lose[challenge] && self.has[challenge] != NOTHING;
        if can_lose && self.loss_of_losing(challenge) == 0 {
            self.search.see(self.root(), Step { node, wish: NOTHING });
        }
    }

    fn leave_solution(&mut self, node: u32) {
        let solution = node as usize - self.challenges;
        if self.may_fill[solution]
            && number(self.given[solution].len()) < self.left[solution]
            && self.loss_of_filling(solution) == 0
        {
            self.search.see(self.root(), Step { node, wish: NOTHING });
        }
        for at in 0..self.given[solution].len() {
            let wish = self.given[solution][at];
            if self.loss_of_giving(wish) == 0 {
                self.search.see(self.owner[wish as usize], Step { node, wish });
            }
        }
    }

    fn leave_root(&mut self) {
        let step = Step { node: self.root(), wish: NOTHING };
        for challenge in 0..self.challenges {
            if self.has[challenge] == NOTHING && self.loss_of_losing(challenge) == 0 {
                self.search.see(number(challenge), step);
            }
        }
        for solution in 0..self.left.len() {
            let can_free = self.may_free[solution] && !self.given[solution].is_empty();
            if can_free && self.loss_of_filling(solution) == 0 {
                self.search.see(self.solution_node(number(solution)), step);
            }
        }
    }

    /// Moves everything along the path that was found, and what the challenge had is free.
    pub(super) fn exchange(&mut self, start: u32, target: u32) {
        self.take(self.has[start as usize]);
        let mut node = target;
        while node != start {
            let Step { node: before, wish } = self.search.before[node as usize];
            if (before as usize) < self.challenges {
                self.has[before as usize] = wish;
                if wish != NOTHING {
                    self.given[self.wishes[wish as usize].solution as usize].push(wish);
                }
            } else {
                self.take(wish);
            }
            node = before;
        }
    }

    fn take(&mut self, wish: u32) {
        if wish != NOTHING {
            let solution = self.wishes[wish as usize].solution as usize;
            self.given[solution].retain(|given| *given != wish);
        }
    }
}

impl Search {
    pub(super) fn new(nodes: usize) -> Self {
        let before = vec![Step { node: 0, wish: NOTHING }; nodes];
        Self { round: 0, stamp: vec![0; nodes], before, queue: Vec::new() }
    }

    fn begin(&mut self, start: u32) {
        self.round += 1;
        self.queue.clear();
        self.see(start, Step { node: start, wish: NOTHING });
    }

    fn is_seen(&self, node: u32) -> bool {
        self.stamp[node as usize] == self.round
    }

    fn see(&mut self, node: u32, step: Step) {
        if !self.is_seen(node) {
            self.stamp[node as usize] = self.round;
            self.before[node as usize] = step;
            self.queue.push(node);
        }
    }
}
