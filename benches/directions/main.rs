//! A search, its reverse, and like with like, on one catalogue: `cargo bench -p citymatch-benches
//! --bench directions`, after `python3 benches/corpus/scale.py benches/data/5000 --n 5000 --seed 1`
//! and the same for 50000.
//!
//! Before it is timed each direction is checked: a pair of the reverse has the score of the search.

use std::hint::black_box;

use citymatch::record::Criteria;
use citymatch::{Catalogue, Challenge, Matcher, ReverseSearch, Search};
use citymatch_benches::Corpus;
use criterion::Criterion;

/// How many solutions there are, and how many words a challenge has: one as a city writes it, and
/// one of about as many words as a solution.
const SIZES: [usize; 2] = [5_000, 50_000];
const WORDS: u64 = 60;
const LONG: u64 = 150;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for size in SIZES {
        bench(&mut criterion, &Corpus::read(size));
    }
    criterion.final_summary();
}

fn bench(criterion: &mut Criterion, corpus: &Corpus) {
    let size = corpus.size;
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
        let search = Search::new(&challenge).limit(size);
        let matches = matcher.find(search).expect("matches");
        let same = matches.iter().find(|own| own.id() == &solution.id).expect("the same pair");
        assert_eq!(same.score().to_bits(), found.score().to_bits());
    }

    let mut group = criterion.benchmark_group(format!("directions_{size}"));
    group.sample_size(20);
    let mut number = 0;
    let mut next = || {
        number += 1;
        number
    };
    group.bench_function("find", |bencher| {
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
    group.bench_function("find_with_criteria", |bencher| {
        bencher.iter(|| black_box(matcher.find(&with_criteria[next() % with_criteria.len()])));
    });
    let plain: Vec<Challenge> = with_criteria
        .iter()
        .map(|challenge| challenge.clone().criteria(Criteria::default()))
        .collect();
    group.bench_function("find_without_them", |bencher| {
        bencher.iter(|| black_box(matcher.find(&plain[next() % plain.len()])));
    });
    let long = corpus.challenges_of(LONG);
    group.bench_function("find_long", |bencher| {
        bencher.iter(|| black_box(matcher.find(long[next() % long.len()])));
    });
    group.bench_function("similar/solution", |bencher| {
        bencher.iter(|| black_box(matcher.similar(&corpus.solutions[next() % size], 10)));
    });
    group.bench_function("similar/challenge", |bencher| {
        bencher.iter(|| black_box(matcher.similar(challenges[next() % challenges.len()], 10)));
    });
    group.bench_function("find_challenges", |bencher| {
        bencher.iter(|| {
            let search = ReverseSearch::new(&corpus.solutions[next() % size]);
            black_box(matcher.find_challenges(search))
        });
    });
    group.bench_function("barred_by", |bencher| {
        bencher.iter(|| black_box(matcher.barred_by(&corpus.solutions[next() % size])));
    });
    group.finish();
}
