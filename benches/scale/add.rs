//! Adding everything in one commit: its time, and its memory in a process of its own.

use std::env;
use std::fs;
use std::mem;
use std::path::Path;
use std::process::Command;

use citymatch_benches::Corpus;
use criterion::{Criterion, Throughput};

use crate::{Fixture, fill, size};

/// Set in the process whose memory is measured: where it is to put the catalogue.
const MEASURED: &str = "CITYMATCH_BENCH_ADD_TO";

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let mut group = criterion.benchmark_group("add");
    group.sample_size(10).throughput(Throughput::Elements(fixture.corpus.size as u64));
    let (mut told, mut number) = (false, 0);
    group.bench_function(fixture.name("one_commit"), |bencher| {
        if !mem::replace(&mut told, true) {
            let path = fixture.folder.path().join("measured.cm");
            let measured = Command::new(env::current_exe().expect("this program"))
                .env(MEASURED, path)
                .status();
            assert!(measured.expect("this program runs").success());
        }
        bencher.iter(|| {
            number += 1;
            let path = fixture.folder.path().join(format!("{number}.cm"));
            drop(fill(&path, &fixture.corpus.solutions));
            fs::remove_dir_all(path).expect("the catalogue is ours");
        });
    });
    group.finish();
}

/// Whether this is the process whose memory is measured.
pub(crate) fn is_measured() -> bool {
    env::var_os(MEASURED).is_some()
}

/// Adds the corpus and prints what that took at its peak beside the records themselves.
pub(crate) fn memory() {
    let before = status("VmRSS:");
    let corpus = Corpus::read(size());
    let with_records = status("VmRSS:");
    let path = env::var_os(MEASURED).expect("where to");
    fill(Path::new(&path), &corpus.solutions);
    if let (Some(before), Some(with_records), Some(peak)) = (before, with_records, status("VmHWM:"))
    {
        eprintln!(
            "adding {}: peak {peak} MB, of which the records themselves {} MB",
            corpus.size,
            with_records - before
        );
    }
}

/// A line of `/proc/self/status`, in MB; none where there is no such file.
fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
