use std::collections::BTreeMap;

/// What an encoder's cosines are worth: how they compare across languages, and when they say that
/// something answers.
///
/// A solution in the challenge's language has the raw score S = words + related + meaning, the
/// shares of the challenge that it meets; one in another language S = `related_factor` · related +
/// `meaning_factor` · meaning. In any language `subject_weight` · subject comes to it. Its score is
/// 1 / (1 + exp(-`slope` · (S - m))), where m is `midpoint` for a short question and `long_midpoint`
/// for a broad challenge, and nothing answers when the answer score is below `answer_threshold`. The
/// factors come from the same texts in two languages, the logistic from challenges with the
/// solutions that answer them and all others: `citymatch::calibrate::Calibrator` derives them from
/// such text.
///
/// # Examples
/// An encoder whose vectors lie close together, each language around its own mean:
/// ```
/// use citymatch_encoder::Calibration;
/// let calibration = Calibration { means: [("pt".into(), vec![0.1, 0.3])].into(), ..Calibration::BUILTIN };
/// assert_eq!(calibration.means["pt"].len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The mean vector of each language that has one, by its code (`es`, `pt`, `en`): it is
    /// subtracted from the vectors of that language before they are compared.
    pub means: BTreeMap<String, Vec<f32>>,
    /// How much higher `related` is within one language than across two, for the same text: above
    /// 0, usually above 1.
    pub related_factor: f64,
    /// How much higher `meaning` is within one language than across two, for the same text: above
    /// 0, usually above 1.
    pub meaning_factor: f64,
    /// How much `subject` counts, in any language: 0 or more. 0 leaves it out, for an encoder whose
    /// cosines of unrelated texts are far from 0.
    pub subject_weight: f64,
    /// How fast the score rises around its midpoint: above 0, per unit of S.
    pub slope: f64,
    /// The S at which the score is a half for a question of up to 12 content words.
    pub midpoint: f64,
    /// The S at which the score is a half for a challenge of 48 content words or more. Between the
    /// two numbers of words the midpoint moves evenly.
    pub long_midpoint: f64,
    /// The answer score (`citymatch::Matches::answer_score`) below which nothing answers.
    pub answer_threshold: f64,
}

impl Calibration {
    /// The built-in encoder's. It has no means: subtracting them made nothing better.
    pub const BUILTIN: Self = Self {
        means: BTreeMap::new(),
        related_factor: 1.8,
        meaning_factor: 1.15,
        subject_weight: 0.5,
        slope: 6.0,
        midpoint: 1.0,
        long_midpoint: 1.12,
        answer_threshold: 0.74,
    };
}

impl Default for Calibration {
    fn default() -> Self {
        Self::BUILTIN
    }
}
