//! Why a solution was found: the strongest evidence of all signals.

use citymatch::{
    Explanation,
    explain::{Evidence, Node, Operation},
};
use unicode_width::UnicodeWidthStr;

use crate::table::{JOINT, printable, shortened};

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
        reasons.words.sort_by(|a, b| {
            b.value.total_cmp(&a.value).then_with(|| (a.ask, a.term).cmp(&(b.ask, b.term)))
        });
        reasons.sentences.sort_by(|a, b| b.value.total_cmp(&a.value));
        reasons
    }

    /// Takes up what is under a node, each with what it adds to the sum of the signals; `factor`:
    /// what the node itself is multiplied by.
    fn collect(&mut self, node: &'e Node, factor: f64) {
        let value = factor * node.value;
        match &node.evidence {
            // Such as a word between two languages, where `words` counts nothing.
            Some(_) if value <= 0.0 => {}
            Some(Evidence::Term { term, ask, solution, weight, .. }) => {
                match self.words.iter_mut().find(|word| word.ask == ask && word.term == term) {
                    // The same word counts in `words` and in `related`.
                    Some(word) => word.value += value,
                    None => self.words.push(Word {
                        ask,
                        term,
                        forms: solution,
                        weight: weight.unwrap_or(1.0),
                        value,
                    }),
                }
            }
            Some(Evidence::Sentences { ask, solution, cosine }) if !solution.is_empty() => {
                self.sentences.push(Sentences { ask, solution, cosine: *cosine, value });
            }
            _ => {
                for (i, child) in node.children.iter().enumerate() {
                    let others = node
                        .children
                        .iter()
                        .enumerate()
                        .filter(|(other, _)| *other != i)
                        .map(|(_, other)| other.value);
                    let others: f64 =
                        if node.operation == Operation::Product { others.product() } else { 1.0 };
                    self.collect(child, factor * others);
                }
            }
        }
    }

    /// The strongest words, at most so many: `lluvia, inundaciones ~ alagamentos .74`. Each word of
    /// the ask and of the solution stands once.
    pub(crate) fn words(&self, most: usize) -> String {
        let mut shown: Vec<&Word<'_>> = Vec::new();
        for word in &self.words {
            if shown.len() < most
                && shown.iter().all(|other| other.ask != word.ask && other.forms != word.forms)
            {
                shown.push(word);
            }
        }
        shown.into_iter().map(Word::show).collect::<Vec<_>>().join(", ")
    }

    /// The strongest pair of sentences, in about so many columns: `“¿Cómo evitar …” ~ “Retienen el
    /// agua …” .63`.
    pub(crate) fn sentences(&self, width: usize) -> Option<String> {
        let Sentences { ask, solution, cosine, .. } = self.sentences.first()?;
        let (ask, solution) = (printable(ask), printable(solution));
        // The quotes, `~` and the cosine take the rest. The solution's gets more: the ask is at
        // hand.
        let room = width.saturating_sub(11);
        let asked =
            shortened(&ask, (room * 2 / 5).max(room.saturating_sub(solution.width())).max(LEAST));
        let found = shortened(&solution, room.saturating_sub(asked.width()).max(LEAST));
        Some(format!("“{asked}” ~ “{found}”{JOINT}{}", hundredths(*cosine)))
    }

    /// The solution's sentence that is nearest, in at most so many columns.
    pub(crate) fn sentence(&self, width: usize) -> Option<String> {
        let Sentences { solution, cosine, .. } = self.sentences.first()?;
        Some(format!("“{}”{JOINT}{}", shortened(&printable(solution), width), hundredths(*cosine)))
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
            weight => format!("{pair}{JOINT}{weight}"),
        }
    }
}

/// A number below 1 as short as it can be read: `.74`.
fn hundredths(number: f64) -> String {
    let text = format!("{number:.2}");
    text.strip_prefix('0').map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use citymatch::{
        Catalogue, Challenge, Language, Matcher, Signal, Solution, Weight, Weights,
        matcher::MatcherBuilder,
    };

    use super::*;

    const ASK: &str = "Lluvia en la acera. ¿Cómo retener el agua de lluvia en cada acera?";

    fn explanations() -> Vec<Explanation> {
        let catalogue = Catalogue::in_memory().unwrap();
        let mut edit = catalogue.edit().unwrap();
        edit.put(
            Solution::new("es", "Jardines de lluvia")
                .summary("Retienen el agua de lluvia en las aceras."),
        )
        .unwrap();
        edit.put(
            Solution::new("en", "Rain barrels")
                .summary("They keep rain water beside the sidewalk for dry weeks."),
        )
        .unwrap();
        edit.commit().unwrap();
        let matcher = Matcher::new(&catalogue).unwrap();
        ["es", "en"]
            .map(|id| matcher.explain(Challenge::from_text(ASK), &id.into()).unwrap())
            .into()
    }

    fn sum(explanation: &Explanation, signals: &[&str]) -> f64 {
        let sum = &explanation.root.children[0];
        sum.children
            .iter()
            .filter(|signal| signals.contains(&signal.name.as_str()))
            .map(|signal| signal.value)
            .sum()
    }

    #[test]
    fn reasons_are_worth_what_they_add() {
        for explanation in explanations() {
            let reasons = Reasons::of(&explanation);
            let words: f64 = reasons.words.iter().map(|word| word.value).sum();
            assert!(
                (words - sum(&explanation, &["words", "related"])).abs() < 1e-6,
                "{explanation}"
            );
            let sentences: f64 = reasons.sentences.iter().map(|pair| pair.value).sum();
            let meaning = sum(&explanation, &["meaning"]);
            // The whole texts make up the rest.
            assert!(sentences > 0.2 * meaning && sentences < 0.8 * meaning, "{explanation}");
            assert!(reasons.words.is_sorted_by(|a, b| a.value >= b.value), "{explanation}");
            assert!(reasons.sentences.is_sorted_by(|a, b| a.value >= b.value), "{explanation}");
        }
    }

    #[test]
    fn the_same_word_stands_alone_and_a_relative_with_its_weight() {
        let [spanish, english] = &explanations()[..] else { panic!("two solutions") };
        assert_eq!(Reasons::of(spanish).words(9), "lluvia, acera ~ aceras, agua");
        let words = Reasons::of(english).words(9);
        assert!(
            words.contains("lluvia ~ rain\u{a0}.") && words.contains("agua ~ water\u{a0}."),
            "{words}"
        );
        assert_eq!(words.matches("water").count(), 1, "{words}");
        assert_eq!(Reasons::of(english).words(1).matches('~').count(), 1, "{words}");
    }

    #[test]
    fn each_word_of_the_solution_stands_once() {
        let explanation = explain("La ciudad y el municipio", Matcher::builder());
        let reasons = Reasons::of(&explanation);
        assert!(
            reasons.words.iter().filter(|word| word.forms == ["city"]).count() > 1,
            "{explanation}"
        );
        assert_eq!(reasons.words(9).matches("city").count(), 1, "{explanation}");
    }

    #[test]
    fn what_adds_nothing_is_no_reason() {
        let other = |other| Weights::new([(Signal::Words, Weight { same: 1.0, other })]).unwrap();
        for (weight, words) in [(0.0, ""), (1.0, "plan")] {
            let explanation =
                explain("Un plan de la ciudad", Matcher::builder().weights(other(weight)));
            assert_eq!(Reasons::of(&explanation).words(9), words, "{explanation}");
        }
    }

    /// The explanation of an English solution for a Spanish ask.
    fn explain(ask: &str, builder: MatcherBuilder) -> Explanation {
        let catalogue = Catalogue::in_memory().unwrap();
        let mut edit = catalogue.edit().unwrap();
        edit.put(Solution::new("s1", "A plan for the city").language(Language::English)).unwrap();
        edit.commit().unwrap();
        let challenge = Challenge::from_text(ask).language(Language::Spanish);
        builder.build(&catalogue).unwrap().explain(challenge, &"s1".into()).unwrap()
    }

    #[test]
    fn sentences_share_the_room() {
        let [spanish, _] = &explanations()[..] else { panic!("two solutions") };
        let reasons = Reasons::of(spanish);
        let whole = "“¿Cómo retener el agua de lluvia en cada acera?” ~ “Retienen el agua de lluvia en las aceras.”\u{a0}.";
        assert!(reasons.sentences(200).unwrap().starts_with(whole));
        let short = reasons.sentences(70).unwrap();
        assert!(
            short.width() <= 70
                && short.starts_with("“¿Cómo retener")
                && short.contains("…” ~ “Retienen el agua"),
            "{short}"
        );
        assert!(reasons.sentences(0).unwrap().width() < 60);
        assert!(reasons.sentence(12).unwrap().starts_with("“Retienen el…”\u{a0}."));
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [(0.744, ".74"), (1.0, "1.00"), (0.0, ".00"), (-0.25, "-0.25")] {
            assert_eq!(hundredths(number), text);
        }
    }
}
