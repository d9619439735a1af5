//! Several catalogues that are searched as one, by statistics that are merged.

use citymatch::{
    Catalogue, Challenge, Error, Matcher, Matches, Run, Search, Solution,
    statistics::CollectionStats,
};
use citymatch_tests::demo;
use serde_json::{Value, json};

const SHARDS: usize = 3;
const LIMIT: usize = 20;

/// A solution's id and the bits of its score.
type Found = Vec<(String, u64)>;

fn catalogue(solutions: impl IntoIterator<Item = Solution>) -> Result<Matcher, Error> {
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    for solution in solutions {
        edit.put(solution)?;
    }
    edit.commit()?;
    Matcher::new(&catalogue)
}

/// The demo in one catalogue, and in three; one of these had records that came and went.
fn whole_and_shards() -> Result<(Matcher, Vec<Matcher>, Vec<Challenge>), Error> {
    let (solutions, mut challenges) = (demo::solutions(), demo::challenges());
    // Short and undeclared: it is read in every language.
    challenges.push(Challenge::new("short", "agua lluvia"));
    // Neither declared nor found: the commonest language of all solutions decides.
    challenges.push(Challenge::new("unknown", "вода дождь улицы город сад рынок agua lluvia"));
    let whole = catalogue(solutions.clone())?;
    let mut shards = Vec::new();
    for shard in 0..SHARDS {
        let own = solutions.iter().skip(shard).step_by(SHARDS).cloned();
        shards.push(catalogue(own)?);
    }
    let changed = Catalogue::in_memory()?;
    let mut edit = changed.edit()?;
    for solution in solutions.iter().skip(1).step_by(SHARDS) {
        edit.put(solution.clone())?;
    }
    edit.put(Solution::new("gone", "Inundaciones, lluvias y techos verdes"))?;
    edit.commit()?;
    let mut edit = changed.edit()?;
    edit.remove("gone")?;
    edit.commit()?;
    shards[1] = Matcher::new(&changed)?;
    Ok((whole, shards, challenges))
}

fn merged(shards: &[Matcher], challenges: &[Challenge]) -> Result<CollectionStats, Error> {
    let mut stats = CollectionStats::default();
    while !stats.is_complete() {
        let parts = shards.iter().map(|shard| shard.statistics(&stats, challenges));
        stats = CollectionStats::merge(parts.collect::<Result<Vec<_>, Error>>()?)?;
    }
    Ok(stats)
}

/// What the shards find together.
fn search_shards(
    shards: &[Matcher],
    challenge: &Challenge,
    stats: &CollectionStats,
) -> Result<Found, Error> {
    let mut all: Vec<(f64, String)> = Vec::new();
    for shard in shards {
        for found in &shard.find(Search::new(challenge).limit(LIMIT).statistics(stats))? {
            all.push((found.score(), found.id().to_string()));
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    all.truncate(LIMIT);
    Ok(all.into_iter().map(|(score, id)| (id, score.to_bits())).collect())
}

fn search_whole(whole: &Matcher, challenge: &Challenge) -> Result<Found, Error> {
    let matches = whole.find(Search::new(challenge).limit(LIMIT))?;
    Ok(matches.iter().map(|found| (found.id().to_string(), found.score().to_bits())).collect())
}

#[test]
fn shards_find_what_the_whole_finds() -> Result<(), Error> {
    let (whole, shards, challenges) = whole_and_shards()?;
    let stats = merged(&shards, &challenges)?;
    // They travel as JSON without a loss.
    let json = serde_json::to_string(&stats).expect("it is written");
    let stats: CollectionStats = serde_json::from_str(&json).expect("it is read");
    for challenge in &challenges {
        let expected = search_whole(&whole, challenge)?;
        assert_eq!(expected.len(), LIMIT);
        assert_eq!(search_shards(&shards, challenge, &stats)?, expected, "{}", challenge.id);
        let (told, own) = (
            shards[0].explain(Search::new(challenge).statistics(&stats), &first_id(&shards[0])?)?,
            whole.explain(challenge, &first_id(&shards[0])?)?,
        );
        assert_eq!(told.root, own.root, "{}", challenge.id);
    }
    Ok(())
}

fn first_id(matcher: &Matcher) -> Result<citymatch::SolutionId, Error> {
    Ok(matcher.snapshot().solutions().ids()?[0].clone())
}

#[test]
fn no_part_of_the_statistics_can_be_that_of_a_shard_alone() -> Result<(), Error> {
    let (whole, shards, challenges) = whole_and_shards()?;
    let told = serde_json::to_value(merged(&shards, &challenges)?).expect("it is written");
    let own = serde_json::to_value(merged(&shards[..1], &challenges)?).expect("it is written");
    let parts: Vec<&String> = told.as_object().expect("an object").keys().collect();
    assert_eq!(parts.len(), 7, "a part that is not tried: {parts:?}");
    let is_tried = |part: &&String| !["rounds", "made_by"].contains(&part.as_str());
    for part in parts.into_iter().filter(is_tried) {
        let mut wrong = told.clone();
        match part.as_str() {
            // Terms that the shard has not heard of are told as in the whole, so that nothing is
            // missing and only the numbers are wrong.
            "doc_freqs" | "candidates" => {
                for (key, value) in own[part].as_object().expect("an object") {
                    wrong[part][key] = value.clone();
                }
            }
            // The demo has the same commonest language everywhere.
            "languages" => wrong[part] = json!({"en": 1_000}),
            _ => wrong[part] = own[part].clone(),
        }
        assert_ne!(wrong[part], Value::Null);
        let stats: CollectionStats = serde_json::from_value(wrong).expect("it is read");
        let mut differ = 0;
        for challenge in &challenges {
            // In another language the words of a short text are others, and were not asked about.
            let found = search_shards(&shards, challenge, &stats).ok();
            differ += usize::from(found != Some(search_whole(&whole, challenge)?));
        }
        assert!(differ > 0, "`{part}` of a shard alone changes nothing");
    }
    Ok(())
}

#[test]
fn statistics_that_do_not_do_are_refused() -> Result<(), Error> {
    let (_, shards, challenges) = whole_and_shards()?;
    let begun = shards[0].statistics(&CollectionStats::default(), &challenges)?;
    let complete = merged(&shards, &challenges[..1])?;
    let refused = |stats: &CollectionStats, challenge: &Challenge| {
        let error = shards[0].find(Search::new(challenge).statistics(stats)).unwrap_err();
        error.to_string()
    };
    assert!(refused(&begun, &challenges[0]).contains("all rounds merged"));
    assert!(refused(&complete, &challenges[5]).contains("made for this challenge"));
    let mixed = CollectionStats::merge([begun, complete]).unwrap_err().to_string();
    assert!(mixed.contains("parts of one round"), "{mixed}");
    assert!(CollectionStats::merge([]).unwrap_err().to_string().contains("one from each"));
    let of = |shard: &Matcher| shard.statistics(&CollectionStats::merge([first(shard)?])?, []);
    let first_of_two = [of(&shards[0])?, of(&shards[1])?];
    let foreign = CollectionStats::merge(first_of_two).unwrap_err().to_string();
    assert!(foreign.contains("made with the same statistics"), "{foreign}");
    Ok(())
}

/// A shard's part of the first round.
fn first(shard: &Matcher) -> Result<CollectionStats, Error> {
    shard.statistics(&CollectionStats::default(), [])
}

#[test]
fn another_analyser_encoder_or_list_of_subjects_is_refused() -> Result<(), Error> {
    let (_, shards, challenges) = whole_and_shards()?;
    let complete = merged(&shards, &challenges[..1])?;
    let begun = first(&shards[0])?;
    let changed = |stats: &CollectionStats, part: &str| -> CollectionStats {
        let mut json = serde_json::to_value(stats).expect("it is written");
        json["made_by"][part] = json!("another");
        serde_json::from_value(json).expect("it is read")
    };
    for part in ["analyser", "encoder", "subjects"] {
        let other = changed(&begun, part);
        for (name, refused) in [
            ("merged", CollectionStats::merge([begun.clone(), other.clone()]).map(drop)),
            ("next round", shards[0].statistics(&other, &challenges[..1]).map(drop)),
            ("search", {
                let other = changed(&complete, part);
                shards[0].find(Search::new(&challenges[0]).statistics(&other)).map(drop)
            }),
        ] {
            let error = refused.unwrap_err().to_string();
            assert!(error.contains("another") && error.contains("subjects"), "{name}: {error}");
        }
    }
    Ok(())
}

#[test]
fn the_order_of_merging_does_not_change_a_byte() -> Result<(), Error> {
    let (_, shards, challenges) = whole_and_shards()?;
    let bytes = |stats: &CollectionStats| serde_json::to_vec(stats).expect("it is written");
    let mut stats = CollectionStats::default();
    while !stats.is_complete() {
        let parts: Vec<CollectionStats> = shards
            .iter()
            .map(|shard| shard.statistics(&stats, &challenges))
            .collect::<Result<_, Error>>()?;
        let merge = |places: [usize; SHARDS]| {
            let parts = places.map(|place| parts[place].clone());
            // Two of them first, and the third one to the result.
            let [one, two, three] = parts;
            CollectionStats::merge([CollectionStats::merge([one, two])?, three])
        };
        let once = CollectionStats::merge(parts.clone())?;
        for places in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(bytes(&merge(places)?), bytes(&once), "{places:?}");
        }
        stats = once;
    }
    Ok(())
}

#[test]
fn a_text_in_two_shards_counts_once_where_its_hash_is_told() -> Result<(), Error> {
    let (_, _, challenges) = whole_and_shards()?;
    let solutions = demo::solutions();
    let copy = |solution: &Solution| {
        let mut copy = solution.clone();
        copy.id = format!("copy {}", solution.id).into();
        copy
    };
    let copies: Vec<Solution> = solutions.iter().step_by(4).map(copy).collect();
    let whole = catalogue(solutions.iter().chain(&copies).cloned())?;
    let shards = [catalogue(solutions)?, catalogue(copies)?];
    let elsewhere = shards[0].text_hashes()?;
    let stats_with = |elsewhere: &[u64]| {
        let mut stats = CollectionStats::default();
        while !stats.is_complete() {
            let second = shards[1].statistics_without(elsewhere, &stats, &challenges)?;
            stats = CollectionStats::merge([shards[0].statistics(&stats, &challenges)?, second])?;
        }
        Ok::<_, Error>(stats)
    };
    let (told, untold) = (stats_with(&elsewhere)?, stats_with(&[])?);
    let mut differ = 0;
    for challenge in &challenges {
        let expected = search_whole(&whole, challenge)?;
        assert_eq!(search_shards(&shards, challenge, &told)?, expected, "{}", challenge.id);
        differ += usize::from(search_shards(&shards, challenge, &untold)? != expected);
    }
    assert!(differ > 0, "the copies change nothing");
    Ok(())
}

#[test]
fn partial_runs_merge_to_the_run_of_the_whole() -> Result<(), Error> {
    let (whole, shards, challenges) = whole_and_shards()?;
    let stats = merged(&shards, &challenges)?;
    let search = |challenge| Search::new(challenge).limit(LIMIT).statistics(&stats);
    let mut runs = Vec::new();
    for shard in shards.iter().rev() {
        runs.push(shard.find_all(challenges.iter().map(search))?);
    }
    let expected = whole.find_all(challenges.iter().map(|own| Search::new(own).limit(LIMIT)))?;
    let found = Run::merge(runs.clone(), LIMIT)?;
    assert_eq!(found, expected);
    assert!(found.iter().any(|matches| matches.answered() == Some(true)));
    assert!(found.iter().any(|matches| matches.answered() != Some(true)));

    let (one, other) = (runs[0][0].clone(), runs[1][1].clone());
    let twice: Run = [one.clone(), one.clone()].into_iter().collect();
    for (name, refused, expected) in [
        ("no part", Matches::merge([], LIMIT).map(drop), "one from each catalogue"),
        ("no match", Matches::merge([one.clone()], 0).map(drop), "1 or more"),
        (
            "another challenge",
            Matches::merge([one.clone(), other], LIMIT).map(drop),
            "as in the other",
        ),
        (
            "a solution twice",
            Matches::merge([one.clone(), one], LIMIT).map(drop),
            "in one catalogue only",
        ),
        ("a challenge twice", Run::merge([twice], LIMIT).map(drop), "each challenge once"),
    ] {
        let error = refused.unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
    Ok(())
}
