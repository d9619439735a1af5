//! The fields that tell a record from others with the same text.

use std::collections::BTreeSet;

use crate::record::Solution;
use crate::record::key::normalise_key;

/// The fields by which two records are told apart, each with its values: none where it is absent.
pub(super) struct Fields(Vec<Field>);

struct Field {
    name: &'static str,
    /// As people read them.
    shown: Vec<String>,
    keys: BTreeSet<String>,
    compare: Compare,
}

/// When two values of a field agree.
#[derive(Clone, Copy)]
enum Compare {
    /// When all words of one are in the other: `Quito` and `Quito, Ecuador`. In two languages it
    /// tells nothing, as names are translated.
    Words,
    /// The same; in two languages, when words of both begin alike: `Londres` and `London`.
    City,
    /// When they have something in common.
    Any,
    /// The same; in two languages it tells nothing, as each may have pages of its own.
    Pages,
    /// It tells nothing, and is only shown: what a thing costs changes from year to year.
    ShownOnly,
}

/// What two records say in a field that both have.
pub(super) struct Compared {
    pub(super) name: &'static str,
    pub(super) agrees: bool,
    /// Whether they are different things if they do not agree.
    pub(super) decides: bool,
    pub(super) left: Vec<String>,
    pub(super) right: Vec<String>,
}

impl Fields {
    pub(super) fn of(record: &Solution) -> Self {
        let text = |name, text: &str, compare| Field::new(name, vec![text.to_owned()], compare);
        let one = |name, value: Option<String>, compare| {
            Field::new(name, value.into_iter().collect(), compare)
        };
        let hosts = record.links.iter().map(|link| host(link).to_owned()).collect();
        Self(vec![
            text("organisation", &record.organisation, Compare::Words),
            text("city", &record.city, Compare::City),
            one("country", record.country.map(|own| own.to_string()), Compare::Any),
            one("year", record.year.map(|own| own.to_string()), Compare::Any),
            one("cost", record.cost.as_ref().map(ToString::to_string), Compare::ShownOnly),
            Field::new("links", hosts, Compare::Pages),
        ])
    }

    /// The fields that both have, in records of one language or of two.
    pub(super) fn compare(&self, other: &Self, are_two_languages: bool) -> Vec<Compared> {
        let both = self.0.iter().zip(&other.0);
        let both = both.filter(|(left, right)| !left.keys.is_empty() && !right.keys.is_empty());
        let compared = |(left, right): (&Field, &Field)| Compared {
            name: left.name,
            agrees: left.agrees(right, are_two_languages),
            decides: left.decides(are_two_languages),
            left: left.shown.clone(),
            right: right.shown.clone(),
        };
        both.map(compared).collect()
    }
}

impl Field {
    fn new(name: &'static str, shown: Vec<String>, compare: Compare) -> Self {
        let keys = shown.iter().map(|value| normalise_key(value));
        let keys = match compare {
            Compare::Words | Compare::City => keys.flat_map(|key| words(&key)).collect(),
            _ => keys.filter(|key| !key.is_empty()).collect(),
        };
        Self { name, shown, keys, compare }
    }

    fn agrees(&self, other: &Self, are_two_languages: bool) -> bool {
        let (one, other) = (&self.keys, &other.keys);
        match self.compare {
            Compare::City if are_two_languages => {
                one.iter().any(|own| other.iter().any(|other| begin_alike(own, other)))
            }
            Compare::Words | Compare::City => one.is_subset(other) || other.is_subset(one),
            Compare::Any | Compare::Pages | Compare::ShownOnly => !one.is_disjoint(other),
        }
    }

    /// Whether two records are about different things if they do not agree here.
    fn decides(&self, are_two_languages: bool) -> bool {
        match self.compare {
            Compare::Any | Compare::City => true,
            Compare::Words | Compare::Pages => !are_two_languages,
            Compare::ShownOnly => false,
        }
    }
}

/// Whether the first three letters of two words are the same.
fn begin_alike(one: &str, other: &str) -> bool {
    one.chars().take(3).eq(other.chars().take(3))
}

fn words(key: &str) -> Vec<String> {
    key.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The host of an address: pages of one project move, its host seldom does.
fn host(link: &str) -> &str {
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Year;

    #[test]
    fn when_fields_agree() {
        let base = || Solution::new("a", "Gardens");
        let compared = |left: &Solution, right: &Solution, two: bool| -> Vec<String> {
            let (left, right) = (Fields::of(left), Fields::of(right));
            let one = |own: Compared| format!("{} {} {}", own.name, own.agrees, own.decides);
            left.compare(&right, two).into_iter().map(one).collect()
        };
        for (name, left, right, expected, in_two) in [
            ("absent", base().city("Quito"), base(), &[][..], &[][..]),
            (
                "accents",
                base().city("São Paulo"),
                base().city("sao paulo"),
                &["city true true"],
                &["city true true"],
            ),
            (
                "part",
                base().city("Quito"),
                base().city("Quito, Ecuador"),
                &["city true true"],
                &["city true true"],
            ),
            (
                "another",
                base().city("Quito"),
                base().city("Cali"),
                &["city false true"],
                &["city false true"],
            ),
            (
                "translated",
                base().city("Londres").organisation("Secretaria da Água"),
                base().city("London").organisation("Water Office"),
                &["organisation false true", "city false true"],
                &["organisation false false", "city true true"],
            ),
            (
                "year",
                base().year(Year::new(2019)),
                base().year(Year::new(2020)),
                &["year false true"],
                &["year false true"],
            ),
            (
                "links_of_one_host",
                base().links(["https://www.agua.org/a"]),
                base().links(["http://agua.org/b?c", "x.org"]),
                &["links true true"],
                &["links true false"],
            ),
            (
                "links",
                base().links(["a.org"]),
                base().links(["b.org"]),
                &["links false true"],
                &["links false false"],
            ),
        ] {
            assert_eq!(compared(&left, &right, false), expected, "{name}");
            assert_eq!(compared(&left, &right, true), in_two, "{name}, in two languages");
        }
    }
}
