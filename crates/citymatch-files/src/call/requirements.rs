//! Who may apply, as suggestions for rules of eligibility: a person decides whether they are right.

use std::sync::LazyLock;

use citymatch::record::{Money, OrganisationType};
use citymatch::{Country, Language, Stage};
use regex::Regex;

use super::amounts::{NUMBER, money, value};
use super::fold::folded;
use super::found::Found;
use super::outline::Sentence;
use super::phrases::Words;
use super::place::named_countries;
use super::topic::Topic;

/// The rules that a call seems to have, each with its sentences.
#[derive(Debug, Default)]
pub(super) struct Suggestions {
    pub(super) countries: Option<Found<Vec<Country>>>,
    pub(super) organisation_types: Option<Found<Vec<OrganisationType>>>,
    pub(super) stages: Option<Found<Vec<Stage>>>,
    pub(super) languages: Option<Found<Vec<Language>>>,
    pub(super) max_cost: Option<Found<Money>>,
    pub(super) max_age_years: Option<Found<u32>>,
    pub(super) min_age_years: Option<Found<u32>>,
}

const MAY_APPLY: &[&str] = &[
    "podran participar",
    "pueden participar",
    "podran postular*",
    "pueden postular*",
    "podran presentar*",
    "pueden presentar*",
    "podran inscribir*",
    "pueden inscribir*",
    "dirigid*",
    "abierta a",
    "invita a",
    "convoca a",
    "participantes",
    "seran elegibles",
    "son elegibles",
    "podra participar",
    "puede participar",
    "podran ser",
    "podem participar",
    "poderao participar",
    "podem se inscrever",
    "poderao se inscrever",
    "podem inscrever",
    "poderao inscrever",
    "destinad*",
    "aberto a",
    "aberta a",
    "convida",
    "poderao concorrer",
    "poderao submeter",
    "podem submeter",
    "podem concorrer",
    "may apply",
    "can apply",
    "may enter",
    "can enter",
    "open to",
    "eligible",
    "invites",
    "applicants must be",
    "applications from",
    "we welcome",
    "entries from",
    "proposals from",
];
const MAY_NOT: &[&str] = &[
    "no podran",
    "no pueden",
    "no podra",
    "no se admit*",
    "no seran",
    "se excluye*",
    "excluid*",
    "inhabilidad*",
    "quedan fuera",
    "no puede",
    "salvo",
    "excepto",
    "impedid*",
    "nao podem",
    "nao poderao",
    "nao podera",
    "vedad*",
    "vedacao",
    "nao sera*",
    "exceto",
    "cannot",
    "may not",
    "not eligible",
    "ineligible",
    "excluded",
    "can not",
    "must not",
    "except",
    "not open to",
    "do not qualify",
];
const BARRED_HEADINGS: &[&str] = &[
    "quienes no",
    "no pueden",
    "no podran",
    "inhabilidades",
    "exclusiones",
    "incompatibilidades",
    "impedimentos",
    "vedacoes",
    "quem nao pode",
    "nao podem",
    "exclusions",
    "who cannot",
    "who may not",
    "restricoes",
    "impedimentos",
];

const ORGANISATIONS: &[(OrganisationType, &[&str])] = &[
    (
        OrganisationType::Company,
        &[
            "empresa",
            "empresas",
            "startup",
            "startups",
            "start ups",
            "pymes",
            "mipymes",
            "emprendimiento",
            "emprendimientos",
            "emprendedor*",
            "sociedades comerciales",
            "micro e pequenas empresas",
            "empreendimentos",
            "company",
            "companies",
            "business",
            "businesses",
            "smes",
            "firms",
            "social enterprises",
            "enterprises",
        ],
    ),
    (
        OrganisationType::Ngo,
        &[
            "ong",
            "ongs",
            "osc",
            "oscs",
            "organizaciones sin animo de lucro",
            "esal",
            "organizaciones sin fines de lucro",
            "entidades sin animo de lucro",
            "fundaciones",
            "asociaciones civiles",
            "asociaciones",
            "organizaciones de la sociedad civil",
            "sin fines de lucro",
            "sin animo de lucro",
            "sin fin de lucro",
            "organizaciones no gubernamentales",
            "organizacoes da sociedade civil",
            "organizacao da sociedade civil",
            "sem fins lucrativos",
            "associacoes",
            "fundacoes",
            "ngo",
            "ngos",
            "charities",
            "non profit*",
            "nonprofit*",
            "not for profit*",
            "civil society organisations",
            "civil society organizations",
            "voluntary organisations",
        ],
    ),
    (
        OrganisationType::University,
        &[
            "universidad",
            "universidades",
            "centros de investigacion",
            "academia",
            "instituciones de educacion superior",
            "instituciones academicas",
            "grupos de investigacion",
            "universidade",
            "instituicoes de ensino",
            "instituicoes de pesquisa",
            "icts",
            "ict",
            "centros de pesquisa",
            "institutos de pesquisa",
            "university",
            "universities",
            "research institutes",
            "research institutions",
            "research centres",
            "academic institutions",
            "research organisations",
            "research centers",
        ],
    ),
    (
        OrganisationType::Community,
        &[
            "cooperativa",
            "cooperativas",
            "organizaciones comunitarias",
            "juntas de accion comunal",
            "organizaciones de base",
            "colectivos",
            "juntas de vecinos",
            "organizaciones sociales",
            "organizaciones vecinales",
            "coletivos",
            "associacoes de moradores",
            "organizacoes comunitarias",
            "cooperatives",
            "community groups",
            "community organisations",
            "community organizations",
            "community interest companies",
        ],
    ),
    (
        OrganisationType::Individual,
        &[
            "personas naturales",
            "persona natural",
            "personas fisicas",
            "persona fisica",
            "personas humanas",
            "pessoas fisicas",
            "pessoa fisica",
            "individuals",
            "sole traders",
            "natural persons",
        ],
    ),
    (
        OrganisationType::Consortium,
        &[
            "consorcio",
            "consorcios",
            "uniones temporales",
            "union temporal",
            "alianzas",
            "consortia",
            "consortium",
            "consortiums",
        ],
    ),
    (
        OrganisationType::City,
        &[
            "entidades publicas",
            "municipios",
            "gobiernos locales",
            "entes publicos",
            "orgaos publicos",
            "public bodies",
            "local authorities",
            "municipalities",
        ],
    ),
];

const BASED_IN: &[&str] = &[
    "constituid*",
    "domiciliad*",
    "domicilio",
    "con sede",
    "residentes",
    "radicad*",
    "registrad*",
    "establecid*",
    "legalmente",
    "residencia",
    "nacionalidad",
    "inscrit*",
    "de cualquier pais",
    "sediad*",
    "com sede",
    "estabelecid*",
    "residente*",
    "domiciliad*",
    "constituida*",
    "registered",
    "based in",
    "established",
    "incorporated",
    "resident*",
    "headquartered",
    "legal entit*",
    "located in",
    "paises",
    "countries",
    "residencia fiscal",
    "domicilio legal",
    "domicilio social",
    "partner",
];
const WRITTEN_IN: &[&str] = &[
    "idioma*",
    "redactad*",
    "escrit*",
    "presentar*",
    "presentad*",
    "postulaciones",
    "propuestas",
    "documentos",
    "lingua",
    "propostas",
    "redigid*",
    "apresentad*",
    "aceitas",
    "inscricoes",
    "language*",
    "written",
    "submitted",
    "submit",
    "applications",
    "proposals",
    "entries",
    "accepted",
];
const LANGUAGES: &[(Language, &[&str])] = &[
    (Language::Spanish, &["espanol", "castellano", "espanhol", "spanish"]),
    (Language::Portuguese, &["portugues", "portuguese", "lingua portuguesa"]),
    (Language::English, &["ingles", "english", "lingua inglesa"]),
];
const STAGE_WORDS: &[&str] = &[
    "etapa*",
    "fase*",
    "estado de desarrollo",
    "madurez",
    "nivel",
    "trl",
    "grado de avance",
    "estagio*",
    "maturidade",
    "nivel de desarrollo",
    "desenvolvid*",
    "stage*",
    "maturity",
    "technology readiness",
    "ready",
    "desarrollad*",
    "tested",
    "probad*",
    "testad*",
    "contar con",
    "soluciones que",
    "solutions that",
    "validad*",
    "implementad*",
    "se admiten",
    "se aceptan",
    "se admit*",
    "serao aceit*",
    "aceitam se",
    "accept*",
    "welcome",
    "need",
    "must",
];
const STAGES: &[(Stage, &[&str])] = &[
    (
        Stage::Idea,
        &["idea", "ideas", "concepto", "ideia", "ideias", "conceito", "concept", "concepts"],
    ),
    (
        Stage::Design,
        &[
            "diseno",
            "anteproyecto*",
            "anteprojeto*",
            "etapa de diseno",
            "fase de projeto",
            "design stage",
        ],
    ),
    (
        Stage::Prototype,
        &[
            "prototipo",
            "prototipos",
            "prototipo funcional",
            "mvp",
            "prototype",
            "prototypes",
            "producto minimo viable",
            "produto minimo viavel",
        ],
    ),
    (
        Stage::Pilot,
        &[
            "piloto",
            "pilotos",
            "pilot",
            "pilots",
            "piloted",
            "pilotada*",
            "pilotaje",
            "prueba piloto",
            "projeto piloto",
        ],
    ),
    (
        Stage::Implemented,
        &[
            "implementada",
            "implementadas",
            "implementado",
            "en operacion",
            "em operacao",
            "en funcionamiento",
            "in operation",
            "implemented",
            "operativas",
            "no mercado",
            "en el mercado",
            "on the market",
            "in use",
            "em funcionamento",
            "deployed",
        ],
    ),
    (Stage::Scaling, &["escalamiento", "expansion", "expansao", "scaling", "escala"]),
];
const AT_LEAST: &[&str] = &[
    "al menos",
    "minim*",
    "como minimo",
    "o superior",
    "en adelante",
    "o mas avanzad*",
    "por lo menos",
    "a partir",
    "pelo menos",
    "no minimo",
    "ou superior",
    "em diante",
    "ou mais",
    "at least",
    "or later",
    "or above",
    "or higher",
    "or beyond",
    "minimum",
    "no earlier",
    "beyond",
    "cuando menos",
    "need at least",
];

static TRL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\btrl\W{0,3}(?:nivel |level |de |of )?(?P<level>[1-9])\b"));
static MAX_AGE: LazyLock<Regex> = LazyLock::new(|| {
    let number = &*NUMBER;
    pattern(&format!(
        r"(?:no mas de|maximo|menos de|hasta|no maximo|ate|menos de|no more than|less than|under|within the last|up to|fewer than|younger than)\s+(?:de\s+)?(?P<number>{number})\)?\s+(?:anos|years)(?:\s+(?:de|of|since|from|old|desde)|\b)"
    ))
});
static MIN_AGE: LazyLock<Regex> = LazyLock::new(|| {
    let number = &*NUMBER;
    pattern(&format!(
        r"(?P<not>no )?(?:al menos|minimo|como minimo|mas de|no menos de|minima de|pelo menos|no minimo|mais de|at least|minimum of|more than|over)\s+(?:de\s+)?(?P<number>{number})\)?\s+(?:anos|years|ano|year)\b"
    ))
});
/// Words that say that years are an organisation's age.
static AGE_OF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:constitu\w+|antiguedad|cread[ao]s?|fundad[ao]s?|existencia|existen\w+|vida juridica|operacion|registr\w+|establish\w+|incorporat\w+|old|trading|founded|existence|abert[ao]s?|cnpj|formali\w+)\b",
    )
});
static MAX_COST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:presupuesto|costo|coste|valor|monto) (?:total )?maximo|no (?:podra|podran|debe|deben|debera|deberan) (?:superar|exceder|sobrepasar)|no superior|no exced\w+|tope|(?:custo|orcamento|valor) (?:total )?maximo|nao (?:podera|poderao|deve|devem|devera|deverao) (?:ultrapassar|exceder|superar)|maximum (?:cost|budget|price)|(?:must|should|may|can)(?: not|not) (?:exceed|cost more)|no more than|cost(?:s|ing)? (?:at most|up to|less than|under)|teto|limite de)\b",
    )
});
static COST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:presupuesto|costo|costos|coste|cuesta|precio|inversion|custo|orcamento|preco|cost|costs|budget|price|proposals?|propuestas?|propostas?|solucion\w*|soluc\w*|solutions?|proyectos?|projetos?)\b",
    )
});
static IN_BRACKETS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\w+ \((\d+)\)"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern compiles")
}

/// Adds a sentence's values to those of a rule.
fn extend<T: PartialEq>(rule: &mut Option<Found<Vec<T>>>, values: Vec<T>, number: usize) {
    if values.is_empty() {
        return;
    }
    let rule = rule.get_or_insert_with(|| Found { value: Vec::new(), sentences: Vec::new() });
    for value in values {
        if !rule.value.contains(&value) {
            rule.value.push(value);
        }
    }
    rule.sentences.push(number);
}

/// The rules that the sentences of a call seem to say.
pub(super) fn suggestions(sentences: &[Sentence], country: Option<Country>) -> Suggestions {
    let mut found = Suggestions::default();
    let mut barred = false;
    for (number, sentence) in sentences.iter().enumerate() {
        let words = &sentence.words;
        if sentence.is_heading || words.count() <= 8 && words.has_any(BARRED_HEADINGS) {
            barred = words.has_any(BARRED_HEADINGS);
        }
        max_cost(&mut found, sentence, number, country);
        if barred {
            continue;
        }
        let applying = Applying::of(sentence);
        // Who may apply and who may not can stand in one sentence.
        for clause in sentence.text.split(';') {
            let words = Words::of(clause);
            if !words.has_any(MAY_NOT) {
                clause_rules(&mut found, sentence, &applying, clause, &words, number, country);
            }
        }
        ages(&mut found, sentence, number);
    }
    found
}

/// Words for the country of the call where its name does not stand.
const AT_HOME: &[&str] = &[
    "territorio nacional",
    "en el pais",
    "no pais",
    "todo o pais",
    "todo el pais",
    "in the country",
    "this country",
];

/// What a sentence says about applying in all its clauses together. It is looked for once: a table that
/// is read as one sentence has thousands of clauses.
struct Applying {
    is_named: bool,
    is_based_in: bool,
}

impl Applying {
    fn of(sentence: &Sentence) -> Self {
        let is_applicants = sentence.topic == Some(Topic::Applicants) && !sentence.is_heading;
        let is_named = is_applicants || sentence.words.has_any(MAY_APPLY);
        Self { is_named, is_based_in: is_named && sentence.words.has_any(BASED_IN) }
    }
}

fn clause_rules(
    found: &mut Suggestions,
    sentence: &Sentence,
    applying: &Applying,
    clause: &str,
    words: &Words,
    number: usize,
    country: Option<Country>,
) {
    if applying.is_named {
        let types = ORGANISATIONS.iter().filter(|(_, names)| words.has_any(names));
        extend(&mut found.organisation_types, types.map(|(kind, _)| *kind).collect(), number);
        if applying.is_based_in {
            let mut countries = named_countries(clause);
            countries.extend(country.filter(|_| countries.is_empty() && words.has_any(AT_HOME)));
            extend(&mut found.countries, countries, number);
        }
    }
    let applicants = sentence.topic == Some(Topic::Applicants);
    if words.has_any(WRITTEN_IN) && (applicants || sentence.topic != Some(Topic::Challenge)) {
        let named = LANGUAGES.iter().filter(|(_, names)| words.has_any(names));
        extend(&mut found.languages, named.map(|(language, _)| *language).collect(), number);
    }
    stages(found, sentence, clause, words, number);
}

fn stages(
    found: &mut Suggestions,
    sentence: &Sentence,
    clause: &str,
    words: &Words,
    number: usize,
) {
    let at_least = words.has_any(AT_LEAST);
    let text = folded(clause);
    let about_applying = !matches!(sentence.topic, Some(Topic::Timetable | Topic::Prize));
    let may_tell = sentence.topic == Some(Topic::Applicants) || at_least;
    let named: Vec<Stage> = match TRL.captures(&text) {
        Some(captures) => vec![stage_of_level(&captures["level"])],
        None if words.has_any(STAGE_WORDS) && may_tell && about_applying => {
            let named = STAGES.iter().filter(|(_, names)| words.has_any(names));
            named.map(|(stage, _)| *stage).collect()
        }
        None => return,
    };
    let Some(least) = named.first().copied() else { return };
    let in_use = [
        Stage::Idea,
        Stage::Design,
        Stage::Prototype,
        Stage::Pilot,
        Stage::Implemented,
        Stage::Scaling,
    ];
    let stages =
        if at_least { in_use.into_iter().filter(|stage| *stage >= least).collect() } else { named };
    if found.stages.is_none() {
        extend(&mut found.stages, stages, number);
    }
}

/// The stage that a level of technology readiness means.
fn stage_of_level(level: &str) -> Stage {
    match level {
        "1" | "2" => Stage::Idea,
        "3" => Stage::Design,
        "4" | "5" => Stage::Prototype,
        "6" | "7" => Stage::Pilot,
        _ => Stage::Implemented,
    }
}

fn max_cost(found: &mut Suggestions, sentence: &Sentence, number: usize, country: Option<Country>) {
    let text = folded(&sentence.text);
    if found.max_cost.is_some() || !MAX_COST.is_match(&text) || !COST.is_match(&text) {
        return;
    }
    if let Some((_, sum)) = money(&sentence.text, country).into_iter().next() {
        found.max_cost = Some(Found { value: sum, sentences: vec![number] });
    }
}

fn ages(found: &mut Suggestions, sentence: &Sentence, number: usize) {
    let text = IN_BRACKETS.replace_all(&folded(&sentence.text), "$1").into_owned();
    if !AGE_OF.is_match(&text) {
        return;
    }
    let years = |pattern: &Regex| {
        // `no more than` is no `more than`.
        let mut stated = pattern.captures_iter(&text).filter(|own| own.name("not").is_none());
        let years = value(&stated.next()?["number"])?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and small
        ((1.0..100.0).contains(&years) && years.fract() == 0.0).then_some(years as u32)
    };
    let rule = |years: u32| Found { value: years, sentences: vec![number] };
    found.max_age_years = found.max_age_years.take().or_else(|| years(&MAX_AGE).map(rule));
    found.min_age_years = found.min_age_years.take().or_else(|| years(&MIN_AGE).map(rule));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::outline::sentences;
    use crate::call::title::Title;

    #[test]
    fn rules_are_suggested() {
        for (name, text, expected) in [
            (
                "types",
                "Podrán participar empresas, universidades y organizaciones sin ánimo de lucro.",
                "types company ngo university",
            ),
            ("not_the_barred", "No podrán participar empresas ni universidades.", ""),
            ("barred_section", "QUIÉNES NO PUEDEN PARTICIPAR\nPartidos políticos y empresas.", ""),
            (
                "one_sentence",
                "REQUISITOS\nSe admiten ideas y anteproyectos; no se admitirán prototipos.",
                "stages idea design",
            ),
            (
                "countries",
                "Podem se inscrever empresas com sede no Brasil ou no Uruguai.",
                "countries BR UY, types company",
            ),
            (
                "at_home",
                "Podem se inscrever associações com sede no território nacional.",
                "countries BR, types ngo",
            ),
            (
                "least_stage",
                "REQUISITOS\nLa solución debe encontrarse cuando menos en fase de piloto.",
                "stages pilot implemented scaling",
            ),
            ("trl", "Solutions must be at TRL 6 or higher.", "stages pilot implemented scaling"),
            ("languages", "Las propuestas se presentan en español o portugués.", "languages es pt"),
            ("cost", "El costo de la solución no podrá superar USD 50.000.", "cost 50000 USD"),
            ("age", "Empresas con al menos dos (2) años de constituidas.", "min 2"),
            (
                "max_age",
                "Startups founded no more than five years ago: under 5 years old.",
                "max 5",
            ),
        ] {
            let sentences = sentences(&crate::call::lines::read(text), &Title::default());
            let found = suggestions(&sentences, "BR".parse().ok());
            let mut told: Vec<String> = Vec::new();
            macro_rules! names {
                ($name:literal, $rule:ident) => {
                    if let Some(rule) = &found.$rule {
                        let names: Vec<&str> = rule.value.iter().map(|it| it.name()).collect();
                        told.push(format!("{} {}", $name, names.join(" ")));
                    }
                };
            }
            names!("countries", countries);
            names!("types", organisation_types);
            names!("stages", stages);
            names!("languages", languages);
            told.extend(found.max_cost.map(|rule| format!("cost {}", rule.value)));
            told.extend(found.min_age_years.map(|rule| format!("min {}", rule.value)));
            told.extend(found.max_age_years.map(|rule| format!("max {}", rule.value)));
            assert_eq!(told.join(", "), expected, "{name}");
        }
    }
}
