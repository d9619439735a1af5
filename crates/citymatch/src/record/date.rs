use std::fmt;
use std::str::FromStr;

use serde_json::Value as Json;

use super::field::{FieldError, Item, json_text};

/// A day of the Gregorian calendar from 0000-01-01 to 9999-12-31, written YYYY-MM-DD (ISO 8601).
///
/// # Examples
/// ```
/// use citymatch::record::Date;
/// let deadline: Date = "2024-02-29".parse().unwrap();
/// assert_eq!((deadline.year(), deadline.to_string()), (2024, "2024-02-29".to_owned()));
/// assert!("2023-02-29".parse::<Date>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// The year, 0 to 9999.
    #[must_use]
    pub fn year(self) -> u16 {
        // A date is only made from a year of four digits, which always fits.
        self.0.year().try_into().unwrap_or_default()
    }
}

impl FromStr for Date {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        parse(text).ok_or_else(|| FieldError::new("date", text, EXPECTED))
    }
}

const EXPECTED: &str = "a date written YYYY-MM-DD";

/// Reads a date in its one form. The digits are counted because reading numbers alone would also
/// accept a sign, and fewer or more digits.
fn parse(text: &str) -> Option<Date> {
    let mut parts = text.trim().split('-');
    let mut digits = |wanted: usize| {
        parts
            .next()
            .filter(|part| part.len() == wanted && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (year, month, day) = (digits(4)?, digits(2)?, digits(2)?);
    if parts.next().is_some() {
        return None;
    }
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = time::Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?);
    date.ok().map(Date)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Item for Date {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
        json.as_str().and_then(parse).ok_or_else(|| FieldError::new(at, json_text(json), EXPECTED))
    }

    fn write_item(&self) -> Json {
        Json::from(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_days_in_one_form() {
        for (name, text, good) in [
            ("plain", "2026-03-31", true),
            ("leap_day", "2024-02-29", true),
            ("no_leap_day", "2026-02-29", false),
            ("day_first", "31-03-2026", false),
            ("slashes", "2026/03/31", false),
            ("short", "2026-3-1", false),
            ("sign", "+026-03-01", false),
            ("fourth_part", "2026-03-01-01", false),
            ("first_year", "0000-01-01", true),
            ("three_digit_year", "0987-12-31", true),
            ("last_day", "9999-12-31", true),
            ("month_13", "2026-13-01", false),
        ] {
            let written = text.parse::<Date>().ok().map(|date| date.to_string());
            assert_eq!(written.as_deref(), good.then_some(text), "{name}");
        }
    }
}
