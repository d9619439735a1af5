use std::fmt;

use serde_json::Value as Json;

use super::field::{Item, Problems, json_text, read_whole, unclear};
use super::key::normalise_key;
use super::months::month;

/// A year of the calendar, 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(u16);

impl Year {
    /// A year, or `None` for 0 and for more than 9999.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(citymatch::record::Year::new(2017).unwrap().get(), 2017);
    /// assert!(citymatch::record::Year::new(0).is_none());
    /// ```
    #[must_use]
    pub fn new(year: u16) -> Option<Self> {
        (1..=9999).contains(&year).then_some(Self(year))
    }

    /// The year as a number.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Words that may stand beside a year without making another one of it.
const BESIDE: &[&str] = &[
    "a",
    "actual",
    "actualidad",
    "al",
    "ano",
    "ao",
    "ate",
    "atual",
    "began",
    "comecou",
    "de",
    "del",
    "desde",
    "el",
    "em",
    "en",
    "fundado",
    "from",
    "hasta",
    "hoje",
    "hoy",
    "in",
    "iniciado",
    "inicio",
    "la",
    "now",
    "o",
    "partir",
    "present",
    "presente",
    "since",
    "started",
    "the",
    "to",
    "today",
    "until",
    "year",
];

/// Words before the first year that make it an end.
const ENDS: &[&str] = &["antes", "ate", "before", "hasta", "until"];

/// The first year that a text names: `desde 2018`, `2019-2021`, `marzo de 2018`, `2018-05-31`,
/// `2015 (piloto)`. `None` where something else might be meant, as in `hasta 2018` or `2015, 2019`.
fn parse(text: &str) -> Option<Year> {
    let said = text.split(['(', '[']).next().unwrap_or_default();
    // What stands behind a day, `T00:00:00` or ` 00:00:00`, is a time.
    let said = match said.find(':') {
        Some(colon) => &said[..said[..colon].rfind(['T', ' '])?],
        None => said,
    };
    let key = normalise_key(said);
    let (mut years, mut days, mut ends) = (Vec::new(), 0, false);
    for word in key.split(' ') {
        match word.parse::<u16>() {
            Ok(year) if word.len() == 4 && (1900..2100).contains(&year) => years.push(year),
            Ok(1..=31) if word.len() <= 2 => days += 1,
            Err(_) if month(word).is_some() => days += 1,
            Err(_) if BESIDE.contains(&word) || ENDS.contains(&word) => {
                ends |= years.is_empty() && ENDS.contains(&word);
            }
            _ => return None,
        }
    }
    let is_range = said.contains(['-', '–', '—', '/'])
        || key
            .split(' ')
            .any(|word| matches!(word, "a" | "al" | "ao" | "to" | "hasta" | "ate" | "until"));
    match *years.as_slice() {
        _ if ends => None,
        [year] if days <= 2 => Year::new(year),
        [first, last] if days == 0 && is_range && first <= last => Year::new(first),
        _ => None,
    }
}

impl Item for Year {
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self> {
        let year = read_whole(json).and_then(|year| u16::try_from(year).ok()).and_then(Self::new);
        year.or_else(|| json.as_str().and_then(parse))
            .or_else(|| unclear(problems, at, json_text(json), "a year, 1 to 9999"))
    }

    fn write_item(&self) -> Json {
        Json::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_year_is_read_where_it_is_clear() {
        for (text, year) in [
            ("2019", Some(2019)),
            ("2019-2021", Some(2019)),
            ("2019 – 2021", Some(2019)),
            ("2019/2020", Some(2019)),
            ("de 2019 a 2021", Some(2019)),
            ("2019 - presente", Some(2019)),
            ("desde 2018", Some(2018)),
            ("Desde el año 2018", Some(2018)),
            ("since 2018", Some(2018)),
            ("marzo de 2018", Some(2018)),
            ("31/12/2018", Some(2018)),
            ("2018-12-31T00:00:00", Some(2018)),
            ("2018-12-31 00:00:00", Some(2018)),
            ("2015 (piloto)", Some(2015)),
            ("Año 2015", Some(2015)),
            ("hasta 2018", None),
            ("antes de 2018", None),
            ("2015, 2019", None),
            ("2021-2019", None),
            ("hace 3 años", None),
            ("20195", None),
            ("2019 aprox", None),
            ("", None),
            (":", None),
        ] {
            let found = Year::read_item(&Json::from(text), "year", &mut Vec::new());
            assert_eq!(found.map(Year::get), year, "{text}");
        }
    }
}
