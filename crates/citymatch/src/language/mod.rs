//! The languages that citymatch analyses: everything that the library knows about a language is one
//! [`Definition`], in a file of its own.
//!
//! # Adding a language
//!
//! 1. Write `language/xx.rs` with its [`Definition`], and put its list of stop words into
//!    `language/stop/xx.txt` (Snowball publishes lists, in the format of the ones there).
//!    Put the phrases of its calls into `language/calls/xx.txt`, and make `xx.words.txt` beside it
//!    with `benches/quality/make_call_words.py`.
//! 2. In this file add `mod xx;` and, as the last row of `languages!`, the new value.
//!    Put the words of the subjects into `language/subjects/xx.txt`, with the ids of the others, and
//!    what the Sustainable Development Goals say into `language/goals/xx.txt`.
//! 3. Add its words to the tables that read files, wherever it has words of its own: a column of
//!    `record/countries.tsv`; the values of [`Stage`](crate::Stage),
//!    [`OrganisationType`](crate::record::OrganisationType),
//!    [`DeploymentStatus`](crate::record::DeploymentStatus) and
//!    [`MissingValue`](crate::record::MissingValue); and the headers in
//!    `crates/citymatch-files/src/header_words.rs`. These words stand beside the value or the field
//!    that they name, and not here, because a word must mean one thing in every language: Spanish
//!    and Portuguese share half of them, and one table shows at once what a word means already.
//!    Tests refuse a word that has two meanings.
//! 4. Add its code to the types of Python: `Language` in `python/citymatch/typing.py` and two
//!    fields in `python/citymatch/explanation.py`.
//! 5. Raise the format in `catalogue/format.rs`: older catalogues hold texts that were analysed
//!    without the language.
//!
//! The built-in encoder knows the languages that it was trained on. In any other one the signal
//! `meaning` says little until the encoder is trained again (`crates/citymatch-encoder/train`).

mod en;
mod es;
mod pt;

use crate::record::field::named_enum;

/// What the library knows about a language.
pub(crate) struct Definition {
    /// Its name in files, in results and in Python: the two letters of ISO 639-1.
    pub(crate) code: &'static str,
    /// What else is read as its name: what each of the languages calls it, its code of ISO 639-2,
    /// and its code with a region (`pt br` for `pt-BR`). Each in the form of
    /// [`normalise_key`](crate::record::key::normalise_key).
    pub(crate) other_names: &'static [&'static str],
    /// Words without content, in Snowball's format: a word at the start of a line, comments after
    /// `|`.
    pub(crate) stop_words: &'static str,
    /// More stop words: the question words that challenges open with and that the list lacks.
    pub(crate) question_words: &'static [&'static str],
    /// What calls say around an ask and in it: phrases and headings, which `text/frame.rs` reads.
    pub(crate) call_phrases: &'static str,
    /// The words that are common in the frames of calls, made by
    /// `benches/quality/make_call_words.py`.
    pub(crate) call_words: &'static str,
    /// The official names of the Sustainable Development Goals of the United Nations, 1 to 17.
    pub(crate) goals: [&'static str; 17],
    /// What the goals and their targets say officially: a line each, of the number and the text.
    pub(crate) goal_statements: &'static str,
    /// The subjects of cities in its words: a line each, of the id, the name and some things.
    pub(crate) subjects: &'static str,
    /// Abbreviations whose full stop ends no sentence, in lower case and without it.
    pub(crate) abbreviations: &'static [&'static str],
    /// Abbreviations whose full stop ends no sentence where a number follows.
    pub(crate) abbreviations_before_numbers: &'static [&'static str],
    /// The words of sentences that say how to reach somebody. Such a sentence, with an address in
    /// it and no other word of content, says nothing about the subject.
    pub(crate) contact_words: &'static [&'static str],
    /// The Snowball algorithm that stems its words.
    pub(crate) stemmer: frostem::Algorithm,
    /// What the detector calls it.
    pub(crate) detected_as: whichlang::Lang,
    /// The number that a stored catalogue has for it: 1 or more, as 0 means no language. Never
    /// change one, and never give it to another language.
    pub(crate) storage_code: u64,
    /// The countries (ISO 3166-1 alpha-2) whose administrations write it: a record from one of them
    /// is taken to be in this language where neither the detector nor the stop words tell. A
    /// country belongs to at most one language.
    pub(crate) countries: &'static [&'static str],
}

/// Makes the enum of the languages of a table that has a definition for each.
macro_rules! languages {
    (
        $(#[$doc:meta])*
        Language { $($(#[$language_doc:meta])* $Language:ident = $definition:path,)* }
    ) => {
        named_enum! {
            $(#[$doc])*
            Language {
                $($(#[$language_doc])*
                $Language = ($definition.code, $definition.other_names),)*
            }
        }

        impl Language {
            /// The language with the highest count; of equal ones the first.
    pub(crate) fn commonest(counts: impl Iterator<Item = (Self, u64)>) -> Option<Self> {
        let mut found: Option<(Self, u64)> = None;
        for (language, count) in counts {
            if found.is_none_or(|(_, highest)| count > highest) {
                found = Some((language, count));
            }
        }
        found.map(|(language, _)| language)
    }

    /// Everything that the library knows about it.
            pub(crate) fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$Language => &$definition,)*
                }
            }
        }
    };
}

languages! {
    /// A language that citymatch analyses: it detects it, stems its words and leaves out its stop
    /// words.
    ///
    /// Files name it by its code, `es`, `pt` or `en`. A code with a region (`pt-BR`, `es_AR`) is
    /// read too, and so is the language's name in any of the three, whatever the case and accents.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Language;
    /// assert_eq!("pt".parse(), Ok(Language::Portuguese));
    /// assert_eq!("Español".parse(), Ok(Language::Spanish));
    /// assert_eq!(Language::English.name(), "en");
    /// assert!("la".parse::<Language>().is_err());
    /// ```
    Language {
        /// English, `en`.
        English = en::ENGLISH,
        /// Spanish, `es`.
        Spanish = es::SPANISH,
        /// Portuguese, `pt`.
        Portuguese = pt::PORTUGUESE,
    }
}

impl Language {
    /// What a language calls it.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Language;
    /// assert_eq!(Language::English.name_in(Language::Spanish), "inglés");
    /// ```
    #[must_use]
    pub fn name_in(self, language: Self) -> &'static str {
        match self {
            Self::English => language.choose("English", "inglés", "inglês"),
            Self::Spanish => language.choose("Spanish", "español", "espanhol"),
            Self::Portuguese => language.choose("Portuguese", "portugués", "português"),
        }
    }

    /// The word of this language among those of all.
    pub(crate) fn choose<'w>(
        self,
        english: &'w str,
        spanish: &'w str,
        portuguese: &'w str,
    ) -> &'w str {
        match self {
            Self::English => english,
            Self::Spanish => spanish,
            Self::Portuguese => portuguese,
        }
    }

    /// The language of a stored code; none for 0 and for codes that are not in use.
    pub(crate) fn from_storage_code(code: u64) -> Option<Self> {
        Self::find(|language| language.storage_code == code)
    }

    /// The language whose definition passes a test that at most one passes.
    pub(crate) fn find(test: impl Fn(&Definition) -> bool) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| test(language.definition()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use super::*;
    use crate::record::Country;
    use crate::record::key::normalise_key;

    /// Fails where two languages have the same value.
    fn check_unique<T: Ord + Debug>(what: &str, values: impl Fn(&'static Definition) -> Vec<T>) {
        let mut seen = BTreeMap::new();
        for language in Language::ALL {
            for value in values(language.definition()) {
                let shown = format!("{what} {value:?}");
                let before = seen.insert(value, language);
                assert_eq!(before, None, "{shown} of {language}");
            }
        }
    }

    #[test]
    fn no_two_languages_share_what_tells_them_apart() {
        check_unique("code", |language| vec![language.code]);
        check_unique("name", |language| [&[language.code], language.other_names].concat());
        check_unique("detector's name", |language| vec![language.detected_as.three_letter_code()]);
        check_unique("storage code", |language| vec![language.storage_code]);
        check_unique("country", |language| language.countries.to_vec());
    }

    #[test]
    fn definitions_are_written_as_their_fields_say() {
        for language in Language::ALL {
            let Definition {
                other_names,
                question_words,
                abbreviations,
                abbreviations_before_numbers,
                contact_words,
                storage_code,
                countries,
                ..
            } = language.definition();
            assert!(*storage_code > 0, "{language}: 0 means no language");
            for name in *other_names {
                assert_eq!(normalise_key(name), *name, "{language}");
                assert_eq!(name.parse(), Ok(*language), "{name}");
            }
            for code in *countries {
                let country: Country = code.parse().expect("a country");
                assert_eq!(country.name(), *code, "{language}");
            }
            let words =
                [question_words, abbreviations, abbreviations_before_numbers, contact_words];
            for word in words.into_iter().copied().flatten() {
                assert_eq!(word.to_lowercase(), *word, "{language}");
            }
        }
    }

    #[test]
    fn stored_codes_stay_what_they_are() {
        let code = |language: Language| language.definition().storage_code;
        assert_eq!(code(Language::English), 1);
        assert_eq!(code(Language::Spanish), 2);
        assert_eq!(code(Language::Portuguese), 3);
        for language in Language::ALL {
            assert_eq!(Language::from_storage_code(code(*language)), Some(*language));
        }
        assert_eq!(Language::from_storage_code(0), None, "no language");
        assert_eq!(Language::from_storage_code(u64::MAX), None, "a code that is not in use");
    }
}
