//! What stands in a sentence and says nothing about its subject: addresses and bare numbers.
//!
//! An ask that ends with `Tel. 12 35 2022` is about what it was about before. But numbers and the
//! parts of an address are rare words, and a ranking takes rare words for what matters. So addresses
//! are no words, a bare number counts less than a word where it is asked for
//! ([`NUMBER_WEIGHT`](super::fields::NUMBER_WEIGHT)), and the encoder sees neither:
//!
//! * addresses: URLs and hosts, e-mail addresses, names on social media (`@ciudad`), and telephone
//!   numbers, times of day and postal codes with the word that announces them (`Tel.`, `ext.`,
//!   `CEP`);
//! * numbers without a letter, with their signs: `2022`, `1.234,5`, `35 %`, `4.º`, `12-18`,
//!   `1753/2015`, and money with its currency: `R$ 250.000`, `USD 25`.
//!
//! What has a letter stays, because it names a thing: `CO2`, `PM2.5`, `5G`, `COVID-19`, `km²`. A
//! number behind the name of the goals (`ODS 6, 11 y 13`, `SDG 11.5`) names one of them and stays.
//!
//! A sentence of figures (`Población: 1.234.567 hab.; plazo: 18 meses; 12 barrios`) says how much and
//! not what, so its words count as its numbers do: see [`is_of_figures`].
//!
//! Quotation marks and brackets are spaces: what is said in them is said. A compound such as `Wi-Fi`
//! is one word: `compounds.rs` says which are.
//!
//! A sentence of which nothing is left but words of [`contact_words`](crate::language) was there
//! for its address: `Más información en www.ciudad.gob o escriba a …`. Nothing of it is matched.

use std::borrow::Cow;

use super::analyse::{Term, terms};
use super::stop::stop_words;
use super::tokenise::NormalisedText;
use crate::record::Language;

/// A sentence as it is compared: composed, in lower case, without addresses.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matched {
    /// Its words, without bare numbers; empty for a sentence of figures.
    pub(crate) words: NormalisedText,
    /// Its bare numbers, and the words of a sentence of figures; mostly empty.
    pub(crate) numbers: NormalisedText,
}

impl Matched {
    /// `None` if nothing is left of the sentence.
    pub(super) fn new(sentence: &str) -> Option<Self> {
        let normalised = NormalisedText::new(sentence).without_brackets().with_joined_compounds();
        let (words, numbers) = if may_have_noise(normalised.as_str()) {
            let tokens: Vec<&str> = normalised.as_str().split(' ').collect();
            let mut found = Tokens::new(&tokens);
            if found.has_address && found.words.iter().all(|token| is_about_contact(token)) {
                return None;
            }
            if is_of_figures(found.numbers.len(), tokens.len()) {
                let numbers = std::mem::take(&mut found.numbers);
                found.numbers = std::mem::take(&mut found.words);
                found.numbers.extend(numbers);
            }
            let joined =
                |tokens: &[Cow<'_, str>]| NormalisedText::from_normalised(tokens.join(" "));
            (joined(&found.words), joined(&found.numbers))
        } else {
            (normalised, NormalisedText::default())
        };
        let is_empty = words.is_empty() && numbers.is_empty();
        (!is_empty).then_some(Self { words, numbers })
    }

    /// Appends what follows.
    pub(super) fn extend(&mut self, other: &Self) {
        self.words.extend(&other.words);
        self.numbers.extend(&other.numbers);
    }

    /// Its content words and then its bare numbers, with repetitions.
    pub(crate) fn terms(&self, language: Option<Language>) -> Vec<Term> {
        let texts = [&self.words, &self.numbers];
        texts.into_iter().flat_map(|text| terms(text.as_str(), language)).collect()
    }
}

/// Whether a text has a sign that addresses and numbers have.
fn may_have_noise(text: &str) -> bool {
    let mut before = b' ';
    text.bytes().any(|byte| {
        let is_joint = matches!(before, b'.' | b'/');
        before = byte;
        matches!(byte, b'0'..=b'9' | b'@' | b'$')
            || is_joint && (byte.is_ascii_alphanumeric() || byte == b'/')
    })
}

/// Whether a sentence is one of figures: it has three numbers or more, and they are two fifths of
/// its tokens or more.
fn is_of_figures(numbers: usize, tokens: usize) -> bool {
    numbers >= 3 && numbers * 5 >= tokens * 2
}

/// The tokens of a sentence, told apart.
struct Tokens<'t> {
    words: Vec<Cow<'t, str>>,
    numbers: Vec<Cow<'t, str>>,
    has_address: bool,
}

impl<'t> Tokens<'t> {
    fn new(tokens: &[&'t str]) -> Self {
        let words = Vec::with_capacity(tokens.len());
        let mut found = Self { words, numbers: Vec::new(), has_address: false };
        let mut names_a_goal = false;
        for (at, token) in tokens.iter().enumerate() {
            // Most tokens are letters alone, and neither an address nor a number.
            let is_word = token.bytes().all(|byte| byte.is_ascii_lowercase());
            let core = if is_word { token } else { core(token) };
            let is_number = !is_word && is_number(core);
            if !is_word && is_address(token) {
                found.has_address = true;
                names_a_goal = false;
                continue;
            }
            if is_number && !names_a_goal {
                let is_address = is_time(core) || core.starts_with('+');
                found.has_address |= is_address;
                if !is_address {
                    found.numbers.push(Cow::Borrowed(core));
                }
                continue;
            }
            let mut others = tokens[at + 1..].iter();
            // `(601)` and `n.º` may stand between the word and the number.
            let number_follows = others.next().is_some_and(|next| is_number_like(next));
            if number_follows && ANNOUNCE_ADDRESSES.contains(&core) {
                found.has_address = true;
                continue;
            }
            let number_before = at > 0 && is_number_like(tokens[at - 1]);
            if CURRENCY_SIGNS.contains(&core)
                || ((number_follows || number_before) && CURRENCIES.contains(&core))
            {
                continue;
            }
            names_a_goal =
                GOALS.contains(&core) || (names_a_goal && (is_number || AND.contains(&core)));
            found.words.push(inclusive(token));
        }
        found
    }
}

/// Words behind which a number is a telephone number or a postal code.
const ANNOUNCE_ADDRESSES: [&str; 27] = [
    "tel",
    "tels",
    "teléfono",
    "teléfonos",
    "telefono",
    "telefone",
    "telefones",
    "phone",
    "telephone",
    "fax",
    "cel",
    "celular",
    "móvil",
    "movil",
    "telemóvel",
    "mobile",
    "whatsapp",
    "wsp",
    "ext",
    "extensión",
    "ramal",
    "interno",
    "cp",
    "c.p",
    "cep",
    "zip",
    "postcode",
];

/// Words behind which a number is the name of a goal of the United Nations.
const GOALS: [&str; 8] = ["ods", "odss", "sdg", "sdgs", "objetivo", "objetivos", "goal", "goals"];

/// Words between two numbers of a list.
const AND: [&str; 5] = ["y", "e", "and", "a", "&"];

/// Signs of money, as they stand alone.
const CURRENCY_SIGNS: [&str; 6] = ["$", "r$", "us$", "u$s", "€", "£"];

/// Names of money that stand beside a number.
const CURRENCIES: [&str; 16] = [
    "usd", "eur", "gbp", "brl", "cop", "clp", "mxn", "ars", "pen", "uyu", "bob", "pyg", "crc",
    "gtq", "dop", "s/",
];

/// Endings of hosts' names that no other word with a full stop inside has.
const TOP_DOMAINS: [&str; 8] = ["com", "org", "net", "gov", "gob", "edu", "info", "gub"];

/// A token without the punctuation around it.
fn core(token: &str) -> &str {
    let inside =
        |c: char| c.is_alphanumeric() || matches!(c, '$' | '€' | '£' | '%' | '+' | '@' | 'º' | 'ª');
    let Some(start) = token.find(inside) else { return "" };
    let end =
        token.char_indices().rfind(|(_, c)| inside(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    &token[start..end]
}

fn is_address(token: &str) -> bool {
    let token = token.trim_matches(|c: char| !c.is_alphanumeric() && c != '@');
    if token.contains("://") || token.starts_with("www.") || token.starts_with("mailto:") {
        return true;
    }
    match token.split_once('@') {
        Some(("", name)) => return name.starts_with(char::is_alphabetic),
        Some((_, host)) => return host.contains('.'),
        None => {}
    }
    let (host, path) =
        token.split_once('/').map_or((token, None), |(host, path)| (host, Some(path)));
    let mut labels = host.rsplit('.');
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let (Some(last), Some(before)) = (labels.next(), labels.next()) else { return false };
    let is_country = last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    host.split('.').all(is_label)
        && !before.bytes().all(|byte| byte.is_ascii_digit())
        && (TOP_DOMAINS.contains(&last)
            || (is_country && (TOP_DOMAINS.contains(&before) || path.is_some())))
}

/// Whether a token without its punctuation is a number: digits and signs, or a time of day, an
/// ordinal or money whose letters belong to the digits.
fn is_number(core: &str) -> bool {
    if !core.bytes().any(|byte| byte.is_ascii_digit()) {
        return matches!(core, "%" | "º" | "ª" | "n.º" | "nº");
    }
    let core = CURRENCY_SIGNS.iter().find_map(|sign| core.strip_prefix(sign)).unwrap_or(core);
    let core = ["r$", "us$", "u$s", "usd", "s/"]
        .iter()
        .find_map(|sign| core.strip_prefix(sign))
        .unwrap_or(core);
    let digits = core.trim_end_matches(|c: char| c.is_alphabetic());
    let ending = &core[digits.len()..];
    is_digits_and_signs(digits)
        && (ending.is_empty() || ORDINALS.contains(&ending) || is_time(core))
        || is_time(core)
}

/// Endings of ordinal numbers, and of decades.
const ORDINALS: [&str; 16] =
    ["º", "ª", "o", "a", "er", "ro", "do", "ra", "da", "to", "ta", "th", "st", "nd", "rd", "s"];

fn is_digits_and_signs(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '$' | '€' | '£'))
        && text.chars().all(|c| {
            c.is_ascii_digit()
                || (!c.is_alphanumeric() && c != '_')
                || matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '¼'..='¾' | 'º' | 'ª')
        })
}

/// Whether a token is a time of day: `8:00`, `16h30`, `8h`, `5pm`.
fn is_time(core: &str) -> bool {
    let digits = core.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&digits) {
        return false;
    }
    let rest = &core[digits..];
    let minutes = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    match rest.split_at_checked(1) {
        Some((":", after)) => {
            let number = after.trim_end_matches(|c: char| c.is_alphabetic());
            minutes(number)
                && matches!(&after[number.len()..], "" | "h" | "hs" | "hrs" | "am" | "pm")
        }
        Some(("h", after)) => {
            matches!(after, "" | "s" | "rs") || minutes(after.trim_end_matches("min"))
        }
        _ => matches!(rest, "am" | "pm"),
    }
}

fn is_number_like(token: &str) -> bool {
    let core = core(token);
    !core.is_empty() && is_number(core)
}

/// Whether a token is no word, a stop word, or one that says how to reach somebody.
fn is_about_contact(token: &str) -> bool {
    let word = core(token);
    word.is_empty()
        || word.chars().count() == 1
        || Language::ALL.iter().any(|language| {
            stop_words(*language).contains(word)
                || language.definition().contact_words.contains(&word)
        })
}

/// A token in which `@` stands for both `a` and `o`, as in `niñ@s`, with an `o`.
fn inclusive(token: &str) -> Cow<'_, str> {
    match token.split_once('@') {
        Some((stem, ending))
            if stem.ends_with(char::is_alphabetic) && matches!(core(ending), "" | "s") =>
        {
            Cow::Owned(format!("{stem}o{ending}"))
        }
        _ => Cow::Borrowed(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<String> {
        Matched::new(text).map(|matched| matched.words.as_str().to_owned())
    }

    #[test]
    fn what_is_left_of_a_sentence() {
        for (name, text, expected) in [
            ("nothing_to_do", "Baños secos para La Boca", Some("baños secos para la boca")),
            ("numbers", "Meta: 35 % en 2022, en 12 barrios de 3 comunas", Some("")),
            ("money", "hasta USD 250.000 o R$ 1.000,00 y US$5", Some("hasta o y")),
            (
                "ranges_and_laws",
                "jóvenes de 12-18 años, Ley 1753/2015",
                Some("jóvenes de años, ley"),
            ),
            ("ordinals", "el 4.º y el 21st piso", Some("el y el piso")),
            (
                "what_has_a_letter_stays",
                "CO2, PM2.5, 5G, COVID-19 y 40 km²",
                Some("co2, pm2.5, 5g, covid-19 y km²"),
            ),
            ("goals", "los ODS 6, 11 y 13 en 12 barrios", Some("los ods 6, 11 y 13 en barrios")),
            ("target_of_a_goal", "SDG 11.5", Some("sdg 11.5")),
            ("only_numbers", "12 35 2022", Some("")),
            ("figures", "Población: 1.234.567 hab. (2022); meta: 35 % en 2027", Some("")),
            (
                "url",
                "Huerta de www.huerta.example/plan?id=3 para todos",
                Some("huerta de para todos"),
            ),
            ("host", "Huerta de huerta.org y de ciudad.gov.co", Some("huerta de y de")),
            ("no_host", "el plan.Next con baños.Los", Some("el plan.next con baños.los")),
            ("email_and_name", "Huerta huerta@ciudad.gob @huerta", Some("huerta")),
            ("inclusive", "niñ@s y tod@s.", Some("niños y todos.")),
            (
                "contact_spanish",
                "Más información en https://ciudad.gob/x?id=37 o escriba a a@b.gob.",
                None,
            ),
            (
                "contact_portuguese",
                "Mais informações em https://cidade.gov ou escreva para i@c.gov.",
                None,
            ),
            ("contact_english", "More at https://city.gov or write to a@city.gov.", None),
            ("telephone", "Tel. +57 (601) 555-0137 ext. 204, WhatsApp +57 300 555 0199.", None),
            ("hours", "Horario: lunes a viernes, 8:00 a 16:30.", None),
            ("hours_portuguese", "Horário: segunda a sexta, 8h às 16h30.", None),
            ("telephone_of_digits", "Tel. 12 35 2022 ext. 3", None),
            (
                "a_line_for_children",
                "una línea telefónica para niños, 8:00 a 16:30",
                Some("una línea telefónica para niños, a"),
            ),
        ] {
            assert_eq!(shown(text).as_deref(), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn words_without_digits_and_addresses_stay(text in "[a-zñáéíóú,;:!?()-]{1,9}( [a-zñáéíóú,;:!?()-]{1,9}){0,9}") {
            let normalised = NormalisedText::new(&text).without_brackets().with_joined_compounds();
            if normalised.words().next().is_some() && !may_have_noise(&text) {
                let numbers = NormalisedText::default();
                prop_assert_eq!(Matched::new(&text), Some(Matched { words: normalised, numbers }));
            }
        }

        #[test]
        fn capitals_change_nothing(text in "[a-zA-Z0-9ñáéíóú@./:%$ -]{0,60}") {
            prop_assert_eq!(shown(&text), shown(&text.to_lowercase()));
        }
    }
}
