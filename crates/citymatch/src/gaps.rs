//! What a catalogue cannot answer: challenges without an answer, and themes, goals and countries for
//! which there is demand and nothing that was implemented.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::error::Error;
use crate::matcher::Matcher;
use crate::record::key::normalise_key;
use crate::record::{
    Challenge, ChallengeId, Country, DeploymentStatus, Goal, Solution, SolutionId, Stage,
};
use crate::search::Search;
use crate::thesaurus::Thesaurus;

/// A challenge that the catalogue does not answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Unanswered {
    /// The id of the challenge.
    pub challenge_id: ChallengeId,
    /// How much evidence there is of an answer, as
    /// [`Matches::answer_score`](crate::Matches::answer_score) has it. `None` if nothing was ranked.
    pub answer_score: Option<f64>,
    /// The best eligible solution and its score. `None` if there is none.
    pub best: Option<(SolutionId, f64)>,
    /// How many solutions the rules of the challenge exclude.
    pub barred: usize,
}

/// What challenges ask for, and what solutions have: one theme, goal or country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Supply {
    /// The theme as most records write it, the number of the goal, or the code of the country.
    pub name: String,
    /// How many challenges name it.
    pub challenges: usize,
    /// How many of them are told to be unanswered.
    pub unanswered: usize,
    /// How many solutions name it.
    pub solutions: usize,
    /// How many of these were put to use: those that are implemented or scaling, or have a
    /// deployment that is active or completed.
    pub implemented: usize,
}

impl Supply {
    /// Whether challenges name it, and no solution that was put to use does.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.challenges > 0 && self.implemented == 0
    }
}

/// What a catalogue cannot answer.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Challenge, Matcher, Solution};
/// let catalogue = Catalogue::in_memory()?;
/// let mut edit = catalogue.edit()?;
/// edit.put(Solution::new("s1", "Jardines de lluvia en las aceras").themes(["agua"]))?;
/// edit.commit()?;
/// let ask = Challenge::new("c1", "¿Cómo enseñar violín a niños del barrio?").themes(["Música"]);
/// let gaps = Matcher::new(&catalogue)?.gaps([&ask])?;
/// assert_eq!(gaps.unanswered[0].challenge_id.as_str(), "c1");
/// assert_eq!((gaps.themes[0].name.as_str(), gaps.themes[0].is_gap()), ("Música", true));
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Gaps {
    /// How many challenges were matched.
    pub challenges: usize,
    /// How many of them are told to be answered. What is in neither list has no verdict.
    pub answered: usize,
    /// The challenges that are told to be unanswered, those with the least evidence first; then by
    /// id.
    pub unanswered: Vec<Unanswered>,
    /// The themes that challenges name: gaps first, then by falling number of challenges, then by
    /// name.
    pub themes: Vec<Supply>,
    /// The goals that challenges name, in the same order. A target counts for its goal.
    pub goals: Vec<Supply>,
    /// The countries of the challenges, in the same order. A solution is of its country and of
    /// those of its deployments.
    pub countries: Vec<Supply>,
}

/// What is counted of one theme, goal or country.
#[derive(Default)]
struct Count {
    supply: [usize; 4],
    /// How often it is written in each way.
    names: BTreeMap<String, usize>,
}

/// The places in [`Count::supply`].
const CHALLENGES: usize = 0;
const UNANSWERED: usize = 1;
const SOLUTIONS: usize = 2;
const IMPLEMENTED: usize = 3;

/// Themes, goals or countries by key.
type Counts = BTreeMap<String, Count>;

impl Matcher {
    /// Matches challenges and says what the catalogue cannot answer.
    ///
    /// Themes are the same if they are so by the thesaurus, in any language, or if their letters are,
    /// whatever their accents and capitals.
    ///
    /// # Errors
    /// Those of [`find_all`](Self::find_all).
    pub fn gaps<'c>(
        &self,
        challenges: impl IntoIterator<Item = &'c Challenge>,
    ) -> Result<Gaps, Error> {
        let mut gaps = Gaps::default();
        let [mut themes, mut goals, mut countries] = [Counts::new(), Counts::new(), Counts::new()];
        let all: Vec<&Challenge> = challenges.into_iter().collect();
        let searches = all.iter().map(|challenge| Search::new(challenge).limit(1));
        for (matches, challenge) in self.find_each(searches).zip(&all) {
            let matches = matches?;
            gaps.challenges += 1;
            gaps.answered += usize::from(matches.answered() == Some(true));
            let is_unanswered = matches.answered() == Some(false);
            if is_unanswered {
                gaps.unanswered.push(Unanswered {
                    challenge_id: challenge.id.clone(),
                    answer_score: matches.answer_score(),
                    best: matches.iter().next().map(|best| (best.id().clone(), best.score())),
                    barred: self.ineligible(*challenge)?.len(),
                });
            }
            let counted = [(CHALLENGES, true), (UNANSWERED, is_unanswered)];
            count(&mut themes, theme_keys(&challenge.themes, &self.thesaurus), counted);
            count(&mut goals, goal_keys(&challenge.sdgs), counted);
            count(&mut countries, country_keys(challenge.country), counted);
        }
        for solution in self.snapshot().solutions().records()? {
            let solution = solution?;
            let counted = [(SOLUTIONS, true), (IMPLEMENTED, was_implemented(&solution))];
            count(&mut themes, theme_keys(&solution.themes, &self.thesaurus), counted);
            count(&mut goals, goal_keys(&solution.sdgs), counted);
            let deployed = solution.deployments.iter().map(|own| own.country);
            let all = deployed.chain([solution.country]).flat_map(country_keys);
            count(&mut countries, all, counted);
        }
        gaps.unanswered.sort_by(|a, b| {
            let by_evidence = a.answer_score.partial_cmp(&b.answer_score);
            by_evidence
                .unwrap_or(std::cmp::Ordering::Equal)
                .then_with(|| a.challenge_id.cmp(&b.challenge_id))
        });
        gaps.themes = supply(themes);
        gaps.goals = supply(goals);
        gaps.countries = supply(countries);
        Ok(gaps)
    }
}

/// Counts a record once for each of its keys.
fn count<const N: usize>(
    counts: &mut Counts,
    keys: impl IntoIterator<Item = (String, String)>,
    counted: [(usize, bool); N],
) {
    let keys: BTreeSet<(String, String)> = keys.into_iter().collect();
    let mut last = None;
    for (key, name) in keys {
        let own = counts.entry(key.clone()).or_default();
        *own.names.entry(name).or_default() += 1;
        // A record that writes a theme in two ways has it once.
        if last.as_ref() != Some(&key) {
            for (place, does_count) in counted {
                own.supply[place] += usize::from(does_count);
            }
        }
        last = Some(key);
    }
}

fn supply(counts: Counts) -> Vec<Supply> {
    let one = |count: Count| {
        let [challenges, unanswered, solutions, implemented] = count.supply;
        // The commonest name, of equal ones the first.
        let name = count.names.into_iter().rev().max_by_key(|(_, often)| *often);
        let name = name.map(|(name, _)| name).unwrap_or_default();
        Supply { name, challenges, unanswered, solutions, implemented }
    };
    let mut all: Vec<Supply> =
        counts.into_values().filter(|count| count.supply[CHALLENGES] > 0).map(one).collect();
    all.sort_by(|a, b| {
        let order = |own: &Supply| (!own.is_gap(), usize::MAX - own.challenges);
        order(a).cmp(&order(b)).then_with(|| a.name.cmp(&b.name))
    });
    all
}

fn theme_keys(themes: &[String], thesaurus: &Thesaurus) -> impl Iterator<Item = (String, String)> {
    let keys = themes.iter().map(|theme| (normalise_key(theme), theme.trim().to_owned()));
    let keys = keys.filter(|(key, _)| !key.is_empty());
    keys.map(|(key, name)| (thesaurus.common_key(key), name))
}

fn goal_keys(goals: &[Goal]) -> impl Iterator<Item = (String, String)> {
    goals.iter().map(|goal| {
        let goal = goal.number().to_string();
        (format!("{goal:0>2}"), goal)
    })
}

fn country_keys(country: Option<Country>) -> impl Iterator<Item = (String, String)> {
    country.into_iter().map(|country| (country.to_string(), country.to_string()))
}

fn was_implemented(solution: &Solution) -> bool {
    let by_stage = matches!(solution.stage, Some(Stage::Implemented | Stage::Scaling));
    let is_in_use =
        |status| matches!(status, Some(DeploymentStatus::Active | DeploymentStatus::Completed));
    by_stage || solution.deployments.iter().any(|own| is_in_use(own.status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Deployment;
    use crate::{Catalogue, Eligibility, Language};

    fn in_use(country: &str, status: DeploymentStatus) -> Deployment {
        let country = country.parse().ok();
        Deployment { country, status: Some(status), ..Deployment::default() }
    }

    #[test]
    fn demand_without_what_was_implemented_is_a_gap() -> Result<(), Error> {
        let catalogue = Catalogue::in_memory()?;
        let mut edit = catalogue.edit()?;
        let garden = |id: &str| {
            Solution::new(id, "Jardines de lluvia en las aceras").language(Language::Spanish)
        };
        let mut failed = garden("failed").themes(["Água", "agua"]).country("BR".parse().ok());
        failed.deployments = vec![in_use("UY", DeploymentStatus::Failed)];
        let mut used = garden("used").themes(["Residuos"]).sdgs(["11.5".parse::<Goal>().unwrap()]);
        used.deployments = vec![in_use("CL", DeploymentStatus::Active)];
        for solution in [failed, used, garden("idea").themes(["agua"]).stage(Stage::Idea)] {
            edit.put(solution)?;
        }
        edit.commit()?;
        let rain = "¿Cómo hacer que jardines retengan la lluvia en las aceras de la ciudad?";
        let violin = "¿Cómo enseñar violín y piano a niños y niñas del barrio?";
        let ask = |id: &str, text: &str| Challenge::new(id, text).language(Language::Spanish);
        let challenges = [
            ask("answered", rain).themes(["AGUA"]).sdgs(["11".parse::<Goal>().unwrap()]),
            ask("violin", violin).themes(["música", "agua"]).country("UY".parse().ok()),
            ask("barred", rain).themes(["residuos"]).country("CL".parse().ok()).eligibility(
                Eligibility {
                    excluded: vec!["used".into()],
                    ..Eligibility::new().stages([Stage::Pilot])
                },
            ),
            ask("no verdict", "lluvia"),
        ];
        let gaps = Matcher::new(&catalogue)?.gaps(&challenges)?;
        assert_eq!((gaps.challenges, gaps.answered), (4, 1), "{gaps:?}");
        let [violin, barred] = &gaps.unanswered[..] else { panic!("{gaps:?}") };
        assert_eq!((violin.challenge_id.as_str(), violin.barred), ("violin", 0));
        assert!(violin.best.as_ref().is_some_and(|(_, score)| *score < 0.2));
        assert_eq!((barred.challenge_id.as_str(), barred.barred), ("barred", 2));

        let shown = |all: &[Supply]| -> Vec<String> {
            let one = |own: &Supply| {
                let Supply { name, challenges, unanswered, solutions, implemented } = own;
                let gap = if own.is_gap() { " gap" } else { "" };
                format!("{name} {challenges} {unanswered} {solutions} {implemented}{gap}")
            };
            all.iter().map(one).collect()
        };
        assert_eq!(
            shown(&gaps.themes),
            ["agua 2 1 2 0 gap", "música 1 1 0 0 gap", "Residuos 1 1 1 1"]
        );
        assert_eq!(shown(&gaps.goals), ["11 1 0 1 1"]);
        assert_eq!(shown(&gaps.countries), ["UY 1 1 1 0 gap", "CL 1 1 1 1"]);
        Ok(())
    }

    #[test]
    fn without_challenges_there_is_no_gap() -> Result<(), Error> {
        let matcher = Matcher::new(&crate::__doc_catalogue()?)?;
        assert_eq!(matcher.gaps([])?, Gaps::default());
        Ok(())
    }
}
