//! Why a solution has its score.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::catalogue::{Address, Snapshot};
use crate::derived::code::decode;
use crate::error::Error;
use crate::rank::Weights;
use crate::rank::score::{MIDDLE, STEEPNESS, score};
use crate::record::{ChallengeId, Language, Record, Solution, SolutionId};
use crate::search::Search;
use crate::signal::{Signal, words::Words};
use crate::text::{Ask, LanguageSource, terms};

/// The score of a solution for a challenge, as a tree that adds up to it.
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, Operation, SolutionId, __doc_catalogue};
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
    /// How the challenge's language was found: `declared`, `detected`, `stop words`, `country` or `commonest`.
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
    /// What it is: `score`, `S`, a signal, a word of the ask …
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
    /// 1 / (1 + exp(−steepness · (child − middle))), with both constants in the details.
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
    },
}

impl Node {
    fn leaf(name: &str, value: f64, details: impl IntoIterator<Item = (&'static str, f64)>) -> Self {
        let details = details.into_iter().collect();
        Self { name: name.to_owned(), value, operation: Operation::Leaf, details, children: Vec::new(), evidence: None }
    }

    fn over(name: &str, value: f64, operation: Operation, children: Vec<Self>) -> Self {
        Self { name: name.to_owned(), value, operation, details: BTreeMap::new(), children, evidence: None }
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
                1.0 / (1.0 + libm::exp(-self.details["steepness"] * (sum - self.details["middle"])))
            }
            Operation::Leaf => self.value,
        }
    }
}

pub(crate) fn explain(
    snapshot: &Snapshot,
    weights: &Weights,
    search: &Search<'_>,
    ask: &Ask,
    words: Option<&Words<'_>>,
    address: Address,
) -> Result<Explanation, Error> {
    let solution: Solution = snapshot.read(address)?;
    let language = snapshot.segments()[address.segment].tag(address.record).language;
    let mut missing = Vec::new();
    let mut signals = Vec::new();
    if let Some(words) = words {
        let same = ask.language.is_some() && language == ask.language;
        let weight = weights.get(Signal::Words);
        let weight = if same { weight.same } else { weight.other };
        let share = words_node(words, &solution, language, address, &mut missing);
        let value = weight * share.value;
        signals.push(Node::over("words", value, Operation::Product, vec![Node::leaf("weight", weight, []), share]));
    }
    let sum = signals.iter().map(|signal| signal.value).sum();
    let sum = Node::over("S", sum, Operation::Sum, signals);
    let mut root = Node::over("score", score(sum.value), Operation::Logistic, vec![sum]);
    root.details = BTreeMap::from([("steepness", STEEPNESS), ("middle", MIDDLE)]);
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
fn words_node(words: &Words<'_>, solution: &Solution, language: Option<Language>, address: Address, missing: &mut Vec<String>) -> Node {
    let mut places = Places::of(solution, language);
    let mut children = Vec::new();
    // Added up as ranking does: f32 values, in the order of the terms.
    let mut sum = 0.0_f32;
    for term in &words.terms {
        let Some((code, saturation)) = words.found(term, address.segment, address.record) else {
            missing.push(term.ask.form.clone());
            continue;
        };
        let (count, length) = decode(code);
        sum += term.share * saturation;
        let share = Node::leaf(
            "share of the ask",
            f64::from(term.share),
            [("count", term.ask.count), ("idf", term.idf), ("solutions", term.solutions as f64), ("scale", words.scale)],
        );
        let saturation = Node::leaf(
            "saturation",
            f64::from(saturation),
            [("count", f64::from(count)), ("length", f64::from(length)), ("mean length", words.mean_length)],
        );
        let mut node = Node::over(&term.ask.form, share.value * saturation.value, Operation::Product, vec![share, saturation]);
        node.evidence = Some(places.evidence(&term.ask.text, &term.ask.form));
        children.push(node);
    }
    Node::over("share of the ask's words", f64::from(sum), Operation::Sum, children)
}

/// Where each term stands in a solution.
struct Places {
    by_term: BTreeMap<String, Place>,
}

/// The forms of a term in a solution, by text, and the fields that have it with how often.
#[derive(Default)]
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

    fn evidence(&mut self, term: &str, ask: &str) -> Evidence {
        let Place { forms: solution, fields } = self.by_term.remove(term).unwrap_or_default();
        Evidence::Term { term: term.to_owned(), ask: ask.to_owned(), solution, fields }
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
        let details: Vec<String> = node.details.iter().map(|(name, value)| format!("{name} {}", short(*value))).collect();
        write!(f, "  ({})", details.join(", "))?;
    }
    if let Some(Evidence::Term { solution, fields, .. }) = &node.evidence {
        let fields: Vec<String> =
            fields.iter().map(|(field, count)| if *count > 1 { format!("{field} ×{count}") } else { (*field).to_owned() }).collect();
        write!(f, "  [{} in {}]", solution.join(", "), fields.join(", "))?;
    }
    writeln!(f)?;
    node.children.iter().try_for_each(|child| write_node(f, child, depth + 1))
}

fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
