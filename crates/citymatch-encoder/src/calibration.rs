use std::collections::BTreeMap;

/// What an encoder's cosines are worth: how they compare across languages, and when they say that
/// something answers.
///
/// A solution in the challenge's language has the evidence S = words + related + meaning, the
/// shares of the challenge that it meets; one in another language S = `related_factor` · related +
/// `meaning_factor` · meaning. Its score is 1 / (1 + exp(-`slope` · (S - `midpoint`))), and nothing
/// answers when the best S is below `answer_threshold`. The factors come from the same texts in two
/// languages, the logistic from challenges with their answers and with their answers removed:
/// `citymatch::calibrate::Calibrator` derives them from such text.
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
    /// How fast the score rises around its midpoint: above 0, per unit of S.
    pub slope: f64,
    /// The S at which the score is a half.
    pub midpoint: f64,
    /// The S of the best solution below which nothing answers.
    pub answer_threshold: f64,
}

impl Calibration {
    /// The built-in encoder's. It has no means: subtracting them made nothing better.
    pub const BUILTIN: Self = Self {
        means: BTreeMap::new(),
        related_factor: 1.8,
        meaning_factor: 1.15,
        slope: 4.9,
        midpoint: 1.2,
        answer_threshold: 0.65,
    };
}

impl Default for Calibration {
    fn default() -> Self {
        Self::BUILTIN
    }
}
