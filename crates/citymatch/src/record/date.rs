use std::fmt;
use std::str::FromStr;

use serde_json::Value as Json;

use super::field::{FieldError, Item, Problems, json_text, unclear};
use super::key::normalise_key;
use super::months::{is_weekday, month};

/// A day of the Gregorian calendar from 0000-01-01 to 9999-12-31, written YYYY-MM-DD (ISO 8601).
///
/// Other forms are read where they mean one day: `31/03/2026`, `31 de marzo de 2026`, `March 31,
/// 2026`. A month means its last day. `03/04/2026` means two days, and so none.
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
    /// The day that a spreadsheet counts from the end of 1899, where it has lost the cell's format.
    #[doc(hidden)]
    #[must_use]
    pub fn from_spreadsheet(days: f64) -> Option<Self> {
        // From 1955 to 2118: other numbers are no dates that anybody wrote.
        let days = (20_000.0..80_000.0).contains(&days).then_some(days)?;
        let start = time::Date::from_calendar_date(1899, time::Month::December, 30).ok()?;
        #[allow(clippy::cast_possible_truncation)] // within the range above; a fraction is a time
        start.checked_add(time::Duration::days(days as i64)).map(Self)
    }

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
        read(text).ok_or_else(|| FieldError::new("date", text, EXPECTED))
    }
}

const EXPECTED: &str = "a date such as 2026-03-31";

/// Whether numbers such as `03/04/2026` begin with the day or with the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// The third of April.
    DayFirst,
    /// The fourth of March.
    MonthFirst,
}

impl DateOrder {
    /// The order that a text alone shows, because one of its numbers is no month.
    #[must_use]
    pub fn shown_by(text: &str) -> Option<Self> {
        match *numbers(text)?.as_slice() {
            [first, second, _] if first > 12 && first <= 31 && second <= 12 => Some(Self::DayFirst),
            [first, second, _] if second > 12 && second <= 31 && first <= 12 => {
                Some(Self::MonthFirst)
            }
            _ => None,
        }
    }

    /// The day that numbers mean in this order.
    #[must_use]
    pub fn read(self, text: &str) -> Option<Date> {
        let &[first, second, year] = numbers(text)?.as_slice() else { return None };
        match self {
            Self::DayFirst => day(year, second, first),
            Self::MonthFirst => day(year, first, second),
        }
    }
}

/// The numbers of a text such as `03/04/2026`, whose last one is a year.
fn numbers(text: &str) -> Option<Vec<u16>> {
    let date = text.split_whitespace().next().filter(|date| !date.contains(':'))?;
    let rest = &text.trim_start()[date.len()..];
    if !rest.chars().all(|c| c.is_ascii_digit() || " :.apmAPM".contains(c)) {
        return None;
    }
    let parts: Vec<&str> = date.split(['/', '-', '.']).collect();
    let lengths_fit = parts.len() == 3
        && parts[2].len() == 4
        && parts[..2].iter().all(|part| (1..=2).contains(&part.len()));
    lengths_fit.then(|| parts.iter().map(|part| part.parse().ok()).collect())?
}

fn day(year: u16, month: u16, day: u16) -> Option<Date> {
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    time::Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok().map(Date)
}

/// The last day of a month.
fn month_end(year: u16, month: u16) -> Option<Date> {
    (28..=31).rev().find_map(|last| day(year, month, last))
}

/// Reads a date in any form that means one day.
fn read(text: &str) -> Option<Date> {
    parse(text).or_else(|| read_numbers(text)).or_else(|| read_words(text))
}

fn read_numbers(text: &str) -> Option<Date> {
    if let Some(order) = DateOrder::shown_by(text) {
        return order.read(text);
    }
    if let Some([first, second, _]) = numbers(text).as_deref()
        && first == second
    {
        return DateOrder::DayFirst.read(text);
    }
    // A year first leaves no doubt, whatever follows the day: `2026/3/1`, `2026-03-01T00:00:00`.
    let date = text.trim().split(['T', ' ']).next()?;
    if date.len() < text.trim().len() && !text.contains(':') {
        return None;
    }
    let parts: Vec<&str> = date.split(['/', '-', '.']).collect();
    let numbers: Vec<u16> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match (numbers.as_slice(), parts[0].len()) {
        (&[year, month, number], 4) => day(year, month, number),
        (&[year, month], 4) => month_end(year, month),
        (&[month, year], 1 | 2) if parts[1].len() == 4 => month_end(year, month),
        _ => None,
    }
}

/// Words that may stand beside a date without making another one of it.
const BESIDE: &[&str] = &[
    "a", "as", "al", "am", "at", "ate", "by", "da", "de", "del", "deadline", "dia", "do", "el",
    "h", "hasta", "hora", "horas", "hrs", "hs", "las", "m", "o", "of", "on", "p", "plazo", "pm",
    "prazo", "the", "until",
];

/// Reads a date whose month is a word: `31 de marzo de 2026`, `March 31st, 2026`, `31-mar-26`.
fn read_words(text: &str) -> Option<Date> {
    let without_time: Vec<&str> =
        text.split_whitespace().filter(|word| !word.contains(':')).collect();
    let key = normalise_key(&without_time.join(" "));
    let (mut days, mut months, mut years) = (Vec::new(), Vec::new(), Vec::new());
    for word in key.split(' ') {
        let bare = ["st", "nd", "rd", "th", "er", "o", "a"]
            .iter()
            .find_map(|ending| word.strip_suffix(ending))
            .filter(|bare| !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()))
            .unwrap_or(word);
        match bare.parse::<u16>() {
            Ok(year) if bare.len() == 4 => years.push(year),
            Ok(number) => days.push(number),
            Err(_) if month(word).is_some() => months.extend(month(word)),
            Err(_) if BESIDE.contains(&word) || is_weekday(word) => {}
            Err(_) => return None,
        }
    }
    match (days.as_slice(), months.as_slice(), years.as_slice()) {
        ([number], [month], [year]) => day(*year, (*month).into(), *number),
        ([], [month], [year]) => month_end(*year, (*month).into()),
        _ => None,
    }
}

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
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self> {
        json.as_str().and_then(read).or_else(|| unclear(problems, at, json_text(json), EXPECTED))
    }

    fn write_item(&self) -> Json {
        Json::from(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_are_read_where_they_mean_one_day() {
        for (text, date) in [
            ("31/03/2026", Some("2026-03-31")),
            ("03/31/2026", Some("2026-03-31")),
            ("31-03-2026 23:59", Some("2026-03-31")),
            ("31.3.2026", Some("2026-03-31")),
            ("04/04/2026", Some("2026-04-04")),
            ("2026/3/31", Some("2026-03-31")),
            ("2026-03-31T00:00:00", Some("2026-03-31")),
            ("2026-03-31 00:00:00", Some("2026-03-31")),
            ("31 de marzo de 2026", Some("2026-03-31")),
            ("31 de março de 2026", Some("2026-03-31")),
            ("1º de março de 2026", Some("2026-03-01")),
            ("March 31, 2026", Some("2026-03-31")),
            ("March 31st, 2026", Some("2026-03-31")),
            ("31-mar-2026", Some("2026-03-31")),
            ("Martes 31 de marzo de 2026, 23:59 h", Some("2026-03-31")),
            ("Hasta el 31 de marzo de 2026", Some("2026-03-31")),
            ("marzo de 2026", Some("2026-03-31")),
            ("Febrero 2026", Some("2026-02-28")),
            ("03/2026", Some("2026-03-31")),
            ("03/04/2026", None),
            ("31/03/26", None),
            ("31/02/2026", None),
            ("del 3 al 31 de marzo de 2026", None),
            ("2026", None),
            ("pronto", None),
            ("", None),
        ] {
            assert_eq!(read(text).map(|date| date.to_string()).as_deref(), date, "{text}");
        }
        assert_eq!(DateOrder::shown_by("31/03/2026"), Some(DateOrder::DayFirst));
        assert_eq!(DateOrder::shown_by("03/31/2026 10:00"), Some(DateOrder::MonthFirst));
        assert_eq!(DateOrder::shown_by("03/04/2026"), None);
        let read = |order: DateOrder| order.read("03/04/2026").unwrap().to_string();
        assert_eq!(read(DateOrder::DayFirst), "2026-04-03");
        assert_eq!(read(DateOrder::MonthFirst), "2026-03-04");
    }

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
            let written = parse(text).map(|date| date.to_string());
            assert_eq!(written.as_deref(), good.then_some(text), "{name}");
        }
    }
}
