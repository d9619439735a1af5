use std::collections::HashMap;
use std::ops::Range;

use crate::trie::Trie;

/// The vocabulary: pieces of words, each with a score (the logarithm of its probability) and a row
/// of the table.
///
/// The file holds, little-endian: the score of an unknown character (`f32`), a score a row (`f32`),
/// then a [`Trie`] from pieces to rows. A piece that opens a word begins with a space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces {
    unknown: f32,
    scores: &'static [[u8; 4]],
    trie: Trie,
}

/// The best way to a place in a word: its score, and the last piece's beginning and row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    score: f32,
    start: usize,
    row: u32,
}

impl Way {
    /// In the place of a row, for an unknown character.
    const UNKNOWN: u32 = u32::MAX;
    const BEGINNING: Self = Self { score: 0.0, start: 0, row: Self::UNKNOWN };
    const NONE: Self = Self { score: f32::NEG_INFINITY, ..Self::BEGINNING };
}

impl Pieces {
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
            let (word, others) = rest.split_at(first.find(' ').map_or(rest.len(), |end| end + 1));
            known.rows_into(word, self, rows);
            rest = others;
        }
    }

    /// Viterbi: of all ways to cut `word` into pieces and unknown characters, the one whose scores
    /// have the largest sum.
    ///
    /// Sums are `f32`, from the word's beginning to its end. Of two equal sums the one with the
    /// longer last piece wins, as in sentencepiece.
    fn split(self, word: &str, ways: &mut Vec<Way>, rows: &mut Vec<u32>) {
        ways.clear();
        ways.resize(word.len() + 1, Way::NONE);
        ways[0] = Way::BEGINNING;
        for (start, character) in word.char_indices() {
            let (here, character) = (ways[start].score, character.len_utf8());
            let mut better = |length: usize, score: f32, row: u32| {
                let way = &mut ways[start + length];
                if here + score > way.score {
                    *way = Way { score: here + score, start, row };
                }
            };
            let mut known = false;
            for (length, row) in self.trie.prefixes(&word.as_bytes()[start..]) {
                better(length, self.score(row), row);
                known |= length == character;
            }
            if !known {
                better(character, self.unknown, Way::UNKNOWN);
            }
        }
        let (first, mut end) = (rows.len(), word.len());
        while end > 0 {
            let Way { start, row, .. } = ways[end];
            if row != Way::UNKNOWN {
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

/// The rows of words that were cut before: most words of many texts are the same.
#[derive(Default)]
pub(crate) struct KnownWords {
    places: HashMap<Box<str>, Range<usize>>,
    rows: Vec<u32>,
    ways: Vec<Way>,
}

impl KnownWords {
    /// More words than these are forgotten.
    const MOST: usize = 1 << 16;

    fn rows_into(&mut self, word: &str, pieces: Pieces, rows: &mut Vec<u32>) {
        if let Some(place) = self.places.get(word) {
            rows.extend_from_slice(&self.rows[place.clone()]);
            return;
        }
        if self.places.len() == Self::MOST {
            self.places.clear();
            self.rows.clear();
        }
        let start = self.rows.len();
        pieces.split(word, &mut self.ways, &mut self.rows);
        rows.extend_from_slice(&self.rows[start..]);
        self.places.insert(word.into(), start..self.rows.len());
    }
}

#[cfg(test)]
mod tests {
    use crate::model::MODEL;
    use crate::pieces::{KnownWords, Pieces};

    fn rows(words: &str) -> Vec<u32> {
        let mut rows = vec![];
        MODEL.pieces.rows_into(words, &mut KnownWords::default(), &mut rows);
        rows
    }

    /// The largest sum of scores of any way to cut `word`, by trying them all.
    fn best(pieces: Pieces, word: &str) -> f64 {
        let Some(character) = word.chars().next() else { return 0.0 };
        let unknown = f64::from(pieces.unknown) + best(pieces, &word[character.len_utf8()..]);
        let known = pieces
            .trie
            .prefixes(word.as_bytes())
            .map(|(length, row)| f64::from(pieces.score(row)) + best(pieces, &word[length..]));
        known.fold(unknown, f64::max)
    }

    #[test]
    fn no_way_to_cut_is_better() {
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
                * f64::from(MODEL.pieces.unknown);
            let sum =
                found.iter().map(|&row| f64::from(MODEL.pieces.score(row))).sum::<f64>() + unknown;
            assert!((sum - best(MODEL.pieces, word)).abs() < 1e-4, "{word}: {found:?}");
        }
    }

    #[test]
    fn words_are_cut_one_by_one() {
        assert_eq!(rows(" rain gardens"), [rows(" rain"), rows(" gardens")].concat());
        assert_eq!(
            rows(" rain gardens rain"),
            [rows(" rain"), rows(" gardens"), rows(" rain")].concat(),
            "a known word again"
        );
        assert_eq!(rows("").len(), 0);
        assert_eq!(rows(" 城市"), rows(" "), "unknown characters have no row");
    }
}
