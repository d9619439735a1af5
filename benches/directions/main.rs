//! A search, its reverse, and like with like, on one catalogue: `cargo bench -p citymatch-benches
//! --bench directions`, after `python3 benches/corpus/scale.py benches/data/5000 --n 5000 --seed 1`.
//!
//! Before it is timed each direction is checked: a pair of the reverse has the score of the search.

use std::hint::black_box;

use citymatch::record::Criteria;
use citymatch::{Catalogue, Challenge, Matcher, ReverseSearch, Search};
use citymatch_benches::Corpus;
use criterion::Criterion;

/// How many solutions there are, and how many words a challenge has.
const SIZE: usize = 5_000;
const WORDS: u64 = 60;

fn main() {
    let corpus = Corpus::read(SIZE);
    let challenges = corpus.challenges_of(WORDS);
    let catalogue = Catalogue::in_memory().expect("a catalogue");
    let mut edit = catalogue.edit().expect("an edit");
    for solution in &corpus.solutions {
        edit.put(solution.clone()).expect("a good record");
    }
    for challenge in &challenges {
        let mut challenge = (*challenge).clone();
        challenge.id = format!("challenge {}", challenge.id).into();
        edit.put(challenge).expect("a good record");
    }
    edit.commit().expect("a commit");
    let matcher = Matcher::builder().threads(1).build(&catalogue).expect("a matcher");

    let solution = &corpus.solutions[0];
    for found in &matcher.find_challenges(solution).expect("challenges") {
        let challenge = found.record().expect("a challenge");
        let search = Search::new(&challenge).limit(SIZE);
        let matches = matcher.find(search).expect("matches");
        let same = matches.iter().find(|own| own.id() == &solution.id).expect("the same pair");
        assert_eq!(same.score().to_bits(), found.score().to_bits());
    }

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("directions");
    group.sample_size(20);
    let mut number = 0;
    let mut next = || {
        number += 1;
        number
    };
    group.bench_function(format!("find/{SIZE}_solutions"), |bencher| {
        bencher.iter(|| black_box(matcher.find(challenges[next() % challenges.len()])));
    });
    let names = ["themes", "goals", "place", "maturity"].map(|name| (name, 1.0));
    let with_criteria: Vec<Challenge> = challenges
        .iter()
        .map(|challenge| {
            let challenge = (*challenge).clone().themes(["agua", "waste"]).city("Quito");
            challenge.criteria(Criteria::new(names))
        })
        .collect();
    group.bench_function(format!("find_with_criteria/{SIZE}_solutions"), |bencher| {
        bencher.iter(|| black_box(matcher.find(&with_criteria[next() % with_criteria.len()])));
    });
    let plain: Vec<Challenge> = with_criteria
        .iter()
        .map(|challenge| challenge.clone().criteria(Criteria::default()))
        .collect();
    group.bench_function(format!("find_without_them/{SIZE}_solutions"), |bencher| {
        bencher.iter(|| black_box(matcher.find(&plain[next() % plain.len()])));
    });
    group.bench_function(format!("similar/{SIZE}_solutions"), |bencher| {
        bencher.iter(|| black_box(matcher.similar(&corpus.solutions[next() % SIZE], 10)));
    });
    group.bench_function(format!("similar/{}_challenges", challenges.len()), |bencher| {
        bencher.iter(|| black_box(matcher.similar(challenges[next() % challenges.len()], 10)));
    });
    group.bench_function(format!("find_challenges/{}_challenges", challenges.len()), |bencher| {
        bencher.iter(|| {
            let search = ReverseSearch::new(&corpus.solutions[next() % SIZE]);
            black_box(matcher.find_challenges(search))
        });
    });
    group.bench_function(format!("barred_by/{}_challenges", challenges.len()), |bencher| {
        bencher.iter(|| black_box(matcher.barred_by(&corpus.solutions[next() % SIZE])));
    });
    group.finish();
    criterion.final_summary();
}
