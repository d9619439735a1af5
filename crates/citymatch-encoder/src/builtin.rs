use std::sync::{Mutex, PoisonError};

use crate::encoder::Encoder;
use crate::error::EncodeError;
use crate::kernel::Kernel;
use crate::model::{MODEL, SIZE};
use crate::vector::Vector;
use crate::vocabulary::WordCache;

/// The built-in encoder for Spanish, Portuguese and English: a table of 40,000 pieces of words with
/// a vector each.
///
/// A text is normalised and split into the pieces whose scores have the largest sum, as
/// sentencepiece does it; its vector is the direction of the sum of their rows. Piece after piece,
/// each integer times its row's scale, rounded to `f32`, is added to its sum in `f32`; the sums go
/// to [`Vector::new`]. Characters that are in no piece count nothing, and a text of such characters
/// alone gives the zero vector.
///
/// The pieces of up to 65,536 words are cached from call to call, once for each of up to eight
/// threads that encode at the same time: a few megabytes each.
///
/// # Examples
/// ```
/// use citymatch_encoder::{Encoder, StaticEncoder};
/// let texts = ["public transport is too expensive", "el transporte público es demasiado caro", "growing tomatoes at home"];
/// let found = StaticEncoder::builtin().encode(&texts)?;
/// assert!(found[0].cosine(&found[1]) > 0.8);
/// assert!(found[0].cosine(&found[2]) < 0.1);
/// # Ok::<(), citymatch_encoder::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StaticEncoder(());

impl StaticEncoder {
    /// The encoder that is part of the program. This costs nothing: no file is read, nothing is
    /// built.
    #[must_use]
    pub const fn builtin() -> Self {
        Self(())
    }

    /// The rows of the table whose sum is the vector of `text`, from its first piece to its last.
    /// For tests that compare them with sentencepiece's.
    #[doc(hidden)]
    #[must_use]
    pub fn rows(&self, text: &str) -> Vec<u32> {
        let mut scratch = Scratch::default();
        scratch.tokenise(text);
        scratch.rows
    }
}

impl Encoder for StaticEncoder {
    fn name(&self) -> &'static str {
        "citymatch-static-1"
    }

    fn size(&self) -> usize {
        SIZE
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        let (mut scratch, kernel) = (Scratch::acquire(), Kernel::best());
        let vectors = texts.iter().map(|text| scratch.vector(text, kernel)).collect();
        scratch.release();
        vectors
    }
}

/// The scratch memory of calls that have ended, for those to come. Each is a few megabytes.
static POOL: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());
/// The most that the pool keeps.
const POOL_SIZE: usize = 8;

/// Memory that is used again from text to text, and a cache of words.
#[derive(Default)]
struct Scratch {
    words: String,
    cache: WordCache,
    rows: Vec<u32>,
}

impl Scratch {
    /// Scratch memory from the pool, whose cache has words already; new where the pool is empty.
    fn acquire() -> Self {
        POOL.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Returns the memory to the pool, for the next call on any thread.
    fn release(self) {
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < POOL_SIZE {
            pool.push(self);
        }
    }

    /// Writes the rows of the text's pieces to `rows`.
    fn tokenise(&mut self, text: &str) {
        self.rows.clear();
        MODEL.normaliser.words_into(text, &mut self.words);
        MODEL.vocabulary.rows_into(&self.words, &mut self.cache, &mut self.rows);
    }

    fn vector(&mut self, text: &str, kernel: Kernel) -> Result<Vector, EncodeError> {
        self.tokenise(text);
        let mut sums = [0.0; SIZE];
        for &row in &self.rows {
            let (values, scale) = MODEL.row(row);
            kernel.add_scaled(&mut sums, values, scale);
        }
        Vector::new(sums)
    }
}
