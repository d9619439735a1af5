//! The city that asks, and its country.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use citymatch::Country;
use regex::Regex;

use super::found::Found;
use super::lines::is_capitals;
use super::outline::Sentence;
use super::topic::Topic;

/// A place in the head of a document counts so many times.
const HEAD_WEIGHT: u32 = 3;
/// So many blocks are the head.
const HEAD_BLOCKS: usize = 12;

/// A name: words with a capital, and small words between them.
const NAME: &str = r"(?P<name>\p{Lu}[\p{L}'’.-]*\p{L}(?:\s+(?:(?i:de|del|de la|de los|de las|las|los|la|el|do|da|dos|das|y|e|of|upon|on)\s+)?\p{Lu}[\p{L}'’.-]*\p{L}){0,4})";

static CITY_AFTER: LazyLock<Vec<(u32, Regex)>> = LazyLock::new(|| {
    [
        (3, r"(?i:alcald[ií]a|ayuntamiento|municipalidad|intendencia|gobierno|prefeitura|c[âa]mara|concejo|consejo|honorable ayuntamiento)(?i:\s+(?:mayor|municipal|distrital|metropolitana|metropolitano|provincial|especial|de|do|da|la|el|ciudad|cidade|distrito|munic[ií]pio|aut[oó]noma|constitucional)){0,5}\s+(?i:de|do|da|del)(?:\s+(?:la|el|los|las))?\s+"),
        (2, r"(?i:\b(?:ciudad|cidade|municipio|munic[ií]pio|distrito metropolitano|cant[oó]n|comuna)\s+(?:de|do|da|del)\s+)"),
        (3, r"(?i:\b(?:city of|town of|borough of|municipality of|mayor of|county of)\s+)"),
    ]
    .iter()
    .map(|(weight, before)| (*weight, pattern(&format!("{before}{NAME}"))))
    .collect()
});
static CITY_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"{NAME}\s+(?i:city council|town council|county council|borough council|metropolitan municipality|city hall|city government)"
    ))
});
/// A place and date as letters have them: `Medellín, 3 de marzo de 2026`.
static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^{NAME}(?:\s*\([^)]*\))?(?:\s*/\s*\p{{Lu}}{{2}})?,\s+\d{{1,2}}º?\s+de\s+\p{{L}}+\s+del?\s+\d{{4}}"
    ))
});

/// Words at which a captured name ends, in lower case: an office or a kind of text follows.
const NAME_ENDS: &[&str] = &[
    "secretaría",
    "secretaria",
    "dirección",
    "oficina",
    "resolución",
    "convocatoria",
    "edital",
    "departamento",
    "department",
    "office",
    "gerencia",
    "laboratorio",
    "agencia",
    "call",
    "challenge",
    "innovation",
    "reto",
    "desafío",
    "desafio",
    "council",
    "through",
    "por",
    "a",
    "gabinete",
    "instituto",
    "fundación",
    "subsecretaría",
    "invita",
    "convoca",
    "en",
    "república",
    "estado",
    "the",
    "and",
    "e",
    "y",
    "área",
    "area",
    "agência",
    "servicio",
    "serviço",
    "parks",
    "plan",
    "programa",
    "ley",
    "lei",
    "junta",
    "concejalía",
    "coordenação",
    "superintendência",
    "unidad",
    "unidade",
    "subdirección",
    "gerência",
    "semanário",
    "boletín",
    "proceso",
    "processo",
    "convida",
    "torna",
    "su",
    "se",
];
/// What looks like a city's name and is none.
const NO_CITY: &[&str] = &[
    "gobierno",
    "municipal",
    "municipio",
    "município",
    "ciudad",
    "cidade",
    "estado",
    "nacional",
    "the",
    "la",
    "el",
    "innovación",
    "inovação",
    "desarrollo",
    "república",
];

/// Endings of the addresses of a country's sites.
static SITES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)[\w-]+\.(?:(?:gob|gov|com|org|edu|go|leg|prefeitura|sp\.gov|co|net|ac)\.)(?P<code>[a-z]{2})\b|[\w-]\.(?P<plain>cl|uy|ar|br|mx|pe|ec|cr|es|pt|co)\b",
    )
});
/// Telephone numbers with a country's code.
static PHONES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\+\s?(?P<code>\d{2,3})[\s(.-]"));
const PHONE_CODES: &[(&str, &str)] = &[
    ("34", "ES"),
    ("351", "PT"),
    ("44", "GB"),
    ("51", "PE"),
    ("52", "MX"),
    ("54", "AR"),
    ("55", "BR"),
    ("56", "CL"),
    ("57", "CO"),
    ("58", "VE"),
    ("502", "GT"),
    ("503", "SV"),
    ("504", "HN"),
    ("505", "NI"),
    ("506", "CR"),
    ("507", "PA"),
    ("591", "BO"),
    ("593", "EC"),
    ("595", "PY"),
    ("598", "UY"),
    ("61", "AU"),
    ("64", "NZ"),
    ("27", "ZA"),
    ("254", "KE"),
    ("234", "NG"),
    ("233", "GH"),
    ("91", "IN"),
    ("258", "MZ"),
    ("244", "AO"),
];
/// Words that only one country's calls have.
const HINTS: &[(&str, &str)] = &[
    ("cnpj", "BR"),
    ("reais", "BR"),
    ("lgpd", "BR"),
    ("prefeitura", "BR"),
    ("r$", "BR"),
    ("pesos colombianos", "CO"),
    ("pesos chilenos", "CL"),
    ("pesos mexicanos", "MX"),
    ("pesos argentinos", "AR"),
    ("pesos uruguayos", "UY"),
    ("pesos dominicanos", "DO"),
    ("guaranies", "PY"),
    ("guaraníes", "PY"),
    ("bolivianos", "BO"),
    ("quetzales", "GT"),
    ("lempiras", "HN"),
    ("córdobas", "NI"),
    ("balboas", "PA"),
    ("soles", "PE"),
    ("s/", "PE"),
    ("£", "GB"),
    ("meticais", "MZ"),
    ("kwanzas", "AO"),
    ("companies house", "GB"),
    ("colones", "CR"),
    ("rup", "CO"),
    ("camara de comercio", "CO"),
];

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern compiles")
}

/// Counts what sentences say for a value.
struct Votes<T> {
    weights: BTreeMap<T, (u32, Vec<usize>)>,
}

impl<T: Ord + Clone> Votes<T> {
    fn new() -> Self {
        Self { weights: BTreeMap::new() }
    }

    fn add(&mut self, value: T, weight: u32, sentence: usize) {
        let (sum, sentences) = self.weights.entry(value).or_default();
        *sum += weight;
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }

    /// The value with the most weight, of equal ones that of the first sentence.
    fn best(self) -> Option<Found<T>> {
        let best = self.weights.into_iter().min_by_key(|(_, (weight, sentences))| {
            (std::cmp::Reverse(*weight), sentences.first().copied())
        });
        best.map(|(value, (_, mut sentences))| {
            sentences.truncate(MOST_SENTENCES);
            Found { value, sentences }
        })
    }
}

/// A place has at most so many sentences as its evidence.
const MOST_SENTENCES: usize = 3;

/// The city: the one that the call names most often as a city or as its office, the head of the
/// document counting more.
pub(super) fn city(sentences: &[Sentence]) -> Option<Found<String>> {
    let mut votes: Votes<String> = Votes::new();
    let mut written: BTreeMap<String, String> = BTreeMap::new();
    for (number, sentence) in sentences.iter().enumerate() {
        let head = if sentence.block < HEAD_BLOCKS { HEAD_WEIGHT } else { 1 };
        let mut add = |weight: u32, name: &str| {
            if let Some(name) = city_name(name) {
                let key = citymatch::record::normalise_key(&name);
                written.entry(key.clone()).or_insert(name);
                votes.add(key, weight * head, number);
            }
        };
        for (weight, pattern) in &*CITY_AFTER {
            for captures in pattern.captures_iter(&sentence.text) {
                add(*weight, &captures["name"]);
            }
        }
        for captures in CITY_BEFORE.captures_iter(&sentence.text) {
            add(3, &captures["name"]);
        }
        if let Some(captures) = SIGNED.captures(&sentence.text) {
            add(2, &captures["name"]);
        }
    }
    let Some(best) = votes.best() else { return place_named_often(sentences) };
    Some(Found { value: written.remove(&best.value)?, sentences: best.sentences })
}

/// A place where something is: `en San Salvador`, `in Glasgow`, `hospitais de Coimbra`.
static PLACE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"\b(?P<where>en|em|in|de|across)\s+{NAME}")));
/// So often a name must stand in a call to be its city's, without a word for city or office.
const OFTEN: usize = 3;

/// The place that the call names most often, where it has no office that says its city.
fn place_named_often(sentences: &[Sentence]) -> Option<Found<String>> {
    let mut places: BTreeMap<String, (usize, Vec<usize>)> = BTreeMap::new();
    for (number, sentence) in sentences.iter().enumerate().filter(|(_, it)| !it.is_heading) {
        for captures in PLACE.captures_iter(&sentence.text) {
            let is_in = &captures["where"] != "de";
            let Some(name) = city_name(&captures["name"]) else { continue };
            // A country is no city, and an acronym no place.
            if name.parse::<Country>().is_err() && !is_capitals(&name) {
                let (count, numbers) = places.entry(name).or_default();
                *count += if is_in { 2 } else { 1 };
                numbers.push(number);
            }
        }
    }
    let whole = sentences.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join("\n");
    let mentions = |name: &str| whole.matches(name).count();
    places
        .into_iter()
        .filter(|(name, (count, _))| *count >= 2 && mentions(name) >= OFTEN)
        .max_by_key(|(name, (count, numbers))| {
            (count + mentions(name), std::cmp::Reverse(numbers.first().copied()))
        })
        .map(|(value, (_, mut sentences))| {
            sentences.dedup();
            sentences.truncate(MOST_SENTENCES);
            Found { value, sentences }
        })
}

/// A captured name as a city's name, if it may be one.
fn city_name(name: &str) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for word in name.split_whitespace() {
        // In a letterhead on one line the name in capitals is followed by an office that is not.
        let other_case = words.first().is_some_and(|first| {
            first.chars().count() > 3 && is_capitals(first) && !is_capitals(word)
        });
        let ends = NAME_ENDS.contains(&word.to_lowercase().as_str()) || other_case;
        if !words.is_empty() && ends {
            break;
        }
        words.push(word);
    }
    while words.last().is_some_and(|word| is_small(word)) {
        words.pop();
    }
    let first = words.first()?.to_lowercase();
    if NO_CITY.contains(&first.as_str()) && words.len() == 1 {
        return None;
    }
    let name = words.join(" ");
    let shouted = is_capitals(&name) && name.chars().count() > 3;
    Some(if shouted { in_title_case(&words) } else { name.trim_end_matches('.').to_owned() })
}

fn is_small(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "de" | "del" | "la" | "las" | "los" | "el" | "do" | "da" | "dos" | "das" | "y" | "e" | "of"
    )
}

fn in_title_case(words: &[&str]) -> String {
    let word = |(at, word): (usize, &&str)| {
        let lower = word.to_lowercase();
        if at > 0 && is_small(&lower) {
            return lower;
        }
        let mut chars = lower.chars();
        chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
    };
    words.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// The country: the one that the call names most often, with what its addresses, telephone
/// numbers and money tell. Who may apply says little about it.
pub(super) fn country(sentences: &[Sentence]) -> Option<Found<Country>> {
    let mut votes: Votes<Country> = Votes::new();
    for (number, sentence) in sentences.iter().enumerate() {
        let mut weight = if sentence.block < HEAD_BLOCKS { HEAD_WEIGHT } else { 1 } * 2;
        if sentence.topic == Some(Topic::Applicants) {
            weight /= 2;
        }
        for country in named_countries(&sentence.text) {
            votes.add(country, weight, number);
        }
        for captures in SITES.captures_iter(&sentence.text) {
            let code = captures.name("code").or(captures.name("plain"));
            if let Some(country) = code.and_then(|code| code.as_str().parse().ok()) {
                votes.add(country, 3, number);
            }
        }
        for captures in PHONES.captures_iter(&sentence.text) {
            let code = PHONE_CODES.iter().find(|(code, _)| *code == &captures["code"]);
            if let Some(country) = code.and_then(|(_, country)| country.parse().ok()) {
                votes.add(country, 3, number);
            }
        }
        let lower = sentence.text.to_lowercase();
        for (word, country) in HINTS {
            let is_word = |at: usize| {
                !lower[..at].ends_with(char::is_alphanumeric)
                    && !lower[at + word.len()..].starts_with(char::is_alphabetic)
            };
            if lower.match_indices(word).any(|(at, _)| is_word(at))
                && let Ok(country) = country.parse()
            {
                votes.add(country, 1, number);
            }
        }
    }
    votes.best()
}

/// The countries whose names a text has.
pub(super) fn named_countries(text: &str) -> Vec<Country> {
    let mut found = Vec::new();
    for part in text.split(|c: char| "(),;:/\"“”«»".contains(c)) {
        let words: Vec<&str> = part.split_whitespace().map(|word| word.trim_matches('.')).collect();
        let mut at = 0;
        while at < words.len() {
            let Some((count, country)) = country_at(&words[at..]) else {
                at += 1;
                continue;
            };
            if !found.contains(&country) {
                found.push(country);
            }
            at += count;
        }
    }
    found
}

/// The country that words begin with, and how many of them are its name.
fn country_at(words: &[&str]) -> Option<(usize, Country)> {
    /// The most words of a country's name.
    const WORDS: usize = 5;
    /// Other names of two and three letters are codes of countries, and words of every language.
    const SHORT: &[&str] = &["UK", "USA", "EUA", "EE.UU"];
    let is_name = |word: &str| word.starts_with(char::is_uppercase);
    let named = |count: usize| -> Option<Country> {
        let name = words.get(..count)?.join(" ");
        let known = name.chars().count() > 3 || SHORT.contains(&name.as_str());
        (known && is_name(words[count - 1])).then(|| name.parse().ok())?
    };
    is_name(words.first()?).then_some(())?;
    let count = (1..=WORDS).find(|count| named(*count).is_some())?;
    // Guinea is also the beginning of Guinea Ecuatorial.
    let longer = words.get(count).filter(|word| is_name(word)).and(named(count + 1));
    let shorter = named(count)?;
    Some(match longer {
        Some(country) if country != shorter => (count + 1, country),
        _ => (count, shorter),
    })
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
    fn cities() {
        for (text, expected) in [
            ("Alcaldía de Medellín", Some("Medellín")),
            ("ALCALDÍA DE SANTIAGO DE CALI", Some("Santiago de Cali")),
            ("La Alcaldía Mayor de Bogotá convoca a empresas.", Some("Bogotá")),
            ("Prefeitura Municipal do Recife, por meio da Secretaria", Some("Recife")),
            ("Prefeitura da Cidade do Rio de Janeiro", Some("Rio de Janeiro")),
            ("The City of Cape Town invites proposals.", Some("Cape Town")),
            ("Bristol City Council invites entries.", Some("Bristol")),
            ("Municipalidad Provincial de Trujillo", Some("Trujillo")),
            ("la ciudad de La Paz crece", Some("La Paz")),
            ("Gobierno de la Ciudad de Buenos Aires", Some("Buenos Aires")),
            ("Curitiba, 3 de março de 2026.", Some("Curitiba")),
            ("AYUNTAMIENTO DE VALLADOLID Área de Salud Urbana", Some("Valladolid")),
            ("Families in Glasgow wait. Glasgow is cold. We work in Glasgow.", Some("Glasgow")),
            ("No hay ciudad aquí.", None),
        ] {
            let found = city(&read(text)).map(|found| found.value);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_of_countries() {
        for (text, expected) in [
            ("domicilio en El Salvador, Guatemala u Honduras", "SV GT HN"),
            ("empresas de Colombia y Perú", "CO PE"),
            ("Guinea Ecuatorial o Papua New Guinea", "GQ PG"),
            ("registered in the UK", "GB"),
            ("no es de La Paz", ""),
        ] {
            let found: Vec<&str> = named_countries(text).iter().map(|it| it.name()).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn countries() {
        for (text, expected) in [
            ("El municipio está en Colombia.", Some("CO")),
            ("Escriba a retos@cali.gov.co hoy.", Some("CO")),
            ("Llame al +56 2 2345 6789 hoy.", Some("CL")),
            ("O prêmio é de R$ 80.000,00.", Some("BR")),
            ("Papua New Guinea invites proposals.", Some("PG")),
            ("No hay país en este texto.", None),
        ] {
            let found = country(&read(text)).map(|found| found.value.name());
            assert_eq!(found, expected, "{text}");
        }
    }
}
