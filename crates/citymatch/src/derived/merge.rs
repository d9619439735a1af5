//! What is derived from a segment whose records were in other segments before: copied from there, neither analysed nor encoded again.

use ownedbytes::OwnedBytes;

use super::sentences;
use super::terms::{self, Posting, Terms};
use super::vectors::Vectors;
use crate::text::Token;

/// What a segment brings.
pub(crate) struct Part<'p> {
    pub(crate) terms: &'p Terms,
    /// None where there is no encoder.
    pub(crate) vectors: Option<&'p Vectors>,
}

/// Where a record was: the number of its part, and its number there.
pub(crate) type Origin = (usize, u32);

/// The files of terms and vectors of a new segment, from where each of its records was (none for one that is no solution) and its tokens in
/// their order. `None` where the parts have not got what the tokens say.
pub(crate) fn merge(
    parts: &[Part<'_>],
    origins: &[Option<Origin>],
    tokens: &[Token],
    size: usize,
) -> Option<(OwnedBytes, Option<OwnedBytes>)> {
    let numbers = numbers(parts, origins);
    let tokens: Vec<&Token> = tokens.iter().collect();
    let terms = tokens.chunk_by(|a, b| a.term() == b.term()).map(|tokens| tokens[0].term());
    let lists: Option<Vec<Vec<Posting>>> = terms.map(|term| Some(list(parts, &numbers, term)).filter(|list| !list.is_empty())).collect();
    let ids = origins.iter().map(|origin| origin.map_or("", |(part, record)| parts[part].terms.id(record)));
    let file = terms::write(ids, &tokens, &lists?);
    let all: Option<Vec<&Vectors>> = parts.iter().map(|part| part.vectors).collect();
    let Some(all) = all else { return Some((file, None)) };
    let form = |token: &&Token| {
        let found = parts.iter().zip(&all).find_map(|(part, vectors)| Some((vectors, part.terms.find_form(token.term(), token.form())?)));
        found.map(|(vectors, form)| vectors.form(form))
    };
    let forms: Vec<Vec<i8>> = tokens.iter().map(form).collect::<Option<_>>()?;
    let mut sentences = sentences::Growing::new(size);
    for origin in origins {
        sentences.copy(origin.map(|(part, record)| (&all[part].sentences, record)));
    }
    Some((file, Some(Vectors::write(forms.into_iter(), sentences, size))))
}

/// By part: the new number of each of its records, if it is there.
fn numbers(parts: &[Part<'_>], origins: &[Option<Origin>]) -> Vec<Vec<Option<u32>>> {
    let mut numbers: Vec<Vec<Option<u32>>> = parts.iter().map(|part| vec![None; part.terms.records()]).collect();
    for (origin, number) in origins.iter().zip(0..) {
        if let Some((part, record)) = origin {
            numbers[*part][*record as usize] = Some(number);
        }
    }
    numbers
}

/// The solutions that have a term, in the new segment's order.
fn list(parts: &[Part<'_>], numbers: &[Vec<Option<u32>>], term: &str) -> Vec<Posting> {
    let mut list = Vec::new();
    for (part, numbers) in parts.iter().zip(numbers) {
        let Some(term) = part.terms.find(term) else { continue };
        let moved = |posting: Posting| Some(Posting { record: numbers[posting.record as usize]?, ..posting });
        list.extend(part.terms.all_postings(term).filter_map(moved));
    }
    list.sort_unstable_by_key(|posting| posting.record);
    list
}
