//! What must change nothing: the order of adding, the number of commits, what came and went, the
//! threads, the limit.

use citymatch::{
    Catalogue, Challenge, ChallengeId, Eligibility, Error, Match, Matcher, Run, Search, Signal,
    Solution, Weights,
};
use citymatch_files::{MatchRow, Output, RunFormat, write_run};
use citymatch_tests::chance::Chance;
use citymatch_tests::demo;

const COMMITS: usize = 50;

/// The run as a TREC file.
fn trec(run: &Run) -> Result<String, Error> {
    let row = |challenge: &ChallengeId, found: &Match| {
        Ok(MatchRow::new(
            challenge.to_string(),
            found.id().to_string(),
            found.rank() as u64,
            found.score(),
        ))
    };
    let rows = run
        .iter()
        .flat_map(|matches| matches.iter().map(|found| row(matches.challenge_id(), found)));
    let mut file = Vec::new();
    write_run(rows, RunFormat::Trec, Output::Writer(&mut file))?;
    Ok(String::from_utf8(file).expect("a TREC file is text"))
}

fn run(
    catalogue: &Catalogue,
    challenges: &[Challenge],
    threads: usize,
    limit: usize,
) -> Result<Run, Error> {
    let matcher = Matcher::builder().threads(threads).build(catalogue)?;
    matcher.find_all(challenges.iter().map(|challenge| Search::new(challenge).limit(limit)))
}

/// Puts everything in one commit.
fn at_once(
    catalogue: &Catalogue,
    solutions: &[Solution],
    challenges: &[Challenge],
) -> Result<(), Error> {
    let mut edit = catalogue.edit()?;
    for solution in solutions {
        edit.put(solution.clone())?;
    }
    for challenge in challenges {
        edit.put(challenge.clone())?;
    }
    edit.commit()
}

/// Puts everything in fifty commits; each also puts a wrong version of a record that is put right
/// later, and a record that is removed later.
fn bit_by_bit(
    catalogue: &Catalogue,
    solutions: &[Solution],
    challenges: &[Challenge],
    chance: &mut Chance,
) -> Result<(), Error> {
    let mut waiting: Vec<usize> = (0..solutions.len()).collect();
    let part = solutions.len().div_ceil(COMMITS);
    for commit in 0..COMMITS {
        let mut edit = catalogue.edit()?;
        for _ in 0..part.min(waiting.len()) {
            edit.put(solutions[waiting.remove(0)].clone())?;
        }
        if let Some(later) = waiting.get(chance.number(waiting.len().max(1))) {
            let id = solutions[*later].id.clone();
            edit.put(
                Solution::new(id, "agua lluvia residuos")
                    .description("Un texto que no queda, con agua y residuos."),
            )?;
        }
        edit.put(Solution::new(format!("passing {commit}"), "residuos agua comunidad"))?;
        if commit > 0 {
            assert!(edit.remove(format!("passing {}", commit - 1))?);
        }
        for challenge in challenges.iter().skip(commit).step_by(COMMITS) {
            edit.put(challenge.clone())?;
        }
        edit.commit()?;
    }
    assert_eq!(catalogue.remove([format!("passing {}", COMMITS - 1)])?, 1);
    Ok(())
}

#[test]
fn nothing_but_the_live_records_counts() -> Result<(), Error> {
    let (solutions, challenges) = (demo::solutions(), demo::challenges());
    let reference = Catalogue::in_memory()?;
    at_once(&reference, &solutions, &challenges)?;
    let expected = trec(&run(&reference, &challenges, 1, 50)?)?;
    assert!(expected.lines().count() > 1_000);
    let folder = tempfile::tempdir().expect("a folder for the test");
    for seed in 1..=10 {
        let mut chance = Chance::new(seed);
        let (mut solutions, mut challenges_in) = (solutions.clone(), challenges.clone());
        chance.shuffle(&mut solutions);
        chance.shuffle(&mut challenges_in);
        // Every fifth on the disk, where segments are merged and files come and go.
        let path = folder.path().join(format!("{seed}.cm"));
        let catalogue =
            if seed % 5 == 0 { Catalogue::create(&path)? } else { Catalogue::in_memory()? };
        if seed % 2 == 0 {
            bit_by_bit(&catalogue, &solutions, &challenges_in, &mut chance)?;
        } else {
            at_once(&catalogue, &solutions, &challenges_in)?;
        }
        let catalogue = if path.exists() { Catalogue::open(&path)? } else { catalogue };
        for threads in [1, 2] {
            assert_eq!(
                trec(&run(&catalogue, &challenges, threads, 50)?)?,
                expected,
                "order {seed}, {threads} threads"
            );
        }
    }
    Ok(())
}

#[test]
fn a_limit_only_cuts() -> Result<(), Error> {
    let (solutions, challenges) = (demo::solutions(), demo::challenges());
    let catalogue = Catalogue::in_memory()?;
    at_once(&catalogue, &solutions, &[])?;
    let (short, long) =
        (run(&catalogue, &challenges, 2, 20)?, run(&catalogue, &challenges, 2, 50)?);
    for (short, long) in short.iter().zip(&long) {
        assert_eq!(
            short.iter().collect::<Vec<_>>(),
            long.iter().take(20).collect::<Vec<_>>(),
            "{}",
            short.challenge_id()
        );
    }
    Ok(())
}

#[test]
fn one_by_one_is_all_at_once() -> Result<(), Error> {
    let challenges = demo::challenges();
    let catalogue = Catalogue::in_memory()?;
    at_once(&catalogue, &demo::solutions(), &[])?;
    let matcher = Matcher::builder().threads(2).build(&catalogue)?;
    let all = matcher.find_all(&challenges)?;
    let each = matcher.find_each(&challenges).collect::<Result<Run, Error>>()?;
    let single = challenges
        .iter()
        .map(|challenge| matcher.find(challenge))
        .collect::<Result<Run, Error>>()?;
    assert_eq!(all, each);
    assert_eq!(all, single);
    Ok(())
}

/// More records than a chunk of posting lists holds: threads share them in parts that begin within
/// a chunk and behind it. Each text is there hundreds of times, so that ids decide across the
/// parts.
#[test]
fn threads_that_share_a_segment_change_nothing() -> Result<(), Error> {
    let titles: Vec<String> = demo::solutions().into_iter().map(|own| own.title).collect();
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    for number in 0..70_000_usize {
        let title = &titles[number * 31 % titles.len()];
        let country = if number % 3 == 0 { "UY" } else { "BR" };
        edit.put(Solution::new(number.to_string(), title).country(country.parse().ok()))?;
    }
    edit.commit()?;
    catalogue.remove((0..70_000).step_by(977).map(|number| number.to_string()))?;
    let words = Weights::new([(Signal::Words, 1.0.into())])?;
    let in_uruguay = Eligibility::new().countries(["UY".parse().expect("a country")]);
    let challenge = Challenge::new("c1", "Captação de água da chuva nos telhados");
    let searches = [
        ("the best", None, Search::new(&challenge)),
        ("many equal ones", None, Search::new(&challenge).limit(2_000)),
        ("under rules", None, Search::new(&challenge).limit(50).eligibility(in_uruguay)),
        ("more than have a word of it", Some(words), Search::new(&challenge).limit(69_000)),
    ];
    for (name, weights, search) in searches {
        let find = |threads| {
            let builder = Matcher::builder().threads(threads);
            let builder = if let Some(weights) = &weights {
                builder.weights(weights.clone())
            } else {
                builder
            };
            builder.build(&catalogue)?.find(search.clone())
        };
        let expected = find(1)?;
        for threads in [2, 3, 7] {
            let found = find(threads)?;
            assert_eq!(found.answered(), expected.answered(), "{name}, {threads} threads");
            assert!(found.iter().eq(expected.iter()), "{name}, {threads} threads");
        }
    }
    Ok(())
}
