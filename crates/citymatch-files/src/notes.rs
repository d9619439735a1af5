//! Lists in messages: the first few items, and how many follow.

/// How many items are shown.
const SHOWN: usize = 5;

/// The most characters of an item: a text may stand where a header is expected.
const ITEM_LENGTH: usize = 80;

/// Items with commas between them.
pub(crate) fn listed(items: &[String]) -> String {
    listed_up_to(items, SHOWN)
}

/// The first so many of some items, and how many follow.
pub(crate) fn listed_up_to(items: &[String], shown: usize) -> String {
    let items_shown: Vec<_> = items.iter().take(shown).map(|item| shortened(item)).collect();
    match items.len().saturating_sub(shown) {
        0 => items_shown.join(", "),
        more => format!("{} and {more} more", items_shown.join(", ")),
    }
}

/// An item of bounded length. What is in quotes stays so.
fn shortened(item: &str) -> String {
    let Some((end, _)) = item.char_indices().nth(ITEM_LENGTH) else { return item.to_owned() };
    let quote = if item.starts_with('`') { "`" } else { "" };
    format!("{}…{quote}", &item[..end])
}

/// The numbers of rows or other things: `row 3`, `rows 3, 7`.
pub(crate) fn numbers(what: &str, numbers: &[u64]) -> String {
    let plural = if numbers.len() == 1 { "" } else { "s" };
    let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    format!("{what}{plural} {}", listed(&numbers))
}
