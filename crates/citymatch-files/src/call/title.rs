//! The title of a call: what it is called, not who convenes it or under which number.

use std::sync::LazyLock;

use regex::Regex;

use super::document::{Block, BlockKind, Document};
use super::phrases::Words;
use super::section_number::NUMBER;
use super::topic::Topic;

/// Where the title stands, and what it is.
#[derive(Debug, Default)]
pub(super) struct Title {
    /// The number of its block; `None` if the file declares a title that its text lacks.
    pub(super) block: Option<usize>,
    pub(super) text: String,
}

/// Only so many blocks at the beginning may hold the title.
const FIRST_BLOCKS: usize = 15;
/// A title has no more words.
const MAX_WORDS: usize = 30;

/// What letterheads begin with, as [`Words`] have it.
const OFFICES: &[&str] = &[
    "alcaldia",
    "ayuntamiento",
    "municipalidad",
    "municipio",
    "intendencia",
    "gobernacion",
    "gobierno",
    "ministerio",
    "secretaria",
    "subsecretaria",
    "republica",
    "direccion",
    "agencia",
    "departamento",
    "fundacion",
    "universidad",
    "oficina",
    "gerencia",
    "consejo",
    "concejo",
    "instituto",
    "distrito",
    "unidad",
    "empresa",
    "jefatura",
    "estado de",
    "estado do",
    "prefeitura",
    "governo",
    "ministerio",
    "camara",
    "secretaria",
    "fundacao",
    "universidade",
    "agencia",
    "diretoria",
    "companhia",
    "laboratorio",
    "city of",
    "city council",
    "council",
    "borough",
    "department",
    "office",
    "ministry",
    "government",
    "municipality",
    "mayor",
    "mayors office",
    "county",
    "university",
    "agency",
    "state of",
    "republic",
    "town of",
    "diario oficial",
    "official gazette",
    "diario oficial",
    "london borough",
    "royal borough",
    "boletin oficial",
    "gaceta",
    "expediente",
    "publicado",
    "semanario oficial",
    "processo administrativo",
    "published",
    "area de",
    "servicio de",
];

/// Words of which a title alone is none: kinds of documents, and their numbers.
const KINDS: &[&str] = &[
    "convocatoria",
    "publica",
    "publico",
    "bases",
    "y",
    "condiciones",
    "de",
    "la",
    "del",
    "el",
    "terminos",
    "referencia",
    "resolucion",
    "decreto",
    "acuerdo",
    "aviso",
    "invitacion",
    "llamado",
    "concurso",
    "n",
    "no",
    "nro",
    "num",
    "numero",
    "o",
    "para",
    "a",
    "las",
    "los",
    "documento",
    "tecnico",
    "administrativa",
    "edital",
    "chamada",
    "chamamento",
    "portaria",
    "processo",
    "administrativo",
    "regulamento",
    "reglamento",
    "abertura",
    "apertura",
    "e",
    "do",
    "da",
    "termo",
    "call",
    "for",
    "proposals",
    "applications",
    "entries",
    "open",
    "public",
    "notice",
    "terms",
    "of",
    "reference",
    "and",
    "conditions",
    "competition",
    "ref",
    "reference",
    "number",
    "year",
    "ano",
    "version",
    "versao",
    "final",
    "innovacion",
    "inovacao",
    "innovation",
    "abierta",
    "guidelines",
    "guide",
    "challenge",
    "reto",
    "desafio",
    "solutions",
    "the",
    "rules",
    "anexo",
    "concorrencia",
    "pliego",
    "propuestas",
    "soluciones",
    "retos",
    "propostas",
    "solucoes",
    "anuncio",
    "municipal",
    "selecao",
    "seleccion",
    "selection",
    "premio",
    "prize",
    "on",
    "in",
    "reguladoras",
    "reguladora",
    "publicos",
    "publicas",
    "entidades",
    "interes",
    "interesse",
    "manifestacion",
    "request",
    "brief",
    "information",
    "rfp",
    "tender",
    "invitation",
    "tdr",
    "simplificado",
    "simplificada",
];

/// What introduces a title on its own line.
static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^(?P<kind>[^:–—|]{3,90}?)\s*(?::|\s[–—-]\s|[–—|])\s*(?P<title>\S.*)$";
    Regex::new(pattern).expect("a fixed pattern compiles")
});

/// How a legal text introduces the title of what it convenes.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = "(?i)(?:denominad[oa]|intitulad[oa]|titulad[oa]|entitled|to be known as)[:,]?\\s+[“\"«‘]?(?P<title>[^.;”\"»\n]{4,150})";
    Regex::new(pattern).expect("a fixed pattern compiles")
});
const NAMED_BLOCKS: usize = 30;

/// Finds the title of a document.
pub(super) fn find(document: &Document) -> Title {
    let first = document.blocks.iter().enumerate().take(FIRST_BLOCKS);
    // What follows the first section's heading is no title.
    let opening: Vec<(usize, &Block)> = first
        .take_while(|(number, block)| {
            *number == 0 || Topic::of_label(&Words::of(&block.text)).is_none()
        })
        .collect();
    let marked = opening
        .iter()
        .filter(|(_, block)| matches!(block.kind, BlockKind::Heading(_)))
        .min_by_key(|(_, block)| match block.kind {
            BlockKind::Heading(level) => level,
            _ => u8::MAX,
        })
        .and_then(|(number, block)| Some((*number, title_in(&block.text)?)));
    let found = marked.or_else(|| {
        opening.iter().find_map(|(number, block)| Some((*number, title_in(&block.text)?)))
    });
    // A legal text may have no title but the one that its first articles give it.
    let named = || {
        let text = NAMED
            .captures_iter(
                &document
                    .blocks
                    .get(..NAMED_BLOCKS.min(document.blocks.len()))?
                    .iter()
                    .map(|block| block.text.as_str())
                    .collect::<Vec<_>>()
                    .join("\n"),
            )
            .next()
            .map(|found| found["title"].to_owned());
        text.filter(|title| is_short(title))
    };
    if found.is_none()
        && let Some(text) = named()
    {
        return Title { block: None, text };
    }
    if let Some((block, text)) = found {
        return Title { block: Some(block), text };
    }
    // Better a call's kind and number than nothing.
    let declared = document.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    let fallback =
        opening.iter().find(|(_, block)| is_short(&block.text) && !is_letterhead(&block.text));
    match (declared, fallback) {
        (Some(title), _) => Title { block: None, text: title.to_owned() },
        (None, Some((number, block))) => Title { block: Some(*number), text: block.text.clone() },
        (None, None) => Title::default(),
    }
}

/// The title that a block is or has behind the kind of the document.
fn title_in(text: &str) -> Option<String> {
    let is_section = NUMBER.is_match(text) || Topic::of_label(&Words::of(text)).is_some();
    if !is_short(text) || text.ends_with(['.', ';', ',', '?']) || is_section {
        return None;
    }
    let rest = PREFIX.captures(text).filter(|found| is_kind(&found["kind"]));
    let title = match &rest {
        Some(found) => found.name("title").map_or("", |title| title.as_str()),
        None => text,
    };
    (!is_letterhead(title) && !is_kind(title))
        .then(|| title.trim_matches(['"', '“', '”', '«', '»', '*', ' ']).to_owned())
}

fn is_short(text: &str) -> bool {
    let words = Words::of(text).count();
    (1..=MAX_WORDS).contains(&words)
}

/// Whether a text says who convenes: it begins with an office, or has one in its name and does not
/// speak of a call.
fn is_letterhead(text: &str) -> bool {
    let words = Words::of(text);
    words.begin_with_any(OFFICES) || words.has_any(COUNCILS) && !words.has_any(CALLS)
}

/// Offices whose names begin with their place.
const COUNCILS: &[&str] = &[
    "city council",
    "county council",
    "town council",
    "borough council",
    "city hall",
    "metropolitan municipality",
    "municipal corporation",
    "city government",
];
/// Words that titles of calls have.
const CALLS: &[&str] = &[
    "reto",
    "desafio",
    "challenge",
    "concurso",
    "competition",
    "convocatoria",
    "chamada",
    "edital",
    "call",
    "premio",
    "prize",
    "hack*",
    "award",
    "fondo",
    "fund",
    "fundo",
];

/// Whether a text only says what kind of document this is, and its number. Beside a number there may
/// be one more word, such as the short name of an office.
fn is_kind(text: &str) -> bool {
    let is_number = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    let numbered = text.split_whitespace().any(is_number);
    let other = text
        .split_whitespace()
        .filter(|word| !is_number(word))
        .flat_map(|word| {
            let words = Words::of(word);
            words.as_str().split(' ').map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|word| !KINDS.contains(&word.as_str()) && !word.chars().all(|c| "ivx".contains(c)))
        .count();
    other <= usize::from(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_neither_letterhead_nor_number() {
        use BlockKind::{Heading, Paragraph};
        for (name, blocks, expected) in [
            (
                "marked",
                vec![(Paragraph, "Alcaldía de Cali"), (Heading(1), "Calles sin agua")],
                "Calles sin agua",
            ),
            (
                "letterhead",
                vec![
                    (Paragraph, "ALCALDÍA DE CALI"),
                    (Paragraph, "Secretaría de Infraestructura"),
                    (Paragraph, "RESOLUCIÓN N.º 0457 DE 2025"),
                    (Paragraph, "Reto Calles Secas"),
                ],
                "Reto Calles Secas",
            ),
            (
                "prefix",
                vec![(Heading(1), "EDITAL Nº 03/2026 – Desafio Água Limpa")],
                "Desafio Água Limpa",
            ),
            ("colon", vec![(Paragraph, "Convocatoria pública 2026: Calles secas")], "Calles secas"),
            (
                "own_colon",
                vec![(Paragraph, "Calles secas: un reto para Cali")],
                "Calles secas: un reto para Cali",
            ),
            (
                "next_line",
                vec![(Paragraph, "CONVOCATORIA:"), (Paragraph, "Calles secas")],
                "Calles secas",
            ),
            (
                "council",
                vec![
                    (Paragraph, "SHEFFIELD CITY COUNCIL Parks Service"),
                    (Paragraph, "Room for Swifts"),
                ],
                "Room for Swifts",
            ),
            (
                "office_number",
                vec![
                    (Paragraph, "CONVOCATORIA AYIP/RP/003/2026"),
                    (Paragraph, "RETO: HABLAR MAYA"),
                ],
                "HABLAR MAYA",
            ),
            (
                "named_in_an_article",
                vec![
                    (Paragraph, "EDITAL AMLEC Nº 011/2025"),
                    (Heading(2), "CAPÍTULO I – DO OBJETO"),
                    (Paragraph, "Art. 1º Rege a seleção denominada Lixo e renda."),
                ],
                "Lixo e renda",
            ),
            ("only_kind", vec![(Paragraph, "EDITAL Nº 03/2026")], "EDITAL Nº 03/2026"),
            ("nothing", vec![], ""),
        ] {
            let mut document = Document::default();
            for (kind, text) in blocks {
                document.push(kind, text);
            }
            assert_eq!(find(&document).text, expected, "{name}");
        }
    }
}
