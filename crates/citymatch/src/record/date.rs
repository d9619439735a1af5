use std::fmt;
use std::str::FromStr;

use serde_json::Value as Json;

use super::field::{FieldError, Item, shown};

/// A day of the calendar, written YYYY-MM-DD.
///
/// # Examples
/// ```
/// use citymatch::record::Date;
/// let deadline: Date = "2024-02-29".parse().unwrap();
/// assert_eq!((deadline.year(), deadline.to_string()), (2024, "2024-02-29".to_owned()));
/// assert!("2023-02-29".parse::<Date>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }
}

impl FromStr for Date {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        parse(text).ok_or_else(|| FieldError::new("date", text, EXPECTED))
    }
}

const EXPECTED: &str = "a date written YYYY-MM-DD";

fn parse(text: &str) -> Option<Date> {
    let mut parts = text.trim().split('-');
    let mut digits = |wanted: usize| {
        parts
            .next()
            .filter(|part| part.len() == wanted && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (year, month, day) =
        (digits(4)?.parse().ok()?, digits(2)?.parse().ok()?, digits(2)?.parse().ok()?);
    if parts.next().is_some() {
        return None;
    }
    time::Date::from_calendar_date(i32::from(year), time::Month::try_from(month).ok()?, day)
        .ok()?;
    Some(Date { year, month, day })
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Item for Date {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
        json.as_str().and_then(parse).ok_or_else(|| FieldError::new(at, shown(json), EXPECTED))
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
            ("time_behind", "2026-03-01-01", false),
        ] {
            assert_eq!(text.parse::<Date>().is_ok(), good, "{name}");
        }
    }
}
