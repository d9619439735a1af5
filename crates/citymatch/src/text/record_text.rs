//! The texts of a record as they are matched: cleaned, and cut into sentences.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::clean::clean;
use super::frame::{self, Stretch, stretches};
use super::noise::Matched;
use super::sentences::sentences_if;
use crate::record::{Kind, Language, Record};

/// The fields of a challenge into which people put a whole call.
const CALL_FIELDS: [&str; 3] = ["question", "problem", "outcome"];

/// The field whose values are one sentence together, behind those of the text fields.
pub(crate) const THEMES: &str = "themes";

/// The sentences of a record, in the order of its fields. A sentence ends where its field does, so
/// a title is a sentence of its own.
///
/// A sentence that occurs again, in whatever field, counts once, where it stands first: it is a
/// header of each page, or was pasted twice. Capitals, punctuation and numbers make no difference.
/// Sentences of which nothing is a word are left out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RecordText {
    pub(crate) sentences: Vec<RecordSentence>,
    /// Whether a text is so long that it may be a whole call.
    may_be_call: bool,
}

/// A sentence of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RecordSentence {
    /// The name of its field.
    pub(crate) field: &'static str,
    /// Whether it belongs to the frame of a call: see [`RecordText::of_call`].
    pub(crate) is_frame: bool,
    /// What a person is shown.
    pub(crate) shown: String,
    /// What is compared.
    pub(crate) matched: Matched,
}

impl RecordText {
    pub(crate) fn new<R: Record>(record: &R) -> Self {
        Self::of_call(record, None)
    }

    /// The same text, once its language is known.
    pub(crate) fn in_language<R: Record>(self, record: &R, language: Option<Language>) -> Self {
        let is_read_in_it = language.is_none() || language == record.declared_language();
        if is_read_in_it || !self.may_be_call { self } else { Self::of_call(record, language) }
    }

    /// The text of a challenge in a language, in whose fields a whole call may stand: there the ask
    /// is told from the frame around it.
    pub(crate) fn of_call<R: Record>(record: &R, language: Option<Language>) -> Self {
        let texts = record.texts();
        let title = texts.iter().find(|(field, _)| *field == "title" && language.is_some());
        let title = title.map(|(_, title)| clean(title));
        let (mut found, mut may_be_call) = (Vec::new(), false);
        let (mut seen, mut letters) = (HashSet::with_hasher(FixedState::default()), Vec::new());
        for (field, text) in texts {
            let mut is_new =
                |part: &str| hash_of_letters(part, &mut letters).is_none_or(|key| seen.insert(key));
            let text = clean(text);
            let is_call = R::KIND == Kind::Challenge && CALL_FIELDS.contains(&field);
            may_be_call |= is_call && frame::may_be_call(&text);
            let language = language.filter(|_| is_call);
            for Stretch { text, is_frame } in stretches(title.as_deref(), &text, language) {
                for shown in sentences_if(text, &mut is_new) {
                    if let Some(matched) = Matched::new(&shown) {
                        push(&mut found, RecordSentence { field, is_frame, shown, matched });
                    }
                }
            }
        }
        // A field of numbers alone.
        found.retain(|sentence| !sentence.matched.words.is_empty());
        Self { sentences: found, may_be_call }
    }

    /// The words of the sentences, in order, as the encoder gets them.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.sentences.iter().map(|sentence| sentence.matched.words.as_str())
    }

    /// The same text, and as its last sentence what the record says of itself in a few words: its
    /// themes and, once its language is known, the names of its goals there.
    ///
    /// They come last, and after the language is known, because they do not show it: themes are
    /// often in the language of a programme's form, or of the people who sort records.
    pub(crate) fn with_themes<R: Record>(mut self, record: &R, language: Option<Language>) -> Self {
        let cleaned = record.themes().iter().map(|theme| clean(theme));
        let goals = record.goals().iter().filter_map(|goal| Some(goal.name(language?).to_owned()));
        let mut themes: Vec<String> = Vec::new();
        for theme in cleaned.map(Cow::into_owned).chain(goals) {
            let theme = theme.split_whitespace().collect::<Vec<_>>().join(" ");
            if !theme.is_empty() && !themes.contains(&theme) {
                themes.push(theme);
            }
        }
        let shown = themes.join(", ");
        let matched = Matched::new(&shown).filter(|matched| !matched.words.is_empty());
        self.sentences.extend(matched.map(|matched| RecordSentence {
            field: THEMES,
            is_frame: false,
            shown,
            matched,
        }));
        self
    }
}

/// A sentence of a record as it is matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedSentence {
    /// The name of its field.
    pub field: &'static str,
    /// The sentence of the cleaned text, as explanations show it.
    pub text: String,
    /// Its words in lower case, without addresses and bare numbers: what the encoder gets.
    pub words: String,
    /// Its bare numbers, which count less than words; mostly empty.
    pub numbers: String,
}

/// What is matched of a record: the sentences of its cleaned texts, in the order of its fields, and
/// last its themes and the names of its goals as one sentence of the field `themes`.
///
/// A sentence that occurs again counts once, where it stands first.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, text::matched_sentences};
/// let challenge = Challenge::new("c", "AGUA POTABLE")
///     .problem("<p>Agua potable.</p><p>Falta en 12 barrios, ver www.agua.org</p>");
/// let found = matched_sentences(&challenge);
/// assert_eq!(found.len(), 2);
/// assert_eq!((found[0].field, found[0].words.as_str()), ("title", "agua potable"));
/// assert_eq!(found[1].text, "Falta en 12 barrios, ver www.agua.org");
/// assert_eq!((found[1].words.as_str(), found[1].numbers.as_str()), ("falta en barrios, ver", "12"));
/// ```
#[must_use]
pub fn matched_sentences<R: Record>(record: &R) -> Vec<MatchedSentence> {
    let sentence = |sentence: RecordSentence| MatchedSentence {
        field: sentence.field,
        text: sentence.shown,
        words: sentence.matched.words.into_string(),
        numbers: sentence.matched.numbers.into_string(),
    };
    let text = RecordText::new(record);
    let language = text.language(record).map(|(language, _)| language);
    text.with_themes(record, language).sentences.into_iter().map(sentence).collect()
}

/// Appends a sentence. One without words belongs to the one before it: a vector cannot be made of
/// its numbers.
fn push(found: &mut Vec<RecordSentence>, sentence: RecordSentence) {
    match found.last_mut() {
        Some(before)
            if (sentence.field, sentence.is_frame) == (before.field, before.is_frame)
                && (sentence.matched.words.is_empty() || before.matched.words.is_empty()) =>
        {
            before.shown.extend([" ", &sentence.shown]);
            before.matched.extend(&sentence.matched);
        }
        _ => found.push(sentence),
    }
}

/// A hash of the letters of a text, in lower case; `None` if it has none. They are collected in
/// `letters`, which is made once for many texts.
fn hash_of_letters(text: &str, letters: &mut Vec<u8>) -> Option<u64> {
    letters.clear();
    for c in text.chars() {
        if c.is_ascii_alphabetic() {
            letters.push(c.to_ascii_lowercase() as u8);
        } else if !c.is_ascii() && c.is_alphabetic() {
            for c in c.to_lowercase() {
                letters.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    (!letters.is_empty()).then(|| FixedState::default().hash_one(&*letters))
}
