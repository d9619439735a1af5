//! What the fuzz targets of both doors ask: a small catalogue.

use std::time::Duration;

use citymatch::{Catalogue, Challenge, Solution};

use super::{Limits, Service};

/// A service over a challenge and two solutions.
pub(crate) fn service() -> Service {
    let catalogue = Catalogue::in_memory().unwrap();
    let mut edit = catalogue.edit().unwrap();
    edit.put(
        Solution::new("s1", "Jardines de lluvia").country("CO".parse::<citymatch::Country>().ok()),
    )
    .unwrap();
    edit.put(Solution::new("s2", "Dry toilets")).unwrap();
    edit.put(Challenge::new("c1", "¿Cómo evitar que se inunden las calles?")).unwrap();
    edit.commit().unwrap();
    let limits = Limits {
        limit: 1_000,
        challenges: 100,
        matches: 10_000,
        text: 50_000,
        deadline: Duration::from_secs(10),
        workers: 1,
        queue: 64,
    };
    Service::new(catalogue, limits).unwrap()
}
