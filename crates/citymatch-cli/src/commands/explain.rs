use std::path::PathBuf;

use citymatch::{Catalogue, Challenge, ErrorKind, Matcher, Record, SolutionId, Weights};
use clap::Args;

use crate::arguments::weights;
use crate::challenges::ChallengeArgs;
use crate::criteria::CriteriaArgs;
use crate::failure::Failure;
use crate::paragraph::{columns_after, terminal_width, write_paragraph};
use crate::{output, sentence_pair};

/// The most words that are shown before the tree.
const WORDS: usize = 8;

/// Shows why a solution has its score for a challenge: the strongest reasons, then a tree of
/// numbers that add up to it.
///
/// In the tree, `words` lists words that both texts have, `related` the solution's own words for
/// those of the challenge, in any language and with the strength of their relation, and `meaning`
/// how near the sentences and the whole texts are to each other. The numbers that make up a number
/// are indented below it. Before it stands the solution's place: its rank, by what it is outranked, or
/// the challenge's rules that bar it.
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
    challenges: ChallengeArgs,
    /// What each signal counts, as in `citymatch match` [default: the calibrated weights]
    #[arg(long, value_name = "SIGNAL=NUMBER,...", value_parser = weights)]
    weights: Option<Weights>,
    #[command(flatten)]
    criteria: CriteriaArgs,
    /// The challenge's id, then the solution's; with --text, --file, or a file of one challenge, only
    /// the solution's
    #[arg(required = true, num_args = 1..=2, value_name = "ID")]
    ids: Vec<String>,
}

impl Explain {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut builder = self.criteria.apply(Matcher::builder())?;
        if let Some(weights) = &self.weights {
            builder = builder.weights(weights.clone());
        }
        let matcher = builder.build(&Catalogue::open(&self.catalogue)?)?;
        let (challenge, solution) = match &self.ids[..] {
            [solution] => (self.only_challenge(&matcher)?, solution),
            [challenge, solution] => (self.challenge(&matcher, challenge)?, solution),
            _ => return Err(Failure::usage("expected the ids of a challenge and a solution")),
        };
        let solution = SolutionId::from(solution.as_str());
        let explanation = matcher.explain(&challenge, &solution)?;
        let why = matcher.why_not(&challenge, &solution)?;
        let found = matcher.snapshot().get(&solution)?.unwrap_or_default();
        output::write_text(None, |out| {
            let width = terminal_width();
            write_paragraph(out, "challenge  ", &first_text(&challenge), width)?;
            write_paragraph(out, "solution   ", &first_text(&found), width)?;
            write_paragraph(out, "place      ", &why.to_string(), width)?;
            let highlights = explanation.highlights();
            let words = highlights.words_line(WORDS);
            if !words.is_empty() {
                write_paragraph(out, "words      ", &words, width)?;
            }
            if let Some(pair) = highlights.sentences.first() {
                let prefix = "sentences  ";
                let pair = sentence_pair::fit(pair, columns_after(prefix, width));
                write_paragraph(out, prefix, &pair, width)?;
            }
            writeln!(out)?;
            for line in explanation.to_string().lines() {
                let (prefix, text) = line.split_at(text_start(line));
                write_paragraph(out, prefix, text, width)?;
            }
            Ok(())
        })
    }

    /// The only challenge that was given, where no id says which.
    fn only_challenge(&self, matcher: &Matcher) -> Result<Challenge, Failure> {
        if !self.challenges.is_one() && self.challenges.challenges.is_none() {
            return Err(Failure::usage(
                "expected CHALLENGE_ID SOLUTION_ID, or --text with SOLUTION_ID (found one id)",
            ));
        }
        let mut challenges = self.challenges.open(&matcher.snapshot())?;
        let first = challenges.next();
        let more = challenges.by_ref().count();
        challenges.finish()?;
        match (first, &self.challenges.challenges) {
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
        if self.challenges.is_one() {
            let option = if self.challenges.text.is_some() { "--text" } else { "--file" };
            return Err(Failure::usage(format!(
                "{option} has no CHALLENGE_ID (found `{id}`, expected SOLUTION_ID only)"
            )));
        }
        let Some(file) = &self.challenges.challenges else {
            let stored = matcher.snapshot().challenges().get(id)?;
            return stored.ok_or_else(|| {
                citymatch::Error::from(ErrorKind::UnknownChallenge { id: id.to_owned() }).into()
            });
        };
        let mut challenges = self.challenges.open(&matcher.snapshot())?;
        let found = challenges.find(|challenge| challenge.id.as_str() == id);
        if found.is_none() {
            challenges.finish()?;
        }
        found.ok_or_else(|| Failure::failed(format!("no challenge `{id}` in `{}`", file.display())))
    }
}

/// Where the text of a line of an explanation begins, in bytes: after a node's number, or after the
/// words that introduce a list, or after its indentation. Further lines of a paragraph are indented to there.
fn text_start(line: &str) -> usize {
    const MISSING: &str = "not found: ";
    let node = || {
        let number = line
            .trim_start_matches(' ')
            .trim_start_matches(|c: char| c.is_ascii_digit() || ".-".contains(c));
        number.strip_prefix("  ").map(|text| line.len() - text.len())
    };
    let indent = line.len() - line.trim_start_matches(' ').len();
    if line.starts_with(MISSING) { MISSING.len() } else { node().unwrap_or(indent) }
}

/// The first text of a record, usually its title.
fn first_text<R: Record>(record: &R) -> String {
    record.texts().first().map(|(_, text)| (*text).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::text_start;

    #[test]
    fn the_text_of_a_line_begins_after_its_number() {
        for (line, expected) in [
            ("    0.1472  lluvia = product of  [~ rain .72]", "lluvia = product of  [~ rain .72]"),
            ("-0.0100  cosine", "cosine"),
            ("not found: barrio, calles", "barrio, calles"),
            ("c 1 (es) ~ s  2 (pt)", "c 1 (es) ~ s  2 (pt)"),
            ("  Cierre: 30 de abril", "Cierre: 30 de abril"),
        ] {
            assert_eq!(&line[text_start(line)..], expected);
        }
    }
}
