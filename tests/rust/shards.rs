//! Several catalogues that are searched as one, by statistics that are merged.

use citymatch::{
    Catalogue, Challenge, Error, Matcher, Search, Solution, statistics::CollectionStats,
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
    assert_eq!(parts.len(), 6, "a part that is not tried: {parts:?}");
    for part in parts.into_iter().filter(|part| *part != "rounds") {
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
    Ok(())
}
