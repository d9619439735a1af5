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
use crate::facts::{Facts, Place as Location};

pub(crate) struct Place;

impl Criterion for Place {
    fn value(wanted: &Facts, own: &Facts) -> f64 {
        let pairs =
            wanted.places.iter().flat_map(|asked| own.places.iter().map(move |own| (asked, own)));
        pairs.map(|(asked, own)| likeness(asked, own)).fold(0.0, f64::max)
    }

    fn shown(wanted: &Facts, own: &Facts) -> [Vec<String>; 2] {
        let one = |place: &Location| {
            let country = place.country.map(|country| country.to_string());
            let parts: Vec<String> =
                [Some(place.city.clone()).filter(|city| !city.is_empty()), country]
                    .into_iter()
                    .flatten()
                    .collect();
            parts.join(" ")
        };
        [&wanted.places, &own.places].map(|places| places.iter().map(one).collect())
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
