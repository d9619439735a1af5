//! Spread among matches, as the data classes of `citymatch.diversity`.

use citymatch::Diversity;
use pyo3::prelude::*;
use pyo3::types::{PyAnyMethods, PyDict, PyMapping};

use crate::convert::{option_number, option_whole, shown};
use crate::error::wrong_option;

/// A diversity as its caller gave it.
#[derive(Clone)]
pub(crate) struct DiversityOption {
    amount: f64,
    caps: [Option<usize>; 3],
}

const CAPS: [&str; 3] = ["per_organisation", "per_country", "per_theme"];

impl DiversityOption {
    /// Of a number, a `Diversity`, or a mapping of its fields.
    pub(crate) fn of(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let class = value.py().import("citymatch.diversity")?.getattr("Diversity")?;
        if value.is_instance(&class)? {
            return Self::of_fields(&value.getattr("__dict__")?);
        }
        if value.cast::<PyMapping>().is_ok() {
            return Self::of_fields(value);
        }
        if value.hasattr("__float__")? || value.hasattr("__index__")? {
            let amount = option_number(value, "diversity", 0.0)?;
            return Ok(Self { amount, caps: [None; 3] });
        }
        let expected = "a number from 0 to 1, a Diversity, or a mapping of its fields";
        Err(wrong_option("diversity", &shown(value), expected))
    }

    fn of_fields(fields: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (mut amount, mut caps) = (0.0, [None; 3]);
        for field in fields.call_method0("items")?.try_iter()? {
            let (name, value): (String, Bound<'_, PyAny>) = field?.extract()?;
            if let Some(place) = CAPS.iter().position(|cap| *cap == name) {
                let cap = (!value.is_none()).then(|| option_whole(&value, CAPS[place]));
                caps[place] = cap.transpose()?;
            } else if name == "amount" {
                amount = option_number(&value, "diversity", 0.0)?;
            } else {
                let expected = format!("amount, {}", CAPS.join(", "));
                return Err(wrong_option("diversity", &format!("'{name}'"), &expected));
            }
        }
        Ok(Self { amount, caps })
    }

    pub(crate) fn core(&self) -> Diversity {
        let mut diversity = Diversity::new(self.amount);
        let [organisation, country, theme] = self.caps;
        if let Some(limit) = organisation {
            diversity = diversity.per_organisation(limit);
        }
        if let Some(limit) = country {
            diversity = diversity.per_country(limit);
        }
        if let Some(limit) = theme {
            diversity = diversity.per_theme(limit);
        }
        diversity
    }

    /// The mapping that gives it again.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("amount", self.amount)?;
        for (name, cap) in CAPS.iter().zip(self.caps) {
            if let Some(cap) = cap {
                dict.set_item(name, cap)?;
            }
        }
        Ok(dict)
    }
}

/// What spread cost and gained, as plain values: kept, distance, that of the best, and of each that
/// was displaced its id, rank, score and reason.
pub(crate) type SpreadState = (f64, f64, f64, Vec<(String, usize, f64, String)>);

pub(crate) fn state(spread: &citymatch::Spread) -> SpreadState {
    let displaced = spread.displaced.iter();
    let displaced = displaced
        .map(|own| (own.solution_id.to_string(), own.rank, own.score, own.reason.to_string()));
    (spread.kept, spread.distance, spread.distance_of_best, displaced.collect())
}

pub(crate) fn python<'py>(py: Python<'py>, spread: &SpreadState) -> PyResult<Bound<'py, PyAny>> {
    let classes = py.import("citymatch.diversity")?;
    let class = classes.getattr("Displaced")?;
    let (kept, distance, of_best, displaced) = spread;
    let displaced = displaced.iter().map(|own| class.call1(own.clone()));
    let displaced = displaced.collect::<PyResult<Vec<_>>>()?;
    classes.getattr("Spread")?.call1((kept, distance, of_best, displaced))
}
