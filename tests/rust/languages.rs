//! The language of texts that do not say theirs, and what it costs when records say none, or a
//! wrong one.

use std::collections::BTreeMap;

use citymatch::text::language_of;
use citymatch::{Challenge, Error, Language, Matcher, Record};
use citymatch_tests::chance::Chance;
use citymatch_tests::collection::Collection;
use citymatch_tests::demo;

/// How many texts of each language, or of each pair of languages, a row of cut texts tries.
const DRAWN: usize = 300;
const COLLECTIONS: [&str; 4] = ["xquad_xl", "xquad_long", "xquad_same", "faquad"];

/// A text, and the languages that are right for it.
type Labelled = (String, Vec<Language>);

/// The texts of all collections and of the demo, by language, as words.
struct Texts(BTreeMap<Language, Vec<Vec<String>>>);

impl Texts {
    fn read() -> Self {
        let mut found: BTreeMap<Language, Vec<Vec<String>>> = BTreeMap::new();
        let mut take = |labelled: Vec<Labelled>| {
            for (text, languages) in labelled {
                found
                    .entry(languages[0])
                    .or_default()
                    .push(text.split_whitespace().map(str::to_owned).collect());
            }
        };
        for collection in COLLECTIONS.map(Collection::read) {
            take(whole(&collection.solutions));
            take(whole(&collection.challenges));
        }
        take(whole(&demo::solutions()));
        take(whole(&demo::challenges()));
        take(whole(&demo::translations()));
        Self(found)
    }

    /// A run of words of one of the language's texts.
    fn run(&self, language: Language, words: usize, chance: &mut Chance) -> String {
        let long: Vec<&Vec<String>> =
            self.0[&language].iter().filter(|text| text.len() >= words).collect();
        let text = long[chance.number(long.len())];
        let start = chance.number(text.len() - words + 1);
        text[start..start + words].join(" ")
    }

    /// Runs of words of each language.
    fn runs(&self, words: usize, chance: &mut Chance) -> Vec<Labelled> {
        let drawn = Language::ALL.iter().flat_map(|language| [*language; DRAWN]);
        drawn.map(|language| (self.run(language, words, chance), vec![language])).collect()
    }

    /// So many words of one language, and so many of another before or after them: the language
    /// with more words is right.
    fn mixed(&self, most: usize, least: usize, chance: &mut Chance) -> Vec<Labelled> {
        let mut found = Vec::new();
        for (language, other) in pairs() {
            for _ in 0..DRAWN {
                let mut parts = [self.run(language, most, chance), self.run(other, least, chance)];
                chance.shuffle(&mut parts);
                found.push((
                    parts.join("\n"),
                    if most > least { vec![language] } else { vec![language, other] },
                ));
            }
        }
        found
    }

    /// Titles over fifty words in another language, which is right.
    fn titled(&self, titles: &[Labelled], chance: &mut Chance) -> Vec<Labelled> {
        let over = |(title, languages): &Labelled| {
            let others = pairs().filter(|(own, _)| *own == languages[0]).map(|(_, other)| other);
            others
                .map(|other| (format!("{title}\n{}", self.run(other, 50, chance)), vec![other]))
                .collect::<Vec<_>>()
        };
        titles.iter().flat_map(over).collect()
    }
}

/// Every two languages, in both orders.
fn pairs() -> impl Iterator<Item = (Language, Language)> {
    let all = || Language::ALL.iter().copied();
    all()
        .flat_map(move |one| all().map(move |other| (one, other)))
        .filter(|(one, other)| one != other)
}

/// The records' whole texts.
fn whole<R: Record>(records: &[R]) -> Vec<Labelled> {
    let text = |record: &R| {
        record.texts().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
    };
    records
        .iter()
        .map(|record| (text(record), vec![record.declared_language().expect("it is declared")]))
        .collect()
}

/// The share of texts whose language is found.
fn share(texts: &[Labelled]) -> f64 {
    let right = |(text, languages): &&Labelled| {
        language_of(&Challenge::from_text(text.as_str()))
            .is_some_and(|(language, _)| languages.contains(&language))
    };
    texts.iter().filter(right).count() as f64 / texts.len() as f64
}

#[test]
fn the_language_of_short_long_and_mixed_texts() {
    let texts = Texts::read();
    let mut chance = Chance::new(1);
    let titles: Vec<Labelled> = demo::solutions()
        .into_iter()
        .map(|solution| (solution.title, vec![solution.language.expect("it is declared")]))
        .chain(
            demo::translations()
                .into_iter()
                .map(|one| (one.title, vec![one.language.expect("it is declared")])),
        )
        .collect();
    let mut runs = |words| texts.runs(words, &mut chance);
    let rows = [
        // Fewer than five words need two signs that agree.
        ("one_word", runs(1), 0.15),
        ("two_words", runs(2), 0.15),
        ("three_words", runs(3), 0.15),
        ("five_words", runs(5), 0.95),
        ("eight_words", runs(8), 0.97),
        ("twelve_words", runs(12), 0.98),
        ("twenty_words", runs(20), 0.99),
        ("fifty_words", runs(50), 0.995),
        ("titles", titles.clone(), 0.6),
        ("whole_solutions", whole(&demo::solutions()), 0.95),
        ("whole_challenges", whole(&demo::translations()), 0.99),
        ("title_of_another_language", texts.titled(&titles, &mut chance), 0.995),
        ("a_quarter_of_another_language", texts.mixed(60, 20, &mut chance), 0.99),
        ("half_and_half", texts.mixed(40, 40, &mut chance), 0.99),
    ];
    for (name, texts, least) in rows {
        let found = share(&texts);
        eprintln!("{name}: {found:.3} of {}", texts.len());
        assert!(found >= least, "{name}: {found:.3} is below {least}");
    }
}

/// Without any language, on records and asks.
fn unlabelled(mut collection: Collection) -> Collection {
    collection.solutions.iter_mut().for_each(|solution| solution.language = None);
    collection.challenges.iter_mut().for_each(|challenge| challenge.language = None);
    collection
}

/// One record in twenty says another language.
fn mislabelled(mut collection: Collection, seed: u64) -> Collection {
    let mut chance = Chance::new(seed);
    let mut places: Vec<usize> = (0..collection.solutions.len()).collect();
    chance.shuffle(&mut places);
    for place in &places[..collection.solutions.len() / 20] {
        let language = &mut collection.solutions[*place].language;
        let others: Vec<Language> =
            Language::ALL.iter().copied().filter(|other| Some(*other) != *language).collect();
        *language = Some(others[chance.number(others.len())]);
    }
    collection
}

#[test]
fn missing_and_wrong_labels_cost_little() -> Result<(), Error> {
    // What nDCG@10 may lose without labels, and with wrong ones in the mean of three seeds.
    let rows = [("xquad_xl", 0.005, 0.008), ("xquad_long", 0.003, 0.006), ("faquad", 0.003, 0.025)];
    for (name, without, wrong) in rows {
        let read = || Collection::read(name).every(4);
        let ndcg =
            |collection: Collection| collection.ndcg(&Matcher::new(&collection.catalogue()?)?);
        let declared = ndcg(read())?;
        let lost_without = declared - ndcg(unlabelled(read()))?;
        let mut lost = Vec::new();
        for seed in 1..=3 {
            lost.push(declared - ndcg(mislabelled(read(), seed))?);
        }
        let mean = lost.iter().sum::<f64>() / lost.len() as f64;
        eprintln!(
            "{name}: {declared:.4}, loses {lost_without:.4} without labels, {mean:.4} with wrong ones ({lost:.4?})"
        );
        assert!(
            lost_without <= without,
            "{name}: {lost_without:.4} of {declared:.4} is more than {without}"
        );
        assert!(mean <= wrong, "{name}: {mean:.4} of {declared:.4} is more than {wrong}");
    }
    Ok(())
}
