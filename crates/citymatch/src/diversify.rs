//! Spread among the best: matches that are good and unlike each other, and what that costs.
//!
//! Solutions are chosen one after the other. Each time the one is taken that adds most to
//!
//! (1 − amount) · Σ score(i) + amount · Σ distance(i, j)
//!
//! over the chosen ones and their pairs, where the distance is 1 minus the cosine of the vectors of
//! two whole texts. This is max-sum diversification: greedy choice comes within a half of the best
//! sum (Gollapudi and Sharma, WWW 2009; Borodin, Lee and Ye, PODS 2012). Maximal marginal relevance
//! (Carbonell and Goldstein, SIGIR 1998) looks at the nearest chosen one alone instead of at all of
//! them; at the same nDCG it keeps a smaller mean distance (benches/README.md, *Spread*).

use std::collections::HashMap;

use citymatch_encoder::Quantised;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::rank::RankedDocument;
use crate::record::key::normalise_key;
use crate::record::{Solution, SolutionId};

/// How many candidates there are for each place, and how many at least.
const CANDIDATES_PER_PLACE: usize = 5;
const CANDIDATES: usize = 50;

/// How much matches are to differ from each other.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, Diversity, Matcher, __doc_catalogue};
/// let matcher = Matcher::builder()
///     .diversity(Diversity::new(0.3).per_organisation(1))
///     .build(&__doc_catalogue()?)?;
/// let matches = matcher.find(&Challenge::new("c1", "agua de lluvia"))?;
/// let spread = matches.spread().expect("the matcher has a diversity");
/// assert!(spread.kept <= 1.0 && spread.distance >= 0.0);
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Diversity {
    amount: f64,
    per_organisation: Option<usize>,
    per_country: Option<usize>,
    per_theme: Option<usize>,
}

impl Diversity {
    /// Diversity by an amount from 0, where scores alone count, to 1, where distances alone count.
    /// From 0.02 to 0.1 most of the scores is kept.
    #[must_use]
    pub fn new(amount: f64) -> Self {
        Self { amount, per_organisation: None, per_country: None, per_theme: None }
    }

    /// Takes at most so many solutions of one organisation, 1 or more. Solutions without an
    /// organisation are not counted.
    #[must_use]
    pub fn per_organisation(mut self, limit: usize) -> Self {
        self.per_organisation = Some(limit);
        self
    }

    /// Takes at most so many solutions of one country, 1 or more. Solutions without a country are
    /// not counted.
    #[must_use]
    pub fn per_country(mut self, limit: usize) -> Self {
        self.per_country = Some(limit);
        self
    }

    /// Takes at most so many solutions of one theme, 1 or more. A solution counts for each of its
    /// themes.
    #[must_use]
    pub fn per_theme(mut self, limit: usize) -> Self {
        self.per_theme = Some(limit);
        self
    }

    pub(crate) fn check(&self, snapshot: &Snapshot) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&self.amount) {
            return Err(Error::option("diversity", self.amount, "a number from 0 to 1"));
        }
        let caps = [
            ("per_organisation", self.per_organisation),
            ("per_country", self.per_country),
            ("per_theme", self.per_theme),
        ];
        if let Some((name, limit)) = caps.into_iter().find(|(_, limit)| *limit == Some(0)) {
            let limit = limit.unwrap_or_default();
            return Err(Error::option(name, limit, "a whole number, 1 or more"));
        }
        if self.amount > 0.0 && snapshot.encoder().is_none() {
            let expected = "0: the catalogue's encoder, which distances need, is not available";
            return Err(Error::option("diversity", self.amount, expected));
        }
        Ok(())
    }

    pub(crate) fn to_json(&self) -> Json {
        json!({
            "amount": self.amount,
            "per_organisation": self.per_organisation,
            "per_country": self.per_country,
            "per_theme": self.per_theme,
        })
    }

    /// How many of the best are candidates for so many places.
    pub(crate) fn candidates(limit: usize) -> usize {
        limit.saturating_mul(CANDIDATES_PER_PLACE).max(CANDIDATES)
    }

    fn has_caps(&self) -> bool {
        self.per_organisation.is_some() || self.per_country.is_some() || self.per_theme.is_some()
    }
}

/// What spread cost and gained, in comparison with the best by score.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Spread {
    /// The sum of the scores in comparison with that of the best, from 0 to 1. 1 where nothing was
    /// found.
    pub kept: f64,
    /// The mean distance between two of the chosen solutions: 1 minus the cosine of their texts.
    /// 0 for fewer than two, and without an encoder.
    pub distance: f64,
    /// The same for the best by score.
    pub distance_of_best: f64,
    /// Those of the best that were not chosen, in the order of their scores.
    pub displaced: Vec<Displaced>,
}

/// One of the best that was not chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Displaced {
    /// The id of the solution.
    pub solution_id: SolutionId,
    /// Its rank by score, from 1.
    pub rank: usize,
    /// Its score.
    pub score: f64,
    /// Why.
    pub reason: DisplacedBy,
}

/// Why a solution was not chosen. As text it is the end of a sentence.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
#[non_exhaustive]
pub enum DisplacedBy {
    /// It is like those that were chosen.
    Likeness {
        /// The most similar of them.
        solution_id: SolutionId,
        /// The cosine of their texts, from -1 to 1.
        cosine: f64,
    },
    /// There are as many of its organisation, country or theme as may be.
    Cap {
        /// `organisation`, `country` or `theme`.
        of: &'static str,
        /// Which one.
        value: String,
        /// How many there may be.
        limit: usize,
    },
}

impl std::fmt::Display for DisplacedBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Likeness { solution_id, cosine } => {
                write!(f, "it is like `{solution_id}` (cosine {cosine:.2})")
            }
            Self::Cap { of, value, limit } => {
                write!(f, "there are {limit} of the {of} `{value}` already")
            }
        }
    }
}

/// What was chosen of the candidates.
pub(crate) struct Choice {
    /// Places among the candidates, in the order in which they were chosen.
    pub(crate) chosen: Vec<usize>,
    pub(crate) spread: Spread,
}

/// A candidate: its score, and what it is compared by.
struct Candidate {
    score: f64,
    /// Its whole text; `None` without an encoder.
    vector: Option<Quantised>,
    /// What caps count: the name of the cap, its limit, and the value's key and name.
    capped: Vec<(&'static str, usize, String, String)>,
}

/// Chooses among documents, which are ordered by their scores.
pub(crate) fn choose(
    snapshot: &Snapshot,
    ranked: &[RankedDocument],
    limit: usize,
    diversity: &Diversity,
) -> Result<Choice, Error> {
    let candidate = |found: &RankedDocument| candidate(snapshot, found, diversity);
    let candidates = ranked.iter().map(candidate).collect::<Result<Vec<_>, Error>>()?;
    let chosen = greedy(&candidates, limit, diversity.amount);
    let best: Vec<usize> = (0..ranked.len().min(limit)).collect();
    let sum = |places: &[usize]| places.iter().map(|place| candidates[*place].score).sum::<f64>();
    let kept = if sum(&best) > 0.0 { (sum(&chosen) / sum(&best)).min(1.0) } else { 1.0 };
    let displaced = best.iter().filter(|place| !chosen.contains(place));
    let displaced = displaced.map(|place| Displaced {
        solution_id: SolutionId::from(ranked[*place].id.clone()),
        rank: place + 1,
        score: ranked[*place].score,
        reason: reason(&candidates, ranked, &chosen, *place),
    });
    let spread = Spread {
        kept,
        distance: mean_distance(&candidates, &chosen),
        distance_of_best: mean_distance(&candidates, &best),
        displaced: displaced.collect(),
    };
    Ok(Choice { chosen, spread })
}

fn candidate(
    snapshot: &Snapshot,
    found: &RankedDocument,
    diversity: &Diversity,
) -> Result<Candidate, Error> {
    let DocAddress { segment, doc } = found.address;
    let has_encoder = snapshot.encoder().is_some();
    let vectors = has_encoder.then(|| snapshot.vectors(segment)).transpose()?;
    let vector = vectors.map(|vectors| vectors.texts.whole(doc));
    let mut capped = Vec::new();
    if diversity.has_caps() {
        let solution: Solution = snapshot.read(found.address)?;
        let mut add = |of, limit: Option<usize>, name: &str| {
            let key = normalise_key(name);
            if let Some(limit) = limit.filter(|_| !key.is_empty()) {
                capped.push((of, limit, key, name.to_owned()));
            }
        };
        add("organisation", diversity.per_organisation, &solution.organisation);
        let country = solution.country.map(|country| country.to_string());
        add("country", diversity.per_country, &country.unwrap_or_default());
        for theme in &solution.themes {
            add("theme", diversity.per_theme, theme);
        }
        // A theme that is written in two ways is one.
        capped.sort();
        capped.dedup_by(|a, b| (a.0, &a.2) == (b.0, &b.2));
    }
    Ok(Candidate { score: found.score, vector, capped })
}

/// The places of what is chosen, in order. Of equal gains the better one by score is taken.
fn greedy(candidates: &[Candidate], limit: usize, amount: f64) -> Vec<usize> {
    let mut gains: Vec<f64> = candidates.iter().map(|own| (1.0 - amount) * own.score).collect();
    let mut left: Vec<usize> = (0..candidates.len()).collect();
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    let mut chosen = Vec::with_capacity(limit.min(candidates.len()));
    while chosen.len() < limit {
        left.retain(|place| full(&candidates[*place], &counts).is_none());
        // The last of equal maxima is taken, so the candidates come from the worst to the best.
        let best = left.iter().rev().max_by(|a, b| gains[**a].total_cmp(&gains[**b])).copied();
        let Some(best) = best else { break };
        left.retain(|place| *place != best);
        for (of, _, key, _) in &candidates[best].capped {
            *counts.entry((of, key)).or_default() += 1;
        }
        for place in &left {
            gains[*place] += amount * distance(&candidates[*place], &candidates[best]);
        }
        chosen.push(best);
    }
    chosen
}

/// The first cap that a candidate would break.
fn full<'c>(
    candidate: &'c Candidate,
    counts: &HashMap<(&str, &str), usize>,
) -> Option<&'c (&'static str, usize, String, String)> {
    candidate.capped.iter().find(|(of, limit, key, _)| {
        counts.get(&(*of, key.as_str())).is_some_and(|own| own >= limit)
    })
}

fn reason(
    candidates: &[Candidate],
    ranked: &[RankedDocument],
    chosen: &[usize],
    place: usize,
) -> DisplacedBy {
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for (of, _, key, _) in chosen.iter().flat_map(|chosen| &candidates[*chosen].capped) {
        *counts.entry((of, key)).or_default() += 1;
    }
    if let Some((of, limit, _, value)) = full(&candidates[place], &counts) {
        return DisplacedBy::Cap { of, value: value.clone(), limit: *limit };
    }
    let cosine = |other: &usize| 1.0 - distance(&candidates[place], &candidates[*other]);
    let nearest = chosen.iter().rev().max_by(|a, b| cosine(a).total_cmp(&cosine(b)));
    let nearest = nearest.copied().unwrap_or(place);
    let solution_id = SolutionId::from(ranked[nearest].id.clone());
    DisplacedBy::Likeness { solution_id, cosine: cosine(&nearest) }
}

/// 1 minus the cosine of two texts; 0 without an encoder.
fn distance(a: &Candidate, b: &Candidate) -> f64 {
    a.vector.as_ref().zip(b.vector.as_ref()).map_or(0.0, |(a, b)| 1.0 - a.cosine(b))
}

fn mean_distance(candidates: &[Candidate], places: &[usize]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0_u32);
    for (at, one) in places.iter().enumerate() {
        for other in &places[at + 1..] {
            sum += distance(&candidates[*one], &candidates[*other]);
            pairs += 1;
        }
    }
    if pairs == 0 { 0.0 } else { sum / f64::from(pairs) }
}
