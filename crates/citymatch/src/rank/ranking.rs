//! The ranking loop: a batch of queries goes through all segments, block by block, and each query
//! keeps its best documents.
//!
//! # Block-max pruning
//!
//! Every document is ranked, but the exact raw score of most of them is never computed. Suppose
//! that the query keeps 10 documents, and that the tenth best so far has the raw score 0.8: only a
//! document that may reach 0.8 matters from then on. That number is the *threshold*. It rises as
//! better documents are found, and most documents are far below it.
//!
//! So each signal tells two upper bounds, first of its values in a group of 64 documents, then of
//! the value of a single document. The sum of the weighted bounds over the signals is an upper
//! bound of the raw score. A group whose bound is below the threshold is skipped with one
//! comparison. In the other groups the bounds of the 64 documents are compared with the threshold
//! at once, by vector instructions, and only the documents that reach it are checked for
//! eligibility and scored. Groups are taken by falling bound, so that the threshold rises early,
//! and the first group below it ends the block. (Block-max indexes: Ding and Suel, SIGIR 2011.)
//!
//! The result is exact, because no bound is ever below the raw score of a document that it covers.
//!
//! What takes long is deferred: the half of `related` that compares sentences. Bounds are taken with
//! an upper bound of it first, and it is computed for the documents that reach the threshold with
//! that. In the first block there is no threshold yet. There the raw scores without it, which are
//! lower bounds, tell one.
//!
//! Whether anything answers is told by the three documents with the most evidence, which is the raw
//! score without `subject`. They have bounds and a threshold of their own, in the same loop.
//!
//! Unlike the algorithms of that paper the loop reads every posting list to its end: long queries
//! against short documents have so many terms that skipping within the lists costs more than it
//! saves. What pruning saves is the work for each document behind the lists.

use std::ops::Range;

use rayon::prelude::*;

use super::evidence::BestEvidence;
use super::score::Logistic;
use super::top_k::{Best, TopK};
use crate::catalogue::{DocAddress, Snapshot};
use crate::eligibility::{EligibilityFilter, SegmentFilter};
use crate::engine::Segment;
use crate::error::Error;
use crate::ids::{DocId, SegmentOrd};
use crate::pool::Pool;
use crate::progress::Progress;
use crate::record::{Kind, Language};
use crate::signal::{
    BLOCK, BOUND_BLOCK, BOUND_BLOCKS, BatchScorer, BoundBlock, QueryBatch, QuerySignals,
    SignalValues, Thresholds, Weights,
};
use crate::text::Readers;

/// The options of one query of a batch.
pub(crate) struct RankingOptions {
    /// The kind of the documents that are ranked.
    pub(crate) kind: Kind,
    /// The most documents that are returned.
    pub(crate) limit: usize,
    /// The rules that a document has to meet.
    pub(crate) filter: EligibilityFilter,
    pub(crate) logistic: Logistic,
}

/// A document among the best, with its scores.
#[derive(Clone, Debug)]
pub(crate) struct RankedDocument {
    pub(crate) address: DocAddress,
    pub(crate) id: String,
    /// In [0, 1]: the logistic of the raw score.
    pub(crate) score: f64,
    /// The weighted sum of the signals' values.
    pub(crate) raw_score: f64,
    pub(crate) values: SignalValues,
    /// Whether it was scored with the weights of documents in the query's language.
    pub(crate) same_language: bool,
    /// The names of the rules of eligibility that cannot be checked for it.
    pub(crate) unknown_rules: Vec<&'static str>,
}

/// The result of one query.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    /// The best documents, by descending score and then by ascending id.
    pub(crate) best: Vec<RankedDocument>,
    /// The evidence of the best of all eligible documents, whatever the limit.
    pub(crate) evidence: BestEvidence,
}

impl Ranking {
    /// The ranking of a challenge that was read in several languages, from those of its readings.
    pub(crate) fn merged(readings: impl Iterator<Item = Self>, limit: usize) -> Option<Self> {
        let mut merged = readings.reduce(|mut all, next| {
            all.best.extend(next.best);
            all.evidence.merge(next.evidence);
            all
        })?;
        merged.sort(limit);
        Some(merged)
    }

    fn sort(&mut self, limit: usize) {
        self.best.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        self.best.truncate(limit);
    }
}

/// The smallest positive raw score.
const SMALLEST_POSITIVE: f64 = f64::from_bits(1);

/// Ranks the live documents of a snapshot for a batch of queries, each with its options. With a
/// pool its threads share the documents.
pub(crate) fn rank(
    snapshot: &Snapshot,
    queries: &[QuerySignals],
    options: &[RankingOptions],
    pool: Option<&Pool>,
    progress: &Progress,
) -> Result<Vec<Ranking>, Error> {
    let mut rankings = Vec::with_capacity(queries.len());
    // A batch has the same weights. Challenges with criteria have their own.
    let mut rest = options;
    for batch in queries.chunk_by(|a, b| a.weights == b.weights) {
        let (own, others) = rest.split_at(batch.len());
        rankings.extend(rank_batch(snapshot, batch, own, pool, progress)?);
        rest = others;
    }
    Ok(rankings)
}

/// Ranks the live documents for queries that have the same weights.
fn rank_batch(
    snapshot: &Snapshot,
    queries: &[QuerySignals],
    options: &[RankingOptions],
    pool: Option<&Pool>,
    progress: &Progress,
) -> Result<Vec<Ranking>, Error> {
    let empty = || Ranking { best: Vec::new(), evidence: BestEvidence::new() };
    let mut rankings: Vec<Ranking> = queries.iter().map(|_| empty()).collect();
    let batch = QueryBatch::new(queries);
    let documents: usize = snapshot.ords().map(|ord| snapshot.segment(ord).len()).sum();
    // Waking other threads takes longer than going through a few blocks.
    let pool = pool.filter(|pool| pool.threads > 1 && documents >= 2 * BLOCK);
    let threads = pool.map_or(1, |pool| pool.threads);
    let mut searches = Vec::new();
    for ord in snapshot.ords() {
        for part in parts(snapshot.segment(ord).len(), threads) {
            // Here, as vectors that are missing are made when they are first asked for, which all
            // threads would do at once.
            let Some(scorer) = batch.scorer(snapshot, ord)? else { break };
            searches.push((ord, part, scorer));
        }
    }
    let search =
        |(ord, part, scorer)| search_part(snapshot, queries, options, ord, part, scorer, progress);
    let found: Vec<Result<_, Error>> = match pool {
        Some(pool) => pool.get()?.install(|| searches.into_par_iter().map(search).collect()),
        None => searches.into_iter().map(search).collect(),
    };
    for found in found {
        for (ranking, part) in rankings.iter_mut().zip(found?) {
            ranking.evidence.merge(part.evidence);
            ranking.best.extend(part.best);
        }
    }
    for (ranking, options) in rankings.iter_mut().zip(options) {
        ranking.sort(options.limit);
    }
    Ok(rankings)
}

/// A segment's documents, divided into about equal parts of whole blocks, at most as many as there
/// are threads.
fn parts(documents: usize, threads: usize) -> impl Iterator<Item = Range<usize>> {
    let end = move |part: usize| {
        let nearest = (part * documents / threads + BLOCK / 2) / BLOCK * BLOCK;
        if part == threads { documents } else { nearest.min(documents) }
    };
    (0..threads).map(move |part| end(part)..end(part + 1)).filter(|part| !part.is_empty())
}

/// The best documents of a part of a segment, for each query of a batch.
fn search_part(
    snapshot: &Snapshot,
    queries: &[QuerySignals],
    options: &[RankingOptions],
    ord: SegmentOrd,
    part: Range<usize>,
    mut scorer: BatchScorer<'_>,
    progress: &Progress,
) -> Result<Vec<Ranking>, Error> {
    let segment = snapshot.segment(ord);
    let mut searches = Vec::with_capacity(options.len());
    for (query, options) in queries.iter().zip(options) {
        searches.push(PartSearch::new(query, options, segment, part.clone())?);
    }
    for start in part.clone().step_by(BLOCK) {
        scorer.begin_block(start, part.end, progress)?;
        for (place, search) in searches.iter_mut().enumerate() {
            progress.check()?;
            scorer.score_block(place);
            if scorer.defers() {
                let thresholds = search.thresholds_by_lower_bounds(&scorer, start);
                scorer.score_deferred(place, thresholds);
            }
            search.offer_block(&scorer, start);
        }
    }
    searches.into_iter().map(|search| search.finish(snapshot, ord)).collect()
}

/// A bit for each document of a group that some rules admit.
fn admitted(segment: &Segment, filter: &SegmentFilter<'_>, first: usize) -> u64 {
    let docs = first..segment.len().min(first + BOUND_BLOCK);
    let bit = |(doc, place)| u64::from(filter.admits(DocId::new(doc))) << place;
    docs.zip(0..).map(bit).fold(0, |bits, bit| bits | bit)
}

/// One query on its way through a part of a segment.
struct PartSearch<'s> {
    segment: &'s Segment,
    /// The documents of the part.
    documents: Range<usize>,
    weights: &'s Weights,
    language: Option<Language>,
    /// The documents that are looked at.
    readers: Readers,
    filter: SegmentFilter<'s>,
    kind: Kind,
    /// Whether there is any rule.
    has_rules: bool,
    top: TopK,
    evidence: BestEvidence,
    /// The raw score of documents that share no term with the query, if it is the lowest possible
    /// one: see [`QuerySignals::score_without_terms`].
    score_without_terms: Option<f64>,
}

impl<'s> PartSearch<'s> {
    fn new(
        query: &'s QuerySignals,
        options: &'s RankingOptions,
        segment: &'s Segment,
        documents: Range<usize>,
    ) -> Result<Self, Error> {
        // Documents that match no term all have the raw score 0. They are skipped now; if fewer
        // documents than the limit match, they are added at the end.
        let score_without_terms = query.score_without_terms();
        let threshold = score_without_terms.map_or(f64::NEG_INFINITY, |_| SMALLEST_POSITIVE);
        let filter = options.filter.for_segment(segment)?;
        let top = TopK::new(options.limit, documents.len(), options.logistic, threshold);
        Ok(Self {
            segment,
            documents,
            weights: &query.weights,
            language: query.query.language,
            readers: query.query.readers,
            kind: options.kind,
            has_rules: !options.filter.is_open(),
            filter,
            top,
            evidence: BestEvidence::new(),
            score_without_terms,
        })
    }

    /// A document that reaches neither is neither among the best nor among those whose evidence
    /// tells whether anything answers.
    fn thresholds(&self) -> Thresholds {
        Thresholds { raw_score: self.top.threshold(), evidence: self.evidence.threshold() }
    }

    /// The thresholds so far; in the first block those that lower bounds of raw scores set, unless
    /// that would take longer than it saves.
    fn thresholds_by_lower_bounds(&mut self, scorer: &BatchScorer<'_>, start: usize) -> Thresholds {
        let few = self.documents.len().min(BLOCK) / 8;
        // A document that is looked at in two ways may have less evidence in the one that counts.
        let is_read_once = self.readers == Readers::All;
        if start > self.documents.start || self.has_rules || !is_read_once || self.top.limit() > few
        {
            return self.thresholds();
        }
        let (top, evidence) = (self.top.clone(), self.evidence);
        self.offer_block(scorer, start);
        let thresholds = self.thresholds();
        (self.top, self.evidence) = (top, evidence);
        thresholds
    }

    /// Offers the live and eligible documents of the block that was scored last.
    fn offer_block(&mut self, scorer: &BatchScorer<'_>, start: usize) {
        let mut blocks = [BoundBlock::default(); BOUND_BLOCKS];
        let count = scorer.candidate_blocks(self.thresholds(), &mut blocks);
        for block in &blocks[..count] {
            // Groups come by falling bound, so no later one can reach a threshold either.
            let thresholds = self.thresholds();
            if thresholds.are_above(*block) {
                break;
            }
            let Self { segment, language, readers, kind, filter, has_rules, top, evidence, .. } =
                self;
            // Where few documents are admitted the threshold stays low, and most groups are looked
            // at. In those without an admitted document nothing is computed.
            let bits =
                if *has_rules { admitted(segment, filter, start + block.first) } else { u64::MAX };
            for place in scorer.candidates(*block, thresholds, bits) {
                let doc = DocId::new(start + place);
                if segment.is_live(doc, *kind) {
                    let written = segment.meta(doc).language;
                    let same_language = language.is_some() && written == *language;
                    if !readers.include(written) {
                        continue;
                    }
                    let mut scored = scorer.raw_score(place, same_language);
                    if *readers != Readers::All {
                        // The challenge's own language is not known, so it counts as the one in
                        // which the solution scores higher.
                        let other = scorer.raw_score(place, false);
                        if other.raw_score > scored.raw_score {
                            scored = other;
                        }
                    }
                    evidence.offer(scored.evidence);
                    top.offer(doc, scored.raw_score, scored.values, |doc| segment.id_rank(doc));
                }
            }
        }
    }

    /// The best documents of the part.
    fn finish(mut self, snapshot: &Snapshot, ord: SegmentOrd) -> Result<Ranking, Error> {
        if let Some(raw_score) = self.score_without_terms
            && self.top.has_room()
        {
            self.offer_unmatched(raw_score);
        }
        let best = self.top.into_best(|doc| self.segment.id_rank(doc));
        let ids = snapshot.inverted_index(ord)?.ids_of(best.iter().map(|own| own.doc));
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        let filter = &self.filter;
        let language = self.language;
        let is_same = |own: &Best| {
            // A document that was looked at in both ways has the raw score of the better one.
            let written = self.segment.meta(own.doc).language;
            let raw_score = self.weights.raw_score(&own.values, true);
            language.is_some() && written == language && raw_score >= own.raw_score
        };
        let best = best.into_iter().zip(ids).map(|(own, id)| RankedDocument {
            unknown_rules: filter.unknown(own.doc),
            same_language: is_same(&own),
            address: DocAddress { segment: ord, doc: own.doc },
            id,
            score: own.score,
            raw_score: own.raw_score,
            values: own.values,
        });
        Ok(Ranking { best: best.collect(), evidence: self.evidence })
    }

    /// Offers the live and eligible documents that share no term with the query, which all have the
    /// same raw score.
    fn offer_unmatched(&mut self, raw_score: f64) {
        let Self { segment, documents, readers, kind, filter, top, evidence, .. } = self;
        let mut matched = top.docs();
        matched.sort_unstable();
        top.clear_threshold();
        let is_here = |doc: &DocId| documents.contains(&doc.index());
        for doc in segment.live(*kind).filter(is_here) {
            let is_read = readers.include(segment.meta(doc).language);
            if is_read && filter.admits(doc) && matched.binary_search(&doc).is_err() {
                let values = SignalValues::default();
                evidence.offer(raw_score);
                top.offer(doc, raw_score, values, |doc| segment.id_rank(doc));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_all_documents_in_whole_blocks() {
        for documents in [0, 1, 4_095, 4_096, 8_000, 8_192, 12_500, 50_000, 65_536, 500_000] {
            for threads in [1, 2, 3, 7, 8, 64, 512] {
                let mut end = 0;
                for part in parts(documents, threads) {
                    assert_eq!(part.start, end, "{documents} documents, {threads} threads");
                    assert!(part.start % BLOCK == 0 && part.end > part.start);
                    end = part.end;
                }
                assert_eq!(end, documents, "{threads} threads");
            }
        }
        let halves: Vec<_> = parts(50_000, 2).collect();
        assert_eq!(halves, [0..24_576, 24_576..50_000]);
    }
}
