//! Lists in messages: the first few items, and how many follow.

/// How many items are shown.
const SHOWN: usize = 5;

/// Items with commas between them.
pub(crate) fn listed(items: &[String]) -> String {
    match items.len().saturating_sub(SHOWN) {
        0 => items.join(", "),
        more => format!("{} and {more} more", items[..SHOWN].join(", ")),
    }
}

/// The numbers of rows or other things: `row 3`, `rows 3, 7`.
pub(crate) fn numbers(what: &str, numbers: &[u64]) -> String {
    let plural = if numbers.len() == 1 { "" } else { "s" };
    let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    format!("{what}{plural} {}", listed(&numbers))
}
