//! The constants of the score, from judged parallel text.

use std::sync::Arc;

use citymatch::text::language_of;
use citymatch::{
    Catalogue, Challenge, Eligibility, Error, ErrorKind, Language, Matcher, Search, Signal,
    Solution, Weights,
    calibrate::{Calibrator, Example},
    encoder::{Calibrated, Calibration, EncodeError, Encoder, StaticEncoder, Vector, vectors},
};
use citymatch_tests::chance::Chance;
use citymatch_tests::collection::{Collection, catalogue_of};

/// `XQuAD`'s paragraphs, and every twentieth of its questions in both languages.
fn parallel() -> (Vec<Solution>, Vec<Example>) {
    let (same, other) = (Collection::read("xquad_same"), Collection::read("xquad_xl"));
    let pairs = same.challenges.iter().zip(&other.challenges).step_by(20);
    let examples = pairs.map(|(ask, translation)| {
        assert_eq!(ask.id, translation.id);
        Example::new(ask.clone(), same.qrels[ask.id.as_str()].keys().map(String::as_str))
            .translation(translation.clone())
    });
    (same.solutions, examples.collect())
}

fn builtin() -> Arc<dyn Encoder> {
    Arc::new(StaticEncoder::builtin())
}

/// S of every solution, by its id, best first: what the score is made of.
fn sums(matcher: &Matcher, ask: &Challenge) -> Result<Vec<(String, f64)>, Error> {
    let found = matcher.find(Search::new(ask).limit(1_000))?;
    let logistic = matcher.explain(ask, found[0].id())?.root.details;
    let sum = |score: f64| logistic["midpoint"] + (score / (1.0 - score)).ln() / logistic["slope"];
    Ok(found.iter().map(|found| (found.id().to_string(), sum(found.score()))).collect())
}

#[test]
fn constants_are_what_their_definitions_give_with_public_calls_alone() -> Result<(), Error> {
    let (solutions, examples) = parallel();
    let found = Calibrator::new(builtin()).fit(&solutions, &examples)?;
    assert!(found.means.is_empty() && examples.len() == 60, "{} examples", examples.len());

    let catalogue = catalogue_of(&solutions)?;
    for (signal, stands_for, factor) in [
        (Signal::Related, 1.25, found.related_factor),
        (Signal::Meaning, 1.0, found.meaning_factor),
    ] {
        let matcher =
            Matcher::builder().weights(Weights::new([(signal, 1.0.into())])?).build(&catalogue)?;
        let of_answer = |ask: &Challenge, answer: &str| -> Result<f64, Error> {
            Ok(sums(&matcher, ask)?
                .iter()
                .find(|(id, _)| id == answer)
                .map_or(0.0, |(_, sum)| *sum))
        };
        let (mut own, mut other) = (0.0, 0.0);
        for example in &examples {
            own += of_answer(&example.ask, example.answers[0].as_str())?;
            other += of_answer(example.translation.as_ref().unwrap(), example.answers[0].as_str())?;
        }
        assert!(
            (factor - own / other * stands_for).abs() < 1e-9,
            "{signal}: {factor}, {own} / {other}"
        );
    }

    let encoder = Calibrated::new("derived", builtin(), found.clone());
    let catalogue = Catalogue::builder().encoder(Arc::new(encoder)).in_memory()?;
    let mut edit = catalogue.edit()?;
    for solution in solutions {
        edit.put(solution)?;
    }
    edit.commit()?;
    let matcher = Matcher::new(&catalogue)?;
    let (mut useful, mut useless) = (Vec::new(), Vec::new());
    let (mut answered, mut removed) = (Vec::new(), Vec::new());
    for example in &examples {
        let answer = example.answers[0].as_str();
        for ask in [&example.ask, example.translation.as_ref().unwrap()] {
            for found in &matcher.find(Search::new(ask).limit(1_000))? {
                let is_answer = found.id().as_str() == answer;
                if is_answer { &mut useful } else { &mut useless }.push(found.score());
            }
            answered.extend(matcher.find(ask)?.answer_score());
            let others = Eligibility::default().excluded([answer]);
            removed.extend(matcher.find(Search::new(ask).eligibility(others))?.answer_score());
        }
    }
    // At the most likely logistic as many solutions are useful as the scores say (the prior moves
    // this a little).
    let expected: f64 = useful.iter().chain(&useless).sum();
    assert!((expected - useful.len() as f64).abs() < 1e-3, "{expected} of {}", useful.len());
    let parted = |cut: f64| {
        answered.iter().filter(|score| **score >= cut).count() as f64
            - removed.iter().filter(|score| **score >= cut).count() as f64
    };
    for place in 0..200 {
        let cut = f64::from(place) / 100.0;
        assert!(
            parted(found.answer_threshold) >= parted(cut),
            "{} parts worse than {cut}",
            found.answer_threshold
        );
    }
    Ok(())
}

#[test]
fn the_order_of_solutions_and_examples_does_not_matter() -> Result<(), Error> {
    let (mut solutions, mut examples) = parallel();
    examples.truncate(30);
    let calibrator = Calibrator::new(builtin()).means(true);
    let found = calibrator.fit(&solutions, &examples)?;
    assert_eq!(calibrator.fit(&solutions, &examples)?, found, "the same bytes");
    assert_eq!(found.means.keys().collect::<Vec<_>>(), ["en", "es"]);
    let mut chance = Chance::new(3);
    chance.shuffle(&mut solutions);
    chance.shuffle(&mut examples);
    let other = calibrator.fit(&solutions, &examples)?;
    assert!(other.means == found.means);
    for (one, other) in [
        (found.answer_threshold, other.answer_threshold),
        (found.related_factor, other.related_factor),
        (found.meaning_factor, other.meaning_factor),
        (found.slope, other.slope),
        (found.midpoint, other.midpoint),
    ] {
        assert!((one - other).abs() < 1e-9, "{one} {other}");
    }
    Ok(())
}

#[test]
fn an_example_without_a_translation_counts_for_the_logistic_alone() -> Result<(), Error> {
    let (solutions, mut examples) = parallel();
    let all = Calibrator::new(builtin()).fit(&solutions, &examples)?;
    examples.iter_mut().skip(30).for_each(|example| example.translation = None);
    let some = Calibrator::new(builtin()).fit(&solutions, &examples)?;
    examples.truncate(30);
    let half = Calibrator::new(builtin()).fit(&solutions, &examples)?;
    assert_eq!(
        (some.related_factor, some.meaning_factor),
        (half.related_factor, half.meaning_factor)
    );
    assert_ne!(
        (some.related_factor.to_bits(), some.midpoint.to_bits()),
        (all.related_factor.to_bits(), half.midpoint.to_bits())
    );
    assert_ne!(some.midpoint.to_bits(), half.midpoint.to_bits());
    Ok(())
}

#[test]
fn factors_that_are_given_stay_and_the_logistic_is_derived_for_them() -> Result<(), Error> {
    let (solutions, examples) = parallel();
    let calibrator = Calibrator::new(builtin());
    let shown = calibrator.fit(&solutions, &examples)?;
    let given = calibrator.clone().related_factor(3.0).fit(&solutions, &examples)?;
    assert_eq!((given.related_factor, given.meaning_factor), (3.0, shown.meaning_factor));
    assert!(given.midpoint > shown.midpoint, "more is shown of other languages");
    let same = calibrator
        .clone()
        .related_factor(shown.related_factor)
        .meaning_factor(shown.meaning_factor)
        .fit(&solutions, &examples)?;
    assert_eq!(same, shown);
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error =
            calibrator.clone().meaning_factor(wrong).fit(&solutions, &examples).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::InvalidOption { name, .. } if name == "meaning_factor"),
            "{error}"
        );
    }
    Ok(())
}

/// As contextual models are: every text lies near the direction of its language.
struct Narrow(StaticEncoder);

impl Encoder for Narrow {
    fn name(&self) -> &'static str {
        "narrow"
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        let spanish = |text: &str| {
            language_of(&Challenge::from_text(text))
                .is_some_and(|(language, _)| language == Language::Spanish)
        };
        let rows = self.0.encode(texts)?.into_iter().zip(texts).map(|(vector, text)| {
            let mut values = vector.values().to_vec();
            values[usize::from(spanish(text))] += 2.0;
            values
        });
        vectors(rows, texts.len(), self.size())
    }
}

#[test]
fn means_take_the_languages_out_of_the_vectors() -> Result<(), Error> {
    let (solutions, examples) = parallel();
    let calibrator = Calibrator::new(Arc::new(Narrow(StaticEncoder::builtin())));
    let (raw, centred) = (
        calibrator.fit(&solutions, &examples)?,
        calibrator.clone().means(true).fit(&solutions, &examples)?,
    );
    assert!(
        centred.means["es"][1] > 0.5
            && centred.means["en"][0] > 0.5
            && centred.means["en"][1].abs() < 0.1
    );
    // `meaning` alone puts how many answers first that are asked for in the other language?
    let first = |name: &str, calibration: &Calibration| -> Result<usize, Error> {
        let encoder =
            Calibrated::new(name, Arc::new(Narrow(StaticEncoder::builtin())), calibration.clone());
        let catalogue = Catalogue::builder().encoder(Arc::new(encoder)).in_memory()?;
        let mut edit = catalogue.edit()?;
        for solution in &solutions {
            edit.put(solution.clone())?;
        }
        edit.commit()?;
        let matcher = Matcher::builder()
            .weights(Weights::new([(Signal::Meaning, 1.0.into())])?)
            .build(&catalogue)?;
        let is_first = |example: &&Example| {
            matcher
                .find(example.translation.as_ref().unwrap())
                .is_ok_and(|found| *found[0].id() == example.answers[0])
        };
        Ok(examples.iter().filter(is_first).count())
    };
    let (raw, centred) = (first("raw", &raw)?, first("centred", &centred)?);
    assert!(centred >= raw + 15, "{centred} of 60 with means, {raw} without");
    Ok(())
}

/// Ten needs, each asked for in Spanish and in Portuguese, the Spanish solutions that answer, and
/// one that answers nothing.
fn ten() -> (Vec<Solution>, Vec<Example>) {
    let needs = [
        ("inundaciones", "alagamentos"),
        ("residuos", "resíduos"),
        ("incendios", "incêndios"),
        ("ruido", "ruído"),
        ("sequía", "seca"),
        ("empleo", "emprego"),
        ("vivienda", "moradia"),
        ("transporte", "transporte"),
        ("energía", "energia"),
        ("salud", "saúde"),
    ];
    let mut solutions =
        vec![Solution::new("other", "Un festival de cine").language(Language::Spanish)];
    let mut examples = Vec::new();
    for (spanish, portuguese) in needs {
        solutions.push(
            Solution::new(spanish, format!("Un plan barrial de {spanish}"))
                .language(Language::Spanish),
        );
        let ask = Challenge::from_text(format!("¿Cómo trabajar el tema de {spanish}?"))
            .language(Language::Spanish);
        let translation = Challenge::from_text(format!("Como trabalhar o tema de {portuguese}?"))
            .language(Language::Portuguese);
        examples.push(Example::new(ask, [spanish]).translation(translation));
    }
    (solutions, examples)
}

/// What is done to text that would do, and the option that the error names, with a part of its
/// message.
type Spoil = (&'static str, fn(&mut Vec<Solution>, &mut Vec<Example>), &'static str, &'static str);

#[test]
fn text_that_does_not_do_is_refused_with_its_place() -> Result<(), Error> {
    let (solutions, examples) = ten();
    let found = Calibrator::new(builtin()).fit(&solutions, &examples)?;
    for constant in [
        found.related_factor,
        found.meaning_factor,
        found.slope,
        found.midpoint,
        found.answer_threshold,
    ] {
        assert!(constant.is_finite() && constant > 0.0, "{found:?}");
    }
    let cases: &[Spoil] = &[
        (
            "too_few",
            |_, examples| drop(examples.pop()),
            "examples",
            "`9 examples, 9 of them with a translation` (expected 10 or more",
        ),
        (
            "no_translation",
            |_, examples| examples[4].translation = None,
            "examples",
            "10 examples, 9 of them",
        ),
        (
            "id_twice",
            |solutions, _| solutions.push(solutions[0].clone()),
            "solutions",
            "`other` (expected each id once",
        ),
        (
            "no_language",
            |_, examples| examples[3].ask = Challenge::from_text("¿Tema ruido?"),
            "examples[3].ask.language",
            "detected in 5 words or more",
        ),
        (
            "one_language",
            |_, examples| examples[3].translation = Some(examples[3].ask.clone()),
            "examples[3].translation.language",
            "another language than the ask's",
        ),
        (
            "stop_words",
            |_, examples| examples[3].ask.question = "¿De la que?".into(),
            "examples[3].ask",
            "a content word",
        ),
        ("no_answer", |_, examples| examples[3].answers.clear(), "examples[3].answers", "none"),
        (
            "unknown_answer",
            |_, examples| examples[3].answers[0] = "s9".into(),
            "examples[3].answers",
            "`s9`",
        ),
        (
            "nothing_else",
            |solutions, examples| {
                examples[3].answers =
                    solutions.iter().map(|solution| solution.id.clone()).collect();
            },
            "examples[3].answers",
            "some solutions that do not answer it",
        ),
        (
            "third_language",
            |solutions, _| {
                for solution in solutions.iter_mut() {
                    solution.language = Some(Language::English);
                }
            },
            "examples",
            "answers in the language of an ask or its translation",
        ),
        (
            "wrong_answers",
            |_, examples| {
                for example in examples.iter_mut() {
                    example.answers = vec!["other".into()];
                }
            },
            "examples",
            "answers",
        ),
    ];
    for (name, spoil, option, part) in cases {
        let (mut solutions, mut examples) = ten();
        spoil(&mut solutions, &mut examples);
        let error = Calibrator::new(builtin()).fit(&solutions, &examples).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::InvalidOption { name, .. } if name == option),
            "{name}: {error}"
        );
        assert!(error.to_string().contains(part), "{name}: {error}");
    }
    let error = Calibrator::new(builtin()).means(true).fit(&solutions, &examples).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`means` cannot be `10 texts in `pt`` (expected 20 or more in each language)"
    );
    let (mut nameless, examples) = ten();
    nameless[0].title.clear();
    let error = Calibrator::new(builtin()).fit(&nameless, &examples).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidRecord { .. }), "{error}");
    Ok(())
}
