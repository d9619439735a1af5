//! Whether two texts that are the same name the same things.

use std::collections::BTreeSet;

use super::overlap::in_both;
use super::profile::{Profile, Sentence};

/// Sentences are the same if of their words, those of both counted, so large a share is in both.
const SAME_SENTENCE: f64 = 0.5;

/// Whether two records name the same things in the sentences that both have. More than half of the
/// names and numbers that one has there and the other one could have must be in both.
///
/// Sentences that only one of them has do not count: what was added in a resubmission has names of
/// its own. Nor does a name that is merely absent: it counts only where the other record has another
/// one instead. There also a word counts that may be no name, as it is mostly written without a
/// capital.
pub(super) fn agree(left: &Profile, right: &Profile) -> bool {
    let (mut one, mut other) = (Names::default(), Names::default());
    for (at, there) in aligned(&left.sentences, &right.sentences) {
        one.extend(&left.sentences[at]);
        other.extend(&right.sentences[there]);
    }
    let shared = one.names.intersection(&other.names).count();
    let replaced = one.without(&other).min(other.without(&one));
    replaced == 0 || shared > replaced
}

#[derive(Default)]
struct Names<'s> {
    names: BTreeSet<&'s str>,
    maybe: BTreeSet<&'s str>,
}

impl<'s> Names<'s> {
    fn extend(&mut self, sentence: &'s Sentence) {
        self.names.extend(sentence.names.iter().map(String::as_str));
        self.maybe.extend(sentence.maybe.iter().map(String::as_str));
    }

    /// How many there are that others do not have.
    fn without(&self, others: &Self) -> usize {
        let all: BTreeSet<_> = self.names.union(&self.maybe).collect();
        all.into_iter()
            .filter(|own| !others.names.contains(**own) && !others.maybe.contains(**own))
            .count()
    }
}

/// The places of sentences that say the same, the most alike first; each is in one pair at most.
fn aligned(left: &[Sentence], right: &[Sentence]) -> Vec<(usize, usize)> {
    let mut alike = Vec::new();
    for (at, one) in left.iter().enumerate() {
        for (there, other) in right.iter().enumerate() {
            let share = dice(&one.words, &other.words);
            if share >= SAME_SENTENCE {
                alike.push((share, at, there));
            }
        }
    }
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let (mut of_left, mut of_right) = (BTreeSet::new(), BTreeSet::new());
    let mut found = Vec::new();
    for (_, at, there) in alike {
        if !of_left.contains(&at) && !of_right.contains(&there) {
            of_left.insert(at);
            of_right.insert(there);
            found.push((at, there));
        }
    }
    found
}

/// The share of the numbers of two lists that are in both: Dice's coefficient. 1 for two empty ones,
/// as sentences of names alone are.
#[allow(clippy::cast_precision_loss, reason = "a sentence has at most 60 words")]
fn dice(one: &[usize], other: &[usize]) -> f64 {
    let all = one.len() + other.len();
    if all == 0 { 1.0 } else { 2.0 * in_both(one, other).len() as f64 / all as f64 }
}
