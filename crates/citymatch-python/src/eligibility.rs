use citymatch::eligibility::Reason;
use citymatch::{Eligibility as Rules, Stage, record::FieldError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString, PyType};
use serde_json::{Map, Value as Json};

use crate::convert::{Reduced, Unfit, json, object_as_dict, shown};
use crate::error::{wrong, wrong_option};
use crate::plain::Plain;
use crate::text;

macro_rules! rules {
    ($(#[$class_doc:meta])* { $($(#[$doc:meta])* $rule:ident,)* }) => {
        $(#[$class_doc])*
        #[pyclass(frozen, eq, module = "citymatch")]
        #[derive(Clone, PartialEq)]
        pub(crate) struct Eligibility(pub(crate) Rules);

        const RULES: &[&str] = &[$(stringify!($rule)),*];

        #[pymethods]
        impl Eligibility {
            #[new]
            #[pyo3(signature = (*, $($rule = None),*))]
            #[allow(clippy::too_many_arguments, reason = "one keyword a rule")]
            fn new($($rule: Option<&Bound<'_, PyAny>>),*) -> PyResult<Self> {
                make([$((stringify!($rule), $rule)),*]).map(Self).map_err(Unfit::raise)
            }

            $($(#[$doc])*
            #[getter]
            fn $rule<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.0.$rule.plain(py)
            })*

            /// Return the rules as a dict, in the form of a challenge's field `eligibility`.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Eligibility(stages=["piloto"], max_age_years=5).to_dict()
            /// {'stages': ['pilot'], 'max_age_years': 5}
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                object_as_dict(py, self.0.to_json().as_object().unwrap_or(&Map::new()))
            }

            /// Make rules from a mapping, in the form of a challenge's field `eligibility`.
            ///
            /// Raises
            /// ------
            /// InvalidDataError
            ///     If a rule is unknown or has a wrong value.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Eligibility.from_dict({"countries": ["Brasil"]}).countries
            /// ['BR']
            #[classmethod]
            fn from_dict(_cls: &Bound<'_, PyType>, rules: &Bound<'_, PyAny>) -> PyResult<Self> {
                of(rules).map(Self)
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                let rules = self.to_dict(py)?;
                let rules: Vec<_> = rules
                    .iter()
                    .map(|(name, value)| Ok(format!("{name}={}", value.repr()?)))
                    .collect::<PyResult<_>>()?;
                Ok(format!("Eligibility({})", rules.join(", ")))
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (Bound<'py, PyDict>,)> {
                Ok((slf.get_type().getattr("from_dict")?, (slf.get().to_dict(slf.py())?,)))
            }
        }
    };
}

rules! {
    /// The hard rules of a call: which solutions may enter. They remove solutions, with reasons,
    /// and never change a score.
    ///
    /// A rule that is left out, or empty, bars nobody. A solution that does not say what a rule
    /// needs is admitted, unless `unknown` is ``"bar"``. Words in Spanish, Portuguese and English
    /// are understood: ``stages=["piloto"]``.
    ///
    /// Parameters
    /// ----------
    /// countries
    ///     The countries a solution may come from: ISO 3166-1 alpha-2 codes, or names.
    /// languages
    ///     The languages it may be written in: ``es``, ``pt``, ``en``.
    /// stages
    ///     The stages it may have.
    /// organisation_types
    ///     The kinds of organisation that may have made it.
    /// max_cost
    ///     The most it may cost: ``{"amount": 5000, "currency": "USD"}``.
    /// max_age_years
    ///     The most years between its first year and the challenge's deadline, 0 or more.
    /// required_themes
    ///     Themes that it must have, all of them.
    /// excluded
    ///     Ids of solutions that may not enter.
    /// excluded_organisations
    ///     Organisations whose solutions may not enter.
    /// unknown
    ///     What a missing value does: ``"admit"`` (the default) or ``"bar"``.
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value is wrong; it names the rule and what was expected.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Eligibility(countries=["BR", "UY"], stages=["pilot", "implemented"])
    /// Eligibility(countries=['BR', 'UY'], stages=['pilot', 'implemented'])
    {
        /// The countries a solution may come from.
        countries,
        /// The languages it may be written in: the declared one counts, else the detected one.
        languages,
        /// The stages it may have.
        stages,
        /// The kinds of organisation that may have made it.
        organisation_types,
        /// The most it may cost; a cost in another currency does not compare, so it is unknown.
        max_cost,
        /// The most years between its first year and the challenge's deadline; without a deadline
        /// its age is unknown.
        max_age_years,
        /// Themes that it must have, all of them; compared without case and accents.
        required_themes,
        /// Ids of solutions that may not enter.
        excluded,
        /// Organisations whose solutions may not enter; compared without case and accents.
        excluded_organisations,
        /// What a missing value does: ``"admit"`` or ``"bar"``; ``None`` is ``"admit"``.
        unknown,
    }
}

impl Unfit {
    /// A value of a call's argument is wrong.
    pub(crate) fn raise(self) -> PyErr {
        match self {
            Self::Wrong(problem) => wrong(&problem),
            Self::Raised(error) => error,
        }
    }
}

fn make<'a, 'py: 'a>(
    rules: impl IntoIterator<Item = (&'static str, Option<&'a Bound<'py, PyAny>>)>,
) -> Result<Rules, Unfit> {
    let mut fields = Map::new();
    for (name, value) in rules {
        if let Some(value) = value {
            fields.insert(name.to_owned(), json(value, &format!("eligibility.{name}"))?);
        }
    }
    Ok(Rules::from_json(&Json::Object(fields))?)
}

/// The rules that a caller gives, as an object or a mapping. A rule that is not known would not be
/// applied, so it is refused.
pub(crate) fn of(rules: &Bound<'_, PyAny>) -> PyResult<Rules> {
    if let Ok(rules) = rules.cast::<Eligibility>() {
        return Ok(rules.get().0.clone());
    }
    let read = || -> Result<Rules, Unfit> {
        if rules.cast::<PyMapping>().is_err() {
            return Err(FieldError::new(
                "eligibility",
                shown(rules),
                "an Eligibility or a mapping of its rules",
            )
            .into());
        }
        let rules = json(rules, "eligibility")?;
        if let Some(unknown) = rules
            .as_object()
            .and_then(|rules| rules.keys().find(|rule| !RULES.contains(&rule.as_str())))
        {
            return Err(FieldError::new(
                "eligibility",
                unknown,
                format!("one of `{}`", RULES.join("`, `")),
            )
            .into());
        }
        Ok(Rules::from_json(&rules)?)
    };
    read().map_err(Unfit::raise)
}

/// A reason in words: as a sentence for the applicant in a language, or without one as short text.
#[pyfunction]
#[pyo3(name = "_reason_text", signature = (rule, value, limits, unknown, language = None))]
pub(crate) fn reason_text(
    rule: &str,
    value: &str,
    limits: Vec<String>,
    unknown: Option<String>,
    language: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let known = RULES.iter().copied().find(|own| *own == rule);
    let expected = || format!("one of `{}`", RULES.join("`, `"));
    let rule = known.ok_or_else(|| wrong(&FieldError::new("rule", rule, expected())))?;
    let reason = Reason::new(rule, Some(value.to_owned()), limits, unknown);
    match language {
        Some(language) => Ok(reason.text(text::named(language)?)),
        None => Ok(reason.to_string()),
    }
}

/// The stage that a caller names.
pub(crate) fn stage(name: &Bound<'_, PyAny>) -> PyResult<Stage> {
    let stage = name.cast::<PyString>().ok().and_then(|name| name.to_str().ok()?.parse().ok());
    stage.ok_or_else(|| {
        let stages: Vec<_> = Stage::ALL.iter().map(|stage| format!("`{stage}`")).collect();
        wrong_option("at_least", &shown(name), &format!("one of {}", stages.join(", ")))
    })
}
