//! What a text's carrier does to it changes no score.

use citymatch::{Catalogue, Challenge, Error, Matcher, Solution};
use citymatch_tests::demo;

/// What is done to each text of a record.
type Disguise = fn(&str) -> String;

/// Disguises under which a text is the same one.
const DISGUISES: [(&str, Disguise); 12] = [
    ("capitals", |text| text.to_uppercase()),
    ("small_letters", |text| text.to_lowercase()),
    ("soft_hyphens", |text| in_words(text, "\u{ad}")),
    ("zero_width_spaces", |text| in_words(text, "\u{200b}")),
    ("markup", |text| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        format!("<div><p>{}</p></div>", text.replace('ó', "&oacute;").replace('ã', "&#227;"))
    }),
    ("full_width", |text| {
        let wide = |c: char| char::from_u32(c as u32 + 0xFEE0).filter(|_| c.is_ascii_alphabetic());
        text.chars().map(|c| wide(c).unwrap_or(c)).collect()
    }),
    ("no_break_spaces", |text| text.replace(' ', "\u{a0}")),
    ("quotation_marks", |text| long_words(text, |word| format!("«{word}»"))),
    ("footnotes", |text| long_words(text, |word| format!("{word}[12]"))),
    ("escapes_of_json", |text| {
        let escape = |c: char| match c {
            '"' | '\\' => format!("\\{c}"),
            '\n' => "\\n".to_owned(),
            c if c.is_ascii() => c.to_string(),
            c => format!("\\u{:04x}", u32::from(c)),
        };
        // Without an escape of a letter it might be what somebody wrote.
        if text.is_ascii() { text.to_owned() } else { text.chars().map(escape).collect() }
    }),
    ("pasted_twice", |text| format!("{text}\n\n{text}")),
    ("contact", |text| {
        format!(
            "{text}\nTel. +57 (601) 555-0137 ext. 204. Más información en https://ciudad.example/?id=3."
        )
    }),
];

/// The text with each word of letters alone, six or more, changed.
fn long_words(text: &str, change: fn(&str) -> String) -> String {
    let is_long = |word: &str| word.chars().count() > 5 && word.chars().all(char::is_alphabetic);
    let word = |word: &str| if is_long(word) { change(word) } else { word.to_owned() };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The text with a mark inside each word of more than three letters.
fn in_words(text: &str, mark: &str) -> String {
    let word = |word: &str| {
        let third = word.char_indices().nth(3).map(|(at, _)| at);
        let is_inside = |at: &usize| {
            word[..*at].chars().chain(word[*at..].chars().take(1)).all(char::is_alphabetic)
        };
        third
            .filter(is_inside)
            .map_or(word.to_owned(), |at| format!("{}{mark}{}", &word[..at], &word[at..]))
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn challenge(mut challenge: Challenge, disguise: Disguise) -> Challenge {
    for text in [
        &mut challenge.title,
        &mut challenge.question,
        &mut challenge.problem,
        &mut challenge.outcome,
        &mut challenge.beneficiaries,
        &mut challenge.context,
    ] {
        if !text.is_empty() {
            *text = disguise(text);
        }
    }
    challenge.language = None;
    challenge
}

fn solution(mut solution: Solution, disguise: Disguise) -> Solution {
    for text in [
        &mut solution.title,
        &mut solution.summary,
        &mut solution.problem,
        &mut solution.description,
        &mut solution.impact,
    ] {
        if !text.is_empty() {
            *text = disguise(text);
        }
    }
    solution.language = None;
    solution
}

/// The ids and the bits of the scores that each challenge of the demo finds.
fn found(asks: Disguise, solutions: Disguise) -> Result<Vec<Vec<(String, u64)>>, Error> {
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    for one in demo::solutions() {
        edit.put(solution(one, solutions))?;
    }
    edit.commit()?;
    let matcher = Matcher::new(&catalogue)?;
    let found = |one: Challenge| {
        let matches = matcher.find(challenge(one, asks))?;
        Ok(matches.iter().map(|one| (one.id().to_string(), one.score().to_bits())).collect())
    };
    demo::challenges().into_iter().map(found).collect()
}

#[test]
fn a_disguise_changes_no_score() -> Result<(), Error> {
    let plain: Disguise = str::to_owned;
    let expected = found(plain, plain)?;
    for (name, disguise) in DISGUISES {
        assert!(found(disguise, plain)? == expected, "asks in {name}");
        assert!(found(plain, disguise)? == expected, "solutions in {name}");
    }
    Ok(())
}
