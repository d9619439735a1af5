//! How near a solution is to a challenge's city, by where it is and where it was deployed.
//!
//! | the nearest | value |
//! |---|---|
//! | the same city, where the countries agree or one is unknown | 1 |
//! | the same country | 0.6 |
//! | the same region of the world ([`Country::region`](crate::Country::region)) | 0.3 |
//! | none of these, or nothing is known | 0 |
//!
//! How large cities are is not known here, so their sizes do not count.

use super::by_facts::Criterion;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::facts::{FactColumn, Place as Location};
use crate::ids::SegmentOrd;
use crate::wanted::Wanted;

pub(crate) struct Place;

impl Criterion for Place {
    type Item = Location;

    fn column<'s>(
        _: &Wanted,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<&'s FactColumn<Location>, Error> {
        Ok(&snapshot.facts(segment)?.places)
    }

    /// One row, as being near to one of the challenge's places is enough.
    fn likeness(wanted: &Wanted, items: &[Location]) -> Vec<Vec<f64>> {
        let nearest = |own: &Location| {
            wanted.facts.places.iter().map(|asked| likeness(asked, own)).fold(0.0, f64::max)
        };
        vec![items.iter().map(nearest).collect()]
    }

    fn shown_wanted(wanted: &Wanted) -> Vec<String> {
        wanted.facts.places.iter().flat_map(Self::shown).collect()
    }

    fn shown(place: &Location) -> Vec<String> {
        let country = place.country.map(|country| country.to_string());
        let city = Some(place.city.clone()).filter(|city| !city.is_empty());
        vec![[city, country].into_iter().flatten().collect::<Vec<_>>().join(" ")]
    }
}

fn likeness(asked: &Location, own: &Location) -> f64 {
    let both = asked.country.zip(own.country);
    let is_same_country = both.is_some_and(|(asked, own)| asked == own);
    if !asked.city.is_empty() && asked.city == own.city && (both.is_none() || is_same_country) {
        1.0
    } else if is_same_country {
        0.6
    } else if asked.region.is_some() && asked.region == own.region {
        0.3
    } else {
        0.0
    }
}
