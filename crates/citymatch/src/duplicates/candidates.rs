//! Every record asked against all others: the records most like each one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::catalogue::Snapshot;
use crate::eligibility::EligibilityFilter;
use crate::error::Error;
use crate::matcher::Matcher;
use crate::progress::Progress;
use crate::rank::{self, RankingOptions};
use crate::record::{Eligibility, Kind, Language, Record, Solution};
use crate::signal::Collection;

/// How many records are asked together: the vectors of all records are read once for a group.
const GROUP: usize = 32;

/// How many of the records most like it are looked at for each.
pub(super) const LIMIT: usize = 20;

/// A record that is like the one that was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    /// Its place among all records.
    pub(super) record: usize,
    /// The logit of its score.
    pub(super) logit: f64,
}

/// The candidates of each record, best first, in the order of the records, which are solutions in
/// the order of their ids.
///
/// A list that holds a record of a language holds the best one of that language. Where a list is
/// full of records that may be duplicates, the languages of which it has not two are asked alone,
/// and the list becomes longer.
pub(super) fn candidates(
    matcher: &Matcher,
    snapshot: &Arc<Snapshot>,
    records: &[(Solution, Option<Language>)],
    least: f64,
    progress: &Progress,
) -> Result<Vec<Vec<Candidate>>, Error> {
    let places: HashMap<&str, usize> =
        records.iter().zip(0..).map(|((record, _), place)| (record.id.as_str(), place)).collect();
    let asking = Asking { matcher, snapshot, records, places: &places, progress };
    let ask = |group: &&[usize]| -> Result<Vec<Vec<Candidate>>, Error> {
        let found = asking.ask_completely(group, least)?;
        progress.add(group.len());
        Ok(found)
    };
    let all: Vec<usize> = (0..records.len()).collect();
    let groups: Vec<&[usize]> = all.chunks(GROUP).collect();
    Ok(matcher.pool.map(&groups, ask)?.into_iter().flatten().collect())
}

/// What asking a group of records needs.
struct Asking<'a> {
    matcher: &'a Matcher,
    snapshot: &'a Snapshot,
    records: &'a [(Solution, Option<Language>)],
    places: &'a HashMap<&'a str, usize>,
    progress: &'a Progress,
}

impl Asking<'_> {
    /// The candidates of some records, of every language that has one whose logit is `least` or
    /// more.
    fn ask_completely(&self, group: &[usize], least: f64) -> Result<Vec<Vec<Candidate>>, Error> {
        let mut found = self.ask(group, self.matcher.languages.iter().copied())?;
        let mut missing: BTreeMap<Language, Vec<usize>> = BTreeMap::new();
        for (position, candidates) in found.iter().enumerate() {
            let is_crowded = candidates.len() >= LIMIT
                && candidates.last().is_some_and(|last| last.logit >= least);
            if is_crowded {
                let in_list = |language| {
                    let of_it = |own: &&Candidate| self.records[own.record].1 == Some(language);
                    candidates.iter().filter(of_it).count()
                };
                for language in self.languages().filter(|language| in_list(*language) < 2) {
                    missing.entry(language).or_default().push(position);
                }
            }
        }
        for (language, positions) in missing {
            let asked: Vec<usize> = positions.iter().map(|position| group[*position]).collect();
            let more = self.ask(&asked, [language])?;
            for (position, candidates) in positions.into_iter().zip(more) {
                found[position].retain(|own| self.records[own.record].1 != Some(language));
                found[position].extend(candidates);
                sort(&mut found[position]);
            }
        }
        Ok(found)
    }

    /// The languages that are looked at.
    fn languages(&self) -> impl Iterator<Item = Language> {
        let own = &self.matcher.languages;
        Language::ALL.iter().copied().filter(|language| own.is_empty() || own.contains(language))
    }

    /// The candidates of some records among those of some languages; of all where none is given.
    fn ask(
        &self,
        group: &[usize],
        languages: impl IntoIterator<Item = Language>,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        let languages = languages.into_iter().collect();
        let snapshot = self.snapshot;
        let read = group.iter().map(|place| self.matcher.asking(&self.records[*place].0, snapshot));
        let read = read.collect::<Result<Vec<_>, Error>>()?;
        let collection = Collection::of_kind(snapshot, Kind::Solution)?;
        let rules = Eligibility::default();
        let (mut prepared, mut options) = (Vec::new(), Vec::new());
        for query in read.iter().flatten() {
            self.progress.check()?;
            prepared.push(self.matcher.signals(
                collection,
                query,
                self.matcher.weights_at(snapshot),
            )?);
            options.push(RankingOptions {
                kind: Kind::Solution,
                // One more, as the record itself is among the best.
                limit: LIMIT + 1,
                filter: EligibilityFilter::new(&rules, None, None, &languages),
                logistic: self.matcher.logistic(snapshot, query),
            });
        }
        let rankings = rank::rank(snapshot, &prepared, &options, None, self.progress)?;
        let mut rankings = rankings.into_iter().zip(&options);
        let found = group.iter().zip(&read).map(|(place, read)| {
            let mut candidates = Vec::new();
            for (ranking, options) in rankings.by_ref().take(read.len()) {
                let logit = |raw: f64| options.logistic.slope * (raw - options.logistic.midpoint);
                candidates.extend(ranking.best.iter().filter_map(|own| {
                    let record = *self.places.get(own.id.as_str())?;
                    let candidate = Candidate { record, logit: logit(own.raw_score) };
                    (record != *place).then_some(candidate)
                }));
            }
            sort(&mut candidates);
            candidates.truncate(LIMIT);
            candidates
        });
        Ok(found.collect())
    }
}

/// Best first; of equal ones the first by id.
fn sort(candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| b.logit.total_cmp(&a.logit).then_with(|| a.record.cmp(&b.record)));
}

/// The stored records that are compared, in the order of their ids, each with its language.
pub(super) fn records(
    matcher: &Matcher,
    snapshot: &Snapshot,
) -> Result<Vec<(Solution, Option<Language>)>, Error> {
    let mut found = Vec::new();
    for stored in snapshot.solutions().with_addresses()? {
        let (solution, address) = stored?;
        let language = snapshot.segment(address.segment).meta(address.doc).language;
        let own = &matcher.languages;
        if own.is_empty() || language.is_some_and(|language| own.contains(&language)) {
            found.push((solution, language));
        }
    }
    debug_assert!(found.windows(2).all(|two| two[0].0.id() < two[1].0.id()));
    Ok(found)
}
