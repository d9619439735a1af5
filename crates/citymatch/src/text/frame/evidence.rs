//! How much each heading and sentence of a call speaks for the frame.

use std::collections::BTreeSet;

use super::lexicon::{Lexicon, folded};
use super::units::{Section, Unit};
use crate::record::Language;
use crate::text::analyse::for_each_term;
use crate::text::tokenise::NormalisedText;

/// A word that is not common in calls,
const OTHER_WORD: i32 = -1;
/// all words of a sentence together, at least and at most,
const WORDS: (i32, i32) = (-6, 8);
/// a phrase that asks,
const ASKING: i32 = -20;
/// such a phrase below a heading of the frame, as in "How can I apply?",
const ASKING_IN_FRAME: i32 = -12;
/// a question mark without one,
const QUESTION: i32 = -2;
/// a phrase of the frame,
const FRAMING: i32 = 5;
/// an address,
const ADDRESS: i32 = 6;
/// an amount of money or a time of day,
const AMOUNT: i32 = 2;
/// a section of the frame,
const FRAME_SECTION: i32 = 5;
/// the same where the subject is unknown, as an ask may stand anywhere then,
const UNSURE_FRAME_SECTION: i32 = 3;
/// a section of the ask,
const ASK_SECTION: i32 = -6;
/// a word of the subject: of the title, of a sentence that asks or of a section of the ask,
const SUBJECT: i32 = -3;
/// all such words of a sentence together, at least,
const SUBJECTS: i32 = -9;
/// every sentence of a call whose subject is known, as most of a call is frame,
const KNOWN_SUBJECT: i32 = 2;
/// and every sentence of another call, as what is unsure is ask.
const UNKNOWN_SUBJECT: i32 = -1;

/// What speaks for a unit being frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Below 0 it speaks for the ask.
    pub(super) value: i32,
    /// Ask and frame change at a heading, so that a change costs nothing there.
    pub(super) is_heading: bool,
}

/// A unit's words, looked up.
struct Words {
    folded: String,
    /// What the words that are common in calls and the others speak for.
    evidence: i32,
    /// The terms that are not common in calls.
    subjects: BTreeSet<String>,
}

impl Words {
    fn of(text: &str, language: Language, lexicon: &Lexicon) -> Self {
        let (mut evidence, mut subjects) = (0, BTreeSet::new());
        for_each_term(&NormalisedText::new(text), Some(language), |term| {
            let term = term.term;
            match lexicon.word(term) {
                Some(own) => evidence += own,
                None if term.bytes().all(|byte| byte.is_ascii_digit()) => {}
                None => {
                    evidence += OTHER_WORD;
                    subjects.insert(term.to_owned());
                }
            }
        });
        Self { folded: folded(text), evidence, subjects }
    }
}

impl Evidence {
    /// The evidence of each unit of a text.
    pub(super) fn of(
        title: Option<&str>,
        text: &str,
        units: &[Unit],
        language: Language,
        lexicon: &Lexicon,
    ) -> Vec<Self> {
        let words = |text| Words::of(text, language, lexicon);
        let all: Vec<Words> = units.iter().map(|unit| words(&text[unit.range.clone()])).collect();
        // A question below a heading of the frame is one of those who apply.
        let is_ask = |(unit, words): &(&Unit, &Words)| match unit.section {
            Section::Ask => !unit.is_heading || lexicon.asks(&words.folded),
            Section::Other => lexicon.asks(&words.folded),
            Section::Frame => false,
        };
        let asking = units.iter().zip(&all).filter(is_ask);
        let title = title.map(words);
        let subjects: BTreeSet<&String> =
            asking.map(|(_, words)| words).chain(&title).flat_map(|own| &own.subjects).collect();
        let evidence = |(unit, words): (&Unit, &Words)| {
            let section = match unit.section {
                Section::Ask => ASK_SECTION,
                Section::Frame if subjects.is_empty() => UNSURE_FRAME_SECTION,
                Section::Frame => FRAME_SECTION,
                Section::Other => 0,
            };
            let sentence =
                || of_sentence(&text[unit.range.clone()], words, unit.section, &subjects, lexicon);
            let own = if unit.is_heading { 0 } else { sentence() };
            Self { value: section + own, is_heading: unit.is_heading }
        };
        units.iter().zip(&all).map(evidence).collect()
    }
}

/// What a sentence speaks for, wherever it stands.
fn of_sentence(
    text: &str,
    words: &Words,
    section: Section,
    subjects: &BTreeSet<&String>,
    lexicon: &Lexicon,
) -> i32 {
    let any = if subjects.is_empty() { UNKNOWN_SUBJECT } else { KNOWN_SUBJECT };
    let mut sum = any + words.evidence.clamp(WORDS.0, WORDS.1);
    if lexicon.asks(&words.folded) {
        sum += if section == Section::Frame { ASKING_IN_FRAME } else { ASKING };
    } else if text.contains('?') {
        sum += QUESTION;
    }
    if lexicon.frames(&words.folded) {
        sum += FRAMING;
    }
    if ["@", "http", "www."].iter().any(|sign| text.contains(sign)) {
        sum += ADDRESS;
    }
    if has_amount(text) {
        sum += AMOUNT;
    }
    let shared = words.subjects.iter().filter(|term| subjects.contains(term)).count();
    sum + (SUBJECT * i32::try_from(shared).unwrap_or(i32::MAX / 2)).max(SUBJECTS)
}

/// Whether a text has a sign of a currency or a time of day, such as `17:00` or `17h30`.
fn has_amount(text: &str) -> bool {
    let is_time = |four: &[u8]| {
        let [hours, between, tens, ones] = four else { return false };
        matches!(between, b':' | b'h') && [hours, tens, ones].iter().all(|own| own.is_ascii_digit())
    };
    text.contains(['€', '$', '£', '₹']) || text.as_bytes().windows(4).any(is_time)
}
