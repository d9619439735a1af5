use std::fmt;

use serde_json::{Map, Value as Json};

use super::field::{Field, Item, Problems, json_text, named, number_to_json, read_number, unclear};
use super::key::normalise_key;
use super::number::{self, Number};
use super::phrase;
use super::placeholder::is_placeholder;

/// The codes of ISO 4217 that are in use: the currencies of countries, and units of account.
const CURRENCIES: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP \
    BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB \
    EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD \
    JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
    MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR \
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND \
    TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF \
    XPF XSU XUA YER ZAR ZMW ZWG";

/// What else is read as a currency, as a symbol without spaces or as [`normalise_key`] makes it. `$`
/// and *pesos* alone are not here: a dozen countries use them.
pub const WORDS: &[(&str, &str)] = &[
    ("$b", "BOB"),
    ("$u", "UYU"),
    ("a$", "AUD"),
    ("ar$", "ARS"),
    ("au$", "AUD"),
    ("b/.", "PAB"),
    ("balboas", "PAB"),
    ("bolivares", "VES"),
    ("bolivianos", "BOB"),
    ("c$", "CAD"),
    ("ca$", "CAD"),
    ("cedis", "GHS"),
    ("clp$", "CLP"),
    ("col$", "COP"),
    ("colones", "CRC"),
    ("cop$", "COP"),
    ("cordobas", "NIO"),
    ("dolar", "USD"),
    ("dolar americano", "USD"),
    ("dolar estadounidense", "USD"),
    ("dolares", "USD"),
    ("dolares americanos", "USD"),
    ("dolares de estados unidos", "USD"),
    ("dolares estadounidenses", "USD"),
    ("dollars", "USD"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("gs.", "PYG"),
    ("guaranies", "PYG"),
    ("ksh", "KES"),
    ("kwanzas", "AOA"),
    ("lempiras", "HNL"),
    ("libras esterlinas", "GBP"),
    ("meticais", "MZN"),
    ("mn$", "MXN"),
    ("mx$", "MXN"),
    ("mxn$", "MXN"),
    ("naira", "NGN"),
    ("nz$", "NZD"),
    ("peso argentino", "ARS"),
    ("peso chileno", "CLP"),
    ("peso colombiano", "COP"),
    ("peso mexicano", "MXN"),
    ("peso uruguayo", "UYU"),
    ("pesos argentinos", "ARS"),
    ("pesos chilenos", "CLP"),
    ("pesos colombianos", "COP"),
    ("pesos dominicanos", "DOP"),
    ("pesos mexicanos", "MXN"),
    ("pesos uruguayos", "UYU"),
    ("pounds", "GBP"),
    ("pounds sterling", "GBP"),
    ("quetzales", "GTQ"),
    ("r$", "BRL"),
    ("rand", "ZAR"),
    ("rd$", "DOP"),
    ("reais", "BRL"),
    ("real", "BRL"),
    ("real brasileno", "BRL"),
    ("reales", "BRL"),
    ("rs$", "BRL"),
    ("rupees", "INR"),
    ("s/", "PEN"),
    ("s/.", "PEN"),
    ("sol", "PEN"),
    ("soles", "PEN"),
    ("u$d", "USD"),
    ("u$s", "USD"),
    ("us dollar", "USD"),
    ("us dollars", "USD"),
    ("us$", "USD"),
    ("usd$", "USD"),
    ("£", "GBP"),
    ("₡", "CRC"),
    ("₦", "NGN"),
    ("€", "EUR"),
    ("₲", "PYG"),
    ("₹", "INR"),
];

/// A currency, by its ISO 4217 code, such as `USD`. Upper and lower case are read, and so are
/// symbols and names of one currency: `R$`, `pesos colombianos`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(&'static str);

impl Currency {
    /// The three-letter code.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    fn from_word(word: &str) -> Option<Self> {
        let word = word.trim();
        let code = |word: &str| {
            CURRENCIES.split_ascii_whitespace().find(|code| code.eq_ignore_ascii_case(word))
        };
        let (symbol, name) = (symbol_key(word), normalise_key(word));
        let known = || WORDS.iter().find(|(known, _)| *known == symbol || *known == name);
        code(word).or_else(|| code(known()?.1)).map(Self)
    }

    fn from_phrase(text: &str) -> Option<Self> {
        phrase::value(text, Self::from_word)
    }
}

/// A symbol without spaces, in lower case.
fn symbol_key(word: &str) -> String {
    word.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

named!(
    Currency,
    Currency::from_phrase,
    Currency::from_word,
    "a currency as ISO 4217, such as `USD`"
);

/// An amount of money.
///
/// Only amounts in the same currency are compared, because a catalogue knows no exchange rates.
///
/// # Examples
/// ```
/// use citymatch::record::Money;
/// let cost = Money::new(1200.0, "USD".parse().unwrap());
/// assert_eq!(cost.to_string(), "1200 USD");
/// assert_eq!(cost.at_most(&Money::new(2000.0, "USD".parse().unwrap())), Some(true));
/// assert_eq!(cost.at_most(&Money::new(2000.0, "BRL".parse().unwrap())), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Money {
    /// The amount in units of the currency (dollars, not cents), 0 or more.
    pub amount: f64,
    /// The currency; an amount without one is not compared with any other.
    pub currency: Option<Currency>,
}

impl Money {
    /// An amount in a currency.
    #[must_use]
    pub fn new(amount: f64, currency: Currency) -> Self {
        Self { amount, currency: Some(currency) }
    }

    /// Whether this amount is at most `limit`; `None` unless both have the same currency.
    #[must_use]
    pub fn at_most(&self, limit: &Self) -> Option<bool> {
        (self.currency? == limit.currency?).then_some(self.amount <= limit.amount)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.amount)?;
        self.currency.map_or(Ok(()), |currency| write!(f, " {currency}"))
    }
}

/// Words for an amount of nothing.
const FREE: &[&str] = &[
    "cero",
    "free",
    "free of charge",
    "gratis",
    "gratuita",
    "gratuito",
    "no cost",
    "sem custo",
    "sin costo",
    "zero",
];

/// Words before a number that leave it what it is.
const ABOUT: &[&str] = &[
    "about",
    "alrededor de",
    "aprox",
    "approx",
    "aproximadamente",
    "ca",
    "cerca de",
    "total",
    "unos",
];

/// Words behind a number that multiply it.
const MULTIPLES: &[(&str, f64)] = &[
    ("k", 1e3),
    ("mil", 1e3),
    ("thousand", 1e3),
    ("millon", 1e6),
    ("millones", 1e6),
    ("milhao", 1e6),
    ("milhoes", 1e6),
    ("million", 1e6),
    ("millions", 1e6),
];

const AMOUNT: &str =
    "an amount that can be read in one way only, such as 1200, 1.200,50 or USD 1200";

/// The amount that a text means, and its currency if it names one: `R$ 1.000,00`, `25 mil`,
/// `$ 1.200.000 COP`, `Gratuito`. `None` where it might be another one: `1.200` is a thousand in one
/// country and one in the next, and `1000-2000` is two.
fn read_amount(text: &str) -> Option<(f64, Option<Currency>)> {
    if FREE.contains(&normalise_key(text).as_str()) {
        return Some((0.0, None));
    }
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let is_part =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}');
    let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |end| start + end);
    let digits = text[start..end].trim_end_matches(|c: char| !c.is_ascii_digit());
    let after =
        text[start + digits.len()..].trim().trim_start_matches(['.', ',', '-']).trim_start();
    let Number::Exact(amount) = number::read(digits) else { return None };
    let before = currency_beside(without_words(&text[..start], ABOUT))?;
    let (factor, after) = multiple(after);
    let after = currency_beside(without_words(after, ABOUT))?;
    match (before, after) {
        (Some(one), Some(other)) if one != other => None,
        (one, other) => Some((amount * factor, one.or(other))),
    }
}

/// The factor that the first word of a text is, and the rest.
fn multiple(text: &str) -> (f64, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let key = normalise_key(word);
    match MULTIPLES.iter().find(|(word, _)| *word == key) {
        Some((_, factor)) => (*factor, rest.trim().strip_prefix("de ").unwrap_or(rest.trim())),
        None => (1.0, text),
    }
}

/// A text without words that it consists of, or begins with.
fn without_words<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let text = text.trim().trim_start_matches(['~', '≈', '(']).trim_end_matches([':', ')']).trim();
    if words.contains(&normalise_key(text).as_str()) {
        return "";
    }
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) if words.contains(&normalise_key(word).as_str()) => rest.trim(),
        _ => text,
    }
}

/// The currency of a text beside a number. `None` where the text is something else.
#[allow(clippy::option_option)] // no currency is an answer too
fn currency_beside(text: &str) -> Option<Option<Currency>> {
    if text.is_empty() || matches!(normalise_key(text).as_str(), "peso" | "pesos") || text == "$" {
        return Some(None);
    }
    let bare = text.strip_prefix("de ").unwrap_or(text);
    let without_dollar = bare.trim_start_matches('$').trim_end_matches(['.', '$']).trim();
    Currency::from_word(bare).or_else(|| Currency::from_word(without_dollar)).map(Some)
}

impl Item for Money {
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self> {
        let (amount, currency) = match json {
            Json::Object(fields) => (
                fields.get("amount").unwrap_or(&Json::Null),
                fields.get("currency").unwrap_or(&Json::Null),
            ),
            Json::String(_) | Json::Number(_) => (json, &Json::Null),
            other => {
                let expected = "an object of `amount` and `currency`";
                return unclear(problems, at, json_text(other), expected);
            }
        };
        let currency = Option::<Currency>::read(currency, &format!("{at}.currency"), problems);
        let at = if json.is_object() { format!("{at}.amount") } else { at.to_owned() };
        let (amount, named) = match amount {
            Json::Null => return unclear(problems, &at, "", "an amount, as there is a currency"),
            Json::String(text) if is_placeholder(text) => return None,
            Json::String(text) => match read_amount(text) {
                Some(read) => read,
                None => return unclear(problems, &at, text, AMOUNT),
            },
            other => match read_number(other).filter(|amount| *amount >= 0.0) {
                Some(amount) => (amount, None),
                None => return unclear(problems, &at, json_text(other), "a number, 0 or more"),
            },
        };
        match (currency, named) {
            (Some(currency), Some(named)) if currency != named => {
                unclear(problems, &at, format!("{named} and {currency}"), "one currency")
            }
            (one, other) => Some(Self { amount, currency: one.or(other) }),
        }
    }

    fn write_item(&self) -> Json {
        let mut fields = Map::new();
        fields.insert("amount".to_owned(), number_to_json(self.amount));
        if let Some(currency) = self.currency {
            fields.insert("currency".to_owned(), currency.write_item());
        }
        Json::Object(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_offices_write_them() {
        for (text, expected) in [
            ("1200", Some("1200")),
            ("1.200,50", Some("1200.5")),
            ("1,200.50", Some("1200.5")),
            ("$ 1.200.000", Some("1200000")),
            ("$ 1.200.000 COP", Some("1200000 COP")),
            ("COP$ 1.200.000", Some("1200000 COP")),
            ("R$ 1.000,00", Some("1000 BRL")),
            ("R$1.000,00", Some("1000 BRL")),
            ("US$ 500", Some("500 USD")),
            ("USD 500", Some("500 USD")),
            ("500 USD", Some("500 USD")),
            ("500 dólares", Some("500 USD")),
            ("500 pesos", Some("500")),
            ("500 pesos colombianos", Some("500 COP")),
            ("€ 500", Some("500 EUR")),
            ("500.-", Some("500")),
            ("25 mil", Some("25000")),
            ("25 mil USD", Some("25000 USD")),
            ("1,5 millones de pesos", Some("1500000")),
            ("R$ 2 milhões", Some("2000000 BRL")),
            ("10k", Some("10000")),
            ("aprox. 500 USD", Some("500 USD")),
            ("Gratuito", Some("0")),
            ("0", Some("0")),
            ("USD 25,000", None),
            ("12.000", None),
            ("1000-2000", None),
            ("1000 a 2000", None),
            ("desde 1000", None),
            ("1000 por unidad", None),
            ("R$ 500 USD", None),
            ("-500", None),
            ("mil", None),
            ("$", None),
        ] {
            let mut problems = Vec::new();
            let read = Money::read_item(&Json::from(text), "cost", &mut problems);
            assert_eq!(read.map(|money| money.to_string()).as_deref(), expected, "{text}");
            assert_eq!(problems.is_empty(), expected.is_some(), "{text}");
        }
    }

    #[test]
    fn words_mean_currencies() {
        for (word, code) in [
            ("usd", Some("USD")),
            ("US$", Some("USD")),
            ("Pesos colombianos", Some("COP")),
            ("Pesos colombianos (COP)", Some("COP")),
            ("Reais", Some("BRL")),
            ("S/.", Some("PEN")),
            ("$", None),
            ("pesos", None),
        ] {
            assert_eq!(Currency::from_phrase(word).map(Currency::name), code, "{word}");
        }
        assert!(WORDS.iter().all(|(_, code)| CURRENCIES.contains(code)));
    }

    #[test]
    fn what_is_clear_of_a_cost_is_read() {
        for (name, json, expected, at) in [
            ("both", serde_json::json!({"amount": 5, "currency": "USD"}), Some("5 USD"), None),
            (
                "currency",
                serde_json::json!({"amount": 5, "currency": "x"}),
                Some("5"),
                Some("cost.currency"),
            ),
            (
                "amount",
                serde_json::json!({"amount": "12.000", "currency": "USD"}),
                None,
                Some("cost.amount"),
            ),
            ("none", serde_json::json!({"amount": "Por definir", "currency": "USD"}), None, None),
            ("list", serde_json::json!([5]), None, Some("cost")),
            (
                "two",
                serde_json::json!({"amount": "R$ 5", "currency": "USD"}),
                None,
                Some("cost.amount"),
            ),
        ] {
            let mut problems = Vec::new();
            let read = Money::read_item(&json, "cost", &mut problems);
            assert_eq!(read.map(|money| money.to_string()).as_deref(), expected, "{name}");
            assert_eq!(problems.first().map(|problem| problem.field.as_str()), at, "{name}");
        }
    }
}
