//! The ask inside a call: the few sentences that say what is wanted, told from the pages around
//! them, which say who convenes, who may apply, how and until when, what is won, and the law.
//!
//! The text is cut into headings and sentences (`units.rs`). Each has evidence for the frame, a
//! whole number that is negative for the ask (`evidence.rs`):
//!
//! * words that are common in calls in general speak for the frame, all others for the ask;
//! * so do the field's phrases: "how might we", "buscamos soluciones" for the ask, "no later than",
//!   "podrán participar" for the frame; and a question mark speaks for the ask;
//! * the heading above: "3. DESCRIPCIÓN DEL RETO" or "Requisitos";
//! * words of the title and of the sentences that ask speak for the ask.
//!
//! Ask and frame each come in stretches. So the labels are chosen together: those whose evidence,
//! less a cost for each change, adds up to most (`labels.rs`). Everything is the ask where the text
//! is short, where the evidence for a frame is weak, and where no ask would be left.

mod evidence;
mod labels;
mod lexicon;
mod units;

use super::sentences;
use crate::record::Language;
use evidence::Evidence;
use lexicon::Lexicon;
use units::units;

/// A text of fewer bytes, about 120 words, is all ask: it is not looked at.
const MIN_BYTES: usize = 800;
/// A text of fewer sentences is all ask.
const MIN_SENTENCES: usize = 10;

/// A sentence of a call, and whether it belongs to the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameSentence {
    /// The sentence, as [`sentences`] gives it.
    pub text: String,
    /// False for the ask: what is wanted, why and for whom.
    pub is_frame: bool,
}

/// A stretch of a text: neighbouring sentences that are all ask or all frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch<'t> {
    pub(crate) text: &'t str,
    pub(crate) is_frame: bool,
}

/// The sentences of a call in their order, each told to be ask or frame.
///
/// Lines must be as the call has them, because headings are found by their lines, their numbers
/// (`3. DESCRIPCIÓN DEL RETO`, `## Requisitos`) and their capitals. Words of the title speak for
/// the ask. A text of a few sentences, one without a language and one that has no sure sign of a
/// frame are all ask.
///
/// # Examples
/// ```
/// use citymatch::{Language, text::ask_and_frame};
/// let call = "\
/// RESOLUTION No. 457. The Secretary, in exercise of the powers conferred by law, resolves:
/// 1. THE CHALLENGE
/// How might we bring drinking water to the villages? Families walk for hours to the well.
/// 2. WHO MAY APPLY
/// Applicants must be registered legal entities. Consortia submit a signed agreement.
/// Applicants attach the certificate of registration, the tax number and a signed declaration.
/// 3. TIMETABLE
/// Applications close on 30 April at 17:00. The shortlist is published on 15 May.
/// Winners are announced on 10 June at the award ceremony.
/// 4. EVALUATION
/// A jury scores each proposal: relevance (30 points), feasibility (20 points).
/// The prize is paid in three instalments against approved reports.
/// 5. PERSONAL DATA
/// Participants may rectify and delete their data. Personal data are processed by consent.
/// 6. CONTACT
/// Write to applications@example.org. Questions are answered within five working days.
/// ";
/// let found = ask_and_frame(None, call, Some(Language::English));
/// let ask: Vec<&str> =
///     found.iter().filter(|own| !own.is_frame).map(|own| own.text.as_str()).collect();
/// assert_eq!(ask[1..], [
///     "How might we bring drinking water to the villages?",
///     "Families walk for hours to the well."
/// ]);
/// ```
#[must_use]
pub fn ask_and_frame(
    title: Option<&str>,
    text: &str,
    language: Option<Language>,
) -> Vec<FrameSentence> {
    let of_stretch = |stretch: Stretch<'_>| {
        let sentence = move |text| FrameSentence { text, is_frame: stretch.is_frame };
        sentences(stretch.text).into_iter().map(sentence)
    };
    stretches(title, text, language).into_iter().flat_map(of_stretch).collect()
}

/// Whether a text is as long as a call, and may have as many sentences: one ends at a mark or with
/// its line.
pub(super) fn may_be_call(text: &str) -> bool {
    let is_mark = |byte: &u8| matches!(byte, b'.' | b'!' | b'?' | b';' | b'\n');
    text.len() >= MIN_BYTES && text.bytes().filter(is_mark).count() + 1 >= MIN_SENTENCES
}

/// The stretches of ask and of frame that a text consists of. Together they have all its words.
pub(crate) fn stretches<'t>(
    title: Option<&str>,
    text: &'t str,
    language: Option<Language>,
) -> Vec<Stretch<'t>> {
    let all_ask = vec![Stretch { text, is_frame: false }];
    let Some(language) = language.filter(|_| may_be_call(text)) else { return all_ask };
    let lexicon = Lexicon::of(language);
    let units = units(text, lexicon);
    if units.iter().filter(|unit| !unit.is_heading).count() < MIN_SENTENCES {
        return all_ask;
    }
    let Some(labels) = labels::labels(&Evidence::of(title, text, &units, language, lexicon)) else {
        return all_ask;
    };
    let mut starts: Vec<(usize, bool)> = Vec::new();
    for (unit, is_frame) in units.iter().zip(labels) {
        if starts.last().is_none_or(|(_, before)| *before != is_frame) {
            starts.push((if starts.is_empty() { 0 } else { unit.range.start }, is_frame));
        }
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let stretch = |((start, is_frame), end): (&(usize, bool), usize)| Stretch {
        text: &text[*start..end],
        is_frame: *is_frame,
    };
    starts.iter().zip(ends).map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: &str = "\
        El comité de evaluación calificará las propuestas presentadas hasta el 30 de abril.\n\
        REQUISITOS. Los participantes adjuntan el certificado de existencia y representación.\n";

    const LINES: [&str; 4] = [
        "4. REQUISITOS. Presentar certificado, copia y firma antes del plazo.",
        "¿Cómo podemos ahorrar agua?",
        "DESCRIPCIÓN DEL RETO",
        "Premio: 300 €; plazo: mayo",
    ];

    #[test]
    fn short_texts_and_texts_of_no_language_are_all_ask() {
        let long =
            format!("{}\nRETO\n¿Cómo podemos ahorrar agua en los barrios?\n", FRAME.repeat(12));
        let spanish = Some(Language::Spanish);
        let frames = |text: &str, language| {
            stretches(None, text, language).iter().map(|own| own.is_frame).collect::<Vec<_>>()
        };
        assert_eq!(frames(&long, spanish), [true, false]);
        assert_eq!(frames(&long, None), [false], "no language");
        assert_eq!(frames(FRAME, spanish), [false], "short");
        assert_eq!(frames(&FRAME.repeat(12), spanish), [false], "no ask would be left");
    }

    proptest! {
        #[test]
        fn stretches_have_all_words(
            lines in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(&LINES[..]).prop_map(str::to_owned),
                    "[a-zÁ-ú0-9.!?;:#* \u{a0}\r]{0,60}",
                ],
                0..40,
            ),
            title in prop::option::of(".{0,40}"),
            language in 0..=Language::ALL.len(),
        ) {
            let text = lines.join("\n");
            let language = Language::ALL.get(language).copied();
            let found = stretches(title.as_deref(), &text, language);
            let joined: String = found.iter().map(|own| own.text).collect();
            prop_assert_eq!(&joined, &text);
            for two in found.windows(2) {
                prop_assert!(two[0].is_frame != two[1].is_frame);
            }
        }
    }
}
