//! One score for all languages, and whether anything answers.

use citymatch::{Challenge, Error, Language, Matcher, Signal, Solution, Weights};
use citymatch_tests::collection::catalogue_of;
use citymatch_tests::demo;

fn gardens() -> Vec<Solution> {
    vec![
        Solution::new("pt", "Jardins de chuva")
            .description("Canteiros que retêm a água dos alagamentos nas calçadas.")
            .language(Language::Portuguese),
        Solution::new("es", "Comedor escolar")
            .description("Almuerzos para niñas y niños de barrios pobres.")
            .language(Language::Spanish),
        Solution::new("en", "Night buses")
            .description("Buses that run all night on weekends.")
            .language(Language::English),
    ]
}

#[test]
fn a_solution_in_another_language_is_found_without_a_shared_word() -> Result<(), Error> {
    let matcher = Matcher::new(&catalogue_of(&gardens())?)?;
    let cases = [
        (
            "spanish_to_portuguese",
            "¿Cómo evitamos que las veredas se inunden cuando llueve?",
            Language::Spanish,
            "pt",
        ),
        (
            "english_to_spanish",
            "How might we feed pupils of deprived districts at noon?",
            Language::English,
            "es",
        ),
        (
            "portuguese_to_english",
            "Como levar as pessoas para casa de madrugada em transporte coletivo?",
            Language::Portuguese,
            "en",
        ),
    ];
    for (name, question, language, expected) in cases {
        let found = matcher.find(Challenge::new("c", "").question(question).language(language))?;
        assert_eq!(found[0].id().as_str(), expected, "{name}: {found:?}");
    }
    Ok(())
}

#[test]
fn scores_are_shares_of_one_whole() -> Result<(), Error> {
    let solutions = demo::solutions();
    let matcher = Matcher::new(&catalogue_of(&solutions)?)?;
    for solution in solutions.iter().take(30) {
        // Even a solution's own text as an ask stays within [0, 1].
        let ask = Challenge::new("c", solution.title.clone())
            .problem(format!("{} {}", solution.summary, solution.description));
        let found = matcher.find(&ask)?;
        assert_eq!(found[0].id(), &solution.id);
        assert!(found.iter().all(|found| (0.0..=1.0).contains(&found.score())), "{found:?}");
    }
    Ok(())
}

#[test]
fn equal_texts_have_equal_scores() -> Result<(), Error> {
    let twice = ["a", "b"].map(|id| {
        Solution::new(id, "Rain gardens").description("They hold the rain of streets that flood.")
    });
    let matcher = Matcher::new(&catalogue_of(&twice)?)?;
    let found = matcher.find(Challenge::new("c", "How might we keep the rain off our streets?"))?;
    assert_eq!(
        (found[0].id().as_str(), found[0].score().to_bits()),
        ("a", found[1].score().to_bits())
    );
    Ok(())
}

#[test]
fn a_weight_moves_its_own_part_alone() -> Result<(), Error> {
    let catalogue = catalogue_of(&demo::solutions())?;
    let challenge = &demo::challenges()[0];
    for signal in [Signal::Words, Signal::Related, Signal::Meaning] {
        let matcher = |weight: f64| {
            Matcher::builder().weights(Weights::new([(signal, weight.into())])?).build(&catalogue)
        };
        let (once, twice) = (matcher(1.0)?.find(challenge)?, matcher(2.0)?.find(challenge)?);
        assert_eq!(once[0].id(), twice[0].id(), "{signal}: one weight keeps the order");
        assert!(twice[0].score() > once[0].score(), "{signal}");
        assert_eq!(once.answered(), None, "{signal}: no verdict under weights of one's own");
    }
    Ok(())
}

#[test]
fn a_weight_for_the_challenges_language_lifts_it() -> Result<(), Error> {
    let solutions = [
        Solution::new("es", "Jardines de lluvia")
            .description("Retienen el agua de lluvia.")
            .language(Language::Spanish),
        Solution::new("pt", "Jardins de chuva")
            .description("Retêm a água da chuva.")
            .language(Language::Portuguese),
    ];
    let catalogue = catalogue_of(&solutions)?;
    let challenge = Challenge::new("c", "")
        .question("¿Cómo retenemos el agua de lluvia en jardines?")
        .language(Language::Spanish);
    let lift = |weight: f64| -> Result<f64, Error> {
        let weights =
            Weights::new([(Signal::Meaning, 1.0.into()), (Signal::Language, weight.into())])?;
        let found = Matcher::builder().weights(weights).build(&catalogue)?.find(&challenge)?;
        let score = |id: &str| {
            found
                .iter()
                .find(|found| found.id().as_str() == id)
                .map_or(0.0, citymatch::Match::score)
        };
        Ok(score("es") - score("pt"))
    };
    assert!(lift(0.5)? > lift(0.0)?);
    Ok(())
}

#[test]
fn what_nothing_answers_is_said() -> Result<(), Error> {
    let matcher = Matcher::new(&catalogue_of(&demo::solutions())?)?;
    let cases = [
        (
            "answered",
            "¿Cómo conectar a los recicladores con hogares y empresas para recuperar materiales?",
            Some(true),
        ),
        (
            "off_topic",
            "How might we repair the telescopes of the observatory on the asteroid before the comet arrives?",
            Some(false),
        ),
        ("two_words", "agua lluvia", None),
        ("stop_words", "de la que", None),
    ];
    for (name, question, expected) in cases {
        assert_eq!(matcher.find(Challenge::from_text(question))?.answered(), expected, "{name}");
    }
    Ok(())
}
