use std::fmt;
use std::str::FromStr;

use serde_json::Value as Json;

use super::field::{FieldError, Item, json_text};

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
/// A prefix such as `ODS 11` or `SDG-11` is read too. In JSON a goal is a number and a target a
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

impl Item for Goal {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
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
        goal.ok_or_else(|| FieldError::new(at, json_text(json), EXPECTED))
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
            let goal = Goal::read_item(&json, "sdgs").ok().map(|goal| goal.to_string());
            assert_eq!(goal.as_deref(), expected, "{name}");
        }
    }
}
