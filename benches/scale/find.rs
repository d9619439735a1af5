//! Matching one challenge, many challenges, and saying why.

use citymatch::{Matcher, Signal};
use criterion::{Criterion, Throughput};

use crate::{Fixture, alone};

/// How many distinct words the challenges have.
const WORDS: [u64; 4] = [5, 20, 60, 150];

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let mut systems = vec![("all_signals".to_owned(), None)];
    systems.extend(
        [Signal::Words, Signal::Related, Signal::Meaning]
            .map(|signal| (signal.to_string(), Some(alone(signal)))),
    );
    for (signals, weights) in systems {
        let matcher = |threads| {
            let builder = Matcher::builder().threads(threads);
            let builder = if let Some(weights) = &weights {
                builder.weights(weights.clone())
            } else {
                builder
            };
            builder.build(&fixture.catalogue).expect("a matcher")
        };
        one(criterion, fixture, &signals, &matcher(1));
        one(criterion, fixture, &format!("{signals}/2_threads"), &matcher(2));
        for threads in [1, 2] {
            many(criterion, fixture, &format!("{signals}/{threads}_threads"), &matcher(threads));
        }
    }
    let matcher = Matcher::new(&fixture.catalogue).expect("a matcher");
    let challenge = fixture.corpus.challenges_of(60)[0];
    let best = matcher.find(challenge).expect("an answer")[0].id().clone();
    criterion.bench_function(&fixture.name("explain/60_words"), |bencher| {
        bencher.iter(|| matcher.explain(challenge, &best).expect("a reason"));
    });
}

/// One challenge at a time; what is looked up once and kept, such as a word's neighbours, is known.
fn one(criterion: &mut Criterion, fixture: &Fixture, signals: &str, matcher: &Matcher) {
    for words in WORDS {
        let challenges = fixture.corpus.challenges_of(words);
        let mut known = false;
        let mut next = challenges.iter().cycle();
        criterion.bench_function(
            &fixture.name(&format!("find/{signals}/{words}_words")),
            |bencher| {
                if !known {
                    for challenge in &challenges {
                        assert_eq!(matcher.find(*challenge).expect("an answer").len(), 10);
                    }
                    known = true;
                }
                bencher.iter(|| matcher.find(*next.next().expect("a cycle has no end")));
            },
        );
    }
}

/// All challenges of 60 words together.
fn many(criterion: &mut Criterion, fixture: &Fixture, how: &str, matcher: &Matcher) {
    let challenges = fixture.corpus.challenges_of(60);
    let mut group = criterion.benchmark_group("find_all/60_words");
    group.sample_size(20).throughput(Throughput::Elements(challenges.len() as u64));
    group.bench_function(fixture.name(how), |bencher| {
        bencher.iter(|| matcher.find_all(challenges.iter().copied()).expect("answers"));
    });
    group.finish();
}
