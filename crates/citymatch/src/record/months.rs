//! Names of months and days of the week in Spanish, Portuguese and English.

/// The months from January, each with its names and usual abbreviations as
/// [`normalise_key`](super::key::normalise_key) makes them.
pub const MONTHS: [&[&str]; 12] = [
    &["enero", "ene", "janeiro", "jan", "january"],
    &["febrero", "feb", "fevereiro", "fev", "february"],
    &["marzo", "mar", "marco", "march"],
    &["abril", "abr", "april", "apr"],
    &["mayo", "may", "maio", "mai"],
    &["junio", "jun", "junho", "june"],
    &["julio", "jul", "julho", "july"],
    &["agosto", "ago", "august", "aug"],
    &["septiembre", "setiembre", "sep", "sept", "set", "setembro", "september"],
    &["octubre", "oct", "outubro", "out", "october"],
    &["noviembre", "nov", "novembro", "november"],
    &["diciembre", "dic", "dezembro", "dez", "december", "dec"],
];

const WEEKDAYS: &[&str] = &[
    "domingo",
    "feira",
    "friday",
    "jueves",
    "lunes",
    "martes",
    "miercoles",
    "monday",
    "quarta",
    "quinta",
    "sabado",
    "saturday",
    "segunda",
    "sexta",
    "sunday",
    "terca",
    "thursday",
    "tuesday",
    "viernes",
    "wednesday",
];

/// The month, 1 to 12, that a normalised word names.
#[must_use]
pub fn month(word: &str) -> Option<u8> {
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&word)).map(|(number, _)| number)
}

/// Whether a normalised word names a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    WEEKDAYS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_one_name_each() {
        assert!(WEEKDAYS.is_sorted_by(|a, b| a < b));
        let names: Vec<_> = MONTHS.concat();
        assert!(names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1));
        assert_eq!((month("marzo"), month("dez"), month("martes")), (Some(3), Some(12), None));
    }
}
