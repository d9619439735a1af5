//! What the goals and their targets say in a language, ready to be compared with.

use std::sync::{Arc, OnceLock};

use citymatch_encoder::Quantised;

use super::fit::{self, ByGoal, GOALS};
use crate::catalogue::{Catalogue, Snapshot};
use crate::encoding::{centred, failed};
use crate::error::Error;
use crate::record::{Challenge, Goal, Language, Solution};
use crate::text::Query;

/// The texts of all goals in one language. They are made once, when they are first needed, and kept.
pub(super) struct Statements {
    pub(super) language: Language,
    /// Each goal before its targets.
    all: Vec<Statement>,
    /// A document for each goal, of all that is said of it: targets are too short to be compared
    /// with one by one, and what does not fit one fits the next.
    snapshot: Snapshot,
    /// By the language of the text that is compared, in the order of [`Language::ALL`].
    base: [OnceLock<ByGoal>; Language::ALL.len()],
}

/// A goal or a target, and what is said of it.
pub(super) struct Statement {
    pub(super) target: Goal,
    pub(super) text: &'static str,
    pub(super) vector: Quantised,
}

impl Statements {
    /// The texts in a language.
    pub(super) fn of(language: Language) -> Result<&'static Self, Error> {
        static MADE: [OnceLock<Statements>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        let place = &MADE[place(language)];
        if let Some(made) = place.get() {
            return Ok(made);
        }
        // Two threads that come at once make the same.
        let made = Self::new(language)?;
        Ok(place.get_or_init(|| made))
    }

    fn new(language: Language) -> Result<Self, Error> {
        let lines = lines(language)?;
        let snapshot = snapshot(language, &lines)?;
        let encoder = &snapshot.required_encoding()?.encoder;
        let texts: Vec<String> = lines.iter().map(|(_, text)| text.to_lowercase()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let vectors = encoder.encode(&texts).map_err(failed)?;
        let mut all = Vec::with_capacity(lines.len());
        for ((target, text), vector) in lines.into_iter().zip(vectors) {
            let vector = centred(vector, Some(language), &**encoder).map_err(failed)?.quantise();
            all.push(Statement { target, text, vector });
        }
        let base = [const { OnceLock::new() }; Language::ALL.len()];
        Ok(Self { language, all, snapshot, base })
    }

    /// The documents of the goals, whose ids are the goals' numbers.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The goals, in their order.
    pub(super) fn goals() -> Result<impl Iterator<Item = Goal>, Error> {
        // Every language has the same.
        let lines = lines(Language::English)?;
        Ok(lines.into_iter().map(|(goal, _)| goal).filter(|goal| !goal.is_target()))
    }

    /// What is said of a goal: itself, then its targets.
    pub(super) fn of_goal(&self, goal: Goal) -> impl Iterator<Item = &Statement> {
        self.all.iter().filter(move |own| own.target.whole() == goal)
    }

    /// The raw score that each goal gets from texts about something else: the mean over the
    /// statements of all other goals, in the language of the text that is compared.
    ///
    /// The words of some goals, "development", "access", "plan", are everywhere, so that much is a
    /// little like them.
    pub(super) fn base(&self, asked: Language) -> Result<&ByGoal, Error> {
        let place = &self.base[place(asked)];
        if let Some(known) = place.get() {
            return Ok(known);
        }
        let found = self.compute_base(asked)?;
        Ok(place.get_or_init(|| found))
    }

    fn compute_base(&self, asked: Language) -> Result<ByGoal, Error> {
        let lines = lines(asked)?;
        let challenge = |text: &str| Challenge::from_text(text).language(asked);
        let query = |text: &str| Arc::new(Query::new(&challenge(text)));
        let queries: Vec<_> = lines.iter().map(|(_, text)| query(text)).collect();
        let raw = fit::raw_scores(&self.snapshot, &queries)?;
        let mut mean = [0.0; GOALS];
        for (place, mean) in mean.iter_mut().enumerate() {
            let is_other = |own: Goal| usize::from(own.number()) != place + 1;
            let others = lines.iter().zip(&raw).filter(|((own, _), _)| is_other(*own));
            let scores: Vec<f64> = others.map(|(_, raw)| raw.by_goal[place]).collect();
            *mean = scores.iter().sum::<f64>() / scores.len() as f64;
        }
        Ok(mean)
    }
}

/// The place of a language in [`Language::ALL`].
fn place(language: Language) -> usize {
    Language::ALL.iter().take_while(|own| **own != language).count()
}

/// The statements of a language's file, in its order.
fn lines(language: Language) -> Result<Vec<(Goal, &'static str)>, Error> {
    let read = |line: &'static str| {
        let (number, text) = line.split_once(' ').unwrap_or((line, ""));
        let goal = number.parse().map_err(|error| Error::engine("reading the goals", error))?;
        Ok((goal, text))
    };
    language.definition().goal_statements.lines().map(read).collect()
}

/// A catalogue in memory with a document for each goal.
fn snapshot(language: Language, lines: &[(Goal, &str)]) -> Result<Snapshot, Error> {
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    for of_goal in lines.chunk_by(|(a, _), (b, _)| a.whole() == b.whole()) {
        let Some(((goal, title), targets)) = of_goal.split_first() else { continue };
        let targets: Vec<&str> = targets.iter().map(|(_, text)| *text).collect();
        let document = Solution::new(goal.number().to_string(), *title);
        edit.put(document.description(targets.join("\n")).language(language))?;
    }
    edit.commit()?;
    catalogue.snapshot()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_17_goals_and_169_targets_in_the_same_order() {
        let numbers = |language| {
            let lines = lines(language).unwrap();
            lines.iter().map(|(goal, _)| goal.to_string()).collect::<Vec<_>>()
        };
        let english = numbers(Language::English);
        assert_eq!(english.len(), 17 + 169);
        let mut distinct = english.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), english.len());
        for language in Language::ALL {
            assert_eq!(numbers(*language), english, "{language}");
            let whole: Vec<u8> = lines(*language)
                .unwrap()
                .iter()
                .filter(|(goal, _)| !goal.is_target())
                .map(|(goal, _)| goal.number())
                .collect();
            assert_eq!(whole, (1..=17).collect::<Vec<u8>>(), "{language}");
        }
    }

    #[test]
    fn no_statement_is_empty_or_the_same_in_two_languages() {
        for (place, language) in Language::ALL.iter().enumerate() {
            let own = lines(*language).unwrap();
            for (goal, text) in &own {
                assert!(text.trim() == *text && text.len() > 20, "{language} {goal}: {text:?}");
            }
            for other in &Language::ALL[..place] {
                for ((goal, text), (_, theirs)) in own.iter().zip(lines(*other).unwrap()) {
                    assert_ne!(*text, theirs, "{language} {other} {goal}");
                }
            }
        }
    }

    /// The base by its definition, one text at a time, in the other order of loops.
    #[test]
    fn the_base_is_the_mean_over_the_statements_of_other_goals() {
        let statements = Statements::of(Language::Portuguese).unwrap();
        let base = statements.base(Language::Portuguese).unwrap();
        let (mut sums, mut counts) = ([0.0; GOALS], [0.0; GOALS]);
        for own in &statements.all {
            let challenge = Challenge::from_text(own.text).language(Language::Portuguese);
            let query = Arc::new(Query::new(&challenge));
            let scores = fit::raw_scores(statements.snapshot(), &[query]).unwrap();
            for place in 0..GOALS {
                if usize::from(own.target.number()) != place + 1 {
                    sums[place] += scores[0].by_goal[place];
                    counts[place] += 1.0;
                }
            }
        }
        for place in 0..GOALS {
            assert!((sums[place] / counts[place] - base[place]).abs() < 1e-9, "{}", place + 1);
            assert!((0.2..1.0).contains(&base[place]), "{}: {}", place + 1, base[place]);
        }
    }
}
