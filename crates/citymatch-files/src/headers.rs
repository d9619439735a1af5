//! Finds the field that a header means, whatever its language, case and accents, and the columns
//! that a field has in an exported table. The words are in [`header_words`](crate::header_words).

use std::collections::HashMap;
use std::sync::LazyLock;

use citymatch::record::{Currency, Kind, normalise_key};

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

/// What stands between a group of columns and the name of one of them, where headers are in two rows.
const IN_GROUP: &str = " › ";

/// Headers that name whatever their group is about: `Organización › Nombre`.
const NAMES: [&str; 5] = ["nombre", "nome", "name", "denominacion", "denominacao"];

/// What stands between a name and its group in one header: `nombre de la organizacion`.
const OF: [&str; 8] = [" ", " de ", " de la ", " del ", " da ", " do ", " of ", " of the "];

/// Words of groups about a person, whose name and country are not those of the record.
const PEOPLE: [&str; 14] = [
    "contacto",
    "contato",
    "contact",
    "responsable",
    "responsavel",
    "representante",
    "person",
    "persona",
    "pessoa",
    "director",
    "diretor",
    "lider",
    "leader",
    "coordinador",
];

/// The field that a header probably means: without what it has in brackets, or as a part of a group
/// of columns. A header that surely means the field takes precedence.
///
/// What an amount has in brackets must be a currency: `Costo (miles de pesos)` has other amounts.
pub(crate) fn likely_field_for_header(kind: Kind, header: &str) -> Option<&'static str> {
    if let Some((group, name)) = header.split_once(IN_GROUP) {
        return grouped_field(kind, group, name);
    }
    let (bare, in_brackets) = without_brackets(header)?;
    let path = field_for_header(kind, &bare)?;
    (!path.ends_with(".amount") || in_brackets.parse::<Currency>().is_ok()).then_some(path)
}

/// The currency that a header of amounts has in brackets: `Costo [USD]`.
pub(crate) fn currency_in_brackets(header: &str) -> Option<Currency> {
    without_brackets(header)?.1.parse().ok()
}

/// A header without its first pair of brackets, and what is in them.
fn without_brackets(header: &str) -> Option<(String, &str)> {
    let open = header.find(['(', '['])?;
    let close = open + header[open..].find([')', ']'])?;
    let bare = format!("{} {}", &header[..open], &header[close + 1..]);
    Some((bare, header[open + 1..close].trim()))
}

/// The field that a name means in its group: `Organización › Nombre` is the organisation.
fn grouped_field(kind: Kind, group: &str, name: &str) -> Option<&'static str> {
    let (group, name) = (normalise_key(group), normalise_key(name));
    if let Some(path) =
        OF.iter().find_map(|of| field_for_header(kind, &format!("{name}{of}{group}")))
    {
        return Some(path);
    }
    if group.split(' ').any(|word| PEOPLE.contains(&word)) {
        return None;
    }
    if NAMES.contains(&name.as_str()) {
        let mut words = std::iter::once(group.as_str()).chain(group.split(' '));
        return words.find_map(|word| field_for_header(kind, word));
    }
    field_for_header(kind, &name).or_else(|| likely_field_for_header(kind, &name))
}

/// One row of headers for two: the groups of columns above, and the names of columns below. A group
/// stands in its first column alone, or is repeated.
pub(crate) fn join_header_rows(groups: &[String], names: &[String]) -> Vec<String> {
    let cell = |row: &[String], column: usize| {
        row.get(column).map_or(String::new(), |cell| cell.trim().to_owned())
    };
    let mut current = String::new();
    let join = |column| {
        let (group, name) = (cell(groups, column), cell(names, column));
        if !group.is_empty() {
            // A header without names below it stands for one column alone.
            current = if name.is_empty() { String::new() } else { group.clone() };
        }
        match (group, name) {
            (group, name) if name.is_empty() || name == group => group,
            (_, name) if current.is_empty() => name,
            (_, name) => format!("{current}{IN_GROUP}{name}"),
        }
    };
    (0..groups.len().max(names.len())).map(join).collect()
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
    fn brackets_and_groups_tell_what_is_likely() {
        for (name, header, path) in [
            ("bracket", "Nombre (corto)", Some("title")),
            ("square_bracket", "Descripción [máx. 500 palabras]", Some("description")),
            ("bracket_in_front", "(*) Título", Some("title")),
            ("currency", "Costo [USD]", Some("cost.amount")),
            ("another_unit", "Costo (miles)", None),
            ("unknown", "Teléfono (fijo)", None),
            ("name_of_the_solution", "Solución › Nombre", Some("title")),
            ("name_of_an_organisation", "Organización › Nombre", Some("organisation")),
            ("words_around_the_group", "Datos de la entidad › Nombre", Some("organisation")),
            ("type_of_an_organisation", "Organización › Tipo", Some("organisation_type")),
            ("part", "Ubicación › País", Some("country")),
            ("name_of_a_person", "Contacto › Nombre", None),
            ("name_of_something", "Anexo › Nombre", None),
        ] {
            assert_eq!(likely_field_for_header(Kind::Solution, header), path, "{name}");
        }
        assert_eq!(currency_in_brackets("Costo [usd]").map(Currency::name), Some("USD"));
        assert_eq!(currency_in_brackets("Costo"), None);
    }

    #[test]
    fn two_rows_of_headers_become_one() {
        let row = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        for (name, groups, names, joined) in [
            (
                "groups",
                "Código,Solución,,Etapa",
                ",Nombre,Descripción,",
                "Código,Solución › Nombre,Solución › Descripción,Etapa",
            ),
            (
                "repeated",
                "Código,Solución,Solución",
                "Código,Nombre,Descripción",
                "Código,Solución › Nombre,Solución › Descripción",
            ),
            ("after_a_lone_header", "id,Etapa,", ",,Nombre", "id,Etapa,Nombre"),
            ("shorter", "A", "x,y", "A › x,A › y"),
        ] {
            assert_eq!(join_header_rows(&row(groups), &row(names)), row(joined), "{name}");
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
