//! Whether two texts that are the same name the same things.

use std::collections::BTreeSet;

use super::overlap::in_both;
use super::profile::{Profile, Sentence};

/// Sentences are the same if of their words, those of both counted, so large a share is in both.
const SAME_SENTENCE: f64 = 0.5;

/// Whether two records name the same things in the sentences that both have: of the names and numbers
/// there, more must be in both records than were replaced by others.
///
/// Sentences that only one of them has do not count: what was added in a resubmission has names of
/// its own. Nor does a name that is merely absent: one is replaced where each record has one that
/// the other has nowhere. There also a word counts that may be no name, as it is mostly written
/// without a capital.
pub(super) fn agree(left: &Profile, right: &Profile) -> bool {
    let (mut one, mut other) = (Names::default(), Names::default());
    for (at, there) in aligned(&left.sentences, &right.sentences) {
        one.extend(&left.sentences[at]);
        other.extend(&right.sentences[there]);
    }
    let is_in_both = |name: &&&str| [left, right].iter().all(|own| own.capitals.contains(**name));
    let shared = one.names.union(&other.names).filter(is_in_both).count();
    let replaced = one.missing_in(right).min(other.missing_in(left));
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

    /// How many of them another record has nowhere.
    fn missing_in(&self, other: &Profile) -> usize {
        let all = self.names.union(&self.maybe);
        all.filter(|name| !other.capitals.contains(**name)).count()
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
