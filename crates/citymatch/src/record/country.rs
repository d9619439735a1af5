use super::country_names::COUNTRIES;
use super::field::{named, normalise_key};

/// A country, by its ISO 3166-1 alpha-2 code.
///
/// Files name it by its code; names in the three languages are understood.
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
        COUNTRIES[usize::from(self.0)].0
    }

    fn from_word(word: &str) -> Option<Self> {
        let (code, word) = (word.trim().to_uppercase(), normalise_key(word));
        let by_code = COUNTRIES.binary_search_by(|(known, ..)| known.cmp(&code.as_str())).ok();
        let row = by_code.or_else(|| {
            COUNTRIES.iter().position(|(_, en, es, pt, others)| {
                [en, es, pt].iter().any(|name| normalise_key(name) == word)
                    || others.contains(&word.as_str())
            })
        });
        row.and_then(|row| u8::try_from(row).ok()).map(Self)
    }
}

named!(Country, Country::from_word, "a country as ISO 3166-1 alpha-2, such as `BR`");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_fits_a_byte() {
        assert_eq!(COUNTRIES.len(), 249);
        assert!(COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn every_country_is_known_by_its_code_and_its_names() {
        for (code, en, es, pt, others) in COUNTRIES {
            for word in [code, en, es, pt].into_iter().chain(*others) {
                let country = Country::from_word(word).unwrap_or_else(|| panic!("{code}: {word}"));
                assert_eq!(country.name(), *code, "{word}");
            }
        }
    }
}
