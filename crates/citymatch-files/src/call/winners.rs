//! How many solutions a call will choose, and what each of their owners gets.

use std::sync::LazyLock;

use citymatch::Country;
use citymatch::record::Money;
use regex::Regex;

use super::amounts::{NUMBER, money, value};
use super::fold::folded;
use super::found::Found;
use super::outline::Sentence;
use super::topic::Topic;

/// No call chooses more.
const MOST: f64 = 500.0;

const WINNER: &str =
    r"(?:ganador\w*|vencedor\w*|winn\w+|premiad\w+|adjudicatari\w+|beneficiad\w+ con)";
const SOLUTION: &str = r"(?:solucion\w*|propuesta\w*|proyecto\w*|iniciativa\w*|equipo\w*|emprendimiento\w*|ideas?|postulacion\w*|proposta\w*|soluc\w+|projeto\w*|iniciativa\w*|equipe\w*|startups?|empresa\w*|solution\w*|proposal\w*|project\w*|teams?|entr(?:y|ies)|applicant\w*|pilotos?|pilots?|organi[sz]a\w+|innovador\w*|awards?|grants?|premios?|premi\w+|prizes?|contrat\w+|contracts?|compan(?:y|ies)|suppliers?|innovators?|bidders?)";
const CHOOSE: &str = r"(?:seleccion de|selecao de|eleccion de|escolha de|selection of|seleccionar\w*|selecciona\w*|elegir\w*|elige\w*|escoger\w*|premiar\w*|adjudicar\w*|financiar\w*|otorgar\w*|entregar\w*|apoyar\w*|contratar\w*|selecionar\w*|selecionad\w*|serao|escolher\w*|escolhid\w*|contemplar\w*|contemplad\w*|conceder\w*|apoiar\w*|apoiad\w*|select\w*|choose|chosen|award\w*|fund\w*|pick\w*|appoint\w*|make|offer|habra|haver\w*|seran)";
/// Words of earlier rounds, which choose more than will win.
const ROUNDS: &str = r"(?:finalista\w*|semifinalista\w*|preseleccion\w*|pre-?selecion\w*|pre-?seleccion\w*|shortlist\w*|short-list\w*|finalists?|semi-?finalists?|interview\w*|entrevista\w*|habilitad\w*|segunda etapa|segunda fase|second stage|second round|pitch\w*|jurad\w*|jurors?|judges?|evaluador\w*|avaliador\w*|suplente\w*|cadastro de reserva|reserva|lista de espera|waiting list|reserve\w*|experts?|expert\w+)";

static BEFORE_WINNER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?P<number>{}|unic[oa]|single|sole)\b\)?\s+(?:\w+\s+){{0,3}}?{WINNER}\b",
        &*NUMBER
    ))
});
static CHOSEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b{CHOOSE}\b(?:\W+\w+){{0,8}}?\W+(?P<number>{})\)?\s+(?:\w+\s+){{0,2}}?{SOLUTION}\b",
        &*NUMBER
    ))
});
static CHOSEN_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?P<number>{})\)?\s+(?:\w+\s+){{0,2}}?{SOLUTION}\b(?:\W+\w+){{0,4}}?\W+(?:seleccionad\w+|elegid\w+|escogid\w+|premiad\w+|financiad\w+|selecionad\w+|escolhid\w+|contemplad\w+|apoiad\w+|contratad\w+|(?:will|shall|to) be (?:selected|chosen|funded|awarded|appointed))",
        &*NUMBER
    ))
});
/// `cada una de las tres propuestas`, `each of 3 teams`.
static EACH_OF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:a cada un[oa] d[eao]s?|cada um[a]? d[eao]s?|cada un[oa] de|each of|every one of)\s+(?:l[oa]s\s+|the\s+)?(?P<number>{})\)?\s+(?:\w+\s+){{0,2}}?{SOLUTION}\b",
        &*NUMBER
    ))
});
/// `tres premios iguales de 6.000 euros`, `3 awards of £25,000`.
static AWARDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?P<number>{})\)?\s+(?:equal\s+|cash\s+)?(?:awards?|grants?|prizes?|premios?|estimulos?|donaciones|becas|bolsas|contracts|contratos|apoyos|subvenciones)\s+(?:iguales\s+|iguais\s+|economicos\s+)?(?:of|de|worth|no valor)\b",
        &*NUMBER
    ))
});
/// `tres (3)`: the digits say it.
static IN_BRACKETS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\w+ \((\d+)\)"));
/// A label, such as `Número de ganadores: 3`.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?:\W*\d*\W*)?(?:numero|cantidad|n\.?\s*o?|quantidade|number|no\.?)\s+(?:de|of)\s+(?:\w+\s+){{0,3}}?(?:{WINNER}|{SOLUTION}|vagas|cupos|places)(?:\s+\w+){{0,4}}?\s*[:|]?\s*(?:(?:hasta|ate|up to|maximo|un maximo de|no maximo)\s+)?(?P<number>{})\b",
        &*NUMBER
    ))
});

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern compiles")
}

static ROUND: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\b{ROUNDS}\b")));
static WINNER_WORD: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\b{WINNER}\b")));

/// The number of winners: by the sentence that says it most plainly, of equal ones the first.
pub(super) fn winners(sentences: &[Sentence]) -> Option<Found<u32>> {
    let mut best: Option<(i32, Found<u32>)> = None;
    for (number, sentence) in sentences.iter().enumerate() {
        let text = IN_BRACKETS.replace_all(&folded(&sentence.text), "$1").into_owned();
        let topic = match sentence.topic {
            Some(Topic::Prize | Topic::Evaluation) => 1,
            Some(Topic::Applicants | Topic::Contact | Topic::Legal) => -1,
            _ => 0,
        };
        for (pattern, plain) in [
            (&*LABEL, 6),
            (&*BEFORE_WINNER, 5),
            (&*EACH_OF, 4),
            (&*AWARDS, 4),
            (&*CHOSEN, 3),
            (&*CHOSEN_AFTER, 3),
        ] {
            let Some(captures) = pattern.captures(&text) else { continue };
            let matched = captures.get(0).map_or("", |found| found.as_str());
            if ROUND.is_match(matched) || ROUND.is_match(&text) && plain < 5 {
                continue;
            }
            let Some(count) = count(&captures["number"]) else { continue };
            let score = plain + topic + i32::from(WINNER_WORD.is_match(&text));
            if best.as_ref().is_none_or(|(found, _)| score > *found) {
                best = Some((score, Found { value: count, sentences: vec![number] }));
            }
        }
    }
    best.map(|(_, found)| found)
}

fn count(text: &str) -> Option<u32> {
    let number = match text {
        "unico" | "unica" | "single" | "sole" => 1.0,
        text => value(text)?,
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and small
    ((1.0..=MOST).contains(&number) && number.fract() == 0.0).then_some(number as u32)
}

/// Words of what a winner gets, and of what is no prize.
const GETS: &str = r"\b(?:premi\w*|recibir\w*|recibe\w*|ganador\w*|otorgar\w*|entregar\w*|financia\w*|estimulo\w*|incentivo\w*|aporte\w*|cofinancia\w*|apoyo|receber\w*|vencedor\w*|conced\w*|aporte\w*|prize\w*|award\w*|grant\w*|winn\w*|receive\w*|funding|fund|contract\w*|subvencion\w*|capital semilla|bolsa|each|cada|up to|por projeto|por proyecto|por propuesta|por proposta|contrato\w*)";
const EACH: &str = r"\b(?:cada|each|per|por|por projeto|por proyecto|apiece|every)\b";
const NO_PRIZE: &str = r"\b(?:presupuesto total|monto total|bolsa total|total de recursos|valor total|orcamento total|total budget|overall budget|total fund|in total|en total|no total|total prize|garantia\w*|poliza\w*|multa\w*|facturacion|faturamento|ingresos anuales|turnover|revenue|perdidas|prejuizo\w*|damage\w*|losses|cost the city|anuales|por ano|per year|a year|al ano|insurance|capital social|poblacion|households|matching|contrapartida|cofinanciamiento|costo\w* (?:de la|actual)|fee)\b";

static GETS_WORD: LazyLock<Regex> = LazyLock::new(|| pattern(GETS));
static EACH_WORD: LazyLock<Regex> = LazyLock::new(|| pattern(EACH));
static NO_PRIZE_WORD: LazyLock<Regex> = LazyLock::new(|| pattern(NO_PRIZE));

/// What a winner gets: by the sentence that says it most plainly, of equal ones the first.
pub(super) fn prize(sentences: &[Sentence], country: Option<Country>) -> Option<Found<Money>> {
    let mut best: Option<(i32, Found<Money>)> = None;
    for (number, sentence) in sentences.iter().enumerate() {
        let sums = money(&sentence.text, country);
        let text = folded(&sentence.text);
        let mut score = match sentence.topic {
            Some(Topic::Prize) => 3,
            Some(Topic::Challenge | Topic::Context | Topic::Outcome | Topic::Beneficiaries) => -3,
            Some(Topic::Applicants | Topic::Legal) => -1,
            _ => 0,
        };
        score += 2 * i32::from(GETS_WORD.is_match(&text));
        score += 2 * i32::from(EACH_WORD.is_match(&text));
        score += 2 * i32::from(WINNER_WORD.is_match(&text));
        score -= 4 * i32::from(NO_PRIZE_WORD.is_match(&text));
        if score < 3 || best.as_ref().is_some_and(|(found, _)| score <= *found) {
            continue;
        }
        // Of a total and a share, the share stands nearer to the word for each.
        let each = EACH_WORD.find(&text).map_or(0, |found| found.start());
        let nearest = sums.iter().min_by_key(|(at, _)| at.abs_diff(each));
        let Some((_, value)) = nearest.copied() else { continue };
        best = Some((score, Found { value, sentences: vec![number] }));
    }
    best.map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::outline::sentences;
    use crate::call::title::Title;

    fn read(text: &str) -> Vec<Sentence> {
        sentences(&crate::call::lines::read(text), &Title::default())
    }

    #[test]
    fn how_many_solutions_are_chosen() {
        for (name, text, expected) in [
            ("es", "Habrá tres propuestas ganadoras.", Some(3)),
            ("es_choose", "Se seleccionarán hasta cinco (5) soluciones.", Some(5)),
            ("es_awards", "Se otorgarán tres premios iguales de 6.000 euros cada uno.", Some(3)),
            ("es_only", "Habrá un solo equipo ganador, que recibirá 650,000 pesos.", Some(1)),
            ("es_label", "Número de ganadores: 4", Some(4)),
            ("pt", "Serão selecionadas até 5 soluções.", Some(5)),
            (
                "pt_each",
                "Cada uma das duas propostas selecionadas receberá R$ 180.000,00.",
                Some(2),
            ),
            ("pt_selection", "O objeto é a seleção de até duas soluções.", Some(2)),
            ("en", "There will be up to five winners.", Some(5)),
            ("en_choose", "We will select three pilots to fund.", Some(3)),
            ("en_each", "£25,000 for each of 3 teams, paid in three parts", Some(3)),
            ("not_finalists", "Se seleccionarán diez finalistas.", None),
            ("not_a_shortlist", "We will shortlist eight teams for interviews.", None),
            (
                "not_members",
                "El comité de cinco personas expertas calificará las propuestas.",
                None,
            ),
        ] {
            assert_eq!(winners(&read(text)).map(|found| found.value), expected, "{name}");
        }
    }

    #[test]
    fn what_a_winner_gets() {
        let chile = "CL".parse().ok();
        for (name, text, expected) in [
            (
                "each",
                "Cada propuesta ganadora recibirá hasta cincuenta millones de pesos.",
                Some("50000000 CLP"),
            ),
            (
                "share",
                "El fondo de US$ 90.000 entrega US$ 30.000 a cada ganador.",
                Some("30000 USD"),
            ),
            ("pt", "A proposta vencedora receberá R$ 80.000,00.", Some("80000 BRL")),
            ("en", "Each winner receives £40,000.", Some("40000 GBP")),
            ("not_a_cost", "El problema cuesta 3 millones de dólares al año.", None),
            ("not_a_total", "El presupuesto total es de USD 500.000.", None),
        ] {
            let found = prize(&read(text), chile).map(|found| found.value.to_string());
            assert_eq!(found.as_deref(), expected, "{name}");
        }
    }
}
