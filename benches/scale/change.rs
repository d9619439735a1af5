//! A commit of one record, durable and visible to a new snapshot.

use citymatch::{Catalogue, Edit, Snapshot, Solution};
use criterion::{BatchSize, Criterion};

use crate::Fixture;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let catalogue = &fixture.catalogue;
    let mut group = criterion.benchmark_group("commit");
    group.sample_size(20);
    let mut number = 0;
    let mut new = || {
        number += 1;
        format!("more {number}")
    };
    group.bench_function(fixture.name("one_more"), |bencher| {
        bencher.iter_batched(
            &mut new,
            |id| put(catalogue, &id, "Jardins de chuva na calçada"),
            BatchSize::PerIteration,
        );
    });
    group.bench_function(fixture.name("replace_one"), |bencher| {
        put(catalogue, "replaced", "Jardins de chuva na calçada");
        bencher.iter_batched(
            &mut new,
            |title| put(catalogue, "replaced", &title),
            BatchSize::PerIteration,
        );
    });
    group.bench_function(fixture.name("remove_one"), |bencher| {
        let added = || put(catalogue, "removed", "Jardins de chuva na calçada");
        let remove = |_| {
            commit(catalogue, |edit| {
                assert!(edit.remove("removed").expect("no other writer"));
            })
        };
        bencher.iter_batched(added, remove, BatchSize::PerIteration);
    });
    group.finish();
}

fn put(catalogue: &Catalogue, id: &str, title: &str) -> Snapshot {
    commit(catalogue, |edit| {
        edit.put(Solution::new(id, title)).expect("a good record");
    })
}

fn commit(catalogue: &Catalogue, change: impl FnOnce(&mut Edit)) -> Snapshot {
    let mut edit = catalogue.edit().expect("no other writer");
    change(&mut edit);
    edit.commit().expect("a commit");
    catalogue.snapshot().expect("a snapshot")
}
