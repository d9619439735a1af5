use crate::trie::Trie;
use crate::word_cache::WordCache;

/// The vocabulary of a unigram language model, as sentencepiece calls it: pieces of words, each
/// with a score (the logarithm of its probability) and a row of the table.
///
/// The file holds, little-endian: the score of an unknown character (`f32`), a score a row (`f32`),
/// then a [`Trie`] from pieces to rows. A piece that opens a word begins with a space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vocabulary {
    unknown: f32,
    scores: &'static [[u8; 4]],
    trie: Trie,
}

/// A position in a word, with the best segmentation of the text before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LatticeNode {
    /// The sum of the scores of the segmentation.
    score: f32,
    /// Where its last piece begins.
    start: usize,
    /// The row of its last piece.
    row: u32,
}

impl LatticeNode {
    /// Takes the place of a row for an unknown character, which has none.
    const UNKNOWN: u32 = u32::MAX;
    const BEGINNING: Self = Self { score: 0.0, start: 0, row: Self::UNKNOWN };
    const UNREACHED: Self = Self { score: f32::NEG_INFINITY, ..Self::BEGINNING };
}

impl Vocabulary {
    /// Reads the file of a vocabulary of `rows` pieces where it lies.
    ///
    /// # Panics
    /// When it is too short: it is embedded, so this does not compile.
    pub(crate) const fn new(file: &'static [u8], rows: usize) -> Self {
        let (unknown, rest) = file.split_first_chunk().expect("the file begins with a score");
        let (scores, trie) = rest.split_at(4 * rows);
        Self {
            unknown: f32::from_le_bytes(*unknown),
            scores: scores.as_chunks().0,
            trie: Trie::new(trie),
        }
    }

    /// Appends the rows of the pieces of `words`, which the normaliser wrote; unknown characters
    /// have none.
    pub(crate) fn rows_into(self, words: &str, known: &mut KnownWords, rows: &mut Vec<u32>) {
        let mut rest = words;
        while let Some(first) = rest.get(1..) {
            let end = first.bytes().position(|byte| byte == b' ');
            let (word, others) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            known.rows_into(word, self, rows);
            rest = others;
        }
    }

    /// The Viterbi algorithm: of all segmentations of `word` into pieces and unknown characters, it
    /// finds the one whose scores have the largest sum, and appends the rows of its pieces.
    ///
    /// Sums are `f32`, added from the word's beginning to its end. Of two equal sums the one with
    /// the longer last piece wins, as in sentencepiece. `lattice` is memory to work in.
    fn viterbi(self, word: &str, lattice: &mut Vec<LatticeNode>, rows: &mut Vec<u32>) {
        lattice.clear();
        lattice.resize(word.len() + 1, LatticeNode::UNREACHED);
        lattice[0] = LatticeNode::BEGINNING;
        for (start, character) in word.char_indices() {
            let (here, character) = (lattice[start].score, character.len_utf8());
            let mut better = |length: usize, score: f32, row: u32| {
                let node = &mut lattice[start + length];
                if here + score > node.score {
                    *node = LatticeNode { score: here + score, start, row };
                }
            };
            let mut known = false;
            for (length, row) in self.trie.prefixes(&word.as_bytes()[start..]) {
                better(length, self.score(row), row);
                known |= length == character;
            }
            if !known {
                better(character, self.unknown, LatticeNode::UNKNOWN);
            }
        }
        let (first, mut end) = (rows.len(), word.len());
        while end > 0 {
            let LatticeNode { start, row, .. } = lattice[end];
            if row != LatticeNode::UNKNOWN {
                rows.push(row);
            }
            end = start;
        }
        rows[first..].reverse();
    }

    fn score(self, row: u32) -> f32 {
        self.scores.get(row as usize).map_or(f32::NEG_INFINITY, |&score| f32::from_le_bytes(score))
    }
}

/// The rows of words that have occurred before, and memory to find those of others in.
#[derive(Debug, Default)]
pub(crate) struct KnownWords {
    /// For each word its rows, of two bytes each: there are fewer than 2^16.
    cache: WordCache,
    value: Vec<u8>,
    lattice: Vec<LatticeNode>,
}

impl KnownWords {
    fn rows_into(&mut self, word: &str, vocabulary: Vocabulary, rows: &mut Vec<u32>) {
        if let Some(value) = self.cache.get(word) {
            let (value, _) = value.as_chunks();
            rows.extend(value.iter().map(|row| u32::from(u16::from_le_bytes(*row))));
            return;
        }
        let start = rows.len();
        vocabulary.viterbi(word, &mut self.lattice, rows);
        self.value.clear();
        for row in &rows[start..] {
            let Ok(row) = u16::try_from(*row) else { return };
            self.value.extend(row.to_le_bytes());
        }
        self.cache.insert(word, &self.value);
    }
}

#[cfg(test)]
mod tests {
    use crate::model::MODEL;
    use crate::vocabulary::{KnownWords, Vocabulary};

    fn rows(words: &str) -> Vec<u32> {
        let mut rows = vec![];
        MODEL.vocabulary.rows_into(words, &mut KnownWords::default(), &mut rows);
        rows
    }

    /// The largest sum of scores of any segmentation of `word`, found by trying them all.
    fn best(vocabulary: Vocabulary, word: &str) -> f64 {
        let Some(character) = word.chars().next() else { return 0.0 };
        let unknown =
            f64::from(vocabulary.unknown) + best(vocabulary, &word[character.len_utf8()..]);
        let known = vocabulary.trie.prefixes(word.as_bytes()).map(|(length, row)| {
            f64::from(vocabulary.score(row)) + best(vocabulary, &word[length..])
        });
        known.fold(unknown, f64::max)
    }

    #[test]
    fn no_segmentation_is_better() {
        for word in [
            "",
            " a",
            " rain",
            " inundação",
            " Ñandú",
            " biodiversidade",
            " x城y",
            " !!!!!",
            " anticonstitucional",
        ] {
            let found = rows(word);
            let unknown = word.chars().filter(|&character| character == '城').count() as f64
                * f64::from(MODEL.vocabulary.unknown);
            let sum = found.iter().map(|&row| f64::from(MODEL.vocabulary.score(row))).sum::<f64>()
                + unknown;
            assert!((sum - best(MODEL.vocabulary, word)).abs() < 1e-4, "{word}: {found:?}");
        }
    }

    #[test]
    fn words_are_cut_one_by_one() {
        assert_eq!(rows(" rain gardens"), [rows(" rain"), rows(" gardens")].concat());
        assert_eq!(
            rows(" rain gardens rain"),
            [rows(" rain"), rows(" gardens"), rows(" rain")].concat(),
            "a cached word again"
        );
        assert_eq!(rows("").len(), 0);
        assert_eq!(rows(" 城市"), rows(" "), "unknown characters have no row");
    }
}
