//! How the parts of an explanation, of which each signal builds its own, are put together.

use std::collections::BTreeMap;

use super::score::Logistic;
use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::explain::{ExplainedDocument, Explanation, Node, Operation};
use crate::record::{Challenge, Solution};
use crate::rescore::SecondLook;
use crate::signal::QuerySignals;

/// Explains the score of one document: the product of each signal's value and weight, the sum of
/// the products, which is the raw score S, and the logistic of S. The weights are those of a
/// document in the query's language or in another one: as it is, if `same_language` does not tell.
/// `second` is what the second stage saw, if it looked at the document.
pub(crate) fn explain(
    challenge: &Challenge,
    snapshot: &Snapshot,
    signals: &QuerySignals,
    logistic: Logistic,
    address: DocAddress,
    same_language: Option<bool>,
    second: Option<&SecondLook>,
) -> Result<Explanation, Error> {
    let query = &signals.query;
    let solution: Solution = snapshot.read(address)?;
    let language = snapshot.segment(address.segment).meta(address.doc).language;
    let is_same = query.language.is_some() && language == query.language;
    let same_language = same_language.unwrap_or(is_same);
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
    let mut logistic = logistic;
    if let Some(second) = second {
        let value = second.meaning.explain_nearness(&document, &second.vectors);
        let product = SecondLook::WEIGHT * value.value;
        let parts = vec![Node::leaf("weight", SecondLook::WEIGHT, []), value];
        children.push(Node::over("second stage", product, Operation::Product, parts));
        logistic = SecondLook::logistic(logistic);
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
        frame: query.frame(),
    })
}
