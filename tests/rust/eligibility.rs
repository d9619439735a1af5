//! Rules of eligibility: whoever may not enter is told so, and nobody is told so who may.

use std::collections::BTreeSet;

use citymatch::{
    Catalogue, Challenge, Eligibility, Error, Language, Matcher, Search, Solution, Stage,
    record::MissingValue,
};
use citymatch_tests::chance::Chance;
use serde_json::json;

/// Solutions of every stage and of none, in every language and in none, of some countries.
fn catalogue() -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    for commit in 0..3_usize {
        let mut edit = catalogue.edit()?;
        for number in commit * 20..commit * 20 + 20 {
            // Digits have no language that could be detected.
            let mut solution = Solution::new(format!("s{number:02}"), format!("agua {number}"));
            solution.stage = Stage::ALL.get(number % (Stage::ALL.len() + 1)).copied();
            solution.language = Language::ALL.get(number / 2 % (Language::ALL.len() + 1)).copied();
            if number % 3 > 0 {
                let country: citymatch::Country =
                    ["BR", "UY"][number % 2].parse().expect("a country's code");
                solution = solution.country(country);
            }
            if number % 4 > 0 {
                let themes = [json!(["Agua"]), json!(["agua", "Espacio público"])];
                let organisation = ["Ñandú S.A.", "Colectivo"][number % 2];
                let more = json!({
                    "id": solution.id, "title": solution.title, "themes": themes[number % 2],
                    "organisation": organisation, "year": 2010 + number,
                    "organisation_type": (["ngo", "city"][number / 4 % 2]),
                    "cost": {"amount": number * 10, "currency": (["USD", "BRL"][number / 8 % 2])},
                });
                let mut more = Solution::from_json(more).expect("a good record");
                (more.stage, more.language, more.country) =
                    (solution.stage, solution.language, solution.country);
                solution = more;
            }
            edit.put(solution)?;
        }
        // A replaced and a removed record are not among the live ones.
        edit.put(Solution::new("s05", "agua"))?;
        edit.remove("s07")?;
        edit.put(Challenge::new(format!("c{commit}"), "agua"))?;
        edit.commit()?;
    }
    Ok(catalogue)
}

/// Which solutions are matched, and which are told that they may not enter.
fn sides(
    matcher: &Matcher,
    search: &Search<'_>,
) -> Result<(BTreeSet<String>, BTreeSet<String>), Error> {
    let matched =
        matcher.find(search.clone())?.iter().map(|found| found.id().to_string()).collect();
    let told = matcher.ineligible(search.clone())?;
    for barred in &told {
        assert!(!barred.reasons.is_empty(), "{} is told no reason", barred.solution_id);
    }
    Ok((matched, told.into_iter().map(|barred| barred.solution_id.to_string()).collect()))
}

#[test]
fn contradictory_rules_bar_everyone_and_say_why() -> Result<(), Error> {
    let catalogue = catalogue()?;
    let ideas = Challenge::new("c", "agua")
        .eligibility(Eligibility::from_json(&json!({"stages": ["idea"]})).expect("good rules"));
    let portuguese = Challenge::new("c", "agua")
        .eligibility(Eligibility::from_json(&json!({"languages": ["pt"]})).expect("good rules"));
    let everyone = Matcher::new(&catalogue)?;
    let spanish = Matcher::builder().languages([Language::Spanish]).build(&catalogue)?;
    for (name, matcher, search, rule, value) in [
        ("stages", &everyone, Search::new(&ideas).at_least(Stage::Pilot), "stages", "idea"),
        ("languages", &spanish, Search::new(&portuguese), "languages", "pt"),
        ("languages_unknown", &spanish, Search::new(&portuguese), "languages", "unknown"),
    ] {
        let search = search.limit(1_000);
        for found in &matcher.find(search.clone())? {
            let solution = matcher.snapshot().get(found.id())?.expect("it is there");
            // A stage that is not known is admitted; the matcher's languages admit no such thing.
            let unknown = rule == "stages" && solution.stage.is_none();
            assert!(unknown, "{name}: {} is matched", found.id());
        }
        let told = matcher.ineligible(search)?;
        let reason = told
            .iter()
            .flat_map(|barred| &barred.reasons)
            .find(|reason| reason.rule == rule && reason.value == value);
        assert!(reason.is_some(), "{name}: no reason with {value}");
    }
    Ok(())
}

#[test]
fn whoever_is_not_matched_is_told_why_under_any_rules() -> Result<(), Error> {
    let catalogue = catalogue()?;
    let mut all = BTreeSet::new();
    for id in catalogue.snapshot()?.solutions().ids()? {
        all.insert(id.to_string());
    }
    assert_eq!(all.len(), 59);
    let mut chance = Chance::new(7);
    let (mut some, mut none) = (0, 0);
    for case in 0..400 {
        let mut pick = |from: &[&str]| -> Vec<String> {
            let chosen = |_: &&&str| chance.number(3) == 0;
            let picked: Vec<&&str> = from.iter().filter(chosen).collect();
            picked.into_iter().map(|value| (*value).to_owned()).collect()
        };
        let rules = json!({
            "countries": pick(&["BR", "UY", "AR"]),
            "languages": pick(&["es", "pt", "en"]),
            "stages": pick(&["idea", "pilot", "scaling", "closed"]),
            "organisation_types": pick(&["ngo", "city", "company"]),
            "required_themes": pick(&["AGUA", "espacio publico", "vivienda"]),
            "excluded": pick(&["s01", "s05", "s99"]),
            "excluded_organisations": pick(&["ñandu s a", "nobody"]),
        });
        let mut rules = Eligibility::from_json(&rules).expect("good rules");
        if chance.number(3) == 0 {
            let currency = ["USD", "BRL"][chance.number(2)];
            let limit = json!({"max_cost": {"amount": chance.number(600), "currency": currency}});
            rules.max_cost = Eligibility::from_json(&limit).expect("good rules").max_cost;
        }
        if chance.number(3) == 0 {
            rules.max_age_years = Some(u32::try_from(chance.number(60)).expect("a small number"));
        }
        if chance.number(2) == 0 {
            rules.unknown = Some(MissingValue::Reject);
        }
        let mut challenge = Challenge::new("c", "agua").eligibility(rules);
        if chance.number(2) == 0 {
            challenge = challenge.deadline("2060-01-01".parse::<citymatch::record::Date>().ok());
        }
        let mut search = Search::new(&challenge).limit(1_000);
        if chance.number(2) == 0 {
            search = search.at_least(Stage::ALL[chance.number(Stage::ALL.len())]);
        }
        let languages = Language::ALL.iter().copied().filter(|_| chance.number(3) == 0);
        let matcher = Matcher::builder().languages(languages.collect::<Vec<_>>());
        let (matched, told) = sides(&matcher.build(&catalogue)?, &search)?;
        assert!(matched.is_disjoint(&told), "case {case}: {search:?}");
        assert_eq!(&matched | &told, all, "case {case}: {search:?}");
        some += usize::from(!matched.is_empty());
        none += usize::from(matched.is_empty());
    }
    assert!(some > 50 && none > 50, "{some} cases admit someone, {none} admit nobody");
    Ok(())
}

#[test]
fn a_stage_to_have_come_to_does_not_admit_what_is_closed() -> Result<(), Error> {
    let (catalogue, challenge) = (catalogue()?, Challenge::new("c", "agua"));
    let matcher = Matcher::new(&catalogue)?;
    for (name, least, closed) in [
        ("idea", Stage::Idea, false),
        ("pilot", Stage::Pilot, false),
        ("closed", Stage::Closed, true),
    ] {
        let matches = matcher.find(Search::new(&challenge).limit(1_000).at_least(least))?;
        let mut stages = BTreeSet::new();
        for found in &matches {
            let solution = matcher.snapshot().get(found.id())?.expect("it is there");
            stages.insert(solution.stage);
        }
        assert!(stages.contains(&None), "{name}: what is not known is admitted");
        assert_eq!(stages.contains(&Some(Stage::Closed)), closed, "{name}");
        assert!(stages.iter().flatten().all(|stage| *stage >= least), "{name}");
    }
    Ok(())
}
