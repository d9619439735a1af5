use std::io::Write;
use std::path::PathBuf;

use citymatch::duplicates::{DuplicateKind, DuplicatePair, DuplicateSearch, Duplicates as Found};
use citymatch::{Catalogue, Matcher, SolutionId};
use clap::{Args, ValueEnum};

use crate::arguments::{share, threads};
use crate::failure::Failure;
use crate::paragraph::{printable, shortened, terminal_width, write_paragraph};
use crate::{messages, output};

/// How many sentences of a pair the table shows side by side.
const SENTENCES: usize = 3;

/// Finds the solutions that have the same text: translations, resubmissions and variants.
///
/// Every solution is compared with all others. Two that are each other's best are a pair: a
/// translation where the text stands in two languages, a resubmission where it stands in one again,
/// copied or edited. Where what identifies them differs (organisation, city, country, year, links,
/// names and numbers in the sentences that both have) they are a variant, which is no duplicate. Each pair is shown
/// with what agrees, what differs, and its sentences side by side.
#[derive(Args)]
#[command(after_help = r"Examples:
  citymatch duplicates catalogue.cm
  citymatch duplicates catalogue.cm --kind translation --kind resubmission
  citymatch duplicates catalogue.cm --format csv --out duplicates.csv")]
pub(crate) struct Duplicates {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// The least score of a pair, above 0 and below 1
    #[arg(long, value_name = "SCORE", default_value = "0.9", value_parser = share)]
    threshold: f64,
    /// Only pairs of this kind; may be repeated [default: all]
    #[arg(long, value_enum)]
    kind: Vec<KindName>,
    /// How to write the pairs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The number of threads that compare, from 1 to 512; the result does not depend on it [default:
    /// as many as the machine has]
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// The same text in two languages
    Translation,
    /// The same text in one language again
    Resubmission,
    /// The same text about another place, year or organisation
    Variant,
}

impl KindName {
    fn kind(self) -> DuplicateKind {
        match self {
            Self::Translation => DuplicateKind::Translation,
            Self::Resubmission => DuplicateKind::Resubmission,
            Self::Variant => DuplicateKind::Variant,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading, with the evidence and the groups
    Table,
    /// One JSON object per pair, with all of its evidence
    Jsonl,
    /// `kind,left,right,score,agreed,differing`
    Csv,
}

impl Duplicates {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut builder = Matcher::builder();
        if let Some(threads) = self.threads {
            builder = builder.threads(threads);
        }
        let matcher = builder.build(&Catalogue::open(&self.catalogue)?)?;
        let found = matcher.duplicates(&DuplicateSearch::new().threshold(self.threshold))?;
        let is_asked = |pair: &&DuplicatePair| {
            self.kind.is_empty() || self.kind.iter().any(|kind| kind.kind() == pair.kind())
        };
        let pairs: Vec<&DuplicatePair> = found.iter().filter(is_asked).collect();
        match self.format {
            Format::Table => self.show(&matcher, &pairs, &found)?,
            Format::Jsonl => output::write_text(self.out.as_deref(), |out| {
                for pair in &pairs {
                    let json = serde_json::to_string(pair);
                    let json = json.map_err(|error| Failure::failed(error.to_string()))?;
                    writeln!(out, "{json}")?;
                }
                Ok(())
            })?,
            Format::Csv => output::write_text(self.out.as_deref(), |out| {
                writeln!(out, "kind,left,right,score,agreed,differing")?;
                pairs.iter().try_for_each(|pair| Ok(write_csv(out, pair)?))
            })?,
        }
        if let Some(out) = &self.out {
            messages::done(format_args!("{} pairs: `{}`", pairs.len(), out.display()));
        }
        Ok(())
    }

    fn show(
        &self,
        matcher: &Matcher,
        pairs: &[&DuplicatePair],
        found: &Found,
    ) -> Result<(), Failure> {
        let width = if self.out.is_some() { None } else { terminal_width() };
        let snapshot = matcher.snapshot();
        let title = |id: &SolutionId| -> Result<String, Failure> {
            Ok(snapshot.get(id)?.map(|solution| solution.title).unwrap_or_default())
        };
        output::write_text(self.out.as_deref(), |out| {
            for pair in pairs {
                let (left, right) = (title(pair.left())?, title(pair.right())?);
                let head = format!("{} {:.3}  ", pair.kind(), pair.score());
                write_paragraph(out, &head, &named(pair.left(), &left), width)?;
                write_paragraph(out, &" ".repeat(head.len()), &named(pair.right(), &right), width)?;
                show_evidence(out, pair, width)?;
                writeln!(out)?;
            }
            for group in found.groups() {
                let ids: Vec<&str> = group.iter().map(SolutionId::as_str).collect();
                write_paragraph(out, "one thing: ", &ids.join(", "), width)?;
            }
            let count = |kind| pairs.iter().filter(|pair| pair.kind() == kind).count();
            Ok(writeln!(
                out,
                "{} translations, {} resubmissions, {} variants; {} groups, the largest of {}",
                count(DuplicateKind::Translation),
                count(DuplicateKind::Resubmission),
                count(DuplicateKind::Variant),
                found.groups().len(),
                found.groups().iter().map(Vec::len).max().unwrap_or(0),
            )?)
        })
    }
}

/// An id with its title.
fn named(id: &SolutionId, title: &str) -> String {
    if title.is_empty() { id.to_string() } else { format!("{id}  {}", printable(title)) }
}

fn show_evidence(
    out: &mut dyn Write,
    pair: &DuplicatePair,
    width: Option<usize>,
) -> std::io::Result<()> {
    let evidence = pair.evidence();
    for own in &evidence.agreed {
        let text = format!("{} {}", own.what, own.values.join(", "));
        write_paragraph(out, "  agrees   ", &printable(&text), width)?;
    }
    for own in &evidence.differing {
        let text = format!("{} {} | {}", own.what, own.left.join(", "), own.right.join(", "));
        write_paragraph(out, "  differs  ", &printable(&text), width)?;
    }
    let mut together: Vec<_> =
        evidence.sentences.iter().filter(|own| own.likeness.is_some()).collect();
    together.sort_by(|a, b| b.likeness.unwrap_or(0.0).total_cmp(&a.likeness.unwrap_or(0.0)));
    for own in together.into_iter().take(SENTENCES) {
        let fit = |text: Option<&str>| {
            let text = printable(text.unwrap_or_default());
            width.map_or_else(|| text.clone(), |width| shortened(&text, width.saturating_sub(4)))
        };
        writeln!(out, "  “{}”\n  “{}”", fit(own.left.as_deref()), fit(own.right.as_deref()))?;
    }
    Ok(())
}

fn write_csv(out: &mut dyn Write, pair: &DuplicatePair) -> std::io::Result<()> {
    let evidence = pair.evidence();
    let agreed =
        evidence.agreed.iter().map(|own| format!("{}: {}", own.what, own.values.join(", ")));
    let differing = evidence
        .differing
        .iter()
        .map(|own| format!("{}: {} | {}", own.what, own.left.join(", "), own.right.join(", ")));
    let cells = [
        pair.kind().to_string(),
        pair.left().to_string(),
        pair.right().to_string(),
        pair.score().to_string(),
        agreed.collect::<Vec<_>>().join("; "),
        differing.collect::<Vec<_>>().join("; "),
    ];
    writeln!(out, "{}", cells.map(|cell| quoted(&cell)).join(","))
}

/// A cell as CSV has it (RFC 4180).
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
