//! The value that a phrase names: an option of a form with its explanation (`Piloto (probado en una
//! ciudad)`), a numbered option (`3. Piloto`), two words for one thing (`ONG / OSC`).

use super::key::normalise_key;

/// Words that say that there are more values than the phrase names.
const SEVERAL: &[&str] = &[
    "countries",
    "demas",
    "diversas",
    "diversos",
    "multiple",
    "multiples",
    "multiplos",
    "others",
    "otras",
    "otros",
    "outras",
    "outros",
    "paises",
    "several",
    "varias",
    "varios",
    "various",
];

/// Words after which a phrase says what is not the case.
const NEGATIONS: &[&str] =
    &["ainda", "aun", "nao", "no", "non", "not", "pre", "sem", "sin", "without"];

/// Words that may stand before a value without changing it: `En implementación`, `Fase de piloto`.
const LEADING: &[&str] = &[
    "a",
    "actualmente",
    "already",
    "currently",
    "da",
    "de",
    "del",
    "do",
    "el",
    "em",
    "en",
    "es",
    "estado",
    "estagio",
    "etapa",
    "fase",
    "in",
    "ja",
    "la",
    "level",
    "nivel",
    "o",
    "of",
    "on",
    "organizacao",
    "organizacion",
    "phase",
    "stage",
    "status",
    "the",
    "tipo",
    "type",
    "um",
    "uma",
    "un",
    "una",
    "ya",
];

/// The marks between the values of a list, and the words.
const MARKS: &[char] = &[',', ';', '/', '|', '\n', '+', '&'];
const CONJUNCTIONS: &[&str] = &["and", "e", "o", "or", "ou", "u", "y"];

/// The value that a phrase names, where it names one and no other. `word` finds the value of a word.
///
/// An explanation in brackets, behind a colon or behind a dash counts only where nothing else has a
/// meaning. Several words must mean the same (`Chile, Perú` means nothing), and words without a
/// meaning beside one that has one say no more than it does (`Bogotá, Colombia`).
pub(crate) fn value<T: PartialEq>(text: &str, word: impl Fn(&str) -> Option<T>) -> Option<T> {
    if let Some(value) = word(text) {
        return Some(value);
    }
    let has = |words: &[&str], part: &str| {
        normalise_key(part).split(' ').any(|word| words.binary_search(&word).is_ok())
    };
    if has(SEVERAL, text) {
        return None;
    }
    for part in parts_by_weight(text) {
        if has(NEGATIONS, &part) {
            return None;
        }
        let mut found: Option<T> = None;
        for value in values(&part, &word) {
            match &found {
                Some(other) if *other != value => return None,
                _ => found = Some(value),
            }
        }
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The values of a list that names nothing but values: `Chile, Perú y Bolivia`.
pub(crate) fn list<T>(text: &str, word: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let parts: Vec<&str> =
        text.split(MARKS).map(str::trim).filter(|part| !part.is_empty()).collect();
    let whole: Option<Vec<T>> = parts.iter().map(|part| word(part)).collect();
    whole.or_else(|| {
        parts.iter().flat_map(|part| at_conjunctions(part)).map(|part| word(&part)).collect()
    })
}

/// What a phrase says, and behind it what explains it: the text before a colon or a dash, the text
/// behind it, and the text in brackets.
fn parts_by_weight(text: &str) -> Vec<String> {
    let (mut said, mut bracketed, mut depth) = (String::new(), String::new(), 0_u32);
    for c in text.chars() {
        match c {
            '(' | '[' => {
                depth += 1;
                bracketed.push(',');
                said.push(' ');
            }
            ')' | ']' if depth > 0 => depth -= 1,
            _ if depth > 0 => bracketed.push(c),
            c => said.push(c),
        }
    }
    let said = said.replace(" – ", ":").replace(" — ", ":").replace(" - ", ":");
    let mut parts: Vec<String> = said.splitn(2, ':').map(str::to_owned).collect();
    parts.push(bracketed);
    parts
}

/// The values of the parts of a text.
fn values<T>(text: &str, word: &impl Fn(&str) -> Option<T>) -> Vec<T> {
    if let Some(value) = without_leading(text, word) {
        return vec![value];
    }
    let mut found = Vec::new();
    for part in text.split(MARKS) {
        match without_leading(part, word) {
            Some(value) => found.push(value),
            None => found.extend(
                at_conjunctions(part).iter().filter_map(|part| without_leading(part, word)),
            ),
        }
    }
    found
}

/// The value of a text, or of what is left without its number and the words that may stand before a
/// value.
fn without_leading<T>(text: &str, word: &impl Fn(&str) -> Option<T>) -> Option<T> {
    if let Some(value) = word(text.trim()) {
        return Some(value);
    }
    let key = normalise_key(text);
    let mut words: Vec<&str> = key.split(' ').collect();
    // `3. Piloto`, `b) Piloto`
    if words.len() > 1
        && (words[0].len() == 1 || words[0].bytes().all(|byte| byte.is_ascii_digit()))
    {
        words.remove(0);
        if let Some(value) = word(&words.join(" ")) {
            return Some(value);
        }
    }
    while words.len() > 1 && LEADING.binary_search(&words[0]).is_ok() {
        words.remove(0);
        if let Some(value) = word(&words.join(" ")) {
            return Some(value);
        }
    }
    None
}

/// The parts of a text between *y*, *e*, *and* and the like.
fn at_conjunctions(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for word in text.split_whitespace() {
        if CONJUNCTIONS.binary_search(&word.to_lowercase().as_str()).is_ok() {
            parts.push(String::new());
        } else {
            let part = parts.last_mut().expect("there is always a last part");
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(word);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_words_are_in_order() {
        for list in [SEVERAL, NEGATIONS, LEADING, CONJUNCTIONS] {
            let mut sorted = list.to_vec();
            sorted.sort_unstable();
            assert_eq!(list, sorted);
        }
    }

    #[test]
    fn a_phrase_means_what_it_names_alone() {
        let word = |word: &str| match normalise_key(word).as_str() {
            "chile" => Some("CL"),
            "peru" => Some("PE"),
            "trinidad y tobago" => Some("TT"),
            _ => None,
        };
        for (text, expected) in [
            ("Chile", Some("CL")),
            ("Chile (Santiago)", Some("CL")),
            ("Chile (oficina en Perú)", Some("CL")),
            ("Chile: Santiago", Some("CL")),
            ("Santiago - Chile", Some("CL")),
            ("Santiago (Chile)", Some("CL")),
            ("3. Chile", Some("CL")),
            ("b) Chile", Some("CL")),
            ("en Chile", Some("CL")),
            ("Santiago, Chile", Some("CL")),
            ("Chile / CHILE", Some("CL")),
            ("Trinidad y Tobago (isla)", Some("TT")),
            ("Chile, Perú", None),
            ("Chile y Perú", None),
            ("Chile/Perú", None),
            ("Chile y otros", None),
            ("no Chile", None),
            ("Chile Perú", None),
            ("América Latina", None),
            ("", None),
            ("((", None),
        ] {
            assert_eq!(value(text, word), expected, "{text}");
        }
        assert_eq!(list("Chile, Perú y Chile", word), Some(vec!["CL", "PE", "CL"]));
        assert_eq!(list("Chile, Quito", word), None);
    }
}
