//! Fitting the constants of the score to an encoder, from judged parallel text.

mod caching_encoder;
mod example;
mod logistic;
mod means;
mod training_set;

use std::fmt;
use std::sync::Arc;

use citymatch_encoder::{Calibrated, Calibration, Encoder};

use crate::error::Error;
use crate::record::Solution;
use caching_encoder::CachingEncoder;
pub use example::Example;
pub(crate) use logistic::fit_platt;
use training_set::TrainingSet;

/// The measured ratio of `related` is multiplied by this to make `related_factor`: across languages
/// `words` finds nothing, so `related` has to count for both. The value was chosen by nDCG@10,
/// which hardly changes around it.
const RELATED_FOR_WORDS: f64 = 1.25;

/// Fits an encoder's [`Calibration`] to judged parallel text: challenges in two languages, and the
/// solutions that answer them.
///
/// The raw score S of a solution is the weighted sum of its signals. Four kinds of constants are
/// fitted, one after the other:
///
/// 1. **Means**, if they are requested: the mean vector of each language's texts, which is
///    subtracted from the vectors of that language before they are compared.
/// 2. **Factors**: the mean value that `related` and `meaning` give to an answer whose challenge is
///    in the same language, divided by the mean value that they give to it when the challenge is in
///    the other language. The factor of `related` is multiplied by 1.25, because across languages
///    `related` counts for `words` too.
/// 3. **Slope and midpoint**: the logistic curve of maximum likelihood that separates the S of the
///    pairs of a challenge and a solution that answers it from the S of all other pairs (Platt,
///    1999). A weak prior keeps the slope finite where the two do not overlap. The midpoint for
///    broad challenges stays as far from the other one as that of the built-in encoder.
/// 4. **Answer threshold**: the answer score
///    ([`Matches::answer_score`](crate::Matches::answer_score)) that maximises Youden's J (1950),
///    the share of answerable challenges that reach it minus the share of unanswerable ones that do.
///    A challenge without its answers serves as an unanswerable one.
///
/// The same text gives the same constants, to the last bit. The constants are only as good as the
/// text: use some hundred examples, and solutions that resemble those of the later catalogue in
/// number and length. Hold a part of the examples back, and see there how the constants do on
/// challenges that they were not fitted to.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use citymatch::calibrate::{Calibrator, Example};
/// use citymatch::encoder::{Calibrated, StaticEncoder};
/// use citymatch::{Catalogue, Challenge, Language, Solution};
///
/// let needs = [
///     ("inundaciones", "alagamentos"), ("residuos", "resíduos"), ("incendios", "incêndios"),
///     ("ruido", "ruído"), ("sequía", "seca"), ("empleo", "emprego"), ("vivienda", "moradia"),
///     ("transporte", "transporte"), ("energía", "energia"), ("salud", "saúde"),
/// ];
/// let spanish = |id: &str, title: String| Solution::new(id, title).language(Language::Spanish);
/// let mut solutions = vec![spanish("other", "Un festival de cine".to_owned())];
/// let mut examples = Vec::new();
/// for (need, same_need) in needs {
///     solutions.push(spanish(need, format!("Un plan barrial de {need}")));
///     let ask = Challenge::from_text(format!("¿Cómo trabajar el tema de {need}?"));
///     let translation = Challenge::from_text(format!("Como trabalhar o tema de {same_need}?"));
///     let example = Example::new(ask.language(Language::Spanish), [need]);
///     examples.push(example.translation(translation.language(Language::Portuguese)));
/// }
///
/// let encoder = Arc::new(StaticEncoder::builtin());
/// let calibration = Calibrator::new(encoder.clone()).fit(&solutions, &examples)?;
/// assert!(calibration.related_factor > 1.0 && calibration.slope > 0.0);
/// let calibrated = Calibrated::new("my-encoder-1", encoder, calibration);
/// let catalogue = Catalogue::builder().encoder(Arc::new(calibrated)).in_memory()?;
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone)]
pub struct Calibrator {
    encoder: Arc<dyn Encoder>,
    means: bool,
    /// `None` where it is fitted to the examples.
    related_factor: Option<f64>,
    /// `None` where it is fitted to the examples.
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
    /// A calibrator of an encoder. The calibration that the encoder has so far is not used.
    #[must_use]
    pub fn new(encoder: Arc<dyn Encoder>) -> Self {
        Self { encoder, means: false, related_factor: None, meaning_factor: None }
    }

    /// Whether the mean vector of each language is computed too. The default is `false`.
    ///
    /// Means help where all of an encoder's vectors lie close together, and those of one language
    /// closer still, as the vectors of contextual models do. Those of the built-in encoder do not,
    /// and subtracting means did not improve its results. Every language that occurs needs at least
    /// 20 different texts, sentences and whole fields counted alike. A language that does not occur
    /// gets no mean, so the text should have every language that will be matched.
    #[must_use]
    pub fn means(mut self, means: bool) -> Self {
        self.means = means;
        self
    }

    /// Sets the factor of `related`, a finite number above 0, instead of fitting it. The default is
    /// to fit it.
    ///
    /// The fitted factor makes the values of the signal equal in both languages, which need not
    /// give the best ranking. If examples that were held back are ranked better with another
    /// factor, set it here: the logistic and the answer threshold are then fitted for that factor.
    #[must_use]
    pub fn related_factor(mut self, factor: f64) -> Self {
        self.related_factor = Some(factor);
        self
    }

    /// Sets the factor of `meaning`, a finite number above 0, instead of fitting it, as
    /// [`related_factor`](Self::related_factor) does for `related`.
    #[must_use]
    pub fn meaning_factor(mut self, factor: f64) -> Self {
        self.meaning_factor = Some(factor);
        self
    }

    /// Fits the constants to examples. `solutions` are the catalogue in which the examples'
    /// challenges are searched: the solutions that answer them, and any number of others.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where nothing can be fitted:
    ///
    /// * fewer than 10 examples have a translation;
    /// * a challenge has no content word, or no language (declared, or detected in 5 words or
    ///   more), or a translation has the language of its original;
    /// * an example has no answers, an answer is not among the solutions, or every solution is an
    ///   answer;
    /// * no answer is in the language of its challenge or of the translation, or `related` or
    ///   `meaning` finds nothing across the two languages;
    /// * the challenges score no higher with their answers than without them;
    /// * a language has too few texts for a mean;
    /// * a factor is not a finite number above 0.
    ///
    /// [`ErrorKind::InvalidRecord`](crate::ErrorKind::InvalidRecord) where a record is wrong, and
    /// [`ErrorKind::Engine`](crate::ErrorKind::Engine) where the encoder fails.
    pub fn fit(&self, solutions: &[Solution], examples: &[Example]) -> Result<Calibration, Error> {
        for (name, factor) in
            [("related_factor", self.related_factor), ("meaning_factor", self.meaning_factor)]
        {
            if let Some(wrong) = factor.filter(|factor| !(factor.is_finite() && *factor > 0.0)) {
                return Err(Error::option(name, wrong, "a finite number above 0"));
            }
        }
        example::check(solutions, examples)?;
        let encoder: Arc<dyn Encoder> = Arc::new(CachingEncoder::new(Arc::clone(&self.encoder)));
        let mut calibration = Calibration::BUILTIN;
        if self.means {
            calibration.means = means::language_means(&*encoder, solutions, examples)?;
        }
        let centred = Calibrated::new(encoder.name(), Arc::clone(&encoder), calibration.clone());
        let training_set = TrainingSet::new(solutions, examples, centred)?;
        (calibration.related_factor, calibration.meaning_factor) =
            match (self.related_factor, self.meaning_factor) {
                (Some(related), Some(meaning)) => (related, meaning),
                (related, meaning) => {
                    let fitted = training_set.factors()?;
                    (related.unwrap_or(fitted.0), meaning.unwrap_or(fitted.1))
                }
            };
        let evidence = training_set.evidence(&calibration)?;
        let logistic = logistic::fit_platt(&evidence.useful, &evidence.useless);
        let logistic = logistic.ok_or_else(|| {
            Error::option("examples", "…", "answers that stand out from the other solutions")
        })?;
        let shift = calibration.midpoint - calibration.long_midpoint;
        calibration.slope = logistic.slope;
        calibration.midpoint = logistic.midpoint;
        calibration.long_midpoint = logistic.midpoint - shift;
        calibration.answer_threshold =
            logistic::youden_threshold(&evidence.with_answers, &evidence.without_answers);
        Ok(calibration)
    }
}
