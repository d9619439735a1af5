//! Why a solution has its score.

mod summary;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::catalogue::DocAddress;
use crate::error::Error;
use crate::index::code::decode;
use crate::index::{InvertedIndex, TextVectors};
use crate::rank::score::Logistic;
use crate::record::{ChallengeId, Language, Record, Solution, SolutionId};
use crate::search::Search;
use crate::signal::bm25::WeightedTerm;
use crate::signal::meaning::Meaning;
use crate::signal::proximity::{self, Met, ScoredSentence};
use crate::signal::related::{ExpandedTerm, Related};
use crate::signal::words::Words;
use crate::signal::{Signal, Signals};
use crate::text::{AnalysedRecord, Analyser, LanguageSource, Query, terms};
pub use summary::{Highlights, SentencePair, WordPair};

/// The score of a solution for a challenge, as a tree that adds up to it.
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, SolutionId, __doc_catalogue, explain::Operation};
/// let matcher = Matcher::new(&__doc_catalogue()?)?;
/// let challenge = Challenge::new("c1", "lluvia en las aceras");
/// let explanation = matcher.explain(&challenge, &SolutionId::from("s1"))?;
/// assert_eq!(explanation.root.operation, Operation::Logistic);
/// assert_eq!(explanation.root.value, matcher.find(&challenge)?[0].score());
/// println!("{explanation}");
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The challenge.
    pub challenge_id: ChallengeId,
    /// The solution.
    pub solution_id: SolutionId,
    /// The challenge's language, and how it was found.
    pub challenge_language: Option<Language>,
    /// How the challenge's language was found: `declared`, `detected`, `stop words`, `country` or
    /// `commonest`.
    pub challenge_language_source: Option<LanguageSource>,
    /// The solution's language, declared or detected.
    pub solution_language: Option<Language>,
    /// The score.
    pub root: Node,
    /// Words of the ask, in the ask's own forms, that the solution has not got.
    pub missing: Vec<String>,
}

/// A number, and what it was made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Node {
    /// What it is: `score`, `S`, a signal, a word or a sentence of the ask …
    pub name: String,
    /// The number.
    pub value: f64,
    /// How it comes from the children's values.
    pub operation: Operation,
    /// The constants and counts behind it, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<&'static str, f64>,
    /// What it was made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
    /// What shows it in the records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// How a node's value comes from its children's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// Their sum.
    Sum,
    /// Their product.
    Product,
    /// 1 / (1 + exp(−slope · (child − midpoint))), with both constants in the details.
    Logistic,
    /// It has no children.
    Leaf,
}

/// What shows a number in the records.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// A term that the ask and the solution share.
    Term {
        /// The term: stemmed and folded.
        term: String,
        /// Its commonest form in the ask.
        ask: String,
        /// Its forms in the solution, by text.
        solution: Vec<String>,
        /// The solution's fields that have it, and how often.
        fields: Vec<(&'static str, u32)>,
        /// Under `related`: how much the solution's term is worth as a relative of the ask's, in
        /// (0, 1], 1 for the same term. None under `words`, where they always are the same.
        #[serde(skip_serializing_if = "Option::is_none")]
        weight: Option<f64>,
    },
    /// A sentence of the ask, and the solution's nearest to it.
    Sentences {
        /// The ask's.
        ask: String,
        /// The solution's.
        solution: String,
        /// The cosine of their vectors.
        cosine: f64,
    },
}

impl Node {
    fn leaf(
        name: &str,
        value: f64,
        details: impl IntoIterator<Item = (&'static str, f64)>,
    ) -> Self {
        let details = details.into_iter().collect();
        Self {
            name: name.to_owned(),
            value,
            operation: Operation::Leaf,
            details,
            children: Vec::new(),
            evidence: None,
        }
    }

    fn over(name: &str, value: f64, operation: Operation, children: Vec<Self>) -> Self {
        Self {
            name: name.to_owned(),
            value,
            operation,
            details: BTreeMap::new(),
            children,
            evidence: None,
        }
    }

    /// The operation over the children's values: what a reader who checks the tree computes.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, SolutionId, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let root = matcher.explain(&Challenge::new("c1", "lluvia"), &SolutionId::from("s1"))?.root;
    /// assert!((root.recomputed() - root.value).abs() < 1e-6);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn recomputed(&self) -> f64 {
        let values = self.children.iter().map(|child| child.value);
        match self.operation {
            Operation::Sum => values.sum(),
            Operation::Product => values.product(),
            Operation::Logistic => {
                let sum: f64 = values.sum();
                1.0 / (1.0 + libm::exp(-self.details["slope"] * (sum - self.details["midpoint"])))
            }
            Operation::Leaf => self.value,
        }
    }
}

pub(crate) fn explain(
    search: &Search<'_>,
    ask: &Query<'_>,
    signals: &Signals<'_>,
    logistic: Logistic,
    address: DocAddress,
) -> Result<Explanation, Error> {
    let solution: Solution = signals.snapshot.read(address)?;
    let language = signals.snapshot.segments()[address.segment].meta(address.record).language;
    let same = ask.language.is_some() && language == ask.language;
    let places = Places::of(&solution, language);
    let mut missing: Vec<String> = ask.terms.iter().map(|term| term.form.to_string()).collect();
    let mut children = Vec::new();
    let mut weigh = |signal: Signal, value: Node| {
        let weight = signals.weights.get(signal).of(same);
        let product = weight * value.value;
        children.push(Node::over(
            signal.name(),
            product,
            Operation::Product,
            vec![Node::leaf("weight", weight, []), value],
        ));
    };
    if let Some(words) = &signals.words {
        weigh(
            Signal::Words,
            words_node(
                words,
                signals.snapshot.terms(address.segment)?,
                &places,
                address,
                &mut missing,
            ),
        );
    }
    if let Some(related) = &signals.related {
        weigh(
            Signal::Related,
            related_node(
                related,
                signals.snapshot.terms(address.segment)?,
                &places,
                address,
                &mut missing,
            ),
        );
    }
    if let Some(meaning) = &signals.meaning {
        let vectors = &signals.snapshot.vectors(address.segment)?.sentences;
        weigh(Signal::Meaning, meaning_node(meaning, vectors, &solution, language, address.record));
    }
    if signals.weights.counts(Signal::Language) {
        weigh(
            Signal::Language,
            Node::leaf("the challenge's language", f64::from(u8::from(same)), []),
        );
    }
    let sum = children.iter().map(|signal| signal.value).sum();
    let sum = Node::over("S", sum, Operation::Sum, children);
    let mut root = Node::over("score", logistic.score(sum.value), Operation::Logistic, vec![sum]);
    root.details = BTreeMap::from([("slope", logistic.slope), ("midpoint", logistic.midpoint)]);
    Ok(Explanation {
        challenge_id: search.challenge().id.clone(),
        solution_id: solution.id,
        challenge_language: ask.language,
        challenge_language_source: ask.source,
        solution_language: language,
        root,
        missing,
    })
}

/// The share of the ask's words: one child a word that the solution has.
fn words_node(
    words: &Words<'_>,
    terms: &InvertedIndex,
    places: &Places,
    address: DocAddress,
    missing: &mut Vec<String>,
) -> Node {
    let mut sum = Sum::default();
    for term in &words.terms {
        let Some((code, saturation)) = words.found(term, terms, address) else { continue };
        missing.retain(|form| **form != *term.ask.form);
        let share = share_node(term.share, term.ask.count, &term.catalogue, words.scale);
        let mut node = product_node(&term.ask.form, share, code, saturation, words.mean_length);
        node.evidence = Some(places.evidence(&term.ask.text, &term.ask.form, None));
        sum.add(term.share * saturation, node);
    }
    sum.into_node("share of the ask's words")
}

/// The share of the ask's words in the solution's own: in the whole solution, and sentence by
/// sentence.
fn related_node(
    related: &Related<'_>,
    terms: &InvertedIndex,
    places: &Places,
    address: DocAddress,
    missing: &mut Vec<String>,
) -> Node {
    let mut whole = Sum::default();
    for term in &related.terms {
        let Some((relative, code, saturation)) = related.found(term, terms, address) else {
            continue;
        };
        missing.retain(|form| **form != *term.ask.form);
        let mut share =
            share_node(relative.share, term.ask.count, &relative.catalogue, related.scale);
        share.details.insert("weight", relative.weight);
        let mut node = product_node(&term.ask.form, share, code, saturation, related.mean_length);
        node.evidence =
            Some(places.evidence(relative.text(), &term.ask.form, Some(relative.weight)));
        whole.add(relative.share * saturation, node);
    }
    let near = proximity_node(&related.sentences(), terms, address, |term| {
        let ExpandedTerm { ask, relatives } = &related.terms[term.of];
        let relative = &relatives[term.by];
        let mut node = share_node(term.share, term.count, &relative.catalogue, related.scale);
        node.name = ask.form.to_string();
        node.details.insert("weight", relative.weight);
        node.evidence = Some(places.evidence(relative.text(), &ask.form, Some(relative.weight)));
        node
    });
    halves_node(
        "share of the ask's words in related ones",
        [whole.into_node("whole solution"), near],
    )
}

/// One child a sentence of the ask that a passage of the solution meets, with one child a term of
/// that.
fn proximity_node(
    sentences: &[ScoredSentence<'_>],
    terms: &InvertedIndex,
    address: DocAddress,
    term: impl Fn(&Met) -> Node,
) -> Node {
    let mut sum = Sum::default();
    for sentence in sentences {
        let Some((passage, met)) = proximity::best(sentence, terms, address) else { continue };
        let mut of_sentence = Sum::default();
        for found in &met {
            of_sentence.add(found.share, term(found));
        }
        let value = of_sentence.value;
        let mut node = of_sentence.into_node(sentence.text);
        node.details.insert("passage", (passage + 1) as f64);
        sum.add(value, node);
    }
    sum.into_node("nearest passages")
}

/// Nodes and their sum as ranking has it: of f32 values, one after the other.
#[derive(Default)]
struct Sum {
    value: f32,
    children: Vec<Node>,
}

impl Sum {
    fn add(&mut self, value: f32, child: Node) {
        self.value += value;
        self.children.push(child);
    }

    fn into_node(self, name: &str) -> Node {
        Node::over(name, f64::from(self.value), Operation::Sum, self.children)
    }
}

/// The mean of two nodes.
fn halves_node(name: &str, halves: [Node; 2]) -> Node {
    let half = |node: Node| {
        let name = format!("half of the {}", node.name);
        Node::over(
            &name,
            0.5 * node.value,
            Operation::Product,
            vec![Node::leaf("half", 0.5, []), node],
        )
    };
    let halves: Vec<Node> = halves.into_iter().map(half).collect();
    Node::over(name, halves.iter().map(|half| half.value).sum(), Operation::Sum, halves)
}

fn share_node(share: f32, count: f64, term: &WeightedTerm, scale: f64) -> Node {
    let details = [
        ("count", count),
        ("idf", term.idf),
        ("solutions", term.solutions() as f64),
        ("scale", scale),
    ];
    Node::leaf("share of the ask", f64::from(share), details)
}

/// A word's share times what its count in the record is worth.
fn product_node(form: &str, share: Node, code: u8, saturation: f32, mean_length: f64) -> Node {
    let (count, length) = decode(code);
    let details =
        [("count", f64::from(count)), ("length", f64::from(length)), ("mean length", mean_length)];
    let saturation = Node::leaf("saturation", f64::from(saturation), details);
    Node::over(form, share.value * saturation.value, Operation::Product, vec![share, saturation])
}

/// Half the whole texts' cosine, half the mean of the ask's sentences' cosines to their nearest
/// ones.
fn meaning_node(
    meaning: &Meaning,
    vectors: &TextVectors,
    solution: &Solution,
    language: Option<Language>,
    record: u32,
) -> Node {
    let content = AnalysedRecord::of(solution, language, &mut Analyser::default());
    let mut children = Vec::new();
    for (sentence, (at, cosine)) in meaning.sentences.iter().zip(meaning.nearest(vectors, record)) {
        let parts = vec![
            Node::leaf("share of the ask", sentence.share, []),
            Node::leaf("cosine", cosine, []),
        ];
        let mut node = Node::over("sentence", sentence.share * cosine, Operation::Product, parts);
        let found = at
            .and_then(|at| content.sentences.get(at))
            .map(|sentence| sentence.text.clone())
            .unwrap_or_default();
        node.evidence =
            Some(Evidence::Sentences { ask: sentence.text.clone(), solution: found, cosine });
        children.push(node);
    }
    let mean = Node::over(
        "nearest sentences",
        children.iter().map(|child| child.value).sum(),
        Operation::Sum,
        children,
    );
    let whole = Node::leaf("whole texts", meaning.whole(vectors, record), []);
    halves_node("nearness", [whole, mean])
}

/// Where each term stands in a solution.
struct Places {
    by_term: BTreeMap<String, Place>,
}

/// The forms of a term in a solution, by text, and the fields that have it with how often.
#[derive(Clone, Default)]
struct Place {
    forms: Vec<String>,
    fields: Vec<(&'static str, u32)>,
}

impl Places {
    fn of(solution: &Solution, language: Option<Language>) -> Self {
        let mut by_term: BTreeMap<String, Place> = BTreeMap::new();
        for (field, text) in solution.texts() {
            for term in terms(text, language) {
                let Place { forms, fields } = by_term.entry(term.text).or_default();
                if let Err(at) = forms.binary_search(&term.form) {
                    forms.insert(at, term.form);
                }
                match fields.last_mut() {
                    Some((last, count)) if *last == field => *count += 1,
                    _ => fields.push((field, 1)),
                }
            }
        }
        Self { by_term }
    }

    fn evidence(&self, term: &str, ask: &str, weight: Option<f64>) -> Evidence {
        let Place { forms: solution, fields } = self.by_term.get(term).cloned().unwrap_or_default();
        Evidence::Term { term: term.to_owned(), ask: ask.to_owned(), solution, fields, weight }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = |language: Option<Language>| language.map_or("?", Language::name);
        let (asked, found) = (language(self.challenge_language), language(self.solution_language));
        writeln!(f, "{} ({asked}) ~ {} ({found})", self.challenge_id, self.solution_id)?;
        write_node(f, &self.root, 0)?;
        if !self.missing.is_empty() {
            writeln!(f, "not found: {}", self.missing.join(", "))?;
        }
        Ok(())
    }
}

fn write_node(f: &mut fmt::Formatter<'_>, node: &Node, depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    write!(f, "{indent}{:.4}  {}", node.value, node.name)?;
    match node.operation {
        Operation::Logistic => write!(f, " = logistic of")?,
        Operation::Sum => write!(f, " = sum of")?,
        Operation::Product => write!(f, " = product of")?,
        Operation::Leaf => {}
    }
    if !node.details.is_empty() {
        let details: Vec<String> =
            node.details.iter().map(|(name, value)| format!("{name} {}", short(*value))).collect();
        write!(f, "  ({})", details.join(", "))?;
    }
    match &node.evidence {
        Some(Evidence::Term { solution, fields, weight, .. }) => {
            let field = |(field, count): &(&str, u32)| {
                if *count > 1 { format!("{field} ×{count}") } else { (*field).to_owned() }
            };
            let fields: Vec<String> = fields.iter().map(field).collect();
            let weight = weight.map(|weight| format!("~ {} {weight:.2} ", solution.join(", ")));
            let forms = weight.unwrap_or_else(|| format!("{} ", solution.join(", ")));
            write!(f, "  [{forms}in {}]", fields.join(", "))?;
        }
        Some(Evidence::Sentences { ask, solution, .. }) => write!(f, "  [{ask} ~ {solution}]")?,
        None => {}
    }
    writeln!(f)?;
    node.children.iter().try_for_each(|child| write_node(f, child, depth + 1))
}

fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
