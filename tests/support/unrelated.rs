//! Records that answer nothing in `xquad_xl`, in `xquad_same` or in the demo, made of sentences of
//! the other collections.

use citymatch::text::sentences;
use citymatch::{Language, Solution};

use crate::chance::Chance;
use crate::collection::Collection;

/// The organisation of every unrelated record: a search that excludes it ranks all others as if
/// those took part.
pub const ORGANISATION: &str = "unrelated";

/// So many records of two to four sentences each, in the three languages by turns. With the same
/// seed, fewer are the beginning of more.
#[must_use]
pub fn unrelated(count: usize, seed: u64) -> Vec<Solution> {
    let pools = [
        (Language::English, of_long_asks(Language::English)),
        (Language::Spanish, of_long_asks(Language::Spanish)),
        (Language::Portuguese, of_faquad()),
    ];
    let mut chance = Chance::new(seed);
    let record = |number: usize| {
        let (language, pool) = &pools[number % pools.len()];
        let text: Vec<&str> =
            (0..2 + chance.number(3)).map(|_| pool[chance.number(pool.len())].as_str()).collect();
        let mut record = Solution::new(format!("unrelated {number}"), "")
            .description(text.join(" "))
            .language(*language);
        ORGANISATION.clone_into(&mut record.organisation);
        record
    };
    (0..count).map(record).collect()
}

/// The asks of `xquad_long` begin with sentences from the news that have nothing to do with their
/// questions.
fn of_long_asks(language: Language) -> Vec<String> {
    let asks = Collection::read("xquad_long").challenges;
    let own = asks.iter().filter(|ask| ask.language == Some(language));
    distinct(own.flat_map(|ask| {
        sentences(&ask.problem).into_iter().take_while(|sentence| !sentence.contains(['?', '¿']))
    }))
}

/// Portuguese about universities.
fn of_faquad() -> Vec<String> {
    distinct(
        Collection::read("faquad")
            .solutions
            .iter()
            .flat_map(|solution| sentences(&solution.description)),
    )
}

fn distinct(found: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = found.collect();
    found.sort();
    found.dedup();
    assert!(found.len() > 500, "there are {} sentences", found.len());
    found
}
