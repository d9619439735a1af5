//! Suggesting goals for records.

use super::evidence::Evidence;
use super::fit::{self, Fits, GOALS};
use super::statements::Statements;
use super::suggestion::GoalSuggestion;
use crate::error::Error;
use crate::record::{Goal, Language, Record};
use crate::text::language_of;

/// The least score of a goal that is suggested, if nothing else is said.
const LEAST_SCORE: f64 = 0.5;

/// The goals that a record speaks of, the surest first, with the defaults of [`GoalSuggester`].
///
/// The goals that the record declares itself make no difference.
///
/// # Examples
/// ```
/// use citymatch::{Solution, goals};
/// let solution = Solution::new("s1", "Huertos en azoteas")
///     .description("Familias sin tierra cultivan verduras y acaban con el hambre en el barrio.");
/// let found = goals::suggest(&solution)?;
/// assert_eq!(found[0].goal.number(), 2);
/// assert!(found[0].sentence.contains("hambre"));
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn suggest<R: Record>(record: &R) -> Result<Vec<GoalSuggestion>, Error> {
    GoalSuggester::new().suggest(record)
}

/// Suggests the Sustainable Development Goals that records speak of.
///
/// The texts of the goals are made ready when they are first needed in a language, which takes a
/// tenth of a second or two, and kept for all suggesters.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, Language, goals::GoalSuggester};
/// let challenge = Challenge::from_text("Como proteger os recifes e os peixes do mar?");
/// let suggester = GoalSuggester::new().official_language(Language::English).limit(1);
/// let found = suggester.suggest(&challenge)?;
/// assert_eq!(found[0].goal.number(), 14);
/// assert_eq!(found[0].language, Language::English);
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct GoalSuggester {
    official_language: Option<Language>,
    limit: Option<usize>,
    least_score: f64,
}

impl Default for GoalSuggester {
    fn default() -> Self {
        Self { official_language: None, limit: None, least_score: LEAST_SCORE }
    }
}

/// A goal and how well a record fits it by the texts in one language.
struct Found {
    goal: Goal,
    fit: f64,
    score: f64,
    /// The place of the language among those that were looked at.
    place: usize,
}

impl GoalSuggester {
    /// A suggester with the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the language of the official texts that records are compared with. The default is each
    /// record's own, declared or detected, which finds most; where it is not known, all languages
    /// are tried.
    #[must_use]
    pub fn official_language(mut self, language: Language) -> Self {
        self.official_language = Some(language);
        self
    }

    /// Sets the most suggestions for a record, 1 or more. The default is all that are sure enough:
    /// about two for a paragraph on development.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Sets the least score of a goal that is suggested, from 0 to 1. The default is 0.5, where most
    /// of the suggestions are right and most of what is left out would be wrong; 0 gives all 17 in
    /// their order for the record.
    #[must_use]
    pub fn least_score(mut self, least: f64) -> Self {
        self.least_score = least;
        self
    }

    /// The goals that a record speaks of, the surest first, and of equally sure ones the first by
    /// number. Often there is none.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is 0 or the
    /// least score is not from 0 to 1.
    pub fn suggest<R: Record>(&self, record: &R) -> Result<Vec<GoalSuggestion>, Error> {
        let fits = self.fits(record)?;
        let evidence = fits.iter().map(Evidence::new).collect::<Result<Vec<_>, Error>>()?;
        let suggestion = |found: Found| {
            let (sentence, statement) = evidence[found.place].of_goal(found.goal)?;
            Some(GoalSuggestion {
                goal: found.goal,
                score: found.score,
                sentence: sentence.to_owned(),
                target: statement.target,
                official_text: statement.text,
                language: fits[found.place].statements.language,
            })
        };
        Ok(self.found(&fits)?.into_iter().filter_map(suggestion).collect())
    }

    /// The goals of [`suggest`](Self::suggest) with their scores alone, for those who ask for many
    /// records and show no sentences.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Challenge, goals::GoalSuggester};
    /// let challenge = Challenge::from_text("How to make the streets safe for girls and women?");
    /// let goals = GoalSuggester::new().goals(&challenge)?;
    /// assert!(goals.iter().any(|(goal, score)| goal.number() == 5 && *score > 0.5));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is 0 or the
    /// least score is not from 0 to 1.
    pub fn goals<R: Record>(&self, record: &R) -> Result<Vec<(Goal, f64)>, Error> {
        let found = self.found(&self.fits(record)?)?;
        Ok(found.into_iter().map(|found| (found.goal, found.score)).collect())
    }

    /// How well a record fits the goals, by the texts in each language that is looked at.
    fn fits<R: Record>(&self, record: &R) -> Result<Vec<Fits>, Error> {
        // What the record declares is not what its text says.
        let record = record.without_goals();
        let own = || language_of(&record).map(|(language, _)| language);
        let languages = match self.official_language.or_else(own) {
            Some(language) => vec![language],
            None => Language::ALL.to_vec(),
        };
        let fits = languages.into_iter().map(|language| Fits::new(&record, language));
        fits.filter_map(Result::transpose).collect()
    }

    /// The goals that fit well enough in any of the languages, each by its best.
    fn found(&self, fits: &[Fits]) -> Result<Vec<Found>, Error> {
        if self.limit == Some(0) {
            return Err(Error::option("limit", 0, "a whole number, 1 or more"));
        }
        if !(0.0..=1.0).contains(&self.least_score) {
            let expected = "a number from 0 to 1";
            return Err(Error::option("least_score", self.least_score, expected));
        }
        let mut found: Vec<Found> = Vec::new();
        for goal in Statements::goals()? {
            let own = |place: usize| {
                let fit = fits[place].fit(goal.number());
                Found { goal, fit, score: fit::score(fit), place }
            };
            let by_language = (0..fits.len()).map(own).filter(|own| own.score >= self.least_score);
            found.extend(by_language.reduce(|a, b| if b.fit > a.fit { b } else { a }));
        }
        found.sort_by(|a, b| b.fit.total_cmp(&a.fit).then_with(|| a.goal.cmp(&b.goal)));
        found.truncate(self.limit.unwrap_or(GOALS));
        Ok(found)
    }
}
