//! The days that a sentence names.

use std::sync::LazyLock;

use citymatch::Language;
use citymatch::record::months::{MONTHS, month};
use citymatch::record::{Date, DateOrder};
use regex::{Captures, Regex};

use super::fold::folded;

/// A day as a text has it, perhaps without its year.
#[expect(clippy::struct_field_names, reason = "a day has a day of the month")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) day: u8,
    pub(super) month: u8,
    pub(super) year: Option<u16>,
    /// Where it begins and ends in the folded text, in bytes.
    pub(super) span: (usize, usize),
}

impl Day {
    /// The date, if it has a year and is a day of the calendar.
    pub(super) fn date(self) -> Option<Date> {
        format!("{:04}-{:02}-{:02}", self.year?, self.month, self.day).parse().ok()
    }

    pub(super) fn with_year(self, year: u16) -> Self {
        Self { year: Some(self.year.unwrap_or(year)), ..self }
    }
}

static MONTH_NAMES: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<&str> = MONTHS.concat();
    // The longest name first, since the first that fits is taken.
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    names.join("|")
});

/// A year, perhaps in words before it stands in digits.
const YEAR: &str = r"(?:(?:dos mil|dois mil|two thousand)[a-z ]*)?\(?(?P<year>(?:19|20)\d\d)\b";

/// `30 de abril de 2026`, `1o de março`, `30-abr-2026`, `30th of April, 2026`.
static DAY_MONTH: LazyLock<Regex> = LazyLock::new(|| {
    let months = &*MONTH_NAMES;
    regex(&format!(
        r"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|ro|er|o|a|°)?\)?(?:\s*(?:dias?\s+)?(?:del?\s+mes\s+)?(?:de|of)\s+(?:the\s+)?|\s*[-/. ]\s*)(?P<month>{months})\b\.?(?:\s*(?:,|de\s+l?\s*ano|do\s+ano|del\s+ano|del|de|of|do|[-/])*\s*{YEAR})?"
    ))
});
/// `April 30, 2026`, `abril 30 de 2026`.
static MONTH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    let months = &*MONTH_NAMES;
    regex(&format!(
        r"\b(?P<month>{months})\b\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*(?:,|de|del|of)?\s*{YEAR})?"
    ))
});
/// `2026-04-30`, `2026/4/30`.
static YEAR_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:\b|t)")
});
/// `30/04/2026`, `30.4.26`.
static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?P<first>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<second>\d{1,2})\s?[-/.]\s?(?P<year>(?:20)?\d\d)\b",
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern compiles")
}

/// The days that a text names, in order.
pub(super) fn days(text: &str, order: Option<DateOrder>) -> Vec<Day> {
    let text = folded(text);
    let mut found: Vec<Day> = Vec::new();
    let mut add = |found_day: Option<Day>| {
        if let Some(day) = found_day
            && (1..=31).contains(&day.day)
            && (1..=12).contains(&day.month)
            && !found.iter().any(|other| day.span.0 < other.span.1 && other.span.0 < day.span.1)
        {
            found.push(day);
        }
    };
    for pattern in [&*DAY_MONTH, &*YEAR_FIRST, &*MONTH_DAY] {
        for captures in pattern.captures_iter(&text) {
            add(named_day(&captures));
        }
    }
    for captures in NUMBERS.captures_iter(&text) {
        add(numbered_day(&captures, order));
    }
    found.sort_by_key(|day| day.span);
    found
}

fn named_day(captures: &Captures<'_>) -> Option<Day> {
    let name = &captures["month"];
    let month = name.parse().ok().or_else(|| month(name))?;
    Some(Day {
        day: captures["day"].parse().ok()?,
        month,
        year: captures.name("year").and_then(|year| year.as_str().parse().ok()),
        span: span(captures),
    })
}

fn numbered_day(captures: &Captures<'_>, order: Option<DateOrder>) -> Option<Day> {
    let (first, second): (u8, u8) =
        (captures["first"].parse().ok()?, captures["second"].parse().ok()?);
    let (day, month) = match order {
        _ if first > 12 => (first, second),
        _ if second > 12 => (second, first),
        Some(DateOrder::MonthFirst) => (second, first),
        Some(DateOrder::DayFirst) => (first, second),
        None if first == second => (first, second),
        None => return None,
    };
    let year: u16 = captures["year"].parse().ok()?;
    let year = if year < 100 { year + 2000 } else { year };
    Some(Day { day, month, year: Some(year), span: span(captures) })
}

fn span(captures: &Captures<'_>) -> (usize, usize) {
    captures.get(0).map_or((0, 0), |whole| (whole.start(), whole.end()))
}

/// How a document writes dates of numbers: Spanish and Portuguese put the day first. In English the
/// dates whose second number or first number is no month tell; `None` if none does.
pub(super) fn number_order(text: &str, language: Option<Language>) -> Option<DateOrder> {
    if matches!(language, Some(Language::Spanish | Language::Portuguese)) {
        return Some(DateOrder::DayFirst);
    }
    let folded = folded(text);
    let (mut day_first, mut month_first) = (false, false);
    for captures in NUMBERS.captures_iter(&folded) {
        let number = |name: &str| captures[name].parse::<u8>().unwrap_or(0);
        day_first |= number("first") > 12;
        month_first |= number("second") > 12;
    }
    match (day_first, month_first) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_the_three_languages() {
        for (name, text, expected) in [
            ("es", "Cierre: 30 de abril de 2026, 17:00", "2026-4-30"),
            ("es_del", "hasta el 30 de abril del 2026", "2026-4-30"),
            ("es_no_year", "hasta el viernes 30 de abril a las 17:00", "?-4-30"),
            ("es_words", "el treinta (30) de abril de dos mil veintiséis (2026)", "2026-4-30"),
            ("es_range", "del 3 de marzo al 30 de abril de 2026", "?-3-3 2026-4-30"),
            ("es_month_first", "abril 30 de 2026", "2026-4-30"),
            ("es_days", "a los 30 días del mes de abril de 2026", "2026-4-30"),
            ("pt", "até 1º de março de 2026", "2026-3-1"),
            ("pt_short", "30/abr/2026", "2026-4-30"),
            ("en", "by 5 pm on April 30, 2026", "2026-4-30"),
            ("en_day_first", "30th of April 2026", "2026-4-30"),
            ("en_plain", "Thursday 30 April 2026", "2026-4-30"),
            ("en_ordinal", "April 3rd", "?-4-3"),
            ("iso", "2026-04-30T17:00", "2026-4-30"),
            ("numbers", "30/04/2026 e 30.04.26", "2026-4-30 2026-4-30"),
            ("day_first", "03/04/2026", "2026-4-3"),
            ("no_day", "abril de 2026 y 5 de 10 puntos, versión 1.2.3", ""),
        ] {
            let found: Vec<String> = days(text, Some(DateOrder::DayFirst))
                .into_iter()
                .map(|day| {
                    let year = day.year.map_or("?".to_owned(), |year| year.to_string());
                    format!("{year}-{}-{}", day.month, day.day)
                })
                .collect();
            assert_eq!(found.join(" "), expected, "{name}");
        }
    }

    #[test]
    fn the_order_of_numbers_is_the_documents() {
        let english = Some(Language::English);
        for (name, text, language, order) in [
            ("spanish", "04/05/2026", Some(Language::Spanish), Some(DateOrder::DayFirst)),
            ("english_day", "04/05/2026, 30/05/2026", english, Some(DateOrder::DayFirst)),
            ("english_month", "04/05/2026, 05/30/2026", english, Some(DateOrder::MonthFirst)),
            ("english_unknown", "04/05/2026", english, None),
        ] {
            assert_eq!(number_order(text, language), order, "{name}");
        }
    }
}
