use std::fmt;
use std::str::FromStr;

use serde_json::Value as Json;

use super::field::{FieldError, Item, Problems, json_text, unclear};
use super::key::normalise_key;
use crate::language::Language;

/// For each Sustainable Development Goal, the number of its targets that have numbers and of those
/// that have letters, from `a`: 169 in all (United Nations, resolution A/RES/70/1).
const TARGETS: [(u8, u8); 17] = [
    (5, 2),
    (5, 3),
    (9, 4),
    (7, 3),
    (6, 3),
    (6, 2),
    (3, 2),
    (10, 2),
    (5, 3),
    (7, 3),
    (7, 3),
    (8, 3),
    (3, 2),
    (7, 3),
    (9, 3),
    (10, 2),
    (19, 0),
];

/// A Sustainable Development Goal of the United Nations, 1 to 17, or one of its 169 targets, such
/// as 11.5 or 11.a.
///
/// A prefix such as `ODS 11` or `SDG-11` is read too, and so are the goals' official names in
/// Spanish, Portuguese and English, and texts of several goals (`ODS 6: Agua limpia, ODS 11`,
/// `6, 11 y 13`). In JSON a goal is a number and a target a
/// text, because a number cannot tell target 8.1 from 8.10.
///
/// # Examples
/// ```
/// use citymatch::record::Goal;
/// let target: Goal = "11.5".parse().unwrap();
/// assert_eq!((target.number(), target.to_string().as_str()), (11, "11.5"));
/// assert!("18".parse::<Goal>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Goal {
    number: u8,
    target: Option<Target>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Target {
    Numbered(u8),
    Lettered(u8),
}

impl Goal {
    /// The goal's number, 1 to 17.
    #[must_use]
    pub fn number(self) -> u8 {
        self.number
    }

    /// The official name of the goal, or of the goal that a target belongs to, in a language.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Language, record::Goal};
    /// let target: Goal = "11.5".parse().unwrap();
    /// assert_eq!(target.name(Language::English), "Sustainable cities and communities");
    /// assert_eq!(target.name(Language::Portuguese), "Cidades e comunidades sustentáveis");
    /// ```
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        language.definition().goals[usize::from(self.number) - 1]
    }

    /// The whole goal, if this is one of its targets.
    ///
    /// # Examples
    /// ```
    /// use citymatch::record::Goal;
    /// let target: Goal = "11.5".parse().unwrap();
    /// assert_eq!(target.whole().to_string(), "11");
    /// ```
    #[must_use]
    pub fn whole(self) -> Self {
        Self { target: None, ..self }
    }

    /// Whether this is a target of a goal, and not a whole goal.
    #[must_use]
    pub fn is_target(self) -> bool {
        self.target.is_some()
    }
}

const EXPECTED: &str = "a goal 1 to 17 or a target as text, such as \"11.5\"";

fn parse(text: &str) -> Option<Goal> {
    let text = text.trim();
    // People write "ODS 11", "SDG11" and "ods-11".
    let prefix =
        ["ODS", "SDG", "ods", "sdg"].into_iter().find_map(|prefix| text.strip_prefix(prefix));
    let bare = prefix.map_or(text, |rest| rest.trim_start_matches([' ', '-', '_']));
    let (number, target) = match bare.split_once('.') {
        Some((number, target)) => (number, Some(target.trim_end_matches('.'))),
        None => (bare, None),
    };
    let number = small_number(number)?;
    let (numbered, lettered) = *TARGETS.get(usize::from(number).checked_sub(1)?)?;
    let target = match target {
        None | Some("") => None,
        Some(target) => Some(match *target.as_bytes() {
            [letter @ b'a'..=b'z'] if letter - b'a' < lettered => Target::Lettered(letter),
            [letter @ b'A'..=b'Z'] if letter - b'A' < lettered => {
                Target::Lettered(letter.to_ascii_lowercase())
            }
            _ => Target::Numbered(
                small_number(target).filter(|target| (1..=numbered).contains(target))?,
            ),
        }),
    };
    Some(Goal { number, target })
}

fn small_number(digits: &str) -> Option<u8> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

impl FromStr for Goal {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        parse(text).ok_or_else(|| FieldError::new("sdgs", text, EXPECTED))
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.target {
            None => write!(f, "{}", self.number),
            Some(Target::Numbered(target)) => write!(f, "{}.{target}", self.number),
            Some(Target::Lettered(letter)) => write!(f, "{}.{}", self.number, char::from(letter)),
        }
    }
}

/// The goals' official names in Spanish, Portuguese and English, as [`normalise_key`] makes them,
/// each with its number.
const NAMES: &[(u8, &[&str])] = &[
    (1, &["fin de la pobreza", "erradicacao da pobreza", "no poverty"]),
    (2, &["hambre cero", "fome zero e agricultura sustentavel", "fome zero", "zero hunger"]),
    (
        3,
        &[
            "salud y bienestar",
            "saude e bem estar",
            "good health and well being",
            "good health and wellbeing",
        ],
    ),
    (4, &["educacion de calidad", "educacao de qualidade", "quality education"]),
    (5, &["igualdad de genero", "igualdade de genero", "gender equality"]),
    (
        6,
        &[
            "agua limpia y saneamiento",
            "agua potavel e saneamento",
            "agua limpa e saneamento",
            "clean water and sanitation",
        ],
    ),
    (
        7,
        &[
            "energia asequible y no contaminante",
            "energia limpa e acessivel",
            "energia acessivel e limpa",
            "affordable and clean energy",
        ],
    ),
    (
        8,
        &[
            "trabajo decente y crecimiento economico",
            "trabalho decente e crescimento economico",
            "decent work and economic growth",
        ],
    ),
    (
        9,
        &[
            "industria innovacion e infraestructura",
            "industria inovacao e infraestrutura",
            "industry innovation and infrastructure",
        ],
    ),
    (
        10,
        &[
            "reduccion de las desigualdades",
            "reducao das desigualdades",
            "reduced inequalities",
            "reduced inequality",
        ],
    ),
    (
        11,
        &[
            "ciudades y comunidades sostenibles",
            "cidades e comunidades sustentaveis",
            "sustainable cities and communities",
        ],
    ),
    (
        12,
        &[
            "produccion y consumo responsables",
            "consumo e producao responsaveis",
            "responsible consumption and production",
        ],
    ),
    (
        13,
        &[
            "accion por el clima",
            "acao contra a mudanca global do clima",
            "acao climatica",
            "climate action",
        ],
    ),
    (14, &["vida submarina", "vida na agua", "life below water"]),
    (
        15,
        &["vida de ecosistemas terrestres", "vida terrestre", "vida sobre a terra", "life on land"],
    ),
    (
        16,
        &[
            "paz justicia e instituciones solidas",
            "paz justica e instituicoes eficazes",
            "peace justice and strong institutions",
        ],
    ),
    (
        17,
        &[
            "alianzas para lograr los objetivos",
            "parcerias e meios de implementacao",
            "parcerias em prol das metas",
            "partnerships for the goals",
            "partnership for the goals",
        ],
    ),
];

/// Words that say that a number is a goal.
const PREFIXES: &[&str] = &[
    "goal",
    "goals",
    "meta",
    "metas",
    "objetivo",
    "objetivos",
    "ods",
    "sdg",
    "sdgs",
    "target",
    "targets",
];

/// Words that long forms of these have: `Objetivo de Desarrollo Sostenible 4`.
const FILLERS: &[&str] =
    &["desarrollo", "desenvolvimento", "development", "sostenible", "sustainable", "sustentavel"];

/// Words between goals, or between a word for a goal and its number.
const LINKS: &[&str] = &["and", "de", "e", "n", "no", "nr", "num", "numero", "o", "y"];

/// A piece of a text of goals.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    /// A goal's number, or a target's.
    Number(String),
    /// A word as [`normalise_key`] makes it.
    Word(String),
    /// A mark between goals: `,`, `;` or the like.
    Comma,
    /// A mark between a goal and its name: `:` or a dash.
    Colon,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let length = if first.is_ascii_digit() {
            let digits = run(|c| c.is_ascii_digit());
            let target = rest[digits..].strip_prefix('.').map_or(0, |target| {
                let digits = target.bytes().take_while(u8::is_ascii_digit).count();
                let letter = target.starts_with(|c: char| c.is_ascii_alphabetic())
                    && !target[1..].starts_with(char::is_alphanumeric);
                digits.max(usize::from(letter))
            });
            let length = digits + if target > 0 { 1 + target } else { 0 };
            pieces.push(Piece::Number(rest[..length].to_owned()));
            length
        } else if first.is_alphabetic() {
            let length =
                run(|c| c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c));
            pieces.push(Piece::Word(normalise_key(&rest[..length])));
            length
        } else {
            match first {
                ',' | ';' | '|' | '/' | '\n' | '&' | '+' | '•' => pieces.push(Piece::Comma),
                ':' | '-' | '–' | '—' | '(' | '.' => pieces.push(Piece::Colon),
                _ => {}
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    pieces
}

/// The number of the goal whose official name a text of goals begins with, and how many pieces the
/// name has.
fn official_name(pieces: &[Piece]) -> Option<(u8, usize)> {
    let matches = |name: &str| {
        let mut words = name.split(' ').peekable();
        let mut used = 0;
        for piece in pieces {
            match piece {
                _ if words.peek().is_none() => break,
                Piece::Word(word) if words.peek() == Some(&word.as_str()) => {
                    words.next();
                }
                // `Paz, justicia e instituciones sólidas`, `bem-estar`
                Piece::Comma | Piece::Colon if used > 0 => {}
                _ => return None,
            }
            used += 1;
        }
        words.peek().is_none().then_some(used)
    };
    NAMES
        .iter()
        .flat_map(|(number, names)| names.iter().map(move |name| (*number, *name)))
        .filter_map(|(number, name)| Some((number, matches(name)?)))
        .max_by_key(|(_, used)| *used)
}

/// Whether pieces begin with a word for a goal and its number. In `Alianzas para los objetivos` the
/// word is a part of a name.
fn introduces_number(pieces: &[Piece]) -> bool {
    let is_one_of = |piece: &Piece, lists: &[&[&str]]| matches!(piece, Piece::Word(word) if lists.iter().any(|list| list.contains(&word.as_str())));
    pieces.first().is_some_and(|first| is_one_of(first, &[PREFIXES, FILLERS]))
        && pieces
            .iter()
            .find(|piece| **piece != Piece::Colon && !is_one_of(piece, &[PREFIXES, FILLERS, LINKS]))
            .is_some_and(|piece| matches!(piece, Piece::Number(_)))
}

/// The goals that a text names, and whether it says nothing else.
///
/// What stands behind a goal and a colon or a dash is its name, up to the next goal.
fn read_text(text: &str) -> (Vec<Goal>, bool) {
    let pieces = pieces(text);
    let (mut goals, mut clear) = (Vec::new(), true);
    let (mut index, mut prefixed, mut between, mut named) = (0, false, true, false);
    while let Some(piece) = pieces.get(index) {
        index += 1;
        match piece {
            Piece::Number(number) if prefixed || between => {
                // `6-11` may be two goals or six of them.
                let is_range = matches!(&pieces[index..], [Piece::Colon, Piece::Number(_), ..]);
                match parse(number).filter(|_| !is_range) {
                    Some(goal) => goals.push(goal),
                    None => clear = false,
                }
                named = prefixed;
                (prefixed, between) = (false, false);
            }
            Piece::Word(_) if introduces_number(&pieces[index - 1..]) => prefixed = true,
            Piece::Word(word) if LINKS.contains(&word.as_str()) => {
                // `6 y 13`, but not the `y` inside of a name
                between |= matches!(pieces.get(index), Some(Piece::Number(_)));
            }
            Piece::Comma => between = true,
            Piece::Colon => named |= !between,
            Piece::Word(_) => {
                if let Some((number, used)) = official_name(&pieces[index - 1..]) {
                    if between && !prefixed {
                        goals.push(Goal { number, target: None });
                    } else if goals.last().is_some_and(|goal| goal.number != number) {
                        clear = false;
                    }
                    index += used - 1;
                    (between, named) = (false, true);
                } else {
                    clear &= named;
                    between = false;
                }
            }
            // A number inside of a name.
            Piece::Number(_) => {}
        }
    }
    let mut seen = Vec::new();
    goals.retain(|goal| {
        !seen.contains(goal) && {
            seen.push(*goal);
            true
        }
    });
    (goals, clear)
}

impl Item for Goal {
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self> {
        let goal = match json {
            Json::String(text) => parse(text),
            // A spreadsheet turns 8.10, 16.10 and 17.10 into the numbers 8.1, 16.1 and 17.1. Such a
            // number could mean either target, so it is refused.
            Json::Number(number) => {
                parse(number.to_string().trim_end_matches(".0")).filter(|goal| {
                    goal.target != Some(Target::Numbered(1))
                        || TARGETS[usize::from(goal.number) - 1].0 < 10
                })
            }
            _ => None,
        };
        goal.or_else(|| unclear(problems, at, json_text(json), EXPECTED))
    }

    fn read_items(json: &Json, at: &str, problems: &mut Problems) -> Vec<Self> {
        match json {
            Json::String(text) if parse(text).is_none() => {
                let (goals, clear) = read_text(text);
                if !clear || goals.is_empty() {
                    problems.push(FieldError::new(at, text, EXPECTED));
                }
                if clear { goals } else { Vec::new() }
            }
            json => Self::read_item(json, at, problems).into_iter().collect(),
        }
    }

    /// A goal is a number, a target a text.
    fn write_item(&self) -> Json {
        if self.is_target() { Json::from(self.to_string()) } else { Json::from(self.number) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_united_nations_count_169_targets() {
        assert_eq!(
            TARGETS.iter().map(|(numbered, lettered)| u32::from(numbered + lettered)).sum::<u32>(),
            169
        );
    }

    #[test]
    fn goals_and_targets_in_the_forms_people_write() {
        for (name, json, expected) in [
            ("number", json!(11), Some("11")),
            ("text", json!("11"), Some("11")),
            ("target", json!("11.5"), Some("11.5")),
            ("letter", json!("11.A"), Some("11.a")),
            ("prefix", json!("ODS 6"), Some("6")),
            ("target_as_number", json!(11.5), Some("11.5")),
            ("whole_float", json!(6.0), Some("6")),
            ("ambiguous_number", json!(17.1), None),
            ("two_digits", json!("17.10"), Some("17.10")),
            ("zero", json!(0), None),
            ("eighteen", json!(18), None),
            ("no_such_target", json!("11.9"), None),
            ("no_such_letter", json!("11.d"), None),
            ("negative", json!(-1), None),
            ("word", json!("water"), None),
            ("empty", json!(""), None),
        ] {
            let goal = Goal::read_item(&json, "sdgs", &mut Vec::new()).map(|goal| goal.to_string());
            assert_eq!(goal.as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn texts_of_several_goals() {
        for (text, goals) in [
            ("6, 11, 13", Some("6 11 13")),
            ("6 y 13", Some("6 13")),
            ("ODS 6, 11 y 13", Some("6 11 13")),
            ("ODS 3; ODS 6", Some("3 6")),
            ("SDG 11: Sustainable Cities and Communities", Some("11")),
            (
                "SDG 11: Sustainable Cities and Communities, SDG 12: Responsible consumption",
                Some("11 12"),
            ),
            (
                "ODS 6: Agua limpia y saneamiento, ODS 11: Ciudades y comunidades sostenibles",
                Some("6 11"),
            ),
            ("11 - Ciudades y comunidades sostenibles", Some("11")),
            ("11. Ciudades y comunidades sostenibles", Some("11")),
            ("11 Ciudades y comunidades sostenibles", Some("11")),
            ("Ods 12", Some("12")),
            ("SDG7", Some("7")),
            ("Objetivo 4", Some("4")),
            ("Objetivo de Desarrollo Sostenible 4", Some("4")),
            ("Objetivos 4 e 5", Some("4 5")),
            ("ODS nº 4", Some("4")),
            ("Meta 11.5", Some("11.5")),
            ("ODS 11.a y 11.5", Some("11.a 11.5")),
            ("Acción por el clima", Some("13")),
            ("Acción por el clima, Salud y bienestar", Some("13 3")),
            ("Saúde e bem-estar", Some("3")),
            ("Paz, justicia e instituciones sólidas; Hambre cero", Some("16 2")),
            (
                "ODS 9: Industria, innovación e infraestructura, ODS 16: Paz, justicia e instituciones sólidas",
                Some("9 16"),
            ),
            ("ODS 11 (Ciudades)", Some("11")),
            ("ODS 11 y ODS 11", Some("11")),
            ("ODS 6: Salud y bienestar", None),
            ("agua", None),
            ("6, agua", None),
            ("12 barrios", None),
            ("3-6", None),
            ("18", None),
            ("ODS 6, 18", None),
            ("ODS", None),
            ("todos los ODS", None),
            ("los 17 ODS", None),
        ] {
            let mut problems = Vec::new();
            let found = Goal::read_items(&json!(text), "sdgs", &mut problems);
            let found = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            assert_eq!(problems.is_empty().then_some(found.as_str()), goals, "{text}");
        }
    }

    #[test]
    fn official_names_are_keys() {
        for name in NAMES.iter().flat_map(|(_, names)| *names) {
            assert_eq!(normalise_key(name), *name);
        }
    }
}
