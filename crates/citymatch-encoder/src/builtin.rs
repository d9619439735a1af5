use std::sync::{Mutex, PoisonError};

use crate::encoder::{EncodeError, Encoder};
use crate::kernel::Kernel;
use crate::model::{MODEL, SIZE};
use crate::pieces::KnownWords;
use crate::vector::Vector;

/// The built-in encoder for Spanish, Portuguese and English: a table of 40,000 pieces of words with
/// a vector each.
///
/// A text is normalised and cut into the pieces whose scores have the largest sum, as sentencepiece
/// does it; its vector is the direction of the sum of their rows. Piece after piece, each integer
/// times its row's scale, rounded to `f32`, is added to its sum in `f32`; the sums go to
/// [`Vector::new`]. Characters that no piece has count nothing, and a text of them alone gives the
/// zero vector.
///
/// The pieces of up to 65,536 words are remembered from call to call, once for each of up to eight
/// threads that encode at a time: a few megabytes each.
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
#[derive(Clone, Copy, Debug)]
pub struct StaticEncoder(());

impl StaticEncoder {
    /// The encoder that lies in the program. This costs nothing: no file is read, nothing is built.
    pub const fn builtin() -> Self {
        Self(())
    }

    /// The rows of the table that `text` is a sum of, from its first piece to its last.
    pub fn rows(&self, text: &str) -> Vec<u32> {
        let mut scratch = Scratch::default();
        scratch.cut(text);
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
        let (mut scratch, kernel) = (Scratch::take(), Kernel::best());
        let vectors = texts.iter().map(|text| scratch.vector(text, kernel)).collect();
        scratch.give_back();
        vectors
    }
}

/// What calls have left: a few of a few megabytes.
static SPARE: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());
const MOST_SPARE: usize = 8;

/// Memory that one text after the other uses, and words that are known.
#[derive(Default)]
struct Scratch {
    words: String,
    known: KnownWords,
    rows: Vec<u32>,
}

impl Scratch {
    /// One that knows words already, if there is one.
    fn take() -> Self {
        SPARE.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Leaves what it knows to the next call, on whatever thread.
    fn give_back(self) {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MOST_SPARE {
            spare.push(self);
        }
    }

    fn cut(&mut self, text: &str) {
        self.rows.clear();
        MODEL.normaliser.words_into(text, &mut self.words);
        MODEL.pieces.rows_into(&self.words, &mut self.known, &mut self.rows);
    }

    fn vector(&mut self, text: &str, kernel: Kernel) -> Result<Vector, EncodeError> {
        self.cut(text);
        let mut sums = [0.0; SIZE];
        for &row in &self.rows {
            let (values, scale) = MODEL.row(row);
            kernel.add_scaled(&mut sums, values, scale);
        }
        Vector::new(sums)
    }
}
