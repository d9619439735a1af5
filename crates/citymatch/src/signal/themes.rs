//! How many of a challenge's themes a solution has: the mean over the challenge's themes of the best
//! of the solution's, by the [thesaurus](crate::thesaurus).
//!
//! | the best of the solution's themes | value |
//! |---|---|
//! | the same words, or another name of the same theme, in any language | 1 |
//! | a broader or a narrower theme, or one with the same broader | 0.5 |
//! | none of these | 0 |
//!
//! A challenge without themes has the value 0 for every solution.

use super::by_facts::Criterion;
use crate::facts::{Facts, Theme};
use crate::thesaurus::Thesaurus;

pub(crate) struct Themes;

impl Criterion for Themes {
    fn value(wanted: &Facts, own: &Facts) -> f64 {
        if wanted.themes.is_empty() || own.themes.is_empty() {
            return 0.0;
        }
        let thesaurus = Thesaurus::builtin();
        let likeness = |one: &Theme, other: &Theme| {
            if one.key == other.key { 1.0 } else { thesaurus.likeness(one.number, other.number) }
        };
        let best = |theme: &Theme| {
            let all = own.themes.iter().map(|other| likeness(theme, other));
            all.fold(0.0, f64::max)
        };
        wanted.themes.iter().map(best).sum::<f64>() / wanted.themes.len() as f64
    }

    fn shown(wanted: &Facts, own: &Facts) -> [Vec<String>; 2] {
        let keys = |themes: &[Theme]| themes.iter().map(|theme| theme.key.clone()).collect();
        [keys(&wanted.themes), keys(&own.themes)]
    }
}
