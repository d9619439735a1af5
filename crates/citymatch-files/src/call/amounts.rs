//! Numbers and sums of money that a sentence names, in digits and in words.

use std::sync::LazyLock;

use citymatch::Country;
use citymatch::record::{CURRENCY_WORDS, Currency, Money};
use regex::Regex;

use super::fold::folded;
use citymatch::record::number::{self, Number};

/// Words for numbers, in folded text: Spanish, Portuguese, English.
const NUMBER_WORDS: &[(&str, f64)] = &[
    ("un", 1.0),
    ("uno", 1.0),
    ("una", 1.0),
    ("um", 1.0),
    ("uma", 1.0),
    ("one", 1.0),
    ("dos", 2.0),
    ("dois", 2.0),
    ("duas", 2.0),
    ("two", 2.0),
    ("tres", 3.0),
    ("three", 3.0),
    ("cuatro", 4.0),
    ("quatro", 4.0),
    ("four", 4.0),
    ("cinco", 5.0),
    ("five", 5.0),
    ("seis", 6.0),
    ("six", 6.0),
    ("siete", 7.0),
    ("sete", 7.0),
    ("seven", 7.0),
    ("ocho", 8.0),
    ("oito", 8.0),
    ("eight", 8.0),
    ("nueve", 9.0),
    ("nove", 9.0),
    ("nine", 9.0),
    ("diez", 10.0),
    ("dez", 10.0),
    ("ten", 10.0),
    ("once", 11.0),
    ("onze", 11.0),
    ("eleven", 11.0),
    ("doce", 12.0),
    ("doze", 12.0),
    ("twelve", 12.0),
    ("trece", 13.0),
    ("treze", 13.0),
    ("thirteen", 13.0),
    ("catorce", 14.0),
    ("quatorze", 14.0),
    ("catorze", 14.0),
    ("fourteen", 14.0),
    ("quince", 15.0),
    ("quinze", 15.0),
    ("fifteen", 15.0),
    ("dieciseis", 16.0),
    ("dezesseis", 16.0),
    ("sixteen", 16.0),
    ("dieciocho", 18.0),
    ("dezoito", 18.0),
    ("eighteen", 18.0),
    ("veinte", 20.0),
    ("vinte", 20.0),
    ("twenty", 20.0),
    ("veinticinco", 25.0),
    ("treinta", 30.0),
    ("trinta", 30.0),
    ("thirty", 30.0),
    ("cuarenta", 40.0),
    ("quarenta", 40.0),
    ("forty", 40.0),
    ("cincuenta", 50.0),
    ("cinquenta", 50.0),
    ("fifty", 50.0),
    ("sesenta", 60.0),
    ("sessenta", 60.0),
    ("sixty", 60.0),
    ("setenta", 70.0),
    ("seventy", 70.0),
    ("ochenta", 80.0),
    ("oitenta", 80.0),
    ("eighty", 80.0),
    ("noventa", 90.0),
    ("ninety", 90.0),
    ("cien", 100.0),
    ("ciento", 100.0),
    ("cem", 100.0),
    ("cento", 100.0),
    ("doscientos", 200.0),
    ("duzentos", 200.0),
    ("trescientos", 300.0),
    ("trezentos", 300.0),
    ("cuatrocientos", 400.0),
    ("quatrocentos", 400.0),
    ("quinientos", 500.0),
    ("quinhentos", 500.0),
    ("seiscientos", 600.0),
    ("seiscentos", 600.0),
    ("setecientos", 700.0),
    ("setecentos", 700.0),
    ("ochocientos", 800.0),
    ("oitocentos", 800.0),
    ("novecientos", 900.0),
    ("novecentos", 900.0),
];

/// Words that multiply the number before them.
const SCALES: &[(&str, f64)] = &[
    ("mil millones", 1e9),
    ("hundred thousand", 1e5),
    ("mil", 1e3),
    ("thousand", 1e3),
    ("k", 1e3),
    ("millones", 1e6),
    ("millon", 1e6),
    ("milhoes", 1e6),
    ("milhao", 1e6),
    ("million", 1e6),
    ("m", 1e6),
    ("mi", 1e6),
    ("hundred", 1e2),
];

/// Countries by the currency that `$`, pesos or dollars mean in them.
const PESOS_AND_DOLLARS: &[(&str, &str)] = &[
    ("AR", "ARS"),
    ("AU", "AUD"),
    ("CA", "CAD"),
    ("CL", "CLP"),
    ("CO", "COP"),
    ("CU", "CUP"),
    ("DO", "DOP"),
    ("EC", "USD"),
    ("MX", "MXN"),
    ("NZ", "NZD"),
    ("PH", "PHP"),
    ("PR", "USD"),
    ("SV", "USD"),
    ("US", "USD"),
    ("UY", "UYU"),
    ("BR", "BRL"),
];

/// A number in digits or words, as patterns have it.
pub(super) static NUMBER: LazyLock<String> = LazyLock::new(|| {
    let mut words: Vec<&str> = NUMBER_WORDS.iter().map(|(word, _)| *word).collect();
    words.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    let word = words.join("|");
    format!(r"(?:\d[\d.,'\u{{a0}} ]*\d|\d|(?:{word})(?:(?:\s+(?:y|e|and)\s+|[\s-]+)(?:{word}))*)")
});

static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    let alternatives = |words: &mut dyn Iterator<Item = &str>| -> String {
        let mut words: Vec<String> = words.map(regex::escape).collect();
        words.sort_by_key(|word| (std::cmp::Reverse(word.len()), word.clone()));
        words.dedup();
        words.join("|")
    };
    let codes = "usd|eur|gbp|brl|cop|mxn|clp|ars|uyu|pen|bob|pyg|gtq|hnl|nio|crc|pab|dop|cad|aud|nzd|zar|kes|inr|ngn|ghs|mzn|aoa|uf|chf";
    let named = alternatives(&mut CURRENCY_WORDS.iter().map(|(name, _)| *name));
    let scales = alternatives(&mut SCALES.iter().map(|(name, _)| *name));
    let number = &*NUMBER;
    let pattern = format!(
        r"(?:(?P<before>{named}|(?:{codes})\b|\$)\s*\$?\s*)?(?P<number>{number})(?:\s*(?P<scale>{scales})\b)?(?:\s+(?P<scale2>{scales})\b)?(?:\s*\((?:[^()]{{0,80}})\))?\s*(?:de\s+)?(?P<after>(?:{named}|{codes}|pesos|dollars|dolares)(?:\W|$))?"
    );
    Regex::new(&pattern).expect("a fixed pattern compiles")
});

/// The sums of money that a text names, in order, each with where it begins in the folded text.
/// `country` says what `$` and pesos mean; without it they have no currency.
pub(super) fn money(text: &str, country: Option<Country>) -> Vec<(usize, Money)> {
    let text = folded(text);
    let mut found = Vec::new();
    for captures in MONEY.captures_iter(&text) {
        let get = |name: &str| captures.name(name).map(|found| found.as_str().trim());
        let start = captures.get(0).map_or(0, |whole| whole.start());
        let (before, after) = (get("before"), get("after"));
        let after = after.map(|after| {
            after.trim_end_matches(|c: char| !c.is_alphabetic() && c != '$' && c != '€')
        });
        // A sign of currency inside a word, such as the `m` of `12 m`, is none.
        if before.is_none() && after.is_none()
            || before.is_some() && text[..start].ends_with(char::is_alphanumeric)
        {
            continue;
        }
        let Some(number) = get("number").and_then(value) else { continue };
        let scale: f64 = ["scale", "scale2"].into_iter().filter_map(get).map(scale).product();
        let currency = after
            .and_then(|name| currency(name, country))
            .or_else(|| before.and_then(|name| currency(name, country)));
        let mut money = Money::new(number * scale, "USD".parse().expect("USD is a currency"));
        money.currency = currency;
        found.push((start, money));
    }
    found
}

fn scale(word: &str) -> f64 {
    SCALES.iter().find(|(name, _)| *name == word).map_or(1.0, |(_, value)| *value)
}

fn currency(name: &str, country: Option<Country>) -> Option<Currency> {
    let name = name.trim();
    if let Some((_, code)) = CURRENCY_WORDS.iter().find(|(known, _)| *known == name) {
        return code.parse().ok();
    }
    if matches!(name, "$" | "pesos" | "dollars") {
        let here = country?.name();
        let (_, code) = PESOS_AND_DOLLARS.iter().find(|(country, _)| *country == here)?;
        return code.parse().ok();
    }
    name.parse().ok()
}

/// The number that digits or words mean.
pub(super) fn value(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches(['.', ',']);
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return match number::read(&text.replace('\'', "")) {
            Number::Exact(number) => Some(number),
            // Sums and counts are not written with three decimals.
            Number::Ambiguous => text.replace(['.', ','], "").parse().ok(),
            Number::Unreadable => None,
        };
    }
    let mut sum = 0.0;
    for word in text.split([' ', '-']).filter(|word| !word.is_empty()) {
        if !matches!(word, "y" | "e" | "and") {
            sum += NUMBER_WORDS.iter().find(|(name, _)| *name == word)?.1;
        }
    }
    (sum > 0.0).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_money() {
        for (name, text, country, expected) in [
            ("real", "R$ 80.000,00 (oitenta mil reais)", "", "80000 BRL"),
            ("dollars", "USD 25,000 each", "", "25000 USD"),
            ("pounds", "a grant of £40,000", "", "40000 GBP"),
            ("pounds_k", "up to £40k", "", "40000 GBP"),
            ("pesos_words", "hasta cincuenta millones de pesos", "CO", "50000000 COP"),
            ("pesos_digits", "$50.000.000 COP", "", "50000000 COP"),
            ("pesos_sign", "$ 50.000.000", "CL", "50000000 CLP"),
            ("pesos_unknown", "$ 50.000.000", "", "50000000"),
            ("millions", "20 millones de pesos chilenos", "", "20000000 CLP"),
            ("euros", "30.000 euros", "", "30000 EUR"),
            ("euros_sign", "€ 30.000", "", "30000 EUR"),
            ("reais_words", "oitenta mil reais", "", "80000 BRL"),
            ("compound", "veinticinco mil dólares", "", "25000 USD"),
            ("english_words", "twenty-five thousand dollars", "US", "25000 USD"),
            ("soles", "S/ 20,000.00", "", "20000 PEN"),
            ("none", "3 propuestas, 25 puntos, 12 m de ancho y 2026", "", ""),
            ("two", "US$ 10.000 y US$ 5.000", "", "10000 USD, 5000 USD"),
        ] {
            let found = money(text, country.parse().ok());
            let found: Vec<String> = found.iter().map(|(_, money)| money.to_string()).collect();
            assert_eq!(found.join(", "), expected, "{name}");
        }
    }

    #[test]
    fn numbers_in_digits_and_words() {
        for (text, expected) in [
            ("3", Some(3.0)),
            ("1.200", Some(1200.0)),
            ("treinta y cinco", Some(35.0)),
            ("twenty-five", Some(25.0)),
            ("cento e vinte", Some(120.0)),
            ("muchas", None),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }
}
