//! The mean vectors of languages.

use std::collections::{BTreeMap, BTreeSet};

use citymatch_encoder::Encoder;

use super::example::{Example, language};
use crate::encoding::failed;
use crate::error::Error;
use crate::record::{Language, Solution};
use crate::text::{MatchedSentence, language_of, matched_sentences};

/// The least number of texts for a mean. A mean of fewer would say more about the texts than about
/// their language.
const MIN_TEXTS: usize = 20;
/// How many texts are given to the encoder in one call.
const BATCH: usize = 256;

/// The mean vector of each language, over every sentence and every field of the solutions and
/// challenges in that language. A text that occurs several times counts once.
///
/// Subtracting it (mean-centring: Mu and Viswanath, ICLR 2018) removes what all texts of a language
/// have in common, so that cosines compare what they say.
pub(super) fn language_means(
    encoder: &dyn Encoder,
    solutions: &[Solution],
    examples: &[Example],
) -> Result<BTreeMap<String, Vec<f32>>, Error> {
    // Sorted sets: sums of floating-point numbers depend on their order, and the result must not
    // depend on the order of the examples.
    let mut texts: BTreeMap<Language, BTreeSet<String>> = BTreeMap::new();
    let mut add = |language: Option<Language>, sentences: Vec<MatchedSentence>| {
        let Some(language) = language else { return };
        let texts = texts.entry(language).or_default();
        for of_field in sentences.chunk_by(|a, b| a.field == b.field) {
            let of_field = of_field.iter().map(|sentence| sentence.words.clone());
            texts.insert(of_field.clone().collect::<Vec<_>>().join("\n"));
            texts.extend(of_field);
        }
    };
    for solution in solutions {
        let language = language_of(solution).map(|(language, _)| language);
        add(language, matched_sentences(solution));
    }
    for challenge in examples.iter().flat_map(Example::challenges) {
        add(language(challenge), matched_sentences(challenge));
    }
    let mean = |(language, texts): (Language, BTreeSet<String>)| {
        if texts.len() < MIN_TEXTS {
            let expected = format!("{MIN_TEXTS} or more in each language");
            return Err(Error::option(
                "means",
                format!("{} texts in `{language}`", texts.len()),
                &expected,
            ));
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut sums = vec![0.0_f64; encoder.size()];
        for batch in texts.chunks(BATCH) {
            for vector in encoder.encode(batch).map_err(failed)? {
                sums.iter_mut()
                    .zip(vector.values())
                    .for_each(|(sum, value)| *sum += f64::from(*value));
            }
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "vectors have values of f32; sums are of f64 so that they round less"
        )]
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

    /// An encoder with one direction for texts that have a full stop before their end, which are
    /// the whole texts of several sentences, and another direction for all other texts.
    struct FullStopEncoder;

    impl Encoder for FullStopEncoder {
        fn name(&self) -> &'static str {
            "full stop"
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
        // Numbers would not do: they are no part of what is encoded.
        const NAMES: [&str; 10] = [
            "Alba", "Brisa", "Cielo", "Duna", "Estrella", "Flor", "Gloria", "Huerta", "Isla",
            "Jara",
        ];
        let text = |number: usize| {
            let name = NAMES[number];
            format!("Una plaza llamada {name} con sombra. Los vecinos de {name} la cuidan bien.")
        };
        let solution = |number: usize| {
            Solution::new(format!("s{number}"), "")
                .description(text(number))
                .language(Language::Spanish)
        };
        let solutions: Vec<Solution> = (0..10).map(solution).collect();
        // A text that a solution has too, and a new one.
        let asks = [text(3), "Otra cosa para la plaza nueva".to_owned()];
        let examples = asks
            .map(|ask| Example::new(Challenge::from_text(ask).language(Language::Spanish), ["s3"]));
        let found = language_means(&FullStopEncoder, &solutions, &examples)?;
        assert_eq!(found.len(), 1);
        let [whole, sentence] = found["es"][..] else { panic!("{found:?}") };
        assert!(
            (whole - 10.0 / 31.0).abs() < 1e-6 && (sentence - 21.0 / 31.0).abs() < 1e-6,
            "{found:?}"
        );
        Ok(())
    }
}
