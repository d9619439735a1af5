//! The records of a catalogue that are like another one: precedents of a challenge, twins of a
//! solution.

use std::sync::Arc;

use crate::catalogue::Snapshot;
use crate::eligibility::EligibilityFilter;
use crate::error::Error;
use crate::matcher::Matcher;
use crate::rank::{self, Ranking, RankingOptions};
use crate::record::{Eligibility, Record};
use crate::record_match::{RecordMatch, RecordMatches, Source};
use crate::search::checked_limit;
use crate::signal::{AnySignal, Collection, QuerySignals, Signal};
use crate::text::Query;

impl Matcher {
    /// Ranks the records of the same kind by how much they are like a record: for a challenge the
    /// same challenge in other cities, for a solution its twins and variants, in any language.
    ///
    /// The record need not be stored. One with its id, which is itself, is left out; so are, under
    /// a matcher with languages, records in others. Scores are those of [`find`](Self::find) with
    /// the record as the ask; a second stage does not look at them. At most `limit` are returned, 1
    /// or more.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is 0.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Matcher, Solution, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let garden = Solution::new("new", "Rain gardens in the pavement keep the rain");
    /// assert_eq!(matcher.similar(&garden, 10)?[0].id().as_str(), "s1");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn similar<R: Record>(&self, record: &R, limit: usize) -> Result<RecordMatches<R>, Error> {
        checked_limit(limit)?;
        let snapshot = self.current();
        let readings = self.asking(record, &snapshot)?;
        let collection = Collection::of_kind(&snapshot, R::KIND)?;
        let rules = Eligibility::default();
        // One more than the limit, as the record itself may be among the best.
        let limit_with_itself = limit.saturating_add(1);
        let (mut prepared, mut options) = (Vec::new(), Vec::new());
        for query in &readings {
            prepared.push(self.signals(collection, query, self.weights_at(&snapshot))?);
            options.push(RankingOptions {
                kind: R::KIND,
                limit: limit_with_itself,
                filter: EligibilityFilter::new(&rules, None, None, &self.languages),
                logistic: self.logistic(&snapshot, query),
            });
        }
        let rankings = rank::rank(&snapshot, &prepared, &options, Some(&self.pool), &self.stop)?;
        let ranking = Ranking::merged(rankings.into_iter(), limit_with_itself);
        let counted: Vec<Signal> = prepared.iter().flat_map(counted).collect();
        let best = ranking.into_iter().flat_map(|ranking| ranking.best);
        let others = best.filter(|found| found.id != record.id().as_ref());
        let found = others.map(|found| {
            let source = Source::Stored(snapshot.clone(), found.address);
            RecordMatch::new(R::Id::from(found.id.clone()), found, &counted, source)
        });
        Ok(RecordMatches::best(found.collect(), limit))
    }

    /// The queries of a record, without those that have no content word.
    pub(crate) fn asking<R: Record>(
        &self,
        record: &R,
        snapshot: &Snapshot,
    ) -> Result<Vec<Arc<Query>>, Error> {
        let mut readings = self.readings(record, Collection::new(snapshot, None)?)?;
        readings.retain(|query| !query.terms.is_empty());
        Ok(readings)
    }
}

/// The signals that count for a query.
pub(crate) fn counted(query: &QuerySignals) -> impl Iterator<Item = Signal> {
    query.signals.iter().map(AnySignal::signal)
}
