//! What is derived from a segment whose records were in other segments before: copied from there,
//! neither analysed nor encoded again.

use std::cmp::Ordering;

use citymatch_encoder::Quantised;
use ownedbytes::OwnedBytes;

use super::form_vectors::Vectors;
use super::inverted::{self, InvertedIndex, Posting};
use super::text_vectors;
use crate::text::TermForm;

/// What a segment brings.
pub(crate) struct MergeSource<'p> {
    pub(crate) terms: &'p InvertedIndex,
    /// None where there is no encoder.
    pub(crate) vectors: Option<&'p Vectors>,
}

/// Where a record was: the number of its part, and its number there.
pub(crate) type SourceDoc = (usize, u32);

/// The files of terms and vectors of a new segment, from where each of its records was (none for
/// one that is no solution) and its tokens in their order. `None` where the parts have not got what
/// the tokens say.
pub(crate) fn merge(
    parts: &[MergeSource<'_>],
    origins: &[Option<SourceDoc>],
    tokens: &[TermForm],
    size: usize,
) -> Option<(OwnedBytes, Option<OwnedBytes>)> {
    let all_vectors: Option<Vec<&Vectors>> = parts.iter().map(|part| part.vectors).collect();
    let numbers = numbers(parts, origins);
    let mut cursors: Vec<Cursor<'_>> = parts.iter().map(|part| Cursor::new(part.terms)).collect();
    let (mut lists, mut forms): (Vec<Vec<Posting>>, Vec<Quantised>) = (Vec::new(), Vec::new());
    for of_term in tokens.chunk_by(|a, b| a.term() == b.term()) {
        // By part: the term's number there.
        let mut terms = vec![None; parts.len()];
        for token in of_term {
            let found: Vec<Option<(u32, usize)>> =
                cursors.iter_mut().map(|cursor| cursor.find(token)).collect();
            for (term, found) in terms.iter_mut().zip(&found) {
                *term = term.or(found.map(|(term, _)| term));
            }
            if let Some(vectors) = &all_vectors {
                forms.push(
                    vectors
                        .iter()
                        .zip(found)
                        .find_map(|(vectors, found)| found.map(|(_, form)| vectors.form(form)))?,
                );
            }
        }
        lists.push(Some(list(parts, &numbers, &terms)).filter(|list| !list.is_empty())?);
    }
    let ids = origins
        .iter()
        .map(|origin| origin.map_or("", |(part, record)| parts[part].terms.id(record)));
    let file = inverted::write(ids, &tokens.iter().collect::<Vec<_>>(), &lists);
    let vectors = all_vectors.map(|vectors| {
        let mut sentences = text_vectors::VectorsBuilder::new(size);
        for origin in origins {
            sentences.copy(origin.map(|(part, record)| (&vectors[part].sentences, record)));
        }
        Vectors::write(&forms, sentences, size)
    });
    Some((file, vectors))
}

/// By part: the new number of each of its records, if it is there.
fn numbers(parts: &[MergeSource<'_>], origins: &[Option<SourceDoc>]) -> Vec<Vec<Option<u32>>> {
    let mut numbers: Vec<Vec<Option<u32>>> =
        parts.iter().map(|part| vec![None; part.terms.records()]).collect();
    for (origin, number) in origins.iter().zip(0..) {
        if let Some((part, record)) = origin {
            numbers[*part][*record as usize] = Some(number);
        }
    }
    numbers
}

/// The solutions that have a term, given its number in each part, in the new segment's order.
fn list(
    parts: &[MergeSource<'_>],
    numbers: &[Vec<Option<u32>>],
    terms: &[Option<u32>],
) -> Vec<Posting> {
    let mut list = Vec::new();
    for ((part, numbers), term) in parts.iter().zip(numbers).zip(terms) {
        let Some(term) = term else { continue };
        let moved = |posting: Posting| {
            Some(Posting { record: numbers[posting.record as usize]?, ..posting })
        };
        list.extend(part.terms.all_postings(*term).filter_map(moved));
    }
    list.sort_unstable_by_key(|posting| posting.record);
    list
}

/// A way through the forms of a part, in their order.
struct Cursor<'t> {
    terms: &'t InvertedIndex,
    term: u32,
    form: usize,
}

impl<'t> Cursor<'t> {
    fn new(terms: &'t InvertedIndex) -> Self {
        Self { terms, term: 0, form: 0 }
    }

    /// The numbers of a token's term and form, if they are there. Each token must come after the
    /// one before.
    fn find(&mut self, token: &TermForm) -> Option<(u32, usize)> {
        let terms = self.terms;
        while (self.term as usize) < terms.len() {
            while self.form < terms.forms_of(self.term).end {
                match (terms.text(self.term), terms.form_text(self.form))
                    .cmp(&(token.term(), token.form()))
                {
                    Ordering::Less => self.form += 1,
                    Ordering::Equal => return Some((self.term, self.form)),
                    Ordering::Greater => return None,
                }
            }
            self.term += 1;
        }
        None
    }
}
