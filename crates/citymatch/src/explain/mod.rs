//! Why a solution has its score: a tree of numbers that adds up to it, with what shows them.
//!
//! Each signal builds its own part of the tree (`signal/`). Here are the types, and how the parts
//! are put together.

mod document;
mod summary;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::catalogue::DocAddress;
use crate::error::Error;
use crate::rank::Logistic;
use crate::record::{Challenge, ChallengeId, Language, Solution, SolutionId};
use crate::signal::QuerySignals;
use crate::text::LanguageSource;
pub(crate) use document::ExplainedDocument;
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
    pub(crate) fn leaf(
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

    pub(crate) fn over(name: &str, value: f64, operation: Operation, children: Vec<Self>) -> Self {
        Self {
            name: name.to_owned(),
            value,
            operation,
            details: BTreeMap::new(),
            children,
            evidence: None,
        }
    }

    /// The mean of two nodes.
    pub(crate) fn mean(name: &str, halves: [Self; 2]) -> Self {
        let half = |node: Self| {
            let (name, value) = (format!("half of the {}", node.name), 0.5 * node.value);
            Self::over(&name, value, Operation::Product, vec![Self::leaf("half", 0.5, []), node])
        };
        let halves: Vec<Self> = halves.into_iter().map(half).collect();
        Self::over(name, halves.iter().map(|half| half.value).sum(), Operation::Sum, halves)
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

/// Nodes and their sum as ranking has it: of `f32` values, one after the other.
#[derive(Default)]
pub(crate) struct Sum {
    value: f32,
    children: Vec<Node>,
}

impl Sum {
    pub(crate) fn add(&mut self, value: f32, child: Node) {
        self.value += value;
        self.children.push(child);
    }

    pub(crate) fn value(&self) -> f32 {
        self.value
    }

    pub(crate) fn into_node(self, name: &str) -> Node {
        Node::over(name, f64::from(self.value), Operation::Sum, self.children)
    }
}

/// Explains the score of one document: each signal's value times its weight, their sum, and the
/// logistic of it.
pub(crate) fn explain(
    challenge: &Challenge,
    signals: &QuerySignals<'_>,
    logistic: Logistic,
    address: DocAddress,
) -> Result<Explanation, Error> {
    let (snapshot, query) = (signals.snapshot, signals.query);
    let solution: Solution = snapshot.read(address)?;
    let language = snapshot.segment(address.segment).meta(address.doc).language;
    let same_language = query.language.is_some() && language == query.language;
    let mut document =
        ExplainedDocument::new(snapshot, address, &solution, language, same_language);
    let mut children = Vec::new();
    for own in &signals.signals {
        let weight = signals.weights.get(own.signal()).for_language(same_language);
        let value = own.explain(&mut document)?;
        let product = weight * value.value;
        let parts = vec![Node::leaf("weight", weight, []), value];
        children.push(Node::over(own.signal().name(), product, Operation::Product, parts));
    }
    let sum = children.iter().map(|signal| signal.value).sum();
    let sum = Node::over("S", sum, Operation::Sum, children);
    let mut root = Node::over("score", logistic.score(sum.value), Operation::Logistic, vec![sum]);
    root.details = BTreeMap::from([("slope", logistic.slope), ("midpoint", logistic.midpoint)]);
    let is_missing = |(place, _): &(usize, _)| !document.is_met(*place);
    let missing = query.terms.iter().enumerate().filter(is_missing);
    let missing = missing.map(|(_, term)| term.form.to_string()).collect();
    Ok(Explanation {
        challenge_id: challenge.id.clone(),
        solution_id: solution.id,
        challenge_language: query.language,
        challenge_language_source: query.source,
        solution_language: language,
        root,
        missing,
    })
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
