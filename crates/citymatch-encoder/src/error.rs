use std::fmt;

/// Why there are no vectors.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodeError {
    /// There are more or fewer vectors than texts.
    Count {
        /// The number of texts.
        expected: usize,
        /// The number of vectors.
        found: usize,
    },
    /// A vector has more or fewer values than the encoder's size.
    Size {
        /// The encoder's size.
        expected: usize,
        /// The vector's.
        found: usize,
    },
    /// A value is infinite or not a number.
    NotFinite,
    /// The encoder failed for a reason of its own.
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { expected, found } => {
                write!(f, "{found} vectors (expected one for each of {expected} texts)")
            }
            Self::Size { expected, found } => {
                write!(f, "a vector of {found} values (expected {expected})")
            }
            Self::NotFinite => f.write_str(
                "a vector with a value that is infinite or not a number (expected finite ones)",
            ),
            Self::Failed(source) => source.fmt(f),
        }
    }
}

impl std::error::Error for EncodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(source) => source.source(),
            _ => None,
        }
    }
}
