//! What pairs are found, and that they are those of the definition.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{DuplicateKind, DuplicateSearch, Duplicates};
use crate::catalogue::Catalogue;
use crate::error::ErrorKind;
use crate::matcher::{Matcher, Progress};
use crate::record::{Country, Language, Solution, Year};

const GARDENS: &str = "Rain gardens in the pavement hold the water of heavy storms. Neighbours plant \
    them and schools look after the beds. So the streets around the market stay dry in winter.";
const JARDINES: &str = "Jardines de lluvia en la acera retienen el agua de las tormentas fuertes. Los \
    vecinos los plantan y las escuelas cuidan los canteros. Así las calles alrededor del mercado \
    quedan secas en invierno.";
const CHUVA: &str = "Jardins de chuva na calçada retêm a água das tempestades fortes. Os vizinhos \
    plantam e as escolas cuidam dos canteiros. Assim as ruas em volta do mercado ficam secas no \
    inverno.";

fn english(id: &str, text: &str) -> Solution {
    Solution::new(id, "").description(text).language(Language::English)
}

fn matcher(records: &[Solution]) -> Matcher {
    let catalogue = Catalogue::in_memory().unwrap();
    let mut edit = catalogue.edit().unwrap();
    for record in records {
        edit.put(record.clone()).unwrap();
    }
    edit.commit().unwrap();
    Matcher::builder().threads(1).build(&catalogue).unwrap()
}

fn duplicates(records: &[Solution]) -> Duplicates {
    matcher(records).duplicates(&DuplicateSearch::new()).unwrap()
}

fn shown(found: &Duplicates) -> BTreeSet<String> {
    found.iter().map(|own| format!("{} {} {}", own.kind(), own.left(), own.right())).collect()
}

/// Records about other things, so that words have their usual rarity.
fn others() -> Vec<Solution> {
    [
        "Dry toilets need neither water nor sewers, and serve the houses on the hill.",
        "An app tells waste pickers where households leave paper, glass and cans.",
        "Solar lamps light the paths of the park, and women walk home more safely.",
        "A bus lane and longer green lights shorten the way to the hospital by a third.",
        "Volunteers read to children in the library on Saturdays and lend them books.",
        "Sensors in the river warn the fire brigade two hours before the water rises.",
    ]
    .iter()
    .zip(1..)
    .map(|(text, number)| english(&format!("other{number}"), text))
    .collect()
}

#[test]
fn what_two_records_are() {
    let edited = "Schools look after the beds and neighbours plant them. Rain gardens in the pavement \
        hold the water of heavy storms. We hand this in once more.";
    let of = |text: &str| {
        format!("In Quito {} {text} The Fundación Sol has 35 of them.", "the Fundación Sol works.")
    };
    let filled = |text: &str| {
        format!(
            "In Cali {} {text} The Corporación Luna has 71 of them.",
            "the Corporación Luna works."
        )
    };
    let a = || english("a", GARDENS);
    for (name, left, right, expected) in [
        ("a_copy", a(), english("b", GARDENS), &["resubmission a b"][..]),
        ("an_edited_copy", a(), english("b", edited), &["resubmission a b"]),
        (
            "a_translation",
            a(),
            Solution::new("b", "").description(JARDINES).language(Language::Spanish),
            &["translation a b"],
        ),
        (
            "a_translation_with_another_year",
            a().year(Year::new(2019)),
            Solution::new("b", "")
                .description(JARDINES)
                .language(Language::Spanish)
                .year(Year::new(2020)),
            &["variant a b"],
        ),
        ("another_city", a().city("Quito"), english("b", GARDENS).city("Cali"), &["variant a b"]),
        (
            "another_year",
            a().year(Year::new(2019)),
            english("b", GARDENS).year(Year::new(2021)),
            &["variant a b"],
        ),
        (
            "another_organisation",
            a().organisation("Fundación Sol"),
            english("b", GARDENS).organisation("Alcaldía"),
            &["variant a b"],
        ),
        (
            "another_country",
            a().country("EC".parse::<Country>().unwrap()),
            english("b", GARDENS).country("CO".parse::<Country>().unwrap()),
            &["variant a b"],
        ),
        (
            "other_links",
            a().links(["https://sol.ec/x"]),
            english("b", GARDENS).links(["https://luna.co/x"]),
            &["variant a b"],
        ),
        ("a_city_in_one_only", a().city("Quito"), english("b", GARDENS), &["resubmission a b"]),
        (
            "names_and_numbers_in_the_text",
            english("a", &of(GARDENS)),
            english("b", &filled(GARDENS)),
            &["variant a b"],
        ),
        (
            "the_same_names",
            english("a", &of(GARDENS)),
            english("b", &of(edited)),
            &["resubmission a b"],
        ),
        ("another_thing", a(), english("b", "Gardens on the roofs of schools feed bees."), &[]),
        ("short_and_unrelated", english("a", "Water for all"), english("b", "Work for all"), &[]),
        (
            "short_and_the_same",
            english("a", "Water for all"),
            english("b", "Water for all!"),
            &["resubmission a b"],
        ),
    ] {
        let found = duplicates(&[vec![left, right], others()].concat());
        let expected: BTreeSet<String> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(shown(&found), expected, "{name}");
    }
}

#[test]
fn unrelated_records_are_no_pairs() {
    assert!(duplicates(&[]).is_empty());
    assert!(duplicates(&others()[..1]).is_empty());
    assert_eq!(shown(&duplicates(&others())), BTreeSet::new());
}

#[test]
fn copies_count_as_one_when_the_best_is_chosen() {
    let edited = format!("{GARDENS} We hand this in once more.");
    let records = [
        english("a", GARDENS),
        english("b", GARDENS),
        english("c", &edited),
        english("cali", GARDENS).city("Cali"),
        english("lima", GARDENS).city("Lima"),
        Solution::new("es", "").description(JARDINES).language(Language::Spanish),
        Solution::new("pt", "").description(CHUVA).language(Language::Portuguese),
    ];
    let found = duplicates(&[&records[..], &others()].concat());
    let kinds = shown(&found);
    for pair in [
        "resubmission a b",
        "resubmission a c",
        "resubmission b c",
        "variant cali lima",
        "translation a es",
        "translation a pt",
        "translation es pt",
    ] {
        assert!(kinds.contains(pair), "{pair}: {kinds:?}");
    }
    // Each two of a group are a pair that is no variant.
    for group in found.groups() {
        for (place, left) in group.iter().enumerate() {
            for right in &group[place + 1..] {
                let is_pair = |own: &super::DuplicatePair| {
                    (own.left(), own.right()) == (left, right) && own.kind().is_duplicate()
                };
                assert!(found.iter().any(is_pair), "{left} {right}: {kinds:?}");
            }
        }
    }
    assert!(found.groups().iter().any(|group| group.len() >= 3), "{:?}", found.groups());
}

#[test]
fn the_score_is_the_mean_of_both_directions() {
    let records =
        [&[english("a", GARDENS), english("b", &format!("{GARDENS} Again."))][..], &others()]
            .concat();
    let matcher = matcher(&records);
    let found = matcher.duplicates(&DuplicateSearch::new()).unwrap();
    let logit = |asked: &Solution, other: &Solution| {
        let similar = matcher.similar(asked, 20).unwrap();
        let score = similar.iter().find(|own| *own.id() == other.id).unwrap().score();
        (score / (1.0 - score)).ln()
    };
    let mean = f64::midpoint(logit(&records[0], &records[1]), logit(&records[1], &records[0]));
    assert!((found[0].score() - 1.0 / (1.0 + (-mean).exp())).abs() < 1e-9);
    let score = found[0].score();
    let with =
        |threshold| matcher.duplicates(&DuplicateSearch::new().threshold(threshold)).unwrap();
    assert_eq!(with(score - 1e-9).len(), 1);
    assert_eq!(with(f64::midpoint(score, 1.0)).len(), 0);
}

#[test]
fn neither_threads_nor_segments_change_a_bit() {
    let mut records = others();
    records.extend([
        english("a", GARDENS),
        english("b", GARDENS).city("Cali"),
        Solution::new("es", "").description(JARDINES).language(Language::Spanish),
        Solution::new("pt", "").description(CHUVA).language(Language::Portuguese),
    ]);
    for number in 0..60 {
        let text = format!("{} Plan {number} of the district.", others()[number % 6].description);
        records.push(english(&format!("plan{number}"), &text));
    }
    let alone = duplicates(&records);
    assert!(alone.len() > 10);
    let catalogue = Catalogue::in_memory().unwrap();
    for part in records.chunks(31) {
        let mut edit = catalogue.edit().unwrap();
        for record in part.iter().rev() {
            edit.put(record.clone()).unwrap();
        }
        edit.commit().unwrap();
    }
    for threads in [1, 2, 3] {
        let matcher = Matcher::builder().threads(threads).build(&catalogue).unwrap();
        assert_eq!(
            matcher.duplicates(&DuplicateSearch::new()).unwrap(),
            alone,
            "{threads} threads"
        );
    }
}

#[test]
fn languages_of_the_matcher_are_kept_to() {
    let catalogue = Catalogue::in_memory().unwrap();
    let mut edit = catalogue.edit().unwrap();
    edit.put(english("a", GARDENS)).unwrap();
    edit.put(english("b", GARDENS)).unwrap();
    edit.put(Solution::new("es", "").description(JARDINES).language(Language::Spanish)).unwrap();
    edit.commit().unwrap();
    let matcher = Matcher::builder().languages([Language::English]).build(&catalogue).unwrap();
    let found = matcher.duplicates(&DuplicateSearch::new()).unwrap();
    assert_eq!(shown(&found).into_iter().collect::<Vec<_>>(), ["resubmission a b"]);
}

#[test]
fn a_crowded_language_does_not_hide_a_translation() {
    let mut records: Vec<Solution> = (0..60)
        .map(|number| english(&format!("copy{number:02}"), GARDENS).year(Year::new(1960 + number)))
        .collect();
    records.push(Solution::new("es", "").description(JARDINES).language(Language::Spanish));
    let found = duplicates(&records);
    assert!(
        found.iter().any(|own| own.kind() == DuplicateKind::Translation),
        "{:?}",
        shown(&found)
    );
}

#[test]
fn wrong_thresholds_and_cancelled_work_are_errors() {
    let matcher = matcher(&others());
    for threshold in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
        let found = matcher.duplicates(&DuplicateSearch::new().threshold(threshold));
        assert!(found.unwrap_err().to_string().contains("`threshold` cannot be"), "{threshold}");
    }
    let progress = Arc::new(Progress::default());
    matcher.duplicates(&DuplicateSearch::new().progress(&progress)).unwrap();
    assert_eq!(progress.done(), 6);
    progress.cancel();
    let found = matcher.duplicates(&DuplicateSearch::new().progress(&progress));
    assert!(matches!(found.unwrap_err().kind(), ErrorKind::Cancelled));
}
