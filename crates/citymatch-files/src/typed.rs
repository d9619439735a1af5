//! Values of typed tables as a record's JSON has them: numbers and dates.

use citymatch::record::{FieldError, number_to_json};
use serde_json::{Number, Value as Json};

/// A floating-point number as JSON. NaN means that there is no value.
///
/// # Errors
/// The number is infinite. `at` is its path, for the error.
pub fn finite_number(number: f64, at: &str) -> Result<Json, FieldError> {
    if number.is_nan() {
        return Ok(Json::Null);
    }
    match Number::from_f64(number) {
        Some(number) => Ok(Json::Number(number)),
        None => Err(FieldError::new(at, number.to_string(), "a finite number")),
    }
}

/// The id that a number is: integers become floating-point numbers in a column where one is missing.
pub(crate) fn whole_id(field: &str, value: Json) -> Json {
    let whole = value.as_f64().filter(|number| field == "id" && number.fract() == 0.0);
    match whole {
        Some(number) if value.is_f64() && number.abs() < 9e15 => number_to_json(number),
        _ => value,
    }
}

/// An ISO 8601 moment as a record has it: midnight means the day, so it is left out.
#[must_use]
pub fn date_text(moment: &str) -> &str {
    moment.split_once("T00:00:00").map_or(moment, |(day, _)| day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_or_absent() {
        assert_eq!(finite_number(1.5, "f"), Ok(Json::from(1.5)));
        assert_eq!(finite_number(f64::NAN, "f"), Ok(Json::Null));
        assert_eq!(
            finite_number(f64::INFINITY, "f").unwrap_err().to_string(),
            "`f` cannot be `inf` (expected a finite number)"
        );
    }

    #[test]
    fn midnight_is_left_out() {
        for (name, moment, text) in [
            ("day", "2026-05-01", "2026-05-01"),
            ("midnight", "2026-05-01T00:00:00", "2026-05-01"),
            ("midnight_of_a_zone", "2026-05-01T00:00:00Z", "2026-05-01"),
            ("noon", "2026-05-01T12:00:00", "2026-05-01T12:00:00"),
        ] {
            assert_eq!(date_text(moment), text, "{name}");
        }
    }
}
