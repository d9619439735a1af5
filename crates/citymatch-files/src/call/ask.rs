//! What a call asks: its question, the problem, what is expected and for whom, and what it tells of
//! the city.

use citymatch::Language;
use citymatch::text::ask_and_frame;

use super::outline::Sentence;
use super::title::Title;
use super::topic::Topic;

/// The numbers of the sentences that each field is made of.
#[derive(Debug, Default)]
pub(super) struct Ask {
    pub(super) question: Vec<usize>,
    pub(super) problem: Vec<usize>,
    pub(super) outcome: Vec<usize>,
    pub(super) beneficiaries: Vec<usize>,
    pub(super) context: Vec<usize>,
}

/// How questions of challenges begin.
const HOW: &[&str] = &[
    "como",
    "de que manera",
    "de que forma",
    "de que modo",
    "que soluciones",
    "que solucion",
    "con que",
    "por que medios",
    "quais solucoes",
    "que solucoes",
    "how",
    "what",
    "which",
    "in what ways",
    "qual",
    "que",
];
/// How a call asks without a question mark.
const ASKING: &[&str] = &[
    "buscamos",
    "se buscan",
    "se busca",
    "busca soluciones",
    "busca propuestas",
    "necesitamos soluciones",
    "soluciones que",
    "se requieren soluciones",
    "queremos encontrar",
    "se convoca a presentar soluciones",
    "el reto consiste en",
    "el desafio consiste en",
    "el reto es",
    "el desafio es",
    "procuramos",
    "buscam se",
    "busca se",
    "procuram se",
    "procura se",
    "busca solucoes",
    "solucoes que",
    "o desafio consiste em",
    "o desafio e",
    "queremos encontrar",
    "we are looking for",
    "we are seeking",
    "we seek",
    "is seeking",
    "seeks",
    "is looking for",
    "we want to find",
    "looking for solutions",
    "solutions that",
    "the challenge is",
    "we invite solutions",
];
/// What introduces what a solution should change.
const OUTCOME: &[&str] = &[
    "se espera",
    "esperamos",
    "resultado esperado",
    "resultados esperados",
    "la meta es",
    "meta de",
    "al finalizar",
    "al cabo de",
    "como resultado",
    "debera lograr",
    "se espera que",
    "queremos lograr",
    "indicadores de exito",
    "el exito",
    "espera se",
    "esperamos que",
    "resultado esperado",
    "a meta e",
    "ao final",
    "como resultado",
    "devera reduzir",
    "queremos alcancar",
    "o sucesso",
    "expected to",
    "we expect",
    "success means",
    "success would",
    "by the end",
    "the goal is",
    "the target is",
    "expected result",
    "expected outcome",
    "will be judged successful",
    "a good solution would",
    "would see",
    "se pretende",
    "pretende que",
    "buscamos que",
    "se medira",
    "sera medido",
    "sera medida",
    "o exito",
    "el exito",
    "al termino",
    "al cabo",
    "al final de",
    "ao fim de",
    "ao final de",
    "ao termino",
    "deberan lograr",
    "devera ter",
    "deverao ter",
    "devera reduzir",
    "debera reducir",
    "habran",
    "terao",
    "what we want to see",
    "will have succeeded",
    "would have succeeded",
    "will have worked",
    "success is",
    "success will",
    "within a year",
    "within two years",
    "in a year s time",
    "we hope to see",
    "want to see",
    "we will know",
    "sabremos que",
    "saberemos que",
    "queremos ver",
    "esperamos ver",
];
const BENEFICIARIES: &[&str] = &[
    "beneficiara a",
    "beneficiaran",
    "beneficiarios",
    "beneficiarias",
    "se beneficiar*",
    "poblacion beneficiaria",
    "poblacion objetivo",
    "beneficia a",
    "beneficiara",
    "beneficiados",
    "publico alvo",
    "serao beneficiad*",
    "se beneficiam",
    "beneficiaries",
    "will benefit",
    "who benefit",
    "would benefit",
    "stand to benefit",
    "personas destinatarias",
    "se dirige ante todo",
    "se dirige a",
    "pensamos en",
    "pensamos em",
    "sao beneficiarios",
    "sao beneficiarias",
    "beneficiam se",
    "son beneficiarios",
    "son beneficiarias",
    "destinatarios finales",
    "people we have in mind",
    "have in mind",
    "design for",
    "stand to gain",
    "who would gain",
    "is meant for",
    "are meant for",
    "it is for",
    "pensada para",
    "pensado para",
    "quem ganha",
    "quienes ganan",
    "a quem se destina",
];
/// Words of sentences that are about applying and not about the challenge.
const PROCEDURE: &[&str] = &[
    "podran participar",
    "pueden participar",
    "postulacion",
    "postulaciones",
    "inscripcion",
    "inscripciones",
    "presente convocatoria",
    "la convocatoria",
    "bases",
    "formulario",
    "podem participar",
    "poderao participar",
    "inscricao",
    "inscricoes",
    "presente edital",
    "este edital",
    "formulario",
    "may apply",
    "can apply",
    "application form",
    "applications",
    "applicants",
    "this call",
    "no se aceptan",
    "no se admiten",
    "no se financiar*",
    "nao serao aceit*",
    "nao serao apoiad*",
    "nao serao admitid*",
    "will not fund",
    "aren t asking",
    "are not asking",
    "not looking for",
    "quedan fuera",
    "ficam de fora",
    "out of scope",
];

/// Tells the parts of the ask by the sections of the call, and by phrases within them. Where no
/// section tells, the core's rule for the frame of a call does.
pub(super) fn find(sentences: &[Sentence], title: &Title, language: Option<Language>) -> Ask {
    let mut ask = Ask::default();
    let is_frame = frame(sentences, &title.text, language);
    let question = question(sentences, &is_frame);
    ask.question.extend(question);
    let in_section: usize = sentences
        .iter()
        .filter(|it| it.topic == Some(Topic::Challenge) && !it.is_heading)
        .map(|it| it.words.count())
        .sum();
    let has_section = in_section >= SECTION_WORDS;
    for (number, sentence) in sentences.iter().enumerate() {
        if sentence.is_heading || ask.question.contains(&number) {
            continue;
        }
        let words = &sentence.words;
        let asked = match sentence.topic {
            Some(Topic::Challenge | Topic::Outcome | Topic::Beneficiaries) => true,
            _ if has_section || title.block.is_some_and(|title| sentence.block < title) => false,
            _ => !is_frame[number],
        };
        if sentence.topic == Some(Topic::Context) {
            ask.context.push(number);
        } else if !asked || words.has_any(PROCEDURE) {
        } else if sentence.topic == Some(Topic::Beneficiaries) || words.has_any(BENEFICIARIES) {
            ask.beneficiaries.push(number);
        } else if sentence.topic == Some(Topic::Outcome) || words.has_any(OUTCOME) {
            ask.outcome.push(number);
        } else {
            ask.problem.push(number);
        }
    }
    ask
}

/// A section on the challenge has so many words; less is a mention of it.
const SECTION_WORDS: usize = 12;

/// For each sentence whether it belongs to the frame, as [`ask_and_frame`] tells.
fn frame(sentences: &[Sentence], title: &str, language: Option<Language>) -> Vec<bool> {
    let text: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    let found = ask_and_frame(Some(title), &text.join("\n"), language);
    // It joins and cuts sentences in another way, but has the same characters in the same order.
    let count = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let mut told =
        found.iter().flat_map(|part| std::iter::repeat_n(part.is_frame, count(&part.text)));
    text.iter()
        .map(|text| {
            let characters = count(text);
            let framed = told.by_ref().take(characters).filter(|is_frame| *is_frame).count();
            framed * 2 > characters
        })
        .collect()
}

/// The sentence that asks: with a question mark, else with a phrase of asking.
fn question(sentences: &[Sentence], is_frame: &[bool]) -> Option<usize> {
    let score = |number: usize, sentence: &Sentence| -> Option<i32> {
        let marked = sentence.text.trim_end_matches(['"', '”', '»', '*', ')']).ends_with('?');
        let asks = if marked {
            4 + 2 * i32::from(sentence.words.begin_with_any(HOW))
        } else if !sentence.is_heading && sentence.words.has_any(ASKING) {
            2
        } else {
            return None;
        };
        let topic = match sentence.topic {
            Some(Topic::Challenge) => 3,
            Some(Topic::Outcome | Topic::Purpose) => 1,
            None => 0,
            Some(Topic::Context | Topic::Beneficiaries) => -1,
            Some(_) => return None,
        };
        // A heading with a question names its section, unless it asks for more than a topic.
        let heading =
            i32::from(sentence.is_heading) * if sentence.words.count() < 7 { 5 } else { 0 };
        let procedure = 3 * i32::from(sentence.words.has_any(PROCEDURE));
        let frame = 3 * i32::from(is_frame[number]);
        Some(asks + topic - heading - procedure - frame).filter(|score| *score > 1)
    };
    let scored = sentences.iter().enumerate();
    let scored = scored.filter_map(|(number, it)| Some((score(number, it)?, number)));
    scored
        .min_by_key(|(score, number)| (std::cmp::Reverse(*score), *number))
        .map(|(_, number)| number)
}

/// The text of sentences: those of one block in one paragraph.
pub(super) fn text(sentences: &[Sentence], numbers: &[usize]) -> String {
    let mut text = String::new();
    let mut block = None;
    for sentence in numbers.iter().map(|number| &sentences[*number]) {
        match block {
            None => {}
            Some(before) if before == sentence.block => text.push(' '),
            Some(_) => text.push('\n'),
        }
        text.push_str(&sentence.text);
        block = Some(sentence.block);
    }
    text
}
