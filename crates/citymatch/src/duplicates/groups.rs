//! Groups of duplicates: records of which each two are a pair.

use std::collections::HashSet;

use super::select::Selected;

/// The groups of some pairs, which come best first: sets of two records or more of which each two
/// are a pair, so that no chain of pairs makes two records one that nothing else connects. A record
/// is in one group at most. Records are in order, and groups in that of their first records.
///
/// Two groups become one when every two of their records are a pair, the best pairs first (complete
/// linkage).
pub(super) fn groups(pairs: &[Selected]) -> Vec<Vec<usize>> {
    let connected: HashSet<(usize, usize)> =
        pairs.iter().map(|pair| (pair.left, pair.right)).collect();
    let is_pair = |one: usize, other: usize| connected.contains(&(one.min(other), one.max(other)));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for pair in pairs {
        let [left, right] = [pair.left, pair.right]
            .map(|record| groups.iter().position(|group| group.contains(&record)));
        let one = left.map_or_else(|| vec![pair.left], |at| groups[at].clone());
        let other = right.map_or_else(|| vec![pair.right], |at| groups[at].clone());
        let is_one = left.is_some() && left == right;
        if is_one || !one.iter().all(|one| other.iter().all(|other| is_pair(*one, *other))) {
            continue;
        }
        let mut joined = [one, other].concat();
        joined.sort_unstable();
        let mut place = 0;
        groups.retain(|_| {
            place += 1;
            Some(place - 1) != left && Some(place - 1) != right
        });
        groups.push(joined);
    }
    groups.sort();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duplicates::kind::DuplicateKind;
    use crate::duplicates::links::Link;

    #[test]
    fn groups_are_made_of_pairs_only() {
        for (name, pairs, expected) in [
            ("none", &[][..], &[][..]),
            ("one", &[(3, 7)], &[&[3, 7][..]]),
            ("three", &[(1, 2), (2, 3), (1, 3)], &[&[1, 2, 3]]),
            ("a_chain", &[(1, 2), (2, 3)], &[&[1, 2]]),
            ("the_best_pair_of_a_chain", &[(2, 3), (1, 2)], &[&[2, 3]]),
            ("two", &[(5, 6), (1, 2), (2, 5)], &[&[1, 2], &[5, 6]]),
            ("two_become_one", &[(1, 2), (3, 4), (1, 3), (1, 4), (2, 3), (2, 4)], &[&[1, 2, 3, 4]]),
        ] {
            let link = Link { kind: DuplicateKind::Resubmission, logit: 1.0 };
            let pair =
                |(left, right): &(usize, usize)| Selected { left: *left, right: *right, link };
            let pairs: Vec<Selected> = pairs.iter().map(pair).collect();
            assert_eq!(groups(&pairs), expected, "{name}");
        }
    }
}
