//! A run as one self-contained HTML page, in Spanish, Portuguese or English: something that can be
//! sent to those who decide.
//!
//! Each challenge has its question, its city, whether something answers it and how sure that is, its
//! matches with their scores, reasons and the sentences that decided, who was barred and why, what
//! was decided, and what other cities put to use for the like. The page needs no network and no
//! script: a script in it sorts and filters, and that is all. A policy in the page admits its own
//! style and script by their hashes and nothing else. It is printed as it is read.
//!
//! # Examples
//! ```
//! use citymatch::{Catalogue, Challenge, Language, Matcher, Search, Solution};
//! use citymatch_report::Report;
//!
//! let catalogue = Catalogue::in_memory()?;
//! let mut edit = catalogue.edit()?;
//! edit.put(Solution::new("s1", "Jardines de lluvia").description("Retienen el agua de lluvia."))?;
//! edit.commit()?;
//! let matcher = Matcher::new(&catalogue)?;
//! let challenge = Challenge::new("c1", "¿Cómo evitar que la lluvia inunde las calles?").city("Quito");
//! let search = Search::new(&challenge);
//! let mut report = Report::new(&matcher).language(Language::Spanish);
//! report.add(&search, &matcher.find(search.clone())?)?;
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("report.html");
//! # let path = path.as_path();
//! assert_eq!(report.write(path)?, [path]);
//! # Ok::<(), citymatch::Error>(())
//! ```

/// The README's example is tested with those of this documentation.
#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;

mod charts;
mod decision;
mod facts;
mod labels;
mod render;
mod text;
mod views;
mod write;

use std::io::Write;
use std::path::{Path, PathBuf};

use citymatch::{Error, Language, Matcher, Matches, Search};

pub use decision::Decision;
use facts::{Facts, Solutions};
use labels::Labels;

/// The most bytes of a report of one page; a longer one is an index and one page a challenge.
pub const PAGE_LIMIT: usize = 20_000_000;

/// What follows the name of a report in that of the folder with the pages of a large one.
const FOLDER: &str = ".pages";

/// A report of what a matcher found. The same records give the same bytes.
#[derive(Debug)]
pub struct Report<'m> {
    matcher: &'m Matcher,
    language: Language,
    title: Option<String>,
    decision: Decision,
    challenges: Vec<Facts>,
    solutions: Solutions,
}

impl<'m> Report<'m> {
    /// A report in English, without challenges yet.
    #[must_use]
    pub fn new(matcher: &'m Matcher) -> Self {
        Self {
            matcher,
            language: Language::English,
            title: None,
            decision: Decision::default(),
            challenges: Vec::new(),
            solutions: Solutions::new(),
        }
    }

    /// Sets the language of everything but the records' own texts. The default is English.
    #[must_use]
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// Sets the title. The default says in the report's language what it is.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets what was decided, to stand beside the matches: an
    /// [`Assignment`](citymatch::assign::Assignment) or another [`Decision`]. The default is
    /// nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](citymatch::ErrorKind::Corrupt) if a solution that it names cannot be
    /// read.
    pub fn decision(mut self, decision: impl Into<Decision>) -> Result<Self, Error> {
        self.decision = decision.into();
        for id in self.decision.all_named() {
            facts::remember(self.matcher, &mut self.solutions, id)?;
        }
        Ok(self)
    }

    /// Adds a challenge: a search, and what the matcher found for it. The explanations are made now,
    /// on the threads of the matcher.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownSolution`](citymatch::ErrorKind::UnknownSolution) if a match is not of
    /// this matcher's snapshot, and [`ErrorKind::Corrupt`](citymatch::ErrorKind::Corrupt) if a
    /// stored record cannot be read.
    pub fn add(&mut self, search: &Search<'_>, matches: &Matches) -> Result<(), Error> {
        let facts = Facts::new(self.matcher, search, matches, &mut self.solutions)?;
        self.challenges.push(facts);
        Ok(())
    }

    /// Writes the report to a file, which is replaced as a whole, and returns the paths of its
    /// pages. One of more than [`PAGE_LIMIT`] bytes becomes an index, with one page a challenge in a
    /// folder beside it: `report.html` and `report.html.pages/`.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](citymatch::ErrorKind::Io) if a file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<Vec<PathBuf>, Error> {
        write::write(self, path.as_ref(), PAGE_LIMIT)
    }

    /// Writes the report as one page, however long, and returns its number of bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](citymatch::ErrorKind::Io) if the writer fails.
    pub fn write_to(&self, out: &mut impl Write) -> Result<usize, Error> {
        let page = self.one_page()?;
        let written = out.write_all(page.as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| Error::io("output", error))?;
        Ok(page.len())
    }

    /// A page that asks: a form for another question, and below it what was added to the report. It
    /// is what a service shows to those who try it by hand, and has no script. The form sends its
    /// text as `text`, and the language of the page as `lang`, to the address that the page has.
    /// `question` is what the form says already, and `problem` what was wrong with it; both may be
    /// empty.
    ///
    /// # Errors
    /// None that a caller can bring about.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Catalogue, Challenge, Matcher, Search, Solution};
    /// # use citymatch_report::Report;
    /// # let catalogue = Catalogue::in_memory()?;
    /// # let mut edit = catalogue.edit()?;
    /// # edit.put(Solution::new("s1", "Jardines de lluvia"))?;
    /// # edit.commit()?;
    /// let matcher = Matcher::new(&catalogue)?;
    /// let challenge = Challenge::from_text("¿Cómo retener la lluvia?");
    /// let search = Search::new(&challenge);
    /// let mut report = Report::new(&matcher);
    /// report.add(&search, &matcher.find(search.clone())?)?;
    /// assert!(report.form("¿Cómo retener la lluvia?", "")?.contains("Jardines de lluvia"));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn form(&self, question: &str, problem: &str) -> Result<String, Error> {
        self.with_form(question, problem)
    }

    fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(Labels::of(self.language).title)
    }
}
