use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt};

use super::field::named;
use super::key::normalise_key;
use super::phrase;
use crate::language::Language;

/// The countries of ISO 3166-1 by their alpha-2 codes, in the codes' order. The first line names
/// the columns: the code, the country's name in each language, as the Unicode CLDR 47 has it, and
/// other spellings in use, with `; ` between them.
const TABLE: &str = include_str!("countries.tsv");

/// The table, read when the first country is.
static COUNTRIES: LazyLock<Countries> = LazyLock::new(|| Countries::read(TABLE));

struct Countries {
    /// The codes, in order.
    codes: Vec<&'static str>,
    /// For each name and other spelling, the index in `codes` of the country that it means.
    indices: HashMap<String, u8>,
    /// The names of each, in English, Spanish and Portuguese.
    names: Vec<[&'static str; 3]>,
}

impl Countries {
    fn read(table: &'static str) -> Self {
        let (mut codes, mut indices, mut own) = (Vec::new(), HashMap::new(), Vec::new());
        for (row, index) in table.lines().skip(1).zip(0..) {
            let (code, names) = row.split_once('\t').unwrap_or((row, ""));
            codes.push(code);
            let mut each = names.split('\t');
            own.push(std::array::from_fn(|_| each.next().unwrap_or(code)));
            for name in names.split('\t').flat_map(|names| names.split("; ")) {
                indices.insert(normalise_key(name), index);
            }
        }
        Self { codes, indices, names: own }
    }

    /// The index of the country that a code, a name or another spelling means.
    fn index(&self, word: &str) -> Option<u8> {
        let code = word.trim().to_uppercase();
        match self.codes.binary_search(&code.as_str()) {
            Ok(index) => u8::try_from(index).ok(),
            Err(_) => self.indices.get(&normalise_key(word)).copied(),
        }
    }
}

/// A country, by its ISO 3166-1 alpha-2 code.
///
/// Files name it by its code; its names in Spanish, Portuguese and English are read too, whatever
/// their case and accents. The names are those of the Unicode CLDR 47, with other spellings in use.
/// Countries are ordered by their codes.
///
/// # Examples
/// ```
/// use citymatch::Country;
/// let brazil: Country = "BR".parse().unwrap();
/// assert_eq!("Brasil".parse(), Ok(brazil));
/// assert_eq!(brazil.name(), "BR");
/// assert!("Atlantis".parse::<Country>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u8);

impl Country {
    /// The two-letter code.
    #[must_use]
    pub fn name(self) -> &'static str {
        COUNTRIES.codes[usize::from(self.0)]
    }

    /// What a language calls it.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Country, Language};
    /// let brazil: Country = "BR".parse().unwrap();
    /// assert_eq!(brazil.name_in(Language::English), "Brazil");
    /// ```
    #[must_use]
    pub fn name_in(self, language: Language) -> &'static str {
        let [english, spanish, portuguese] = COUNTRIES.names[usize::from(self.0)];
        language.choose(english, spanish, portuguese)
    }

    fn from_word(word: &str) -> Option<Self> {
        COUNTRIES.index(word).or_else(|| COUNTRIES.index(name_of_state(word)?)).map(Self)
    }

    fn from_phrase(text: &str) -> Option<Self> {
        phrase::value(text, Self::from_word)
    }
}

/// The country's name at the end of an official one: `Colombia` in `República de Colombia`, `Brasil`
/// in `República Federativa do Brasil`.
fn name_of_state(name: &str) -> Option<&str> {
    const FORMS: &[&str] = &[
        "commonwealth",
        "estado",
        "estados",
        "kingdom",
        "reino",
        "rep",
        "republic",
        "republica",
        "state",
        "united",
    ];
    const LINKS: &[&str] = &["da", "de", "del", "do", "of"];
    let first = normalise_key(name.split_whitespace().next()?);
    if !FORMS.contains(&first.as_str()) {
        return None;
    }
    let mut rest = name;
    while let Some((word, after)) = rest.trim_start().split_once(char::is_whitespace) {
        rest = after;
        if LINKS.contains(&word.to_lowercase().as_str()) {
            return Some(rest.trim_start().strip_prefix("the ").unwrap_or(rest));
        }
    }
    None
}

named!(
    Country,
    Country::from_phrase,
    Country::from_word,
    "a country as ISO 3166-1 alpha-2, such as `BR`"
);

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of each line.
    fn lines() -> impl Iterator<Item = Vec<&'static str>> {
        TABLE.lines().map(|line| line.split('\t').collect())
    }

    #[test]
    fn the_table_is_in_order_and_fits_a_byte() {
        assert_eq!(COUNTRIES.codes.len(), 249);
        assert!(COUNTRIES.codes.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn every_country_has_a_name_in_every_language() {
        let columns = lines().next().expect("a first line");
        let languages = &columns[1..=Language::ALL.len()];
        assert_eq!(languages, ["en", "es", "pt"]);
        for row in lines() {
            assert!(row.len() > languages.len() && row.len() <= columns.len(), "{row:?}");
            assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        }
    }

    #[test]
    fn a_code_a_name_and_another_spelling_mean_one_country() {
        for row in lines().skip(1) {
            for word in row.iter().flat_map(|cell| cell.split("; ")) {
                let country = Country::from_word(word).unwrap_or_else(|| panic!("{word}: {row:?}"));
                assert_eq!(country.name(), row[0], "{word}");
            }
        }
    }

    #[test]
    fn only_names_are_read_without_marks() {
        for (name, word, code) in [
            ("code", " br ", Some("BR")),
            ("code_with_marks", "(br)", None),
            ("name", "BRASIL", Some("BR")),
            ("name_with_marks", "(brasil)", Some("BR")),
            ("name_without_accents", "Peru", Some("PE")),
            ("other_spelling", "EE. UU.", Some("US")),
            ("marks_alone", "--", None),
            ("nothing", "", None),
        ] {
            assert_eq!(Country::from_word(word).map(Country::name), code, "{name}");
        }
    }
}
