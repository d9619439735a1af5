//! The constants of the score for an encoder, from judged parallel text.

mod example;
mod logistic;
mod means;
mod remembering;
mod training_set;

use std::fmt;
use std::sync::Arc;

use citymatch_encoder::{Calibrated, Calibration, Encoder};

use crate::error::Error;
use crate::record::Solution;
pub use example::Example;
use remembering::Remembering;
use training_set::TrainingSet;

/// `related_factor` is what is measured times this: across languages `related` stands in for
/// `words` too, which show nothing there. Chosen by nDCG@10, which is flat around it.
const FOR_WORDS: f64 = 1.25;

/// Derives an encoder's [`Calibration`] from judged parallel text: asks in two languages, and which
/// solutions answer them.
///
/// 1. **Means**, if they are asked for: the mean vector of each language's texts, to be taken off
///    before anything is compared.
/// 2. **Factors**: what `related` and `meaning` show of an answer that is asked for in its own
///    language, divided by what they show when it is asked for in the other one, each a mean over
///    the examples. `related`'s is multiplied by 1.25, for it also stands in for `words`.
/// 3. **Steepness and midpoint**: the logistic of most likelihood between the best S of each ask
///    and the best S of the same ask without the solutions that answer it. A weak prior keeps it
///    finite where the two do not overlap.
/// 4. **Weak**: the S that parts these two best: most asks kept less most let through.
///
/// The same text gives the same constants, to the last byte. They are worth what the text is worth:
/// some hundred examples, among solutions like those to come, of their number and length. Hold a
/// part of the examples back to see what the constants do on others.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use citymatch::{Catalogue, Challenge, Language, Solution, calibrate::{Calibrator, Example}, encoder::{Calibrated, StaticEncoder}};
///
/// let needs = [
///     ("inundaciones", "alagamentos"), ("residuos", "resíduos"), ("incendios", "incêndios"), ("ruido", "ruído"), ("sequía", "seca"),
///     ("empleo", "emprego"), ("vivienda", "moradia"), ("transporte", "transporte"), ("energía", "energia"), ("salud", "saúde"),
/// ];
/// let mut solutions = vec![Solution::new("other", "Un festival de cine").language(Language::Spanish)];
/// let mut examples = Vec::new();
/// for (spanish, portuguese) in needs {
///     solutions.push(Solution::new(spanish, format!("Un plan barrial de {spanish}")).language(Language::Spanish));
///     let ask = Challenge::from_text(format!("¿Cómo trabajar el tema de {spanish}?")).language(Language::Spanish);
///     let translation = Challenge::from_text(format!("Como trabalhar o tema de {portuguese}?")).language(Language::Portuguese);
///     examples.push(Example::new(ask, [spanish]).translation(translation));
/// }
///
/// let encoder = Arc::new(StaticEncoder::builtin());
/// let calibration = Calibrator::new(encoder.clone()).fit(&solutions, &examples)?;
/// assert!(calibration.related_factor > 1.0 && calibration.slope > 0.0);
/// let catalogue = Catalogue::builder().encoder(Arc::new(Calibrated::new("my-encoder-1", encoder, calibration))).in_memory()?;
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone)]
pub struct Calibrator {
    encoder: Arc<dyn Encoder>,
    means: bool,
    /// None: what the examples show.
    related_factor: Option<f64>,
    meaning_factor: Option<f64>,
}

impl fmt::Debug for Calibrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calibrator")
            .field("encoder", &self.encoder.name())
            .field("means", &self.means)
            .field("related_factor", &self.related_factor)
            .field("meaning_factor", &self.meaning_factor)
            .finish()
    }
}

impl Calibrator {
    /// For an encoder. A calibration that it has already plays no part.
    #[must_use]
    pub fn new(encoder: Arc<dyn Encoder>) -> Self {
        Self { encoder, means: false, related_factor: None, meaning_factor: None }
    }

    /// Whether each language's mean vector is derived too. The default is no.
    ///
    /// It helps where an encoder's cosines lie close together and texts of one language closer
    /// still, as those of contextual models do. The built-in encoder's do not, and taking means off
    /// made nothing better there. It needs 20 texts in each language that occurs: sentences and
    /// whole texts, each counted once. A language that does not occur here gets no mean, so let
    /// every language occur that will be matched.
    #[must_use]
    pub fn means(mut self, means: bool) -> Self {
        self.means = means;
        self
    }

    /// A factor to take instead of what the examples show. The default is none.
    ///
    /// The ratio says what is shown, not what ranks best: where the order of examples that are held
    /// back tells of a better dial between the ask's language and the others, the logistic and
    /// `weak` are derived for that.
    #[must_use]
    pub fn related_factor(mut self, factor: f64) -> Self {
        self.related_factor = Some(factor);
        self
    }

    /// As [`related_factor`](Self::related_factor), for `meaning`.
    #[must_use]
    pub fn meaning_factor(mut self, factor: f64) -> Self {
        self.meaning_factor = Some(factor);
        self
    }

    /// The constants, from examples and the solutions among which they are asked: those that
    /// answer, and any number of others.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where the text does not do:
    /// fewer than 10 examples have a translation; an ask has no content word or no language
    /// (declared, or detected in 5 words or more); a translation is in the ask's own language;
    /// answers are missing or unknown; none of them is in the language of its ask or its
    /// translation, or they show nothing across languages; there is no solution beside an ask's
    /// answers; the answers do not stand out; a language has too few texts for a mean; a factor is
    /// no finite number above 0. [`ErrorKind::InvalidRecord`](crate::ErrorKind::InvalidRecord)
    /// where a record is wrong.
    pub fn fit(&self, solutions: &[Solution], examples: &[Example]) -> Result<Calibration, Error> {
        for (name, factor) in
            [("related_factor", self.related_factor), ("meaning_factor", self.meaning_factor)]
        {
            if let Some(wrong) = factor.filter(|factor| !(factor.is_finite() && *factor > 0.0)) {
                return Err(Error::option(name, wrong, "a finite number above 0"));
            }
        }
        example::check(solutions, examples)?;
        let encoder: Arc<dyn Encoder> = Arc::new(Remembering::new(Arc::clone(&self.encoder)));
        let mut calibration = Calibration::BUILTIN;
        if self.means {
            calibration.means = means::of(&*encoder, solutions, examples)?;
        }
        let centred = Calibrated::new(encoder.name(), Arc::clone(&encoder), calibration.clone());
        let training_set = TrainingSet::new(solutions, examples, centred)?;
        (calibration.related_factor, calibration.meaning_factor) =
            match (self.related_factor, self.meaning_factor) {
                (Some(related), Some(meaning)) => (related, meaning),
                (related, meaning) => {
                    let shown = training_set.factors()?;
                    (related.unwrap_or(shown.0), meaning.unwrap_or(shown.1))
                }
            };
        let (best, removed) = training_set.best(&calibration)?;
        let logistic = logistic::most_likely(&best, &removed);
        let logistic = logistic.ok_or_else(|| {
            Error::option("examples", "…", "answers that stand out from the other solutions")
        })?;
        (calibration.slope, calibration.midpoint) = (logistic.slope, logistic.midpoint);
        calibration.answer_threshold = logistic::cut(&best, &removed);
        Ok(calibration)
    }
}
