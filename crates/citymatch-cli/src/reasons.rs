//! Why a solution was found: the strongest evidence of all signals.

use citymatch::{Evidence, Explanation, Node, Operation};

use crate::table::{printable, shortened};

/// What is shown of a sentence at least, however narrow the terminal is.
const LEAST: usize = 20;

/// The evidence for a pair, the strongest first.
pub(crate) struct Reasons<'e> {
    words: Vec<Word<'e>>,
    sentences: Vec<Sentences<'e>>,
}

/// A word of the ask, and the word of the solution that meets it: the same one, or a relative.
struct Word<'e> {
    ask: &'e str,
    term: &'e str,
    forms: &'e [String],
    /// How good a relative it is, in (0, 1]; 1 for the same word.
    weight: f64,
    value: f64,
}

/// A sentence of the ask, and the solution's nearest to it.
struct Sentences<'e> {
    ask: &'e str,
    solution: &'e str,
    cosine: f64,
    value: f64,
}

impl<'e> Reasons<'e> {
    pub(crate) fn of(explanation: &'e Explanation) -> Self {
        let mut reasons = Self { words: Vec::new(), sentences: Vec::new() };
        reasons.collect(&explanation.root, 1.0);
        reasons.words.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| (a.ask, a.term).cmp(&(b.ask, b.term))));
        reasons.sentences.sort_by(|a, b| b.value.total_cmp(&a.value));
        reasons
    }

    /// Takes up what is under a node, each with what it adds to the sum of the signals; `factor`: what the node itself is multiplied by.
    fn collect(&mut self, node: &'e Node, factor: f64) {
        let value = factor * node.value;
        match &node.evidence {
            Some(_) if value <= 0.0 => {}
            Some(Evidence::Term { term, ask, solution, weight, .. }) => {
                match self.words.iter_mut().find(|word| word.ask == ask && word.term == term) {
                    // The same word counts in `words` and in `related`.
                    Some(word) => word.value += value,
                    None => self.words.push(Word { ask, term, forms: solution, weight: weight.unwrap_or(1.0), value }),
                }
            }
            Some(Evidence::Sentences { ask, solution, cosine }) if !solution.is_empty() => {
                self.sentences.push(Sentences { ask, solution, cosine: *cosine, value });
            }
            _ => {
                for (i, child) in node.children.iter().enumerate() {
                    let others = node.children.iter().enumerate().filter(|(other, _)| *other != i).map(|(_, other)| other.value);
                    let others: f64 = if node.operation == Operation::Product { others.product() } else { 1.0 };
                    self.collect(child, factor * others);
                }
            }
        }
    }

    /// The strongest words, at most so many: `lluvia, inundaciones ~ alagamentos .74`. Each word of the ask and of the solution stands once.
    pub(crate) fn words(&self, most: usize) -> String {
        let mut shown: Vec<&Word<'_>> = Vec::new();
        for word in &self.words {
            if shown.len() < most && shown.iter().all(|other| other.ask != word.ask && other.forms != word.forms) {
                shown.push(word);
            }
        }
        shown.into_iter().map(Word::show).collect::<Vec<_>>().join(", ")
    }

    /// The strongest pair of sentences, in about so many columns: `“¿Cómo evitar …” ~ “Retienen el agua …” .63`.
    pub(crate) fn sentences(&self, width: usize) -> Option<String> {
        let Sentences { ask, solution, cosine, .. } = self.sentences.first()?;
        // The quotes, `~` and the cosine take the rest.
        let half = (width.saturating_sub(11) / 2).max(LEAST);
        let [ask, solution] = [ask, solution].map(|sentence| shortened(&printable(sentence), half));
        Some(format!("“{ask}” ~ “{solution}” {}", hundredths(*cosine)))
    }

    /// The solution's sentence that is nearest, in at most so many columns.
    pub(crate) fn sentence(&self, width: usize) -> Option<String> {
        let Sentences { solution, cosine, .. } = self.sentences.first()?;
        Some(format!("“{}” {}", shortened(&printable(solution), width), hundredths(*cosine)))
    }
}

impl Word<'_> {
    fn show(&self) -> String {
        if self.forms.is_empty() || self.forms.iter().any(|form| form == self.ask) {
            return self.ask.to_owned();
        }
        let pair = format!("{} ~ {}", self.ask, self.forms.join("/"));
        match hundredths(self.weight).as_str() {
            "1.00" => pair,
            weight => format!("{pair} {weight}"),
        }
    }
}

/// A number below 1 as short as it can be read: `.74`.
fn hundredths(number: f64) -> String {
    let text = format!("{number:.2}");
    text.strip_prefix('0').map(str::to_owned).unwrap_or(text)
}
