//! Intervals and p-values by resampling, with a fixed seed.

/// An interval that has the true value with a chance of 95 %, in so far as the challenges are a
/// sample of those to come.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// How many samples are drawn.
const SAMPLES: usize = 10_000;

impl Interval {
    /// The interval of a mean: the 2.5 % and 97.5 % quantiles of the means of 10,000 bootstrap samples
    /// with a fixed seed (Efron, 1979). Of differences of pairs it is the paired bootstrap. `None` for
    /// fewer than two values, whose spread is not known.
    ///
    /// # Examples
    /// ```
    /// use citymatch::evaluate::Interval;
    /// let found = Interval::of_mean(&[0.2, 0.4, 0.6, 0.8]).unwrap();
    /// assert!(0.2 < found.low && found.low < 0.5 && 0.5 < found.high && found.high < 0.8);
    /// assert_eq!(Interval::of_mean(&[0.2]), None);
    /// ```
    #[must_use]
    pub fn of_mean(values: &[f64]) -> Option<Self> {
        if values.len() < 2 {
            return None;
        }
        let mut random = Random::new(values.len());
        let mean = |_| {
            let sum: f64 = (0..values.len()).map(|_| values[random.below(values.len())]).sum();
            sum / values.len() as f64
        };
        let mut means: Vec<f64> = (0..SAMPLES).map(mean).collect();
        means.sort_by(f64::total_cmp);
        Some(Self { low: quantile(&means, 0.025), high: quantile(&means, 0.975) })
    }
}

/// How often a mean is at least as far from 0 when the sign of each difference is drawn anew: the
/// p-value, with two sides, of the randomisation test (Fisher, 1935), of 10,000 draws with a fixed
/// seed.
///
/// # Examples
/// ```
/// use citymatch::evaluate::p_value;
/// assert!(p_value(&[0.1; 20]) < 0.001);
/// assert_eq!(p_value(&[0.1, -0.1]), 1.0);
/// ```
#[must_use]
pub fn p_value(differences: &[f64]) -> f64 {
    let observed = differences.iter().sum::<f64>().abs();
    let mut random = Random::new(differences.len());
    // Sums of the same numbers in other signs may differ by a rounding where they are equal.
    let least = observed * (1.0 - 1e-12);
    let is_as_far = |_: &usize| {
        let signed = differences.iter().map(|own| if random.flip() { *own } else { -own });
        signed.sum::<f64>().abs() >= least
    };
    let as_far = (0..SAMPLES).filter(is_as_far).count();
    (as_far + 1) as f64 / (SAMPLES + 1) as f64
}

/// A quantile of sorted values, between neighbours in proportion.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    // OK because the place is at least 0, and below the number of values.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// Numbers that are as good as random and always the same (Steele, Lea and Flood, 2014).
pub(crate) struct Random(u64);

impl Random {
    /// The seed is fixed but for the number of values, so that samples of two sizes have nothing in
    /// common.
    pub(crate) fn new(count: usize) -> Self {
        Self(0x5EED ^ ((count as u64) << 32))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number below `end`, which is above 0.
    fn below(&mut self, end: usize) -> usize {
        let product = u128::from(self.next()) * end as u128;
        // OK because the upper half of the product is below `end`.
        #[allow(clippy::cast_possible_truncation)]
        let place = (product >> 64) as usize;
        place
    }

    /// A number in (0, 1).
    fn unit(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// A number of the standard normal distribution (Box and Muller, 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.unit())).sqrt();
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit())
    }

    fn flip(&mut self) -> bool {
        self.next() >> 63 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_as_wide_as_the_normal_one() {
        // The values 0 and 1 alike often have the deviation ½.
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 2)).collect();
        let found = Interval::of_mean(&values).unwrap();
        let half = 1.96 * 0.5 / 400.0_f64.sqrt();
        assert!((found.low - (0.5 - half)).abs() < 0.003, "{found:?}");
        assert!((found.high - (0.5 + half)).abs() < 0.003, "{found:?}");
        assert_eq!(Interval::of_mean(&values), Some(found), "the seed is fixed");
    }

    #[test]
    fn few_values_have_no_interval_and_equal_ones_an_empty_one() {
        assert_eq!(Interval::of_mean(&[]), None);
        assert_eq!(Interval::of_mean(&[0.3]), None);
        assert_eq!(Interval::of_mean(&[0.5; 3]), Some(Interval { low: 0.5, high: 0.5 }));
    }

    #[test]
    fn intervals_cover_the_mean_as_often_as_they_say() {
        // 200 samples of 50 values, uniform in [0, 1].
        let mut random = Random(1);
        let covered = (0..200).filter(|_| {
            let values: Vec<f64> = (0..50).map(|_| random.unit()).collect();
            let found = Interval::of_mean(&values).unwrap();
            found.low <= 0.5 && 0.5 <= found.high
        });
        let covered = covered.count();
        assert!((180..=198).contains(&covered), "{covered} of 200");
    }

    #[test]
    fn normal_numbers_have_mean_0_and_deviation_1() {
        let mut random = Random(2);
        let found: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let mean = found.iter().sum::<f64>() / 20_000.0;
        let square = found.iter().map(|own| own * own).sum::<f64>() / 20_000.0;
        let inside = found.iter().filter(|own| own.abs() < 1.0).count();
        assert!(mean.abs() < 0.03 && (square - 1.0).abs() < 0.04, "{mean} {square}");
        assert!((13_400..13_900).contains(&inside), "{inside}");
    }

    #[test]
    fn p_values_of_signs() {
        // Eight differences alike: only 2 of the 256 choices of signs are as far from 0.
        let found = p_value(&[0.1; 8]);
        assert!((found - 2.0 / 256.0).abs() < 0.003, "{found}");
        assert!((p_value(&[0.0; 5]) - 1.0).abs() < 1e-12);
        assert!((p_value(&[0.1, -0.1]) - 1.0).abs() < 1e-12);
    }
}
