use crate::error::EncodeError;
use crate::quantised::Quantised;

/// A direction: finite values whose squares sum to 1, or all zero for a text that says nothing to
/// the encoder.
///
/// All sums are made in one order, so that the same values give the same bytes everywhere. A sum of
/// products is: products and sums in `f64`, value i in lane i mod 8, then the lanes from 0 to 7.
///
/// # Examples
/// ```
/// use citymatch_encoder::Vector;
/// let vector = Vector::new(vec![3.0, -4.0])?;
/// assert_eq!(vector.values(), [0.6, -0.8]);
/// assert!(Vector::new(vec![f32::NAN]).is_err());
/// # Ok::<(), citymatch_encoder::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Vector(Box<[f32]>);

impl Vector {
    /// The direction of these values: each divided by the root of the sum of their squares (in
    /// `f64`, rounded once).
    ///
    /// # Errors
    /// [`EncodeError::NotFinite`] when a value is infinite or not a number.
    pub fn new(values: impl Into<Box<[f32]>>) -> Result<Self, EncodeError> {
        let mut values = values.into();
        let length = dot(&values, &values).sqrt();
        if !length.is_finite() {
            return Err(EncodeError::NotFinite);
        }
        if length > 0.0 {
            #[allow(clippy::cast_possible_truncation, reason = "no value is above 1")]
            values.iter_mut().for_each(|value| *value = (f64::from(*value) / length) as f32);
        }
        Ok(Self(values))
    }

    /// The direction of a sum of vectors of `size` values, each times its weight, added in the
    /// order given. Weights are finite.
    ///
    /// # Errors
    /// [`EncodeError::Size`] when a vector has another size, [`EncodeError::NotFinite`] when the
    /// sum is not finite.
    pub fn sum<'a>(
        size: usize,
        parts: impl IntoIterator<Item = (f32, &'a Self)>,
    ) -> Result<Self, EncodeError> {
        let mut sums = vec![0.0; size];
        for (weight, vector) in parts {
            vector.check_size(size)?;
            for (sum, value) in sums.iter_mut().zip(&vector.0) {
                *sum += weight * value;
            }
        }
        Self::new(sums)
    }

    /// The direction of this vector minus a `mean`, such as its language's (see
    /// [`Calibration`](crate::Calibration)).
    ///
    /// # Errors
    /// As [`sum`](Self::sum).
    pub fn without(&self, mean: &[f32]) -> Result<Self, EncodeError> {
        self.check_size(mean.len())?;
        Self::new(self.0.iter().zip(mean).map(|(value, mean)| value - mean).collect::<Vec<_>>())
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// Whether all values are zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|&value| value == 0.0)
    }

    /// The cosine of the angle between two vectors of one size, from -1 to 1; 0 if one is zero.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f64 {
        dot(&self.0, &other.0).clamp(-1.0, 1.0)
    }

    /// The vector in integers of 8 bits, which take up a quarter of the space.
    #[must_use]
    pub fn quantise(&self) -> Quantised {
        let largest = max_abs(&self.0);
        let step = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        let values: Box<[i8]> = self.0.iter().map(|value| round_to_i8(value / step)).collect();
        Quantised::new(values)
    }

    pub(crate) fn check_size(&self, expected: usize) -> Result<(), EncodeError> {
        let found = self.0.len();
        if found == expected { Ok(()) } else { Err(EncodeError::Size { expected, found }) }
    }
}

/// The largest absolute value. A maximum is the same in any order, so eight lanes may share the
/// work.
fn max_abs(values: &[f32]) -> f32 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut lanes = [0.0_f32; 8];
    // Written as a comparison, this compiles to one instruction; `f32::max` does not, since it also
    // defines what a NaN becomes.
    let raise =
        |lane: &mut f32, value: &f32| *lane = if value.abs() > *lane { value.abs() } else { *lane };
    for eight in eights {
        lanes.iter_mut().zip(eight).for_each(|(lane, value)| raise(lane, value));
    }
    lanes.iter_mut().zip(rest).for_each(|(lane, value)| raise(lane, value));
    lanes.into_iter().fold(0.0, f32::max)
}

/// The nearest whole number to one from -127 to 127, ties to even.
///
/// Adding 1.5 · 2^23 leaves no bits for a fraction, so the addition itself rounds to the nearest
/// even number, and that integer is in the lowest bits of the sum's mantissa. This is faster than
/// `round_ties_even`, which compiles to one instruction only on newer processors.
fn round_to_i8(value: f32) -> i8 {
    const NO_FRACTION: f32 = 12_582_912.0; // 1.5 · 2^23
    i8::from_le_bytes([(value + NO_FRACTION).to_bits().to_le_bytes()[0]])
}

/// The dot product in `f64`, added up in the order that [`Vector`] states.
fn dot(left: &[f32], right: &[f32]) -> f64 {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<8>(), right.as_chunks::<8>());
    let mut lanes = [0.0_f64; 8];
    let rests = (left_rest.iter(), right_rest.iter());
    for (left, right) in left.iter().zip(right) {
        for ((lane, &a), &b) in lanes.iter_mut().zip(left).zip(right) {
            *lane += f64::from(a) * f64::from(b);
        }
    }
    for ((lane, &a), &b) in lanes.iter_mut().zip(rests.0).zip(rests.1) {
        *lane += f64::from(a) * f64::from(b);
    }
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(values: &[f32]) -> Vector {
        Vector::new(values).unwrap()
    }

    #[test]
    fn a_direction_has_length_one_or_zero() {
        let cases: &[(&str, &[f32], f64)] = &[
            ("none", &[], 0.0),
            ("zeros", &[0.0, -0.0], 0.0),
            ("one", &[-3.0], 1.0),
            ("many", &[0.1; 300], 1.0),
            ("huge", &[f32::MAX, f32::MAX, -f32::MAX], 1.0),
            ("tiny", &[f32::from_bits(1), f32::from_bits(1)], 1.0),
        ];
        for &(name, values, length) in cases {
            let vector = vector(values);
            assert!((vector.cosine(&vector) - length).abs() < 1e-6, "{name}");
            assert_eq!(vector.is_zero(), length == 0.0, "{name}");
        }
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "whole numbers")]
    fn the_nearest_whole_number_is_that_of_the_standard() {
        for sixteenth in -2_039_i16..=2_039 {
            let value = f32::from(sixteenth) / 16.0;
            assert_eq!(f32::from(round_to_i8(value)), value.round_ties_even(), "{value}");
        }
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(matches!(Vector::new([1.0, value]), Err(EncodeError::NotFinite)), "{value}");
        }
    }

    #[test]
    fn sums_of_products_have_a_stated_order() {
        let (left, right): (Vec<f32>, Vec<f32>) =
            (1..=195_u16).map(|i| (1.0 / f32::from(i), f32::from(i).sqrt())).unzip();
        let mut lanes = [0.0_f64; 8];
        for (i, (&a, &b)) in left.iter().zip(&right).enumerate() {
            lanes[i % 8] += f64::from(a) * f64::from(b);
        }
        assert_eq!(dot(&left, &right).to_bits(), lanes.iter().sum::<f64>().to_bits());
    }

    #[test]
    fn a_weighted_sum_is_a_direction() -> Result<(), EncodeError> {
        let (east, north) = (vector(&[1.0, 0.0]), vector(&[0.0, 1.0]));
        assert_eq!(Vector::sum(2, [(3.0, &east), (4.0, &north)])?, vector(&[3.0, 4.0]));
        assert!(Vector::sum(2, [(1.0, &east), (-1.0, &east)])?.is_zero());
        assert!(Vector::sum(3, [])?.is_zero());
        assert!(matches!(
            Vector::sum(3, [(1.0, &east)]),
            Err(EncodeError::Size { expected: 3, found: 2 })
        ));
        Ok(())
    }

    #[test]
    fn a_mean_is_taken_off() -> Result<(), EncodeError> {
        assert_eq!(vector(&[0.6, 0.8]).without(&[0.6, 0.0])?, vector(&[0.0, 1.0]));
        assert!(vector(&[0.6, 0.8]).without(&[0.6]).is_err());
        Ok(())
    }
}
