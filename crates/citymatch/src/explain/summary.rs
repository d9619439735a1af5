//! Why a solution was found, in one line: the strongest evidence of an explanation.

use std::fmt;

use serde::Serialize;

use super::{Evidence, Explanation, Node, Operation};

/// The most words in a summary.
const SUMMARY_WORDS: usize = 5;
/// The most characters of a sentence in a summary.
const SUMMARY_SENTENCE: usize = 60;
/// The space between a pair and its number, so that a line is not broken there.
const NO_BREAK_SPACE: char = '\u{a0}';

impl Explanation {
    /// The words and sentences that add to the score, strongest first.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Language, Matcher, SolutionId, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let challenge = Challenge::new("c1", "lluvia en la acera").language(Language::Spanish);
    /// let explanation = matcher.explain(&challenge, &SolutionId::from("s1"))?;
    /// let highlights = explanation.highlights();
    /// let words: Vec<String> = highlights.words.iter().map(ToString::to_string).collect();
    /// assert_eq!(words, ["lluvia", "acera ~ aceras"]);
    /// assert_eq!(highlights.sentences[0].ask, "lluvia en la acera");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn highlights(&self) -> Highlights<'_> {
        Highlights::new(&self.root)
    }

    /// One line that says why the solution was found: its five strongest words or, if no word has a
    /// counterpart, its sentence nearest to the challenge. The line is empty if nothing adds to the
    /// score.
    ///
    /// `lluvia` is a word that both texts have. `acera ~ aceras` is a word of the challenge and the
    /// solution's own form of it. `lluvia ~ rain .72` is a word of the challenge and a related word
    /// of the solution, with their similarity. A sentence is in quotes, shortened to 60 characters,
    /// with its cosine.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Language, Matcher, SolutionId, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let challenge = Challenge::new("c1", "lluvia en la acera").language(Language::Spanish);
    /// let explanation = matcher.explain(&challenge, &SolutionId::from("s1"))?;
    /// assert_eq!(explanation.summary(), "lluvia, acera ~ aceras");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn summary(&self) -> String {
        let highlights = self.highlights();
        match highlights.sentences.first() {
            Some(pair) if highlights.words.is_empty() => {
                let sentence = shortened(pair.solution, SUMMARY_SENTENCE);
                format!("“{sentence}”{NO_BREAK_SPACE}{}", hundredths(pair.cosine))
            }
            _ => highlights.words_line(SUMMARY_WORDS),
        }
    }
}

/// The words and sentences of an [`Explanation`], strongest first: [`Explanation::highlights`].
///
/// Those that add nothing to the score are not listed, such as a word that two languages share if
/// the signal `words` has weight 0 between languages.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Highlights<'e> {
    /// Words of the challenge and their counterparts in the solution, by how much they add, then by
    /// text.
    pub words: Vec<WordPair<'e>>,
    /// Sentences of the challenge and their nearest sentences in the solution, by how much they
    /// add.
    pub sentences: Vec<SentencePair<'e>>,
    /// The subjects that both are about, in the challenge's language, by how much they add.
    pub subjects: Vec<SharedSubject<'e>>,
}

/// A word of the challenge and its counterpart in the solution: the same word or a related one.
///
/// Its `Display` is `lluvia` for a word that both texts have, `acera ~ aceras` for two forms of one
/// word, and `lluvia ~ rain .72` for a related word, with [`weight`](Self::weight).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WordPair<'e> {
    /// The word of the challenge, in its commonest surface form there.
    pub ask: &'e str,
    /// The solution's term, stemmed and without accents.
    pub term: &'e str,
    /// The surface forms of that term in the solution, in the order of their texts.
    pub solution: &'e [String],
    /// The similarity of the two terms, in (0, 1]; 1 for the same term.
    pub weight: f64,
    /// How much the pair adds to S, the raw score; above 0.
    pub value: f64,
}

/// A subject that the challenge and the solution are about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SharedSubject<'e> {
    /// What it is called in the challenge's language.
    pub subject: &'e str,
    /// How much it adds to S, the raw score; above 0.
    pub value: f64,
}

/// A sentence of the challenge and the nearest sentence of the solution.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SentencePair<'e> {
    /// The challenge's sentence.
    pub ask: &'e str,
    /// The solution's sentence.
    pub solution: &'e str,
    /// The cosine of their vectors, from −1 to 1.
    pub cosine: f64,
    /// How much the pair adds to S, the raw score; above 0.
    pub value: f64,
}

impl<'e> Highlights<'e> {
    fn new(root: &'e Node) -> Self {
        let mut highlights = Self::default();
        highlights.collect(root, 1.0);
        highlights.words.sort_by(|a, b| {
            b.value.total_cmp(&a.value).then_with(|| (a.ask, a.term).cmp(&(b.ask, b.term)))
        });
        highlights.sentences.sort_by(|a, b| b.value.total_cmp(&a.value));
        highlights.subjects.sort_by(|a, b| b.value.total_cmp(&a.value));
        highlights
    }

    /// Collects the evidence of a node and of its descendants. A piece of evidence adds its node's
    /// value times `factor` to S: the product of everything by which its ancestors multiply it.
    fn collect(&mut self, node: &'e Node, factor: f64) {
        let value = factor * node.value;
        match &node.evidence {
            Some(_) if value <= 0.0 => {}
            Some(Evidence::Term { term, ask, solution, weight, .. }) => {
                // The same pair may count under `words` and under `related`.
                let same = |pair: &&mut WordPair<'_>| pair.ask == ask && pair.term == term;
                if let Some(pair) = self.words.iter_mut().find(same) {
                    pair.value += value;
                } else {
                    let weight = weight.unwrap_or(1.0);
                    self.words.push(WordPair { ask, term, solution, weight, value });
                }
            }
            Some(Evidence::Sentences { ask, solution, cosine }) if !solution.is_empty() => {
                self.sentences.push(SentencePair { ask, solution, cosine: *cosine, value });
            }
            Some(Evidence::Subject { subject }) => {
                self.subjects.push(SharedSubject { subject, value });
            }
            _ => {
                for (position, child) in node.children.iter().enumerate() {
                    let siblings = node.children.iter().enumerate();
                    let others = siblings.filter(|(other, _)| *other != position);
                    let multiplier = match node.operation {
                        Operation::Product => others.map(|(_, other)| other.value).product(),
                        _ => 1.0,
                    };
                    self.collect(child, factor * multiplier);
                }
            }
        }
    }

    /// The strongest words in one line, at most `limit`: `lluvia, inundaciones ~ alagamentos .74`.
    /// Each word of the challenge and each word of the solution is named once.
    #[must_use]
    pub fn words_line(&self, limit: usize) -> String {
        let mut named: Vec<&WordPair<'_>> = Vec::new();
        for pair in &self.words {
            let new =
                |other: &&WordPair<'_>| other.ask != pair.ask && other.solution != pair.solution;
            if named.len() < limit && named.iter().all(new) {
                named.push(pair);
            }
        }
        named.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for WordPair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ask)?;
        if self.solution.is_empty() || self.solution.iter().any(|form| form == self.ask) {
            return Ok(());
        }
        write!(f, " ~ {}", self.solution.join("/"))?;
        match hundredths(self.weight).as_str() {
            "1.00" => Ok(()),
            weight => write!(f, "{NO_BREAK_SPACE}{weight}"),
        }
    }
}

/// `“¿Cómo retener el agua?” ~ “Retienen el agua.” .63`
impl fmt::Display for SentencePair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ask, solution, cosine, .. } = self;
        write!(f, "“{ask}” ~ “{solution}”{NO_BREAK_SPACE}{}", hundredths(*cosine))
    }
}

/// A number with two decimals, without the 0 before the point: `.74`.
fn hundredths(number: f64) -> String {
    let text = format!("{number:.2}");
    text.strip_prefix('0').map(str::to_owned).unwrap_or(text)
}

/// A text on one line. A longer one than `limit` characters is shortened to that many, of which `…`
/// is the last.
fn shortened(text: &str, limit: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let mut short: String = line.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::MatcherBuilder;
    use crate::{Catalogue, Challenge, Language, Matcher, Signal, Solution, Weight, Weights};

    const ASK: &str = "Lluvia en la acera. ¿Cómo retener el agua de lluvia en cada acera?";

    fn catalogue(solutions: impl IntoIterator<Item = Solution>) -> Catalogue {
        let catalogue = Catalogue::in_memory().unwrap();
        let mut edit = catalogue.edit().unwrap();
        for solution in solutions {
            edit.put(solution).unwrap();
        }
        edit.commit().unwrap();
        catalogue
    }

    /// The explanations of a Spanish and an English solution for a Spanish challenge.
    fn explanations() -> [Explanation; 2] {
        let catalogue = catalogue([
            Solution::new("es", "Jardines de lluvia")
                .summary("Retienen el agua de lluvia en las aceras."),
            Solution::new("en", "Rain barrels")
                .summary("They keep rain water beside the sidewalk for dry weeks."),
        ]);
        let matcher = Matcher::new(&catalogue).unwrap();
        ["es", "en"].map(|id| matcher.explain(Challenge::from_text(ASK), &id.into()).unwrap())
    }

    /// The explanation of an English solution for a Spanish text.
    fn explain(ask: &str, builder: MatcherBuilder) -> Explanation {
        let plan = Solution::new("s1", "A plan for the city").language(Language::English);
        let challenge = Challenge::from_text(ask).language(Language::Spanish);
        builder.build(&catalogue([plan])).unwrap().explain(challenge, &"s1".into()).unwrap()
    }

    fn sum(explanation: &Explanation, signals: &[&str]) -> f64 {
        let sum = &explanation.root.children[0];
        let named = sum.children.iter().filter(|signal| signals.contains(&signal.name.as_str()));
        named.map(|signal| signal.value).sum()
    }

    #[test]
    fn pairs_are_worth_what_they_add_to_the_signals() {
        for explanation in explanations() {
            let Highlights { words, sentences, subjects } = explanation.highlights();
            assert!(!words.is_empty() && !sentences.is_empty(), "{explanation}");
            let added: f64 = words.iter().map(|pair| pair.value).sum();
            let expected = sum(&explanation, &["words", "related"]);
            assert!((added - expected).abs() < 1e-6, "{explanation}");
            let added: f64 = sentences.iter().map(|pair| pair.value).sum();
            let meaning = sum(&explanation, &["meaning"]);
            // The whole texts add the rest.
            assert!(added > 0.2 * meaning && added < 0.8 * meaning, "{explanation}");
            let added: f64 = subjects.iter().map(|own| own.value).sum();
            let expected = sum(&explanation, &["subject"]);
            assert!((added - expected).abs() < 1e-6, "{explanation}");
            assert!(words.is_sorted_by(|a, b| a.value >= b.value), "{explanation}");
            assert!(sentences.is_sorted_by(|a, b| a.value >= b.value), "{explanation}");
        }
    }

    #[test]
    fn a_shared_word_is_alone_and_a_related_one_has_its_weight() {
        let [spanish, english] = explanations();
        assert_eq!(spanish.highlights().words_line(9), "lluvia, acera ~ aceras, agua");
        assert_eq!(spanish.summary(), "lluvia, acera ~ aceras, agua");
        let line = english.highlights().words_line(9);
        assert!(
            line.contains("lluvia ~ rain\u{a0}.") && line.contains("agua ~ water\u{a0}."),
            "{line}"
        );
        assert_eq!(line.matches("water").count(), 1, "{line}");
        assert_eq!(english.highlights().words_line(1).matches('~').count(), 1, "{line}");
        assert_eq!(english.highlights().words_line(0), "");
    }

    #[test]
    fn each_word_of_the_solution_is_named_once() {
        let explanation = explain("La ciudad y el municipio", Matcher::builder());
        let highlights = explanation.highlights();
        let pairs = highlights.words.iter().filter(|pair| pair.solution == ["city"]).count();
        assert!(pairs > 1, "{explanation}");
        assert_eq!(highlights.words_line(9).matches("city").count(), 1, "{explanation}");
    }

    #[test]
    fn evidence_that_adds_nothing_is_not_listed() {
        for (other, expected) in [(0.0, ""), (1.0, "plan")] {
            let weights = Weights::new([(Signal::Words, Weight { same: 1.0, other })]).unwrap();
            let explanation = explain("Un plan de la ciudad", Matcher::builder().weights(weights));
            assert_eq!(explanation.highlights().words_line(9), expected, "{explanation}");
            assert_eq!(explanation.summary(), expected, "{explanation}");
        }
    }

    #[test]
    fn without_a_word_the_summary_is_the_nearest_sentence() {
        let weights = Weights::new([(Signal::Meaning, Weight::from(1.0))]).unwrap();
        let explanation = explain("Un plan de la ciudad", Matcher::builder().weights(weights));
        let summary = explanation.summary();
        assert!(summary.starts_with("“A plan for the city”\u{a0}."), "{summary}");
        let pair = explanation.highlights().sentences[0].to_string();
        assert!(
            pair.starts_with("“Un plan de la ciudad” ~ “A plan for the city”\u{a0}."),
            "{pair}"
        );
    }

    #[test]
    fn highlights_are_json() {
        let [spanish, _] = explanations();
        let json = serde_json::to_value(spanish.highlights()).unwrap();
        assert_eq!(json["words"][0]["ask"], "lluvia");
        assert_eq!(json["words"][1]["solution"], serde_json::json!(["aceras"]));
        assert!(json["sentences"][0]["cosine"].is_f64());
    }

    #[test]
    fn sentences_are_cut_by_characters() {
        for (name, text, limit, expected) in [
            ("fits", "Baños secos", 11, "Baños secos"),
            ("too_long", "Baños secos", 10, "Baños sec…"),
            ("no_space_before_the_mark", "Baños secos", 7, "Baños…"),
            ("on_one_line", "Baños\n\tsecos", 20, "Baños secos"),
            ("no_room", "Baños", 0, "…"),
            ("empty", "", 5, ""),
        ] {
            assert_eq!(shortened(text, limit), expected, "{name}");
        }
    }

    #[test]
    fn numbers_have_two_decimals() {
        for (number, text) in [(0.744, ".74"), (1.0, "1.00"), (0.0, ".00"), (-0.25, "-0.25")] {
            assert_eq!(hundredths(number), text);
        }
    }
}
