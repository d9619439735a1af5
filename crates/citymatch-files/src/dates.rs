//! Whether the dates of a column, or of a key of objects, begin with the day or with the month, which one date alone may not
//! tell: `03/04/2026`.

use citymatch::record::{DateOrder, normalise_key};

/// Words of headers in Spanish and Portuguese, where people write the day first.
const DAY_FIRST: &[&str] = &[
    "cierre",
    "data",
    "encerramento",
    "fecha",
    "fechamento",
    "fin",
    "fim",
    "inscripciones",
    "limite",
    "plazo",
    "prazo",
    "vencimiento",
    "vencimento",
];

/// How the dates of a column are read that mean two days each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DateColumn {
    /// `None` where nothing tells.
    pub(crate) order: Option<DateOrder>,
    /// What a person should know about it.
    pub(crate) note: String,
}

impl DateColumn {
    /// Decides by the dates of the column that leave no doubt, which must agree; else by the
    /// language of the header. `None` if no date of the column needs it.
    pub(crate) fn new<'t>(
        header: &str,
        dates: impl Iterator<Item = &'t str> + Clone,
    ) -> Option<Self> {
        let example = dates.clone().find(|date| is_ambiguous(date))?;
        let mut shown = dates.filter_map(|date| Some((DateOrder::shown_by(date)?, date)));
        let words = normalise_key(header);
        let (order, reason) = match shown.next() {
            Some((order, date)) if shown.all(|(other, _)| other == order) => {
                (Some(order), format!("as in `{date}`"))
            }
            Some(_) => (None, "other dates show both".to_owned()),
            None if words.split(' ').any(|word| DAY_FIRST.contains(&word)) => {
                (Some(DateOrder::DayFirst), "as usual in the language of the header".to_owned())
            }
            None => (None, "no other date shows it".to_owned()),
        };
        let how = match order {
            Some(DateOrder::DayFirst) => "are read with the day first",
            Some(DateOrder::MonthFirst) => "are read with the month first",
            None => "may begin with the day or the month, and are not understood",
        };
        Some(Self { order, note: format!("`{header}`: dates such as `{example}` {how}: {reason}") })
    }

    /// The day that a date of the column means, where the date alone means two.
    pub(crate) fn read(&self, date: &str) -> Option<String> {
        Some(self.order?.read(date).filter(|_| is_ambiguous(date))?.to_string())
    }
}

/// Whether a date means one day with the day first, and another with the month first.
fn is_ambiguous(date: &str) -> bool {
    let [day_first, month_first] =
        [DateOrder::DayFirst, DateOrder::MonthFirst].map(|order| order.read(date));
    day_first.is_some() && month_first.is_some() && day_first != month_first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_read_in_one_order() {
        for (name, header, dates, read) in [
            ("shown", "Deadline", &["03/04/2026", "31/03/2026"][..], Some(Some("2026-04-03"))),
            ("month_first", "Deadline", &["03/04/2026", "03/31/2026"], Some(Some("2026-03-04"))),
            ("both", "Fecha límite", &["03/04/2026", "31/03/2026", "03/31/2026"], Some(None)),
            ("spanish", "Fecha límite", &["03/04/2026"], Some(Some("2026-04-03"))),
            ("portuguese", "Prazo", &["03/04/2026"], Some(Some("2026-04-03"))),
            ("english", "Deadline", &["03/04/2026"], Some(None)),
            ("no_doubt", "Deadline", &["31/03/2026", "04/04/2026", "2026-03-04"], None),
            ("none", "Deadline", &["", "x"], None),
        ] {
            let column = DateColumn::new(header, dates.iter().copied());
            let found = column.as_ref().map(|column| column.read("03/04/2026"));
            assert_eq!(found.as_ref().map(Option::as_deref), read, "{name}: {column:?}");
        }
        let column = DateColumn::new("Prazo", ["03/04/2026", "31/03/2026"].into_iter()).unwrap();
        assert_eq!(
            column.note,
            "`Prazo`: dates such as `03/04/2026` are read with the day first: as in `31/03/2026`"
        );
        assert_eq!(column.read("31/03/2026"), None, "it needs no column");
    }
}
