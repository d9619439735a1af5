//! A record's typed values as plain Python.

use citymatch::{
    ChallengeId, Country, Language, SolutionId, Stage,
    record::{
        Criteria, Currency, Date, Deployment, Goal, MissingValue, Money, OrganisationType, Year,
    },
};
use pyo3::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::convert::python;
use crate::eligibility::Eligibility;

/// How a field's value looks in Python: most look as they look in JSON.
pub(crate) trait Plain {
    fn json(&self) -> Json;

    fn plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        python(py, &self.json())
    }
}

/// A value that may be absent, or one of many.
pub(crate) trait Item {
    fn item(&self) -> Json;
}

impl Plain for String {
    fn json(&self) -> Json {
        self.item()
    }
}

impl<T: Item> Plain for Option<T> {
    fn json(&self) -> Json {
        self.as_ref().map_or(Json::Null, Item::item)
    }
}

impl<T: Item> Plain for Vec<T> {
    fn json(&self) -> Json {
        self.iter().map(Item::item).collect()
    }
}

impl Plain for citymatch::Eligibility {
    fn json(&self) -> Json {
        self.to_json()
    }

    fn plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(Eligibility(self.clone()).into_pyobject(py)?.into_any())
    }
}

impl Plain for Criteria {
    fn json(&self) -> Json {
        let weights: Map<_, _> =
            self.iter().map(|(name, weight)| (name.to_owned(), Json::from(weight))).collect();
        Json::Object(weights)
    }
}

macro_rules! ids {
    ($($Id:ident),*) => {
        $(impl Plain for $Id {
            fn json(&self) -> Json {
                Json::from(self.as_str())
            }
        })*
    };
}

macro_rules! named {
    ($($Type:ident),*) => {
        $(impl Item for $Type {
            fn item(&self) -> Json {
                Json::from(self.name())
            }
        })*
    };
}

ids!(SolutionId, ChallengeId);
named!(Country, Language, OrganisationType, Stage, MissingValue);

impl Item for String {
    fn item(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Item for SolutionId {
    fn item(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Item for u32 {
    fn item(&self) -> Json {
        Json::from(*self)
    }
}

impl Item for Year {
    fn item(&self) -> Json {
        Json::from(self.get())
    }
}

impl Item for Date {
    fn item(&self) -> Json {
        Json::from(self.to_string())
    }
}

impl Item for Goal {
    /// A goal is its number, a target its text.
    fn item(&self) -> Json {
        if self.is_target() { Json::from(self.to_string()) } else { Json::from(self.number()) }
    }
}

impl Item for Money {
    fn item(&self) -> Json {
        json!({"amount": self.amount, "currency": self.currency.map(Currency::name)})
    }
}

impl Item for Deployment {
    fn item(&self) -> Json {
        json!({
            "city": self.city,
            "country": self.country.map(Country::name),
            "year": self.year.map(Year::get),
            "status": self.status.map(citymatch::record::DeploymentStatus::name),
        })
    }
}
