use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use crate::encoder::Encoder;
use crate::error::EncodeError;
use crate::kernel::Kernel;
use crate::model::{MODEL, SIZE};
use crate::vector::Vector;
use crate::vocabulary::KnownWords;

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
        let rows = scratch.tokenise(text);
        scratch.rows[rows].to_vec()
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
        scratch.forget_texts();
        let vectors = texts.iter().map(|text| scratch.vector(text, kernel)).collect();
        scratch.release();
        vectors
    }
}

/// The scratch memory of calls that have ended, for those to come. Each is a few megabytes.
static POOL: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());
/// The most that the pool keeps.
const POOL_SIZE: usize = 8;

/// Memory that is used again from text to text: the texts of a call so far, and the words of all.
///
/// A record's whole text says what its sentences have said, and comes after them. So a text that
/// repeats the ones before it takes their rows, and no word is looked up a second time.
#[derive(Default)]
struct Scratch {
    /// The words of the text at hand.
    own: String,
    /// The words of the texts before it, one after the other.
    words: String,
    /// The rows of their pieces.
    rows: Vec<u32>,
    /// Where each of these texts begins, in `words` and in `rows`.
    starts: Vec<(usize, usize)>,
    known: KnownWords,
}

impl Scratch {
    /// Scratch memory from the pool, which knows words already; new where the pool is empty.
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

    /// How many bytes of words are kept at most: a whole text and its sentences are far shorter.
    const KEPT: usize = 1 << 16;

    fn forget_texts(&mut self) {
        self.words.clear();
        self.rows.clear();
        self.starts.clear();
    }

    /// Finds the rows of the text's pieces; where they are in `rows`.
    fn tokenise(&mut self, text: &str) -> Range<usize> {
        MODEL.normaliser.words_into(text, &mut self.own);
        if let Some(rows) = self.repeated() {
            return rows;
        }
        if self.words.len() > Self::KEPT {
            self.forget_texts();
        }
        let start = self.rows.len();
        self.starts.push((self.words.len(), start));
        self.words.push_str(&self.own);
        MODEL.vocabulary.rows_into(&self.own, &mut self.known, &mut self.rows);
        start..self.rows.len()
    }

    /// The rows of the text at hand, if its words are those of the texts just before it.
    fn repeated(&self) -> Option<Range<usize>> {
        let start = self.words.len().checked_sub(self.own.len())?;
        let mut starts = self.starts.iter().rev().take_while(|(words, _)| *words >= start);
        let (_, rows) = starts.find(|(words, _)| *words == start)?;
        self.words.ends_with(&self.own).then_some(*rows..self.rows.len())
    }

    fn vector(&mut self, text: &str, kernel: Kernel) -> Result<Vector, EncodeError> {
        let rows = self.tokenise(text);
        let mut sums = [0.0; SIZE];
        for &row in &self.rows[rows] {
            let (values, scale) = MODEL.row(row);
            kernel.add_scaled(&mut sums, values, scale);
        }
        Vector::new(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text's vector is the same whatever comes before it, and a whole text takes the rows of its
    /// sentences.
    #[test]
    fn a_text_that_repeats_those_before_it_has_its_own_vector() {
        let long = "barrio ".repeat(20_000);
        let cases: &[(&str, &[&str], bool)] = &[
            ("sentences", &["Rain gardens", "hold water.", "Rain gardens\nhold water."], true),
            ("the_last_sentences", &["Before.", "Rain", "gardens", "Rain gardens"], true),
            ("the_same_again", &["Rain gardens", "Rain gardens"], true),
            ("without_the_last", &["Rain", "gardens", "Rain"], false),
            ("from_within_a_text", &["Green rain gardens", "rain gardens"], false),
            ("within_a_word", &["Train", "rain"], false),
            ("other_spaces", &["Rain\tgardens", "Rain \u{a0} gardens"], true),
            ("a_space_that_is_none", &["Rain\u{2028}gardens", "Rain\u{85}gardens"], false),
            ("an_accent_after_a_space", &["a", "\u{301}b", "a \u{301}b"], true),
            ("an_accent_of_the_text_before", &["a", "\u{301}b", "a\u{301}b"], false),
            ("nothing", &["", "", " \n"], true),
            ("longer_than_what_is_kept", &[&long, "Rain", &long, "Rain"], false),
        ];
        let encoder = StaticEncoder::builtin();
        for (name, texts, repeats) in cases {
            let alone: Vec<Vector> =
                texts.iter().flat_map(|text| encoder.encode(&[text]).unwrap()).collect();
            assert_eq!(encoder.encode(texts).unwrap(), alone, "{name}");
            let mut scratch = Scratch::default();
            let (last, before) = texts.split_last().unwrap();
            for text in before {
                scratch.tokenise(text);
            }
            let kept = scratch.starts.len();
            scratch.tokenise(last);
            assert_eq!(scratch.starts.len() == kept, *repeats, "{name}");
        }
    }
}
