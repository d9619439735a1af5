use std::path::PathBuf;

use anstyle::Style;
use citymatch::{Catalogue, Challenge, ErrorKind, Matcher, Record, SolutionId};
use clap::Args;

use crate::challenges::Asked;
use crate::failure::Failure;
use crate::out;
use crate::reasons::Reasons;
use crate::table::{self, room, write_paragraph};

/// How many words are shown before the tree.
const WORDS: usize = 8;

/// Shows why a solution has its score for a challenge: the strongest reasons, then a tree of
/// numbers that add up to it.
///
/// In the tree, `words` are words that both have, `related` are the solution's own words for them
/// in any language, with their weight, and `meaning` is how near sentences and the whole texts are.
/// What belongs to a number stands indented below it. Where the challenge's rules bar the solution,
/// it says so and by which rule.
#[derive(Args)]
#[command(
    override_usage = "citymatch explain [OPTIONS] <CATALOGUE> [CHALLENGE_ID] <SOLUTION_ID>",
    after_help = "Examples:
  citymatch explain catalogue.cm c7 s17
  citymatch explain catalogue.cm --challenges retos.csv c7 s17
  citymatch explain catalogue.cm --text '¿Cómo evitar que se inunden las calles?' s17"
)]
pub(crate) struct Explain {
    /// The catalogue's folder
    catalogue: PathBuf,
    #[command(flatten)]
    asked: Asked,
    /// The challenge's id, then the solution's; --text and a file of one challenge do without the
    /// first
    #[arg(required = true, num_args = 1..=2, value_name = "ID")]
    ids: Vec<String>,
}

impl Explain {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let matcher = Matcher::new(&Catalogue::open(&self.catalogue)?)?;
        let (challenge, solution) = match &self.ids[..] {
            [solution] => (self.only_challenge(&matcher)?, solution),
            [challenge, solution] => (self.challenge(&matcher, challenge)?, solution),
            _ => return Err(Failure::usage("expected the ids of a challenge and a solution")),
        };
        let solution = SolutionId::from(solution.as_str());
        let explanation = matcher.explain(&challenge, &solution)?;
        let barred =
            matcher.ineligible(&challenge)?.into_iter().find(|barred| barred.id == solution);
        let found = matcher.snapshot().get(&solution)?.unwrap_or_default();
        out::text(None, |out| {
            let bold = Style::new().bold();
            write_paragraph(out, "challenge  ", &first_text(&challenge), table::width())?;
            write_paragraph(out, "solution   ", &first_text(&found), table::width())?;
            for reason in barred.iter().flat_map(|barred| &barred.reasons) {
                writeln!(out, "{bold}barred{bold:#}     {reason}")?;
            }
            let reasons = Reasons::of(&explanation);
            let prefix = "sentences  ";
            let sentences = reasons.sentences(room(prefix, table::width())).unwrap_or_default();
            for (prefix, text) in [("words      ", reasons.words(WORDS)), (prefix, sentences)] {
                if !text.is_empty() {
                    write_paragraph(out, prefix, &text, table::width())?;
                }
            }
            writeln!(out)?;
            for line in explanation.to_string().lines() {
                let (prefix, text) = line.split_at(hang(line));
                write_paragraph(out, prefix, text, table::width())?;
            }
            Ok(())
        })
    }

    /// The challenge that needs no id.
    fn only_challenge(&self, matcher: &Matcher) -> Result<Challenge, Failure> {
        if self.asked.text.is_none() && self.asked.challenges.is_none() {
            return Err(Failure::usage(
                "one id is not enough (expected CHALLENGE_ID SOLUTION_ID, or --text with SOLUTION_ID)",
            ));
        }
        let mut challenges = self.asked.open(matcher.snapshot())?;
        let first = challenges.next();
        let more = challenges.by_ref().count();
        challenges.finish()?;
        match (first, &self.asked.challenges) {
            (Some(challenge), _) if more == 0 => Ok(challenge),
            (_, Some(file)) => {
                let advice = "CHALLENGE_ID SOLUTION_ID where it has not just one";
                Err(Failure::usage(format!(
                    "`{}`: which challenge? (expected {advice})",
                    file.display()
                )))
            }
            (_, None) => Err(Failure::usage("expected a challenge")),
        }
    }

    /// The challenge with an id.
    fn challenge(&self, matcher: &Matcher, id: &str) -> Result<Challenge, Failure> {
        if self.asked.text.is_some() {
            return Err(Failure::usage(format!(
                "--text has no CHALLENGE_ID (found `{id}`, expected SOLUTION_ID only)"
            )));
        }
        let Some(file) = &self.asked.challenges else {
            let stored = matcher.snapshot().challenges().get(id)?;
            return stored.ok_or_else(|| {
                citymatch::Error::from(ErrorKind::UnknownChallenge { id: id.to_owned() }).into()
            });
        };
        let mut challenges = self.asked.open(matcher.snapshot())?;
        let found = challenges.find(|challenge| challenge.id.as_str() == id);
        if found.is_none() {
            challenges.finish()?;
        }
        found.ok_or_else(|| Failure::failed(format!("no challenge `{id}` in `{}`", file.display())))
    }
}

/// Where the text of a line of an explanation begins: behind the number of a node, or behind what
/// the line says it lists.
fn hang(line: &str) -> usize {
    const MISSING: &str = "not found: ";
    let node = || {
        let number = line
            .trim_start_matches(' ')
            .trim_start_matches(|c: char| c.is_ascii_digit() || ".-".contains(c));
        number.strip_prefix("  ").map(|text| line.len() - text.len())
    };
    if line.starts_with(MISSING) { MISSING.len() } else { node().unwrap_or(0) }
}

/// What a record is called.
fn first_text<R: Record>(record: &R) -> String {
    record.texts().first().map(|(_, text)| (*text).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::hang;

    #[test]
    fn long_lines_hang_on_their_number() {
        for (line, expected) in [
            ("    0.1472  lluvia = product of  [~ rain .72]", "lluvia = product of  [~ rain .72]"),
            ("-0.0100  cosine", "cosine"),
            ("not found: barrio, calles", "barrio, calles"),
            ("c 1 (es) ~ s  2 (pt)", "c 1 (es) ~ s  2 (pt)"),
        ] {
            assert_eq!(&line[hang(line)..], expected);
        }
    }
}
