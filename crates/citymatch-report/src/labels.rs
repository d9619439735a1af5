//! Every word of the page that is not a record's own, in each language.

use citymatch::record::DeploymentStatus;
use citymatch::{Language, Level};
use serde::Serialize;

/// A word for one, and for any other number.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Counted(&'static str, &'static str);

impl Counted {
    /// `1 match`, `12 matches`.
    pub(crate) fn of(self, count: usize) -> String {
        format!("{count} {}", self.word(count))
    }

    pub(crate) fn word(self, count: usize) -> &'static str {
        if count == 1 { self.0 } else { self.1 }
    }
}

macro_rules! labels {
    ($($name:ident)*) => {
        /// The words of one language. A label that one language lacks does not compile.
        #[derive(Debug, Serialize)]
        pub(crate) struct Labels {
            $(pub(crate) $name: &'static str,)*
            pub(crate) count_challenges: Counted,
            pub(crate) count_matches: Counted,
            pub(crate) count_solutions: Counted,
            /// The signals, in the order of [`PARTS`], and the second stage.
            pub(crate) parts: [&'static str; 10],
            /// The rules of eligibility, in the order of [`RULES`].
            pub(crate) rules_by_name: [&'static str; 9],
            pub(crate) levels: [&'static str; 3],
            pub(crate) deployments_by_status: [&'static str; 5],
        }

        impl Labels {
            /// All the texts, to look over.
            #[cfg(test)]
            pub(crate) fn all(&self) -> Vec<(&'static str, &'static str)> {
                let mut all = vec![$((stringify!($name), self.$name)),*];
                let counted = [self.count_challenges, self.count_matches, self.count_solutions];
                all.extend(counted.iter().flat_map(|own| [("count", own.0), ("count", own.1)]));
                all.extend(self.parts.map(|own| ("part", own)));
                all.extend(self.rules_by_name.map(|own| ("rule", own)));
                all.extend(self.levels.map(|own| ("level", own)));
                all.extend(self.deployments_by_status.map(|own| ("status", own)));
                all
            }
        }
    };
}

labels! {
    code comma
    skip report title lead all_challenges top made_by
    answered unanswered undecided
    yes_clearly yes_narrowly no_clearly no_narrowly not_known evidence
    filter sort any reset status theme country stage language sort_challenges sort_matches
    as_given by_evidence by_title by_city by_rank by_country by_stage
    at_a_glance overview_caption challenge verdict scores half yes no strip
    challenges reading reading_long signals matches_caption rank solution_and_why score solutions solutions_lead
    link_challenge link_solution chosen the_challenge the_solution no_match no_reason
    sum not_stated
    decision nothing_no_candidate nothing_barred nothing_forbidden nothing_taken taken_by
    rules barred barred_by barred_near for_a_person
    precedents own_city precedents_lead in_use_there
    ask_title ask_lead ask_question ask_button ask_language
    themes goals deadline winners cost since organisation_type requirements deployments links
}

/// The parts of a raw score by the name that an explanation gives them.
pub(crate) const PARTS: [&str; 10] = [
    "words",
    "related",
    "meaning",
    "language",
    "subject",
    "themes",
    "goals",
    "place",
    "maturity",
    "second stage",
];

/// The rules of eligibility by their names.
const RULES: [&str; 9] = [
    "countries",
    "languages",
    "stages",
    "organisation_types",
    "max_cost",
    "max_age_years",
    "required_themes",
    "excluded",
    "excluded_organisations",
];

impl Labels {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Spanish => &SPANISH,
            Language::Portuguese => &PORTUGUESE,
        }
    }

    /// What a part of a raw score is called; its own name if it is new.
    pub(crate) fn part<'p>(&self, name: &'p str) -> &'p str {
        named(&PARTS, &self.parts, name)
    }

    pub(crate) fn rule<'p>(&self, name: &'p str) -> &'p str {
        named(&RULES, &self.rules_by_name, name)
    }

    pub(crate) fn level(&self, level: Level) -> &'static str {
        let [strong, possible, weak] = self.levels;
        match level {
            Level::Strong => strong,
            Level::Possible => possible,
            Level::Weak => weak,
        }
    }

    pub(crate) fn status(&self, status: DeploymentStatus) -> &'static str {
        let [planned, active, completed, closed, failed] = self.deployments_by_status;
        match status {
            DeploymentStatus::Planned => planned,
            DeploymentStatus::Active => active,
            DeploymentStatus::Completed => completed,
            DeploymentStatus::Failed => failed,
            DeploymentStatus::Closed => closed,
        }
    }

    /// A number with two decimals, as this language writes it.
    pub(crate) fn number(&self, number: f64) -> String {
        format!("{number:.2}").replace('.', self.comma)
    }
}

fn named<'p>(names: &[&str], words: &[&'static str], name: &'p str) -> &'p str {
    names.iter().position(|own| *own == name).map_or(name, |place| words[place])
}

static ENGLISH: Labels = Labels {
    code: "en",
    comma: ".",
    skip: "Skip to the content",
    report: "Match report",
    title: "What others have built for these challenges",
    lead: "{challenges} of cities, compared with {solutions}: {matches} are listed, each with its score, the reason in one line, and the sentences that decided.",
    all_challenges: "All challenges",
    top: "Back to the top",
    made_by: "Made by citymatch, offline, from the records that are shown. A score is the chance that a reader calls the solution useful; people decide.",
    answered: "answered",
    unanswered: "without an answer",
    undecided: "not to be said",
    yes_clearly: "Something answers, clearly.",
    yes_narrowly: "Something answers, narrowly.",
    no_clearly: "Nothing in the catalogue answers; these are the nearest.",
    no_narrowly: "Nothing answers, narrowly; these are the nearest.",
    not_known: "Whether something answers cannot be said: the challenge has too few words, or scores are not calibrated.",
    evidence: "The evidence is {score}; from {threshold} on it counts as an answer.",
    filter: "Filter and sort",
    sort: "Sort",
    any: "any",
    reset: "Show all",
    status: "{matches} of {all} matches in {challenges} challenges",
    theme: "Theme of the solution",
    country: "Its country",
    stage: "Its stage",
    language: "Its language",
    sort_challenges: "Order of challenges",
    sort_matches: "Order of matches",
    as_given: "as given",
    by_evidence: "best answered first",
    by_title: "by title",
    by_city: "by city",
    by_rank: "best score first",
    by_country: "by country",
    by_stage: "by stage",
    at_a_glance: "At a glance",
    overview_caption: "Each challenge, whether something answers it, and the scores of its matches: one dot a match.",
    challenge: "Challenge",
    verdict: "Answered?",
    scores: "Scores of the matches",
    half: "0.5",
    yes: "yes",
    no: "no",
    strip: "Scores from {worst} to {best}",
    challenges: "The challenges",
    reading: "A bar shows what a score comes from; all bars have one scale. Open a reason to see the sentences side by side and the numbers behind the bar. In a reason, a word alone is in both texts, and “a ~ b” are words of the two that are related. A score from 0.60 on is called strong, from 0.20 on possible, else weak. “To be checked” names what a rule asks and the solution does not say: it is admitted, and a person has to find out. Numbers of matches are links that can be sent.",
    reading_long: "This page is long: the sentences are told of the first three matches of each challenge and of those chosen, of the others the reason and the numbers.",
    signals: "Colours of the bars",
    matches_caption: "Matches, best first",
    rank: "No.",
    solution_and_why: "Solution, and why",
    score: "Score",
    solutions: "The solutions",
    solutions_lead: "Each solution that is named above, once, in alphabetical order.",
    link_challenge: "Link to this challenge",
    link_solution: "Link to this solution",
    chosen: "chosen",
    the_challenge: "Challenge",
    the_solution: "Solution",
    no_match: "No solution was found.",
    no_reason: "nothing in common",
    sum: "sum",
    not_stated: "To be checked: {rules}.",
    decision: "Decision",
    nothing_no_candidate: "It gets nothing: there was no candidate.",
    nothing_barred: "It gets nothing: rules bar all its candidates.",
    nothing_forbidden: "It gets nothing: what is not barred was forbidden.",
    nothing_taken: "It gets nothing: other challenges have its candidates.",
    taken_by: "goes to {challenges}",
    rules: "Who may not enter",
    barred: "Rules of the call bar {barred} of {solutions}.",
    barred_by: "By rule: {rules}.",
    barred_near: "These would have been among the matches:",
    for_a_person: "Criteria for people",
    precedents: "Precedents",
    own_city: "Put to use in the city itself:",
    precedents_lead: "Like challenges of the catalogue, and what was put to use there:",
    in_use_there: "in use there",
    ask_title: "Ask the catalogue",
    ask_lead: "Write what the city needs, in Spanish, Portuguese or English. Everything that was built elsewhere and may answer it comes back, best first, with the reasons.",
    ask_question: "The need, in your own words",
    ask_button: "Find solutions",
    ask_language: "Language of this page",
    themes: "Themes",
    goals: "Goals",
    deadline: "Deadline",
    winners: "Will choose",
    cost: "Cost",
    since: "since {year}",
    organisation_type: "Kind of organisation",
    requirements: "Needs",
    deployments: "Put to use",
    links: "On the web",
    count_challenges: Counted("challenge", "challenges"),
    count_matches: Counted("match", "matches"),
    count_solutions: Counted("solution", "solutions"),
    parts: [
        "same words",
        "related words",
        "meaning",
        "same language",
        "subject",
        "themes",
        "goals",
        "place",
        "maturity",
        "second stage",
    ],
    rules_by_name: [
        "country",
        "language",
        "stage",
        "kind of organisation",
        "cost",
        "age",
        "themes",
        "excluded solutions",
        "excluded organisations",
    ],
    levels: ["strong", "possible", "weak"],
    deployments_by_status: ["planned", "in use", "completed", "ended", "failed"],
};

static SPANISH: Labels = Labels {
    code: "es",
    comma: ",",
    skip: "Ir al contenido",
    report: "Informe de resultados",
    title: "Lo que otros ya construyeron para estos desafíos",
    lead: "{challenges} de ciudades, comparados con {solutions}: el informe muestra {matches}, cada una con su puntaje, la razón en una línea y las frases que decidieron.",
    all_challenges: "Todos los desafíos",
    top: "Volver arriba",
    made_by: "Hecho por citymatch, sin conexión, con los registros que aquí se ven. Un puntaje es la probabilidad de que quien lee llame útil a la solución; deciden las personas.",
    answered: "con respuesta",
    unanswered: "sin respuesta",
    undecided: "no se puede decir",
    yes_clearly: "Algo responde, con claridad.",
    yes_narrowly: "Algo responde, por poco.",
    no_clearly: "Nada en el catálogo responde; esto es lo más cercano.",
    no_narrowly: "Nada responde, por poco; esto es lo más cercano.",
    not_known: "No se puede decir si algo responde: el desafío tiene muy pocas palabras, o los puntajes no están calibrados.",
    evidence: "La evidencia es {score}; desde {threshold} cuenta como respuesta.",
    filter: "Filtrar y ordenar",
    sort: "Ordenar",
    any: "todos",
    reset: "Mostrar todo",
    status: "{matches} de {all} coincidencias en {challenges} desafíos",
    theme: "Tema de la solución",
    country: "Su país",
    stage: "Su etapa",
    language: "Su idioma",
    sort_challenges: "Orden de los desafíos",
    sort_matches: "Orden de las coincidencias",
    as_given: "como llegaron",
    by_evidence: "primero el mejor respondido",
    by_title: "por título",
    by_city: "por ciudad",
    by_rank: "primero el mejor puntaje",
    by_country: "por país",
    by_stage: "por etapa",
    at_a_glance: "De un vistazo",
    overview_caption: "Cada desafío, si algo lo responde, y los puntajes de sus coincidencias: un punto por coincidencia.",
    challenge: "Desafío",
    verdict: "¿Respondido?",
    scores: "Puntajes de las coincidencias",
    half: "0,5",
    yes: "sí",
    no: "no",
    strip: "Puntajes de {worst} a {best}",
    challenges: "Los desafíos",
    reading: "Una barra muestra de qué viene un puntaje: todas tienen la misma escala. Al abrir una razón se ven las frases lado a lado y los números de la barra. En una razón, una palabra sola está en los dos textos, y «a ~ b» son palabras relacionadas de uno y otro. Un puntaje desde 0,60 se llama fuerte, desde 0,20 posible y, si no, débil. «Por comprobar» nombra lo que una regla pide y la solución no dice: se admite, y debe averiguarlo una persona. Los números de las coincidencias son enlaces que se pueden enviar.",
    reading_long: "Esta página es larga: las frases se muestran de las tres primeras coincidencias de cada desafío y de las elegidas; de las demás, la razón y los números.",
    signals: "Colores de las barras",
    matches_caption: "Coincidencias, primero la mejor",
    rank: "N.º",
    solution_and_why: "Solución y razón",
    score: "Puntaje",
    solutions: "Las soluciones",
    solutions_lead: "Cada solución nombrada arriba, una vez, por orden alfabético.",
    link_challenge: "Enlace a este desafío",
    link_solution: "Enlace a esta solución",
    chosen: "elegida",
    the_challenge: "Desafío",
    the_solution: "Solución",
    no_match: "No se encontró ninguna solución.",
    no_reason: "nada en común",
    sum: "suma",
    not_stated: "Por comprobar: {rules}.",
    decision: "Decisión",
    nothing_no_candidate: "No recibe ninguna: no había candidatas.",
    nothing_barred: "No recibe ninguna: las reglas excluyen a todas sus candidatas.",
    nothing_forbidden: "No recibe ninguna: lo que las reglas no excluyen estaba prohibido.",
    nothing_taken: "No recibe ninguna: otros desafíos tienen sus candidatas.",
    taken_by: "es para {challenges}",
    rules: "Quién no puede entrar",
    barred: "Las reglas de la convocatoria excluyen {barred} de {solutions}.",
    barred_by: "Por regla: {rules}.",
    barred_near: "Estas habrían estado entre las coincidencias:",
    for_a_person: "Criterios para personas",
    precedents: "Antecedentes",
    own_city: "Puesto en uso en la propia ciudad:",
    precedents_lead: "Desafíos parecidos del catálogo, y lo que allí se puso en uso:",
    in_use_there: "en uso allí",
    ask_title: "Pregunte al catálogo",
    ask_lead: "Escriba lo que la ciudad necesita, en español, portugués o inglés. Vuelve todo lo que ya se hizo en otros lugares y puede responder, lo mejor primero, con los motivos.",
    ask_question: "La necesidad, en sus palabras",
    ask_button: "Buscar soluciones",
    ask_language: "Idioma de esta página",
    themes: "Temas",
    goals: "Objetivos",
    deadline: "Cierre",
    winners: "Elegirá",
    cost: "Costo",
    since: "desde {year}",
    organisation_type: "Tipo de organización",
    requirements: "Necesita",
    deployments: "Puesta en uso",
    links: "En la web",
    count_challenges: Counted("desafío", "desafíos"),
    count_matches: Counted("coincidencia", "coincidencias"),
    count_solutions: Counted("solución", "soluciones"),
    parts: [
        "mismas palabras",
        "palabras relacionadas",
        "significado",
        "mismo idioma",
        "materia",
        "temas",
        "objetivos",
        "lugar",
        "madurez",
        "segunda etapa",
    ],
    rules_by_name: [
        "país",
        "idioma",
        "etapa",
        "tipo de organización",
        "costo",
        "antigüedad",
        "temas exigidos",
        "soluciones excluidas",
        "organizaciones excluidas",
    ],
    levels: ["fuerte", "posible", "débil"],
    deployments_by_status: ["planificada", "en uso", "terminada", "cerrada", "fracasó"],
};

static PORTUGUESE: Labels = Labels {
    code: "pt",
    comma: ",",
    skip: "Ir para o conteúdo",
    report: "Relatório de resultados",
    title: "O que outros já construíram para estes desafios",
    lead: "{challenges} de cidades, comparados com {solutions}: o relatório mostra {matches}, cada uma com a sua pontuação, a razão em uma linha e as frases que decidiram.",
    all_challenges: "Todos os desafios",
    top: "Voltar ao topo",
    made_by: "Feito por citymatch, sem conexão, com os registros que aqui se veem. Uma pontuação é a probabilidade de que quem lê chame a solução de útil; quem decide são as pessoas.",
    answered: "com resposta",
    unanswered: "sem resposta",
    undecided: "não se pode dizer",
    yes_clearly: "Algo responde, com clareza.",
    yes_narrowly: "Algo responde, por pouco.",
    no_clearly: "Nada no catálogo responde; isto é o mais próximo.",
    no_narrowly: "Nada responde, por pouco; isto é o mais próximo.",
    not_known: "Não se pode dizer se algo responde: o desafio tem palavras de menos, ou as pontuações não estão calibradas.",
    evidence: "A evidência é {score}; a partir de {threshold} conta como resposta.",
    filter: "Filtrar e ordenar",
    sort: "Ordenar",
    any: "todos",
    reset: "Mostrar tudo",
    status: "{matches} de {all} correspondências em {challenges} desafios",
    theme: "Tema da solução",
    country: "Seu país",
    stage: "Sua etapa",
    language: "Seu idioma",
    sort_challenges: "Ordem dos desafios",
    sort_matches: "Ordem das correspondências",
    as_given: "como chegaram",
    by_evidence: "primeiro o mais bem respondido",
    by_title: "por título",
    by_city: "por cidade",
    by_rank: "primeiro a melhor pontuação",
    by_country: "por país",
    by_stage: "por etapa",
    at_a_glance: "Em resumo",
    overview_caption: "Cada desafio, se algo o responde, e as pontuações das suas correspondências: um ponto por correspondência.",
    challenge: "Desafio",
    verdict: "Respondido?",
    scores: "Pontuações das correspondências",
    half: "0,5",
    yes: "sim",
    no: "não",
    strip: "Pontuações de {worst} a {best}",
    challenges: "Os desafios",
    reading: "Uma barra mostra de onde vem uma pontuação: todas têm a mesma escala. Ao abrir uma razão veem-se as frases lado a lado e os números da barra. Em uma razão, uma palavra sozinha está nos dois textos, e “a ~ b” são palavras relacionadas de um e de outro. Uma pontuação a partir de 0,60 chama-se forte, a partir de 0,20 possível e, senão, fraca. “A verificar” diz o que uma regra pede e a solução não informa: ela é admitida, e uma pessoa deve apurar. Os números das correspondências são links que podem ser enviados.",
    reading_long: "Esta página é longa: as frases são mostradas das três primeiras correspondências de cada desafio e das escolhidas; das demais, a razão e os números.",
    signals: "Cores das barras",
    matches_caption: "Correspondências, primeiro a melhor",
    rank: "N.º",
    solution_and_why: "Solução e razão",
    score: "Pontuação",
    solutions: "As soluções",
    solutions_lead: "Cada solução citada acima, uma vez, em ordem alfabética.",
    link_challenge: "Link para este desafio",
    link_solution: "Link para esta solução",
    chosen: "escolhida",
    the_challenge: "Desafio",
    the_solution: "Solução",
    no_match: "Nenhuma solução foi encontrada.",
    no_reason: "nada em comum",
    sum: "soma",
    not_stated: "A verificar: {rules}.",
    decision: "Decisão",
    nothing_no_candidate: "Não recebe nenhuma: não havia candidatas.",
    nothing_barred: "Não recebe nenhuma: as regras excluem todas as suas candidatas.",
    nothing_forbidden: "Não recebe nenhuma: o que as regras não excluem estava proibido.",
    nothing_taken: "Não recebe nenhuma: outros desafios têm as suas candidatas.",
    taken_by: "vai para {challenges}",
    rules: "Quem não pode entrar",
    barred: "As regras da chamada excluem {barred} de {solutions}.",
    barred_by: "Por regra: {rules}.",
    barred_near: "Estas teriam estado entre as correspondências:",
    for_a_person: "Critérios para pessoas",
    precedents: "Precedentes",
    own_city: "Posto em uso na própria cidade:",
    precedents_lead: "Desafios parecidos do catálogo, e o que ali foi posto em uso:",
    in_use_there: "em uso ali",
    ask_title: "Pergunte ao catálogo",
    ask_lead: "Escreva o que a cidade precisa, em português, espanhol ou inglês. Volta tudo o que já foi feito em outros lugares e pode responder, o melhor primeiro, com os motivos.",
    ask_question: "A necessidade, com suas palavras",
    ask_button: "Buscar soluções",
    ask_language: "Idioma desta página",
    themes: "Temas",
    goals: "Objetivos",
    deadline: "Prazo",
    winners: "Vai escolher",
    cost: "Custo",
    since: "desde {year}",
    organisation_type: "Tipo de organização",
    requirements: "Precisa de",
    deployments: "Posta em uso",
    links: "Na web",
    count_challenges: Counted("desafio", "desafios"),
    count_matches: Counted("correspondência", "correspondências"),
    count_solutions: Counted("solução", "soluções"),
    parts: [
        "mesmas palavras",
        "palavras relacionadas",
        "significado",
        "mesmo idioma",
        "assunto",
        "temas",
        "objetivos",
        "lugar",
        "maturidade",
        "segunda etapa",
    ],
    rules_by_name: [
        "país",
        "idioma",
        "etapa",
        "tipo de organização",
        "custo",
        "idade",
        "temas exigidos",
        "soluções excluídas",
        "organizações excluídas",
    ],
    levels: ["forte", "possível", "fraca"],
    deployments_by_status: ["planejada", "em uso", "concluída", "encerrada", "fracassou"],
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use citymatch::Signal;

    use super::*;

    /// What stands in braces in a text.
    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn every_language_says_everything_with_the_same_places() {
        let english = Labels::of(Language::English).all();
        for language in Language::ALL.iter().copied() {
            let own = Labels::of(language).all();
            assert_eq!(Labels::of(language).code, language.name());
            assert_eq!(own.len(), english.len());
            for ((name, text), (_, original)) in own.iter().zip(&english) {
                assert!(!text.trim().is_empty(), "{language}: {name}");
                assert_eq!(places(text), places(original), "{language}: {name}");
                let is_sentence = original.ends_with('.') && original.contains(' ');
                assert!(
                    !is_sentence || language == Language::English || text != original,
                    "{language}: {name}"
                );
            }
        }
    }

    #[test]
    fn every_signal_has_a_word() {
        for signal in Signal::ALL {
            assert!(PARTS.contains(&signal.name()), "{signal}");
        }
        assert_eq!(Labels::of(Language::Spanish).part("meaning"), "significado");
        assert_eq!(Labels::of(Language::Spanish).part("new one"), "new one");
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        assert_eq!(Labels::of(Language::English).number(0.625), "0.62");
        assert_eq!(Labels::of(Language::Portuguese).number(1.0), "1,00");
    }
}
