//! Which challenges are held out together.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::record::ChallengeId;

/// The fold of each challenge, 0 to `folds` − 1: by the order of the hashes of their ids, dealt out in
/// turn. So folds are of one size but for one, and do not depend on the order of the run.
pub(super) fn folds(challenges: &[&ChallengeId], folds: usize) -> Vec<usize> {
    let hash = |id: &ChallengeId| {
        let mut hasher = SipHasher13::new();
        hasher.write(id.as_str().as_bytes());
        hasher.finish()
    };
    let mut order: Vec<usize> = (0..challenges.len()).collect();
    order.sort_by_key(|place| (hash(challenges[*place]), challenges[*place]));
    let mut found = vec![0; challenges.len()];
    for (turn, place) in order.into_iter().enumerate() {
        found[place] = turn % folds;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_even_and_do_not_depend_on_the_order() {
        let ids: Vec<ChallengeId> = (0..23).map(|i| format!("c{i}").into()).collect();
        let forward: Vec<&ChallengeId> = ids.iter().collect();
        let backward: Vec<&ChallengeId> = ids.iter().rev().collect();
        let found = folds(&forward, 5);
        let mut mirrored = folds(&backward, 5);
        mirrored.reverse();
        assert_eq!(found, mirrored);
        for fold in 0..5 {
            let size = found.iter().filter(|own| **own == fold).count();
            assert!((4..=5).contains(&size), "{fold}: {size}");
        }
        assert_ne!(found, (0..23).map(|i| i % 5).collect::<Vec<_>>(), "not by the order of ids");
    }
}
