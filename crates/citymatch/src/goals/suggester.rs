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
/// The texts of the goals are made ready when they are first needed in a language, which takes
/// some tenths of a second, and kept for all suggesters.
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

impl GoalSuggester {
    /// A suggester with the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the language of the official texts that records are compared with. The default is each
    /// record's own, declared or detected, which finds most; where it is not known, the one whose
    /// texts are nearest.
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
        let Some(fits) = self.fits(record)? else { return Ok(Vec::new()) };
        let evidence = Evidence::new(&fits)?;
        let suggestion = |(goal, score)| {
            let (sentence, statement) = evidence.of_goal(goal)?;
            Some(GoalSuggestion {
                goal,
                score,
                sentence: sentence.to_owned(),
                target: statement.target,
                official_text: statement.text,
                language: fits.statements.language,
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
        self.fits(record)?.map_or_else(|| Ok(Vec::new()), |fits| self.found(&fits))
    }

    /// How well a record fits the goals. `None` for one without a content word.
    fn fits<R: Record>(&self, record: &R) -> Result<Option<Fits>, Error> {
        self.check()?;
        // What the record declares is not what its text says.
        let record = record.without_goals();
        let own = || language_of(&record).map(|(language, _)| language);
        let Some(language) = self.official_language.or_else(own) else {
            return Self::in_the_nearest_language(&record);
        };
        Fits::new(&record, language)
    }

    /// How a record whose language is not known, a few words mostly, fits the goals in the language
    /// whose texts have most of its words, of equal ones the first: that is the language it is in.
    fn in_the_nearest_language<R: Record>(record: &R) -> Result<Option<Fits>, Error> {
        let mut nearest: Option<Fits> = None;
        for language in Language::ALL {
            let fits = Fits::new(record, *language)?;
            nearest = match (nearest, fits) {
                (Some(before), Some(next)) if next.nearest <= before.nearest => Some(before),
                (before, next) => next.or(before),
            };
        }
        Ok(nearest)
    }

    /// The goals that fit well enough, each with its score.
    fn found(&self, fits: &Fits) -> Result<Vec<(Goal, f64)>, Error> {
        let mut found: Vec<(Goal, f64)> = Vec::with_capacity(GOALS);
        for goal in Statements::goals()? {
            found.push((goal, fits.fit(goal.number())));
        }
        found.sort_by(|(a, best), (b, next)| next.total_cmp(best).then_with(|| a.cmp(b)));
        let scored = found.into_iter().map(|(goal, fit)| (goal, fit::score(fit)));
        let enough = scored.filter(|(_, score)| *score >= self.least_score);
        Ok(enough.take(self.limit.unwrap_or(GOALS)).collect())
    }

    fn check(&self) -> Result<(), Error> {
        if self.limit == Some(0) {
            return Err(Error::option("limit", 0, "a whole number, 1 or more"));
        }
        if !(0.0..=1.0).contains(&self.least_score) {
            let expected = "a number from 0 to 1";
            return Err(Error::option("least_score", self.least_score, expected));
        }
        Ok(())
    }
}
