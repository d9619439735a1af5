use crate::encoder::{EncodeError, Encoder};
use crate::kernel::Kernel;
use crate::model::{MODEL, SIZE};
use crate::pieces::Way;
use crate::vector::Vector;

/// The built-in encoder for Spanish, Portuguese and English: a table of 40,000 pieces of words with a vector each.
///
/// A text is normalised and cut into the pieces whose scores have the largest sum; its vector is the direction of the sum of their rows:
/// from the first piece to the last, each integer times its row's scale, rounded to `f32`, is added in `f32`; then
/// [`Vector::new`]. Characters that no piece has count nothing, and a text of them alone gives the zero vector.
///
/// # Examples
/// ```
/// use citymatch_encoder::{Encoder, StaticEncoder};
/// let found = StaticEncoder::builtin().encode(&["¿Cómo evitar que se inunden las calles?", "Jardins de chuva contra alagamentos", "Wool sweaters"])?;
/// assert!(found[0].cosine(&found[1]) > 2.0 * found[0].cosine(&found[2]));
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
        let (mut scratch, kernel) = (Scratch::default(), Kernel::best());
        texts.iter().map(|text| scratch.vector(text, kernel)).collect()
    }
}

/// Memory that one text after the other uses.
#[derive(Default)]
struct Scratch {
    words: String,
    ways: Vec<Way>,
    rows: Vec<u32>,
}

impl Scratch {
    fn cut(&mut self, text: &str) {
        self.rows.clear();
        MODEL.normaliser.words_into(text, &mut self.words);
        MODEL.pieces.rows_into(&self.words, &mut self.ways, &mut self.rows);
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
