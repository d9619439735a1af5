//! Suggestions for texts whose goals are known.

use std::thread;

use super::statements::Statements;
use super::*;
use crate::error::{Error, ErrorKind};
use crate::record::{Challenge, Goal, Language, Solution};

fn numbers(found: &[GoalSuggestion]) -> Vec<u8> {
    found.iter().map(|own| own.goal.number()).collect()
}

fn of_text(text: &str) -> Vec<GoalSuggestion> {
    suggest(&Challenge::from_text(text)).unwrap()
}

fn whole_goals() -> Vec<Goal> {
    Statements::goals().unwrap().collect()
}

#[test]
fn what_a_goal_says_gives_that_goal_first_in_each_language() {
    for language in Language::ALL {
        let statements = Statements::of(*language).unwrap();
        for goal in whole_goals() {
            let says = statements.of_goal(goal).next().unwrap();
            assert_eq!(says.target, goal);
            let challenge = suggest(&Challenge::from_text(says.text).language(*language)).unwrap();
            let solution = Solution::new("s", says.text).language(*language);
            for found in [challenge, suggest(&solution).unwrap()] {
                assert_eq!(numbers(&found)[0], goal.number(), "{language} {found:?}");
                assert_eq!(found[0].target, goal, "{language} {found:?}");
                assert_eq!(found[0].official_text, says.text);
                assert_eq!(found[0].sentence, says.text);
            }
        }
    }
}

#[test]
fn what_a_target_says_gives_its_goal_first_and_names_the_target() {
    for language in Language::ALL {
        let statements = Statements::of(*language).unwrap();
        for goal in whole_goals() {
            for says in statements.of_goal(goal) {
                let challenge = Challenge::from_text(says.text).language(*language);
                let found = suggest(&challenge).unwrap();
                let first = found.first().map(|own| (own.goal, own.target));
                assert_eq!(first, Some((goal, says.target)), "{language} {}", says.text);
            }
        }
    }
}

#[test]
fn texts_of_cities_give_the_goals_that_they_speak_of() {
    for (name, text, expected) in [
        ("water", "¿Cómo llevar agua potable y saneamiento a los barrios de la ladera?", 6),
        ("hunger", "Hortas comunitárias para que nenhuma família passe fome", 2),
        ("school", "Teachers need training so that all children learn to read at school", 4),
        ("women", "Una línea de ayuda contra la violencia de género hacia mujeres y niñas", 5),
        ("energy", "Painéis solares dão energia limpa e barata às casas", 7),
        ("ocean", "Fishers bring plastic out of the sea instead of leaving it in the ocean", 14),
        ("forest", "Viveros de árboles nativos para restaurar bosques y detener la erosión", 15),
        ("health", "Um aplicativo marca consultas e vacinas nos postos de saúde", 3),
        ("bribes", "An open register of contracts against corruption and bribes in the city", 16),
    ] {
        let found = of_text(text);
        assert_eq!(numbers(&found).first(), Some(&expected), "{name}: {found:?}");
    }
}

#[test]
fn texts_about_something_else_give_none() {
    for (name, text) in [
        ("football", "The quarterback threw two touchdown passes before half time."),
        ("music", "El pianista tocó la sonata de memoria y el público pidió otra."),
        ("chess", "As brancas sacrificam a torre e dão mate em três lances."),
        ("code", "The compiler inlines the function when its body is a single expression."),
        ("stop words", "de la que y el en"),
        ("no word", "?! … 12 34"),
        ("empty", ""),
        ("blank", " \n\t "),
    ] {
        assert_eq!(of_text(text), [], "{name}");
    }
    assert_eq!(suggest(&Solution::new("s", "")).unwrap(), []);
}

#[test]
fn the_sentence_is_the_one_that_speaks_of_the_goal() {
    let (water, school) = (
        "Half of the households lack safe drinking water and sanitation.",
        "Untrained teachers leave children unable to read at the end of primary education.",
    );
    let solution = Solution::new("s1", "A note").description(format!(
        "The council met on Monday in the old town hall. {water} {school} \
         The minutes are attached for the record."
    ));
    let found = suggest(&solution).unwrap();
    let of = |number| found.iter().find(|own| own.goal.number() == number).unwrap();
    assert_eq!(of(6).sentence, water);
    assert_eq!(of(4).sentence, school);
    for own in &found {
        assert_eq!(own.target.whole(), own.goal);
        assert!((0.5..=1.0).contains(&own.score), "{own:?}");
    }
    assert!(found.is_sorted_by(|a, b| a.score >= b.score));
}

#[test]
fn declared_goals_make_no_difference() {
    let text = "Retienen el agua de lluvia en las aceras y riegan los árboles del barrio.";
    let plain = Solution::new("s1", "Jardines de lluvia").description(text);
    let mut declared = plain.clone();
    declared.sdgs = ["5", "16.5"].map(|goal| goal.parse().unwrap()).to_vec();
    assert_eq!(suggest(&declared).unwrap(), suggest(&plain).unwrap());
    assert_eq!(declared.sdgs.len(), 2, "nothing is written into the record");
}

#[test]
fn a_short_text_without_a_sure_language_is_read_in_the_nearest() {
    for (text, language) in [
        ("agua potable", Language::Spanish),
        ("água potável", Language::Portuguese),
        ("drinking water", Language::English),
    ] {
        let found = of_text(text);
        assert_eq!(numbers(&found).first(), Some(&6), "{text}");
        assert!(found.iter().all(|own| own.language == language), "{text}: {found:?}");
    }
}

#[test]
fn the_official_texts_are_in_the_language_that_is_asked_for() {
    let text = "Como dar água potável e esgoto tratado a todas as famílias do bairro?";
    let challenge = Challenge::from_text(text);
    for language in Language::ALL {
        let found = GoalSuggester::new().official_language(*language).suggest(&challenge).unwrap();
        assert_eq!(numbers(&found)[0], 6, "{language}");
        assert!(found.iter().all(|own| own.language == *language));
    }
    assert_eq!(of_text(text)[0].language, Language::Portuguese, "its own by default");
}

#[test]
fn the_limit_cuts_and_cannot_be_0() {
    let challenge = Challenge::from_text(
        "End poverty and hunger, give health, schools and safe water to girls and women.",
    );
    let all = suggest(&challenge).unwrap();
    assert!(all.len() > 2, "{all:?}");
    let two = GoalSuggester::new().limit(2).suggest(&challenge).unwrap();
    assert_eq!(two, all[..2]);
    let goals = GoalSuggester::new().limit(2).goals(&challenge).unwrap();
    assert_eq!(goals, two.iter().map(|own| (own.goal, own.score)).collect::<Vec<_>>());
    let all_17 = GoalSuggester::new().least_score(0.0).suggest(&challenge).unwrap();
    assert_eq!(all_17.len(), 17);
    assert_eq!(all_17[..all.len()], all, "the order does not depend on the least score");
    for score in [-0.1, 1.1, f64::NAN] {
        let wrong = GoalSuggester::new().least_score(score).suggest(&challenge).unwrap_err();
        assert!(wrong.to_string().contains("least_score"), "{wrong}");
    }
    let wrong: Error = GoalSuggester::new().limit(0).suggest(&challenge).unwrap_err();
    assert!(
        matches!(wrong.kind(), ErrorKind::InvalidOption { name, .. } if name == "limit"),
        "{wrong}"
    );
}

#[test]
fn threads_that_come_at_once_find_the_same() {
    let text = "Micro-credit lets poor families open shops and find decent work.";
    let ask = || of_text(text);
    let expected = ask();
    assert!(!expected.is_empty());
    thread::scope(|scope| {
        let others: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        for other in others {
            assert_eq!(other.join().unwrap(), expected);
        }
    });
}

#[test]
fn it_says_of_itself_that_it_is_a_suggestion() {
    let found = of_text("¿Cómo acabar con el hambre de las familias?").remove(0);
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["kind"], "suggestion");
    assert_eq!((&json["goal"], &json["language"]), (&2.into(), &"es".into()));
    assert_eq!(json["target"], found.target.to_string());
    assert!(found.to_string().starts_with("suggestion: goal 2, Hambre cero (0."), "{found}");
}
