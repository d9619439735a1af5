//! The criteria of a call: those that signals score, and those that are for a person.
//!
//! The scored ones share [`CRITERIA_WEIGHT`] points of the raw score by their weights: a solution that
//! has the highest value of all of them gets so much more, whatever it is in the texts.

use crate::record::{Criteria, normalise_key};
use crate::signal::{Signal, Weight, Weights};

/// What all criteria of a call add to the raw score together, where each has its highest value: as
/// much as half of the words of a challenge that were met.
pub const CRITERIA_WEIGHT: f64 = 0.5;

/// The names by which calls know the signals that criteria may name, as keys.
const NAMES: [(&str, Signal); 19] = [
    ("themes", Signal::Themes),
    ("theme", Signal::Themes),
    ("temas", Signal::Themes),
    ("tema", Signal::Themes),
    ("goals", Signal::Goals),
    ("sdgs", Signal::Goals),
    ("ods", Signal::Goals),
    ("objetivos", Signal::Goals),
    ("place", Signal::Place),
    ("lugar", Signal::Place),
    ("local", Signal::Place),
    ("ubicacion", Signal::Place),
    ("maturity", Signal::Maturity),
    ("madurez", Signal::Maturity),
    ("maturidade", Signal::Maturity),
    ("subject", Signal::Subject),
    ("subjects", Signal::Subject),
    ("asunto", Signal::Subject),
    ("assunto", Signal::Subject),
];

/// The criteria of a challenge that signals score, and those that no signal scores.
///
/// # Examples
/// ```
/// use citymatch::{Signal, criteria::ScoredCriteria, record::Criteria};
/// let criteria = Criteria::new([("ODS", 10.0), ("madurez", 30.0), ("innovación", 60.0)]);
/// let scored = ScoredCriteria::new(&criteria);
/// assert_eq!(scored.scored(), [(Signal::Goals, 0.25), (Signal::Maturity, 0.75)]);
/// assert_eq!(scored.for_a_person(), ["innovación"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoredCriteria {
    scored: Vec<(Signal, f64)>,
    for_a_person: Vec<String>,
}

impl ScoredCriteria {
    /// Tells the criteria that name a signal from the others. A name is `themes`, `goals` (`sdgs`,
    /// `ods`), `place`, `maturity` or `subject`, or what these are called in Spanish or Portuguese.
    /// Two names of one signal add up. A criterion of weight 0 takes no part.
    #[must_use]
    pub fn new(criteria: &Criteria) -> Self {
        let (mut weights, mut for_a_person) = ([0.0; Signal::ALL.len()], Vec::new());
        for (name, weight) in criteria.iter() {
            let key = normalise_key(name);
            match NAMES.iter().find(|(known, _)| *known == key) {
                Some((_, signal)) => weights[*signal as usize] += weight,
                None => for_a_person.push(name.to_owned()),
            }
        }
        let total: f64 = weights.iter().sum();
        let share = |signal: &Signal| (*signal, weights[*signal as usize] / total);
        let counted = Signal::ALL.iter().filter(|signal| weights[**signal as usize] > 0.0);
        Self { scored: counted.map(share).collect(), for_a_person }
    }

    /// The signals that are named, in their order, each with its share of the weight: the shares add
    /// up to 1.
    #[must_use]
    pub fn scored(&self) -> &[(Signal, f64)] {
        &self.scored
    }

    /// The names of the other criteria, in their order.
    #[must_use]
    pub fn for_a_person(&self) -> &[String] {
        &self.for_a_person
    }

    /// The weights of a matcher, and beside them those of the criteria.
    pub(crate) fn added_to(&self, weights: &Weights) -> Weights {
        let mut weights = weights.clone();
        for (signal, share) in &self.scored {
            let Weight { same, other } = weights.get(*signal);
            let more = CRITERIA_WEIGHT * share;
            weights.set(*signal, Weight { same: same + more, other: other + more });
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_signals_share_and_the_others_are_for_a_person() {
        let criteria = Criteria::new([
            ("Innovación", 40.0),
            ("ODS", 10.0),
            ("Madurez", 20.0),
            ("goals", 10.0),
            ("place", 0.0),
            ("team", 20.0),
        ]);
        let scored = ScoredCriteria::new(&criteria);
        assert_eq!(scored.scored, [(Signal::Goals, 0.5), (Signal::Maturity, 0.5)]);
        assert_eq!(scored.for_a_person, ["Innovación", "team"]);
        let weights = scored.added_to(&Weights::default());
        assert_eq!(weights.get(Signal::Goals), Weight::from(0.25));
        assert_eq!(weights.get(Signal::Place), Weight::from(0.0));
        let none = ScoredCriteria::new(&Criteria::new([("team", 1.0)]));
        assert!(none.scored.is_empty());
        assert_eq!(none.added_to(&weights), weights);
    }

    #[test]
    fn every_name_is_a_key() {
        for (name, _) in NAMES {
            assert_eq!(normalise_key(name), name);
        }
    }
}
