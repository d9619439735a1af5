use std::sync::Arc;

use super::candidates::{candidates, records};
use super::evidence::DuplicateEvidence;
use super::groups::groups;
use super::links::Links;
use super::profile::Profiles;
use super::result::{DuplicatePair, Duplicates};
use super::select::{Selected, select};
use crate::error::Error;
use crate::matcher::Matcher;
use crate::progress::Progress;
use crate::rank::Logistic;

/// The least score of a pair where nothing else is said.
pub const DEFAULT_THRESHOLD: f64 = 0.9;

/// How the duplicates of a catalogue are searched for.
///
/// # Examples
/// ```
/// use citymatch::duplicates::DuplicateSearch;
/// # use citymatch::{Matcher, __doc_catalogue};
/// let found = Matcher::new(&__doc_catalogue()?)?.duplicates(&DuplicateSearch::new().threshold(0.5))?;
/// assert!(found.is_empty());
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct DuplicateSearch {
    threshold: Option<f64>,
    progress: Arc<Progress>,
}

impl DuplicateSearch {
    /// A search with the default threshold.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the least [`score`](DuplicatePair::score) of a pair, above 0 and below 1. The default
    /// is [`DEFAULT_THRESHOLD`].
    #[must_use]
    pub fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = Some(threshold);
        self
    }

    /// Sets what counts the solutions that have been asked, and stops the work.
    #[must_use]
    pub fn progress(mut self, progress: &Arc<Progress>) -> Self {
        self.progress = Arc::clone(progress);
        self
    }

    /// The threshold as a logit.
    fn least_logit(&self) -> Result<f64, Error> {
        let threshold = self.threshold.unwrap_or(DEFAULT_THRESHOLD);
        if threshold > 0.0 && threshold < 1.0 {
            return Ok(libm::log(threshold / (1.0 - threshold)));
        }
        Err(Error::option("threshold", threshold, "a number above 0 and below 1"))
    }
}

impl Matcher {
    /// Finds the solutions that have the same text as another one: translations, resubmissions and
    /// variants.
    ///
    /// Every solution is asked against all others, as [`similar`](Self::similar) does. The
    /// [module](crate::duplicates) says what a pair is. Under a matcher with languages only
    /// solutions in these are compared; a second stage does not look at them. The result does not
    /// depend on the number of threads.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) if the threshold is not between
    /// 0 and 1, [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) if the work was stopped.
    ///
    /// # Examples
    /// ```
    /// use citymatch::duplicates::{DuplicateKind, DuplicateSearch};
    /// use citymatch::{Catalogue, Matcher, Solution};
    /// let catalogue = Catalogue::in_memory()?;
    /// let mut edit = catalogue.edit()?;
    /// let text = "Rain gardens in the pavement hold the water of storms, so that streets stay dry.";
    /// edit.put(Solution::new("quito", text).city("Quito"))?;
    /// edit.put(Solution::new("again", format!("{text} We ask for support.")).city("Quito"))?;
    /// edit.put(Solution::new("cali", text).city("Cali"))?;
    /// edit.commit()?;
    /// let found = Matcher::new(&catalogue)?.duplicates(&DuplicateSearch::new())?;
    /// let same: Vec<_> = found.iter().filter(|pair| pair.kind().is_duplicate()).collect();
    /// assert_eq!((same[0].left().as_str(), same[0].right().as_str()), ("again", "quito"));
    /// assert_eq!(found.groups().len(), 1);
    /// # assert_eq!(same.len(), 1);
    /// # assert!(found.iter().any(|pair| pair.kind() == DuplicateKind::Variant));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn duplicates(&self, search: &DuplicateSearch) -> Result<Duplicates, Error> {
        let least = search.least_logit()?;
        let (snapshot, progress) = (self.current(), &*search.progress);
        progress.check()?;
        let records = records(self, &snapshot)?;
        let profiles = Profiles::new(&records);
        let candidates = candidates(self, &snapshot, &records, least, progress)?;
        let links = Links::new(&records, &profiles, &candidates, least);
        let selected = select(&records, &candidates, &links);
        let id = |record: usize| records[record].0.id.clone();
        let mut pairs = Vec::with_capacity(selected.len());
        for Selected { left, right, link } in &selected {
            progress.check()?;
            pairs.push(DuplicatePair {
                kind: link.kind,
                left: id(*left),
                right: id(*right),
                score: Logistic { slope: 1.0, midpoint: 0.0 }.score(link.logit),
                evidence: DuplicateEvidence::new(&snapshot, &records, &profiles, *left, *right)?,
            });
        }
        let same: Vec<Selected> =
            selected.into_iter().filter(|pair| pair.link.kind.is_duplicate()).collect();
        let groups = groups(&same).into_iter();
        let groups = groups.map(|group| group.into_iter().map(id).collect()).collect();
        Ok(Duplicates { pairs, groups })
    }
}
