//! Matching many challenges, on several threads.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Error;
use crate::matcher::Matcher;
use crate::matches::{Matches, Run};
use crate::pool::Pool;
use crate::progress::Progress;
use crate::search::Search;

/// How many challenges are matched for each thread before the first results are returned.
const AHEAD: usize = 64;
/// How many challenges a thread matches together. The vectors of all records are read once for a
/// group, and with this many challenges the reading is a small part of the work.
const GROUP: usize = 32;

impl Matcher {
    /// Ranks the solutions for many challenges, on as many threads as the matcher has. The result
    /// does not depend on their number.
    ///
    /// # Errors
    /// The error of the first search, in their order, that fails; see [`Matcher::find`].
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Search, __doc_catalogue};
    /// let challenges = [Challenge::new("c1", "lluvia"), Challenge::new("c2", "agua")];
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let searches = challenges.iter().map(|challenge| Search::new(challenge).limit(50));
    /// let run = matcher.find_all(searches)?;
    /// assert_eq!(run.len(), 2);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn find_all<'c, S: Into<Search<'c>>>(
        &self,
        all: impl IntoIterator<Item = S>,
    ) -> Result<Run, Error> {
        self.find_each(all).collect()
    }

    /// Like [`find_all`](Self::find_all), but returns the results one by one, in the order of the
    /// challenges. Memory is bounded: at most 64 challenges for each thread are matched ahead.
    /// Dropping the iterator ends the work, and [`FindEach::progress`] lets another thread stop it.
    pub fn find_each<'c, S: Into<Search<'c>>, I: IntoIterator<Item = S>>(
        &self,
        all: I,
    ) -> FindEach<'c, I::IntoIter> {
        FindEach {
            matcher: self.clone(),
            all: all.into_iter(),
            ready: VecDeque::new(),
            progress: Arc::clone(&self.stop),
            challenges: PhantomData,
        }
    }
}

/// The matches of many challenges, one by one in their order. Made by [`Matcher::find_each`].
pub struct FindEach<'c, I> {
    matcher: Matcher,
    all: I,
    /// Results that have not been returned.
    ready: VecDeque<Result<Matches, Error>>,
    progress: Arc<Progress>,
    challenges: PhantomData<&'c ()>,
}

impl<'c, S: Into<Search<'c>>, I: Iterator<Item = S>> Iterator for FindEach<'c, I> {
    type Item = Result<Matches, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() {
            let threads = self.matcher.pool.threads;
            let ahead = if threads == 1 { self.group_size() } else { threads * AHEAD };
            let searches: Vec<Search<'c>> = self.all.by_ref().take(ahead).map(Into::into).collect();
            let matched = self.match_all(&searches);
            self.ready.extend(matched.unwrap_or_else(|error| vec![Err(error)]));
        }
        self.ready.pop_front()
    }
}

impl<I> fmt::Debug for FindEach<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindEach")
            .field("matcher", &self.matcher)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl<I> FindEach<'_, I> {
    /// Reports progress to another thread, which can also stop the batch.
    #[must_use]
    pub fn progress(mut self, progress: &Arc<Progress>) -> Self {
        self.progress = Arc::clone(progress);
        self
    }

    /// How many challenges are matched together.
    fn group_size(&self) -> usize {
        if self.matcher.gains_by_groups() { GROUP } else { 1 }
    }

    fn match_all(&self, searches: &[Search<'_>]) -> Result<Vec<Result<Matches, Error>>, Error> {
        let (matcher, progress, threads) =
            (&self.matcher, &*self.progress, self.matcher.pool.threads);
        let groups = groups(searches, threads, self.group_size());
        let match_group = |group: &[Search<'_>], pool: Option<&Pool>| {
            let found = matcher.find_group(group, pool, progress);
            progress.add(found.iter().filter(|found| found.is_ok()).count());
            found
        };
        if threads == 1 || groups.len() < 2 {
            let pool = &*matcher.pool;
            return Ok(groups.into_iter().flat_map(|own| match_group(own, Some(pool))).collect());
        }
        // Each thread takes the next group until none is left. Groups end in no fixed order, so
        // each keeps its place.
        let next = AtomicUsize::new(0);
        let take = || {
            let place = next.fetch_add(1, Ordering::Relaxed);
            groups.get(place).map(|group| (place, match_group(group, None)))
        };
        let mut found: Vec<_> = matcher
            .pool
            .get()?
            .broadcast(|_| std::iter::from_fn(take).collect::<Vec<_>>())
            .into_iter()
            .flatten()
            .collect();
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().flat_map(|(_, found)| found).collect())
    }
}

/// Divides searches into groups of at most `size`. The last groups get smaller and smaller, so that
/// all threads finish at about the same time.
fn groups<T>(searches: &[T], threads: usize, size: usize) -> Vec<&[T]> {
    let (mut groups, mut rest) = (Vec::new(), searches);
    while !rest.is_empty() {
        let (group, others) = rest.split_at(rest.len().div_ceil(threads).min(size));
        groups.push(group);
        rest = others;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalogue, Challenge, Eligibility, ErrorKind, Language, Solution, Stage};

    const WORDS: [&str; 24] = [
        "agua",
        "lluvia",
        "ciudad",
        "residuos",
        "barrio",
        "jardín",
        "escuela",
        "ruido",
        "chuva",
        "lixo",
        "bairro",
        "horta",
        "rua",
        "trânsito",
        "calor",
        "sombra",
        "water",
        "flood",
        "waste",
        "street",
        "tree",
        "noise",
        "market",
        "river",
    ];

    /// Texts without a pattern, the same in every run: sentences of 4 to 8 words.
    fn text(seed: usize, sentences: usize) -> String {
        let word = |i: usize| WORDS[(seed * 131 + i * i * 17 + i * seed * 7) % WORDS.len()];
        let sentence = |s: usize| {
            (0..4 + (seed + s) % 5).map(|i| word(s * 9 + i)).collect::<Vec<_>>().join(" ")
        };
        (0..sentences).map(sentence).collect::<Vec<_>>().join(". ")
    }

    fn language(seed: usize) -> Language {
        [Language::Spanish, Language::Portuguese, Language::English][seed % 3]
    }

    /// Segments of 300 records, of 1 and of 40, with records of 1 to 7 sentences.
    fn catalogue() -> Catalogue {
        let catalogue = Catalogue::in_memory().unwrap();
        for numbers in [0..300, 300..301, 301..341] {
            let mut edit = catalogue.edit().unwrap();
            for number in numbers {
                let mut solution = Solution::new(format!("s{number}"), text(number, 1))
                    .description(text(number + 1_000, number % 7));
                solution = if number % 4 == 0 { solution.stage(Stage::Pilot) } else { solution };
                edit.put(if number % 5 == 0 {
                    solution
                } else {
                    solution.language(language(number))
                })
                .unwrap();
            }
            edit.commit().unwrap();
        }
        catalogue
    }

    fn challenges() -> Vec<Challenge> {
        let mut all: Vec<Challenge> = (0..70)
            .map(|i| {
                Challenge::new(format!("c{i}"), text(i + 5_000, 1 + i % 6))
                    .language(language(i / 2))
            })
            .collect();
        all[3] = Challenge::new("c3", "de la que").language(Language::Spanish);
        all[8].eligibility =
            Eligibility { excluded: vec!["s12".into(), "s7".into()], ..Eligibility::default() };
        all[9].eligibility =
            Eligibility { languages: vec![Language::English], ..Eligibility::default() };
        all
    }

    /// A search whose limit and rules depend on its place. Two of them have an error.
    fn search(place: usize, challenge: &Challenge) -> Search<'_> {
        let search = Search::new(challenge).limit([10, 1, 50, 1_000][place % 4]);
        match place {
            20 | 69 => search.limit(0),
            _ if place % 6 == 5 => search.at_least(Stage::Pilot),
            _ => search,
        }
    }

    /// Everything that a result contains, to the last bit.
    fn shown(found: &Result<Matches, Error>) -> String {
        match found {
            Ok(matches) => {
                let one = |found: &crate::Match| {
                    format!("{} {} {:x}", found.rank(), found.id(), found.score().to_bits())
                };
                format!(
                    "{} {:?} {:?}",
                    matches.challenge_id(),
                    matches.answered(),
                    matches.iter().map(one).collect::<Vec<_>>()
                )
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn neither_groups_nor_threads_change_a_bit() {
        let (catalogue, challenges) = (catalogue(), challenges());
        let searches: Vec<Search<'_>> = challenges
            .iter()
            .enumerate()
            .map(|(place, challenge)| search(place, challenge))
            .collect();
        let languages = Matcher::builder()
            .languages([Language::Spanish, Language::English])
            .threads(1)
            .build(&catalogue)
            .unwrap();
        for matcher in [Matcher::builder().threads(1).build(&catalogue).unwrap(), languages] {
            assert_eq!(matcher.snapshot().segments().len(), 3, "the test wants several segments");
            let alone: Vec<String> =
                searches.iter().map(|search| shown(&matcher.find(search.clone()))).collect();
            assert!(
                alone[3] == "c3 None []" && alone[20].contains("limit"),
                "a challenge of stop words, and an error"
            );
            for size in [1, 2, 7, 64] {
                let found = searches
                    .chunks(size)
                    .flat_map(|group| matcher.find_group(group, None, &Progress::default()));
                assert_eq!(
                    found.map(|found| shown(&found)).collect::<Vec<_>>(),
                    alone,
                    "groups of {size}"
                );
            }
            for threads in [1, 2, 3] {
                let (matcher, progress) = (matcher.with_threads(threads).unwrap(), Arc::default());
                let found = matcher.find_each(searches.clone()).progress(&progress);
                assert_eq!(
                    found.map(|found| shown(&found)).collect::<Vec<_>>(),
                    alone,
                    "{threads} threads"
                );
                assert_eq!(progress.done(), 68, "all but the two errors");
            }
            let error = matcher.find_all(searches.clone()).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidOption { .. }));
        }
    }

    #[test]
    fn a_stopped_batch_is_cancelled_on_any_number_of_threads() {
        let (catalogue, challenges) = (catalogue(), challenges());
        for threads in [1, 2] {
            let (matcher, progress) = (
                Matcher::builder().threads(threads).build(&catalogue).unwrap(),
                Arc::new(Progress::default()),
            );
            let mut each = matcher.find_each(challenges.iter().cycle()).progress(&progress);
            assert!(each.next().unwrap().is_ok());
            progress.cancel();
            let cancelled = |error: &Error| matches!(error.kind(), ErrorKind::Cancelled);
            assert!(
                each.find_map(Result::err).is_some_and(|error| cancelled(&error)),
                "{threads} threads"
            );
        }
    }

    #[test]
    fn groups_are_all_searches_in_order_and_the_last_ones_small() {
        for (count, threads, size) in
            [(0, 2, 16), (1, 2, 16), (7, 3, 1), (128, 2, 16), (1_000, 7, 16)]
        {
            let all: Vec<usize> = (0..count).collect();
            let groups = groups(&all, threads, size);
            assert_eq!(groups.concat(), all);
            assert!(groups.iter().all(|group| !group.is_empty() && group.len() <= size));
            assert!(
                groups.last().is_none_or(|last| last.len() == 1),
                "{count} searches on {threads} threads"
            );
        }
    }
}
