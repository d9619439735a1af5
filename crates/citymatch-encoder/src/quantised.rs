use crate::kernel::Kernel;

/// A [`Vector`](crate::Vector) in integers from -127 to 127, and a scale that gives them length 1.
///
/// The largest value becomes 127 or -127, the others the nearest integers (ties to even). The scale
/// is 1 / √(sum of the integers' squares), not the step of the rounding: so
/// [`cosine`](Self::cosine) is the cosine of what is stored, equal vectors have cosine 1, and none
/// more.
///
/// # Examples
/// ```
/// use citymatch_encoder::Vector;
/// let (a, b) = (Vector::new(vec![3.0, 4.0])?.quantise(), Vector::new(vec![4.0, 3.0])?.quantise());
/// assert_eq!(a.values(), [95, 127]);
/// assert!((a.cosine(&b) - 0.96).abs() < 0.005);
/// # Ok::<(), citymatch_encoder::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    values: Box<[i8]>,
    scale: f32,
}

impl Quantised {
    /// The vector of these integers; its scale is computed from them.
    #[must_use]
    pub fn new(values: impl Into<Box<[i8]>>) -> Self {
        let values = values.into();
        let squares = Kernel::best().dot(&values, &values);
        #[allow(clippy::cast_possible_truncation, reason = "rounded once")]
        let scale = if squares > 0 { (1.0 / f64::from(squares).sqrt()) as f32 } else { 0.0 };
        Self { values, scale }
    }

    /// The integers.
    #[must_use]
    pub fn values(&self) -> &[i8] {
        &self.values
    }

    /// The factor that gives the integers length 1; 0 for the zero vector.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// The cosine of the angle between two vectors of one size: the integers' products times both
    /// scales, from -1 to 1; 0 if one is zero.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f64 {
        cosine(Kernel::best().dot(&self.values, &other.values), self.scale, other.scale)
    }
}

/// The cosine of two [`Quantised`] vectors, from -1 to 1, given the dot product of their integers
/// and their scales.
#[inline]
#[must_use]
pub fn cosine(product: i32, left: f32, right: f32) -> f64 {
    (f64::from(product) * (f64::from(left) * f64::from(right))).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use crate::vector::Vector;

    fn vector(values: &[f32]) -> Vector {
        Vector::new(values).unwrap()
    }

    #[test]
    fn integers_keep_the_angle() {
        let wave =
            |step: u16| vector(&(0..192).map(|i| f32::from(i * step).sin()).collect::<Vec<_>>());
        for (a, b) in [(1, 1), (1, 2), (2, 3), (5, 7)] {
            let (a, b) = (wave(a), wave(b));
            assert!((a.cosine(&b) - a.quantise().cosine(&b.quantise())).abs() < 0.002);
        }
        assert!((wave(3).quantise().cosine(&wave(3).quantise()) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_zero_vector_is_like_nothing() {
        let (zero, other) = (vector(&[0.0, 0.0]), vector(&[1.0, 2.0]));
        assert!(
            zero.cosine(&other).abs() + zero.quantise().cosine(&other.quantise()).abs()
                < f64::MIN_POSITIVE
        );
        assert_eq!((zero.quantise().values(), zero.quantise().scale()), (&[0, 0][..], 0.0));
    }
}
