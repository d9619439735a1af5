use std::collections::{BTreeMap, BTreeSet};

use citymatch_encoder::Encoder;

use super::example::{Example, language};
use crate::error::Error;
use crate::index::encoding;
use crate::record::{Language, Record, Solution};
use crate::text::{language_of, sentences};

/// A mean of fewer texts is more about them than about their language.
const LEAST_TEXTS: usize = 20;
/// How many texts are encoded at once.
const BATCH: usize = 256;

/// The mean vector of each language: over every sentence and every field of the solutions and asks
/// in it, each text once.
pub(super) fn of(
    encoder: &dyn Encoder,
    solutions: &[Solution],
    examples: &[Example],
) -> Result<BTreeMap<String, Vec<f32>>, Error> {
    // In the order of the texts, so that the sums do not depend on the order of the examples.
    let mut texts: BTreeMap<Language, BTreeSet<String>> = BTreeMap::new();
    let mut take = |language: Option<Language>, fields: Vec<(&str, &str)>| {
        let Some(language) = language else { return };
        for (_, text) in fields {
            let of_language = texts.entry(language).or_default();
            of_language.extend(sentences(text));
            of_language.insert(text.to_owned());
        }
    };
    for solution in solutions {
        take(language_of(solution).map(|(language, _)| language), solution.texts());
    }
    for ask in examples.iter().flat_map(Example::asks) {
        take(language(ask), ask.texts());
    }
    let mean = |(language, texts): (Language, BTreeSet<String>)| {
        if texts.len() < LEAST_TEXTS {
            let expected = format!("{LEAST_TEXTS} or more in each language");
            return Err(Error::option(
                "means",
                format!("{} texts in `{language}`", texts.len()),
                &expected,
            ));
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut sums = vec![0.0_f64; encoder.size()];
        for some in texts.chunks(BATCH) {
            for vector in encoder.encode(some).map_err(encoding)? {
                sums.iter_mut()
                    .zip(vector.values())
                    .for_each(|(sum, value)| *sum += f64::from(*value));
            }
        }
        #[allow(clippy::cast_possible_truncation)] // vectors are of f32
        let mean = sums.into_iter().map(|sum| (sum / texts.len() as f64) as f32).collect();
        Ok((language.name().to_owned(), mean))
    };
    texts.into_iter().map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Challenge;
    use citymatch_encoder::{EncodeError, Vector, vectors};

    /// The direction of a text is whether it has a full stop inside: none but whole texts of
    /// several sentences have.
    struct Stops;

    impl Encoder for Stops {
        fn name(&self) -> &'static str {
            "stops"
        }

        fn size(&self) -> usize {
            2
        }

        fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
            let row = |text: &&str| {
                if text.trim_end_matches('.').contains('.') {
                    vec![1.0, 0.0]
                } else {
                    vec![0.0, 1.0]
                }
            };
            vectors(texts.iter().map(row), texts.len(), 2)
        }
    }

    #[test]
    fn whole_texts_and_sentences_count_once_each() -> Result<(), Error> {
        let text = |number: usize| {
            format!("Una plaza número {number} con sombra. Sus vecinos {number} la cuidan bien.")
        };
        let solution = |number: usize| {
            Solution::new(format!("s{number}"), "")
                .description(text(number))
                .language(Language::Spanish)
        };
        let solutions: Vec<Solution> = (0..10).map(solution).collect();
        // What solutions say already, and one text more.
        let asks = [text(3), "Otra cosa para la plaza nueva".to_owned()];
        let examples = asks
            .map(|ask| Example::new(Challenge::from_text(ask).language(Language::Spanish), ["s3"]));
        let found = of(&Stops, &solutions, &examples)?;
        assert_eq!(found.len(), 1);
        let [whole, sentence] = found["es"][..] else { panic!("{found:?}") };
        assert!(
            (whole - 10.0 / 31.0).abs() < 1e-6 && (sentence - 21.0 / 31.0).abs() < 1e-6,
            "{found:?}"
        );
        Ok(())
    }
}
