//! The last day on which one may apply.
//!
//! Each day that the call names is judged by the words before it: those of closing and of applying
//! count for it, those of opening, of questions and of results against it. The best one is taken,
//! unless another day is as good.

use std::collections::BTreeSet;

use std::sync::LazyLock;

use citymatch::record::{Date, DateOrder};
use regex::Regex;

use super::dates::{Day, days};
use super::fold::folded;
use super::found::Found;
use super::outline::Sentence;
use super::phrases::Words;
use super::topic::Topic;

/// Words that say that something ends on the day.
const CLOSING: &[&str] = &[
    "cierre",
    "cierra*",
    "cerrar*",
    "fecha limite",
    "plazo",
    "plazo maximo",
    "vence*",
    "finaliza*",
    "limite",
    "termina",
    "terminan",
    "ultimo dia",
    "fecha de fin",
    "a mas tardar",
    "encerra*",
    "prazo",
    "data limite",
    "termino",
    "finaliz*",
    "fechamento",
    "ultimo dia",
    "impreterivelmente",
    "deadline*",
    "close",
    "closes",
    "closing",
    "no later than",
    "due",
    "ends",
    "last day",
    "end date",
    "cut off",
];
const WEAK_CLOSING: &[&str] = &["hasta", "antes", "ate", "until", "by", "before"];
/// Words of applying.
const APPLYING: &[&str] = &[
    "inscripcion*",
    "postulacion*",
    "postular*",
    "propuesta",
    "propuestas",
    "candidatura*",
    "solicitudes",
    "recepcion",
    "recibir*",
    "recibe*",
    "convocatoria",
    "registro",
    "presentar*",
    "presentacion*",
    "enviar*",
    "envio",
    "aplicaciones",
    "aplicar",
    "inscribir*",
    "formulario",
    "inscric*",
    "submiss*",
    "propostas",
    "proposta",
    "submeter*",
    "candidatar*",
    "inscrever*",
    "enviad*",
    "recebimento",
    "recebid*",
    "chamada",
    "edital",
    "application*",
    "apply",
    "applying",
    "entries",
    "entry",
    "proposal*",
    "submission*",
    "submit*",
    "submitted",
    "call",
    "received",
    "bids",
    "expressions of interest",
];
/// Words of other things that end or happen on a day.
const OTHER: &[&str] = &[
    "consulta*",
    "pregunta*",
    "observacion*",
    "aclaracion*",
    "resultado*",
    "publicacion*",
    "publicar*",
    "ganador*",
    "evaluacion*",
    "preseleccion*",
    "finalista*",
    "entrevista*",
    "firma",
    "firmar*",
    "convenio",
    "contrato",
    "subsanacion*",
    "subsanar*",
    "impugnacion*",
    "ejecucion",
    "informe*",
    "implementacion",
    "premiacion",
    "charla*",
    "taller*",
    "sesion*",
    "reunion*",
    "deliberacion*",
    "desembolso*",
    "notificacion*",
    "vigencia",
    "nacid*",
    "expedid*",
    "constituid*",
    "duvidas",
    "esclarecimento*",
    "publicacao",
    "publicad*",
    "divulgacao",
    "divulgad*",
    "avaliacao",
    "analise",
    "selecionad*",
    "classificad*",
    "recursos",
    "recurso",
    "interposicao",
    "homologacao",
    "premiacao",
    "assinatura",
    "execucao",
    "relatorio*",
    "oficina*",
    "webinar*",
    "contratacao",
    "questions",
    "enquiries",
    "clarification*",
    "results",
    "announce*",
    "winner*",
    "shortlist*",
    "evaluation",
    "judging",
    "interview*",
    "contract*",
    "signing",
    "pilot*",
    "report*",
    "briefing",
    "workshop*",
    "notified",
    "award",
    "awards",
    "ceremony",
    "demo day",
    "kick off",
    "panel",
    "start*",
    "delivery",
    "appeal*",
];
const OPENING: &[&str] = &[
    "apertura",
    "abre",
    "abren",
    "abertura",
    "inicio",
    "inicia*",
    "lanzamiento",
    "desde",
    "lancamento",
    "abrem",
    "a partir",
    "open",
    "opens",
    "opening",
    "launch*",
    "from",
    "comienza*",
];
/// Words that say that a later day has taken the place of an earlier one.
const EXTENDED: &[&str] = &[
    "prorrog*",
    "amplia",
    "ampliado",
    "ampliacion",
    "nuevo plazo",
    "nueva fecha",
    "novo prazo",
    "nova data",
    "extended",
    "extension",
    "new deadline",
];

/// What stands between the two days of a range.
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^[\s,|:(]*(?:de \d{4})?(?:[\s,|:(]*(?:del?|do|at|a las|as)?\s*\d{1,2}(?:[:h.]\d{0,2})?\s*(?:h|hs|horas|am|pm))?[\s,|:)]*(?:al?|ao|as|a las|hasta(?: el| las)?|ate(?: o| as)?|to|until|till|and|y|e|[-–—])?(?:\s*\d{1,2}(?:[:h.]\d{0,2})?\s*(?:h|hs|horas|am|pm)?\s*(?:del?|do|of|on)?)?[\s,|:]*(?:el|the|do|o)?\s*(?:dia|lunes|martes|miercoles|jueves|viernes|sabado|domingo|\w+-feira|(?:mon|tues|wednes|thurs|fri|satur|sun)day)?[\s,]*$";
    Regex::new(pattern).expect("a fixed pattern compiles")
});
/// The first day of a range whose month or year is named once, before the second.
static FIRST_DAY: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"\b\d{1,2}(?:o|[/.]\d{1,2})?\s*(?:al?|ao|to|until|y|e|and|hasta|ate|[-–—])\s*(?:el\s+|o\s+|the\s+)?$";
    Regex::new(pattern).expect("a fixed pattern compiles")
});

/// What is known of the deadline.
#[derive(Debug, PartialEq)]
pub(super) enum Deadline {
    Found(Found<Date>),
    /// It is not clear which day it is, and why.
    Unclear(Vec<usize>, &'static str),
    Missing,
}

/// Finds the deadline among the sentences of a call.
pub(super) fn find(sentences: &[Sentence], order: Option<DateOrder>) -> Deadline {
    let mut best: Vec<(i32, Day, usize)> = Vec::new();
    for (number, sentence) in sentences.iter().enumerate() {
        let next = sentences.get(number + 1);
        for (score, day) in judged(sentence, next, order) {
            best.push((score, day, number));
        }
    }
    let Some(top) = best.iter().map(|(score, ..)| *score).max().filter(|top| *top >= ACCEPTED)
    else {
        return Deadline::Missing;
    };
    best.retain(|(score, ..)| *score == top);
    let numbers: Vec<usize> = best.iter().map(|(_, _, number)| *number).collect();
    let days: BTreeSet<(u8, u8)> = best.iter().map(|(_, day, _)| (day.month, day.day)).collect();
    let years: BTreeSet<u16> = best.iter().filter_map(|(_, day, _)| day.year).collect();
    if days.len() > 1 || years.len() > 1 {
        return Deadline::Unclear(numbers, "several days could be the last one to apply");
    }
    let year = years.first().copied().or_else(|| timetable_year(sentences, order));
    let day = year.map(|year| best[0].1.with_year(year)).and_then(Day::date);
    match day {
        Some(date) => Deadline::Found(Found { value: date, sentences: numbers }),
        None => Deadline::Unclear(numbers, "the year of the last day to apply is not clear"),
    }
}

/// A day needs this to be a deadline: applying and a weak word of closing, or closing alone.
const ACCEPTED: i32 = 3;

/// The days of a sentence with their scores.
fn judged(
    sentence: &Sentence,
    next: Option<&Sentence>,
    order: Option<DateOrder>,
) -> Vec<(i32, Day)> {
    let mut text = folded(&sentence.text);
    let mut found = days(&sentence.text, order);
    if found.is_empty() && sentence.words.count() <= 10 && sentence.words.has_any(CLOSING) {
        // In the text of a PDF the cells of a table's row may be lines of their own.
        if let Some(next) = next.filter(|next| next.words.count() <= 12) {
            let joined = format!("{} {}", sentence.text, next.text);
            (text, found) = (folded(&joined), days(&joined, order));
        }
    }
    let topic = match sentence.topic {
        Some(Topic::Timetable) => 1,
        Some(Topic::Legal | Topic::Contact) => -1,
        _ => 0,
    };
    let mut start = 0;
    let mut before: Option<(Words, Day)> = None;
    let mut judged = Vec::new();
    for (at, day) in found.iter().enumerate() {
        let between = &text[start..day.span.0];
        let is_range = before.is_some() && RANGE.is_match(between);
        // What follows the last day of a sentence belongs to it too.
        let until = if at + 1 == found.len() { text.len() } else { day.span.1 };
        let own = match &before {
            Some((words, _)) if is_range => words.clone(),
            _ => Words::of(&text[start..until]),
        };
        let has = |phrases: &[&str]| i32::from(own.has_any(phrases));
        let closing = if is_range || FIRST_DAY.is_match(between) {
            2
        } else {
            (3 * has(CLOSING)).max(has(WEAK_CLOSING))
        };
        let against = if is_range { 0 } else { 3 * has(OPENING) * i32::from(closing < 3) };
        let other = 4 * i32::from(own.has_any(OTHER) && !own.has_any(STRONG_APPLYING));
        let score = closing + 2 * has(APPLYING) + topic - against - other + 3 * has(EXTENDED);
        if closing > 0 {
            judged.push((score, *day));
        }
        start = day.span.1;
        before = Some((own, *day));
    }
    judged
}

/// Words of applying that outweigh words of other things in the same line.
const STRONG_APPLYING: &[&str] = &[
    "inscripciones",
    "postulaciones",
    "inscricoes",
    "applications",
    "submissions",
    "recepcion",
    "submissao",
    "cierre de la convocatoria",
    "deadline to apply",
    "apply by",
];

/// The one year that the days of the timetable have.
fn timetable_year(sentences: &[Sentence], order: Option<DateOrder>) -> Option<u16> {
    let timetable = || sentences.iter().filter(|sentence| sentence.topic == Some(Topic::Timetable));
    let mut years: BTreeSet<u16> = timetable()
        .flat_map(|sentence| days(&sentence.text, order))
        .filter_map(|day| day.year)
        .collect();
    if years.is_empty() {
        years = timetable()
            .filter(|sentence| sentence.is_heading)
            .flat_map(|sentence| sentence.words.as_str().split(' '))
            .filter(|word| word.len() == 4 && word.starts_with("20"))
            .filter_map(|word| word.parse().ok())
            .collect();
    }
    years.first().copied().filter(|_| years.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::outline::sentences;
    use crate::call::title::Title;

    fn read(text: &str) -> String {
        let sentences = sentences(&crate::call::lines::read(text), &Title::default());
        match find(&sentences, Some(DateOrder::DayFirst)) {
            Deadline::Found(found) => found.value.to_string(),
            Deadline::Unclear(..) => "unclear".to_owned(),
            Deadline::Missing => "missing".to_owned(),
        }
    }

    #[test]
    fn the_day_on_which_applications_close() {
        for (name, text, expected) in [
            ("label", "Cierre de inscripciones: 30 de abril de 2026", "2026-04-30"),
            ("until", "Se reciben postulaciones hasta el 20 de febrero de 2026.", "2026-02-20"),
            ("pt_until", "Inscrições até 30/04/2026", "2026-04-30"),
            ("en", "Applications close on Thursday 30 April 2026 at noon.", "2026-04-30"),
            ("en_after", "The closing date for applications is April 30, 2026.", "2026-04-30"),
            ("range", "Inscripciones: del 3 de marzo al 30 de abril de 2026", "2026-04-30"),
            ("range_numbers", "Inscrições   14/07 a 29/08/2025", "2025-08-29"),
            (
                "range_hours",
                "As inscrições serão feitas das 8h do dia 14 de julho às 18h do dia 29 de agosto de 2025.",
                "2025-08-29",
            ),
            ("not_opening", "Apertura de inscripciones: 3 de marzo de 2026", "missing"),
            (
                "not_questions",
                "Las consultas se reciben hasta el 31 de octubre de 2025.",
                "missing",
            ),
            ("not_results", "Publicación de resultados: 10 de junio de 2026", "missing"),
            (
                "year_of_the_timetable",
                "CRONOGRAMA\nApertura: 3 de marzo de 2026\nCierre de inscripciones: 30 de abril",
                "2026-04-30",
            ),
            ("no_year", "Cierre de inscripciones: 30 de abril", "unclear"),
            (
                "two_days",
                "Cierre de inscripciones: 30 de abril de 2026\nCierre de inscripciones: 5 de mayo de 2026",
                "unclear",
            ),
            (
                "extended",
                "Cierre de inscripciones: 30 de abril de 2026\nSe amplía el plazo de inscripciones hasta el 15 de mayo de 2026.",
                "2026-05-15",
            ),
            ("cells_on_lines", "Cierre de inscripciones\n30 de abril de 2026", "2026-04-30"),
        ] {
            assert_eq!(read(text), expected, "{name}");
        }
    }
}
