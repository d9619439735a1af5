//! From text to what is compared.

use citymatch::text::{language_of, sentences, terms};
use citymatch::{
    Language,
    encoder::{Encoder, StaticEncoder},
};
use criterion::{Criterion, Throughput};

use crate::Fixture;

/// How many summaries are gone through at once.
const TEXTS: usize = 1_000;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let solutions = &fixture.corpus.solutions[..TEXTS.min(fixture.corpus.size)];
    let texts: Vec<(&str, Option<Language>)> = solutions
        .iter()
        .map(|solution| {
            (solution.summary.as_str(), language_of(solution).map(|(language, _)| language))
        })
        .collect();
    let encoder = StaticEncoder::builtin();
    let bytes: usize = texts.iter().map(|(text, _)| text.len()).sum();

    let mut group = criterion.benchmark_group("text");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("terms", |bencher| {
        bencher.iter(|| {
            texts.iter().map(|(text, language)| terms(text, *language).len()).sum::<usize>()
        });
    });
    group.bench_function("sentences", |bencher| {
        bencher.iter(|| texts.iter().map(|(text, _)| sentences(text).len()).sum::<usize>());
    });
    group.bench_function("language", |bencher| {
        let undeclared: Vec<_> =
            texts.iter().map(|(text, _)| citymatch::Challenge::from_text(*text)).collect();
        bencher.iter(|| {
            undeclared.iter().filter(|challenge| language_of(*challenge).is_some()).count()
        });
    });
    group.bench_function("vectors", |bencher| {
        let texts: Vec<&str> = texts.iter().map(|(text, _)| *text).collect();
        bencher.iter(|| encoder.encode(&texts).expect("the built-in encoder takes any text"));
    });
    group.finish();
}
