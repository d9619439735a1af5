//! Whether what identifies two records agrees, and where it differs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::profile::Profile;

/// Something that two records both say: a field, or the names or numbers in their texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Agreed {
    /// `names`, `numbers`, or a field: `organisation`, `city`, `country`, `year`, `cost`, `links`
    /// (the hosts of the addresses).
    pub what: &'static str,
    /// What both say, as the left record writes it.
    pub values: Vec<String>,
}

/// Something that two records say differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Differing {
    /// As in [`Agreed`].
    pub what: &'static str,
    /// What the left record says and the right one does not; empty for names and numbers that only
    /// the other one has.
    pub left: Vec<String>,
    /// What the right record says and the left one does not.
    pub right: Vec<String>,
}

/// Whether a field says that two records with the same text are about different things. What is
/// absent in one of them does not differ. In two languages the names of organisations are mostly
/// translated, and do not count.
pub(super) fn fields_differ(left: &Profile, right: &Profile, are_two_languages: bool) -> bool {
    let compared = left.fields.compare(&right.fields, are_two_languages);
    compared.into_iter().any(|own| own.decides && !own.agrees)
}

/// What two records agree on, and where they differ: names, numbers, then fields.
pub(super) fn compare(
    left: &Profile,
    right: &Profile,
    are_two_languages: bool,
) -> (Vec<Agreed>, Vec<Differing>) {
    let (mut agreed, mut differing) = (Vec::new(), Vec::new());
    for (what, one, other) in
        [("names", &left.names, &right.names), ("numbers", &left.numbers, &right.numbers)]
    {
        let only = |own: &BTreeMap<String, String>, others: &BTreeMap<String, String>| {
            let only = own.iter().filter(|(key, _)| !others.contains_key(*key));
            only.map(|(_, shown)| shown.clone()).collect::<Vec<_>>()
        };
        let both = one.iter().filter(|(key, _)| other.contains_key(*key));
        let values: Vec<String> = both.map(|(_, shown)| shown.clone()).collect();
        if !values.is_empty() {
            agreed.push(Agreed { what, values });
        }
        let (left, right) = (only(one, other), only(other, one));
        if !(left.is_empty() && right.is_empty()) {
            differing.push(Differing { what, left, right });
        }
    }
    for own in left.fields.compare(&right.fields, are_two_languages) {
        if own.agrees {
            agreed.push(Agreed { what: own.name, values: own.left });
        } else {
            differing.push(Differing { what: own.name, left: own.left, right: own.right });
        }
    }
    (agreed, differing)
}
