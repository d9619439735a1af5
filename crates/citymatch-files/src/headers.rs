//! Finds the field that a header means, whatever its language, case and accents, and the columns
//! that a field has in an exported table. The words are in [`header_words`](crate::header_words).

use std::collections::HashMap;
use std::sync::LazyLock;

use citymatch::record::{Kind, normalise_key};

use crate::header_words::header_words;

/// For each kind of record: the paths of fields by the headers that mean them.
static SOLUTION: LazyLock<HashMap<String, &str>> = LazyLock::new(|| paths(Kind::Solution));
static CHALLENGE: LazyLock<HashMap<String, &str>> = LazyLock::new(|| paths(Kind::Challenge));

fn paths(kind: Kind) -> HashMap<String, &'static str> {
    let mut paths = HashMap::new();
    for field in header_words(kind) {
        paths.insert(normalise_key(field.path), field.path);
        paths.extend(field.words().map(|word| (word.to_owned(), field.path)));
    }
    paths
}

/// The path of the field that a header means.
pub(crate) fn field_for_header(kind: Kind, header: &str) -> Option<&'static str> {
    let paths = match kind {
        Kind::Solution => &SOLUTION,
        Kind::Challenge => &CHALLENGE,
    };
    paths.get(&normalise_key(header)).copied()
}

/// The columns that a field has in a table: its own, or those of its parts.
pub(crate) fn field_columns(kind: Kind, field: &'static str) -> Vec<&'static str> {
    let is_part = |path: &str| path.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'));
    let parts: Vec<_> =
        header_words(kind).map(|words| words.path).filter(|path| is_part(path)).collect();
    if parts.is_empty() { vec![field] } else { parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{Challenge, Record, Solution};

    #[test]
    fn every_word_is_normalised_and_means_one_field() {
        for kind in [Kind::Solution, Kind::Challenge] {
            let mut seen: Vec<(String, &str)> = Vec::new();
            for field in header_words(kind) {
                let path = field.path;
                let words = field.words().map(str::to_owned);
                for name in [normalise_key(path)].into_iter().chain(words) {
                    assert_eq!(normalise_key(&name), name, "{kind} {path}");
                    let other = seen.iter().find(|(known, _)| *known == name);
                    assert_eq!(other, None, "{kind}: `{name}` of {path}");
                    seen.push((name, path));
                }
            }
            assert!(seen.len() > 80);
        }
    }

    #[test]
    fn every_path_belongs_to_a_field_of_the_kind_and_every_field_has_a_row() {
        for (kind, fields) in
            [(Kind::Solution, Solution::FIELDS), (Kind::Challenge, Challenge::FIELDS)]
        {
            for path in header_words(kind).map(|words| words.path) {
                assert!(fields.contains(&path.split('.').next().unwrap()), "{kind}: {path}");
            }
            for known in fields {
                assert!(
                    header_words(kind).any(|words| words.path.split('.').next() == Some(known)),
                    "{kind}: {known}"
                );
            }
        }
    }

    #[test]
    fn headers_in_three_languages() {
        for (name, kind, header, path) in [
            ("accents", Kind::Solution, "Título", Some("title")),
            ("capitals", Kind::Solution, "DESCRIÇÃO", Some("description")),
            ("decomposed", Kind::Solution, "Organizacio\u{301}n", Some("organisation")),
            ("long", Kind::Solution, "Tipo de organización *", Some("organisation_type")),
            ("underscores", Kind::Solution, "organisation_type", Some("organisation_type")),
            ("american", Kind::Solution, "Organization type", Some("organisation_type")),
            ("goals", Kind::Solution, "Objetivos de Desarrollo Sostenible", Some("sdgs")),
            ("cost", Kind::Solution, "Costo", Some("cost.amount")),
            ("currency", Kind::Solution, "moeda", Some("cost.currency")),
            ("year", Kind::Solution, "Año", Some("year")),
            ("question", Kind::Challenge, "Pergunta", Some("question")),
            ("deadline", Kind::Challenge, "Fecha límite", Some("deadline")),
            (
                "spelled_out",
                Kind::Challenge,
                "Eligibility.Max Cost.Amount",
                Some("eligibility.max_cost.amount"),
            ),
            ("of_the_other_kind", Kind::Challenge, "Etapa", None),
            ("unclear", Kind::Solution, "Estado", None),
            ("unknown", Kind::Solution, "Teléfono", None),
            ("empty", Kind::Solution, "", None),
        ] {
            assert_eq!(field_for_header(kind, header), path, "{name}");
        }
    }
}
