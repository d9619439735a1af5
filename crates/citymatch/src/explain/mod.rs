//! Explanations: why a solution has its score, as a tree of numbers that adds up to it, with the
//! words and sentences behind them.
//!
//! Each signal builds its own part of the tree (`signal/`). This module has the types, and puts the
//! parts together.
//!
//! In an explanation `ask` names what comes from the challenge, its words and sentences, as opposed
//! to `solution`.

mod document;
mod summary;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::record::{ChallengeId, Language, SolutionId};
use crate::text::LanguageSource;
pub(crate) use document::ExplainedDocument;
pub use summary::{Highlights, SentencePair, SharedSubject, WordPair};

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
    /// The id of the challenge.
    pub challenge_id: ChallengeId,
    /// The id of the solution.
    pub solution_id: SolutionId,
    /// The language of the challenge; `None` if it is not known.
    pub challenge_language: Option<Language>,
    /// How the language of the challenge was found: `declared`, `detected`, `stop words`, `country`
    /// or `commonest`.
    pub challenge_language_source: Option<LanguageSource>,
    /// The language of the solution, declared or detected; `None` if it is not known.
    pub solution_language: Option<Language>,
    /// The score, as the root of the tree.
    pub root: Node,
    /// The words of the challenge, as it writes them, for which the solution has no counterpart.
    pub missing: Vec<String>,
    /// The sentences of the challenge that are taken for the frame of a call: who convenes, who may
    /// apply, how, until when. Their words count a tenth. See
    /// [`ask_and_frame`](crate::text::ask_and_frame).
    pub frame: Vec<String>,
}

/// A number of an explanation, and the numbers from which it is computed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Node {
    /// What the number is: `score`, `S` (the raw score), a signal, a word or a sentence of the
    /// challenge, and so on.
    pub name: String,
    /// The number.
    pub value: f64,
    /// How it is computed from the values of the children.
    pub operation: Operation,
    /// The constants and counts that it depends on, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<&'static str, f64>,
    /// The numbers from which it is computed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
    /// The words or sentences in the records that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// How a node's value is computed from those of its children.
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
    /// The node has no children.
    Leaf,
}

/// The words, sentences or subjects of the records that a number comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// A word of the challenge, and the term of the solution that matches it: the same term or,
    /// under `related`, one that it was expanded to.
    Term {
        /// The solution's term: stemmed and without accents.
        term: String,
        /// The challenge's word, in its commonest surface form there.
        ask: String,
        /// The surface forms of the term in the solution, in the order of their texts.
        solution: Vec<String>,
        /// The solution's fields that have the term, each with the number of occurrences.
        fields: Vec<(&'static str, u32)>,
        /// Under `related` the similarity of the two terms, in (0, 1]; 1 for the same term. `None`
        /// under `words`, where they always are the same.
        #[serde(skip_serializing_if = "Option::is_none")]
        weight: Option<f64>,
    },
    /// A sentence of the challenge, and the nearest sentence of the solution.
    Sentences {
        /// The challenge's sentence.
        ask: String,
        /// The solution's sentence; empty if it has none.
        solution: String,
        /// The cosine of their vectors, from −1 to 1.
        cosine: f64,
    },
    /// Values of the two records that a criterion compared.
    Values {
        /// Those of the challenge.
        ask: Vec<String>,
        /// Those of the solution.
        solution: Vec<String>,
    },
    /// A subject that the challenge and the solution are about.
    Subject {
        /// What it is called in the challenge's language.
        subject: String,
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

    /// A node for the mean of two nodes.
    pub(crate) fn mean(name: &str, halves: [Self; 2]) -> Self {
        let half = |node: Self| {
            let (name, value) = (format!("half of the {}", node.name), 0.5 * node.value);
            Self::over(&name, value, Operation::Product, vec![Self::leaf("half", 0.5, []), node])
        };
        let halves: Vec<Self> = halves.into_iter().map(half).collect();
        Self::over(name, halves.iter().map(|half| half.value).sum(), Operation::Sum, halves)
    }

    /// Computes the value from those of the children, to check the tree. It equals
    /// [`value`](Self::value) up to rounding.
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

/// Nodes and their sum, added up as ranking does: `f32` values, one after the other.
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

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = |language: Option<Language>| language.map_or("?", Language::name);
        let (asked, found) = (language(self.challenge_language), language(self.solution_language));
        writeln!(f, "{} ({asked}) ~ {} ({found})", self.challenge_id, self.solution_id)?;
        write_node(f, &self.root, 0)?;
        if !self.missing.is_empty() {
            writeln!(f, "not found: {}", self.missing.join(", "))?;
        }
        if !self.frame.is_empty() {
            writeln!(f, "taken for the frame of a call, which counts a tenth:")?;
            self.frame.iter().try_for_each(|sentence| writeln!(f, "  {sentence}"))?;
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
        Some(Evidence::Values { ask, solution }) => {
            write!(f, "  [{} ~ {}]", ask.join(", "), solution.join(", "))?;
        }
        Some(Evidence::Subject { .. }) | None => {}
    }
    writeln!(f)?;
    node.children.iter().try_for_each(|child| write_node(f, child, depth + 1))
}

fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
