//! Opening, with the files in the system's cache.

use citymatch::{Catalogue, Matcher};
use criterion::Criterion;

use crate::Fixture;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let path = fixture.path();
    criterion.bench_function(&fixture.name("open"), |bencher| {
        bencher.iter(|| {
            Matcher::new(&Catalogue::open(&path).expect("it is a catalogue")).expect("a matcher")
        });
    });
    criterion.bench_function(&fixture.name("open_and_first_answer/all_signals"), |bencher| {
        let challenge = fixture.corpus.challenges_of(60)[0];
        bencher.iter(|| {
            Matcher::new(&Catalogue::open(&path).expect("a catalogue"))
                .and_then(|matcher| matcher.find(challenge))
        });
    });
}
