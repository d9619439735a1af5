//! A matcher's options, as they were given.

use std::sync::Arc;

use citymatch::thesaurus::Thesaurus;
use citymatch::{Catalogue, Error, Language, Matcher, Signal, Weight, Weights};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use serde_json::Value as Json;

use crate::convert::{Unfit, json, option_whole, shown};
use crate::diversity::DiversityOption;
use crate::encoder::Encoder;
use crate::error::{raised, wrong_option};
use crate::thesaurus::{rows, thesaurus_of};

/// The options of a matcher, as they were given.
#[derive(Clone, Default)]
pub(crate) struct Options {
    weights: Option<Weights>,
    languages: Vec<Language>,
    threads: Option<usize>,
    /// The encoder of a second stage.
    rescore: Option<Arc<Py<Encoder>>>,
    depth: Option<usize>,
    diversity: Option<DiversityOption>,
    thesaurus: Option<Arc<Thesaurus>>,
    suggested: bool,
}

impl Options {
    #[expect(clippy::too_many_arguments, reason = "those of Python's `Matcher`")]
    pub(crate) fn of(
        weights: Option<&Bound<'_, PyAny>>,
        languages: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        rescore: Option<&Bound<'_, PyAny>>,
        depth: Option<&Bound<'_, PyAny>>,
        diversity: Option<&Bound<'_, PyAny>>,
        thesaurus: Option<&Bound<'_, PyAny>>,
        suggested: bool,
    ) -> PyResult<Self> {
        Ok(Self {
            suggested,
            thesaurus: thesaurus.map(thesaurus_of).transpose()?,
            diversity: diversity.map(DiversityOption::of).transpose()?,
            rescore: rescore.map(read_encoder).transpose()?,
            depth: depth.map(|depth| option_whole(depth, "depth")).transpose()?,
            weights: weights.map(read_weights).transpose()?,
            languages: languages.map_or_else(|| Ok(Vec::new()), read_languages)?,
            threads: threads.map(|threads| option_whole(threads, "threads")).transpose()?,
        })
    }

    pub(crate) fn build(&self, catalogue: &Catalogue) -> Result<Matcher, Error> {
        let mut builder =
            Matcher::builder().languages(self.languages.iter().copied()).suggested(self.suggested);
        if let Some(thesaurus) = &self.thesaurus {
            builder = builder.thesaurus(Arc::clone(thesaurus));
        }
        if let Some(weights) = &self.weights {
            builder = builder.weights(weights.clone());
        }
        if let Some(threads) = self.threads {
            builder = builder.threads(threads);
        }
        if let Some(encoder) = &self.rescore {
            builder = builder.rescore(encoder.get().core());
        }
        if let Some(depth) = self.depth {
            builder = builder.depth(depth);
        }
        if let Some(diversity) = &self.diversity {
            builder = builder.diversity(diversity.core());
        }
        builder.build(catalogue)
    }

    /// The arguments that give these options again.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        if let Some(weights) = &self.weights {
            let counting =
                Signal::ALL.iter().filter(|signal| weights.get(**signal) != Weight::default());
            dict.set_item("weights", weights_dict(py, weights, counting)?)?;
            if let Some(logistic) = weights.logistic() {
                dict.set_item("logistic", logistic)?;
            }
        }
        if !self.languages.is_empty() {
            dict.set_item(
                "languages",
                self.languages.iter().map(|language| language.name()).collect::<Vec<_>>(),
            )?;
        }
        if let Some(threads) = self.threads {
            dict.set_item("threads", threads)?;
        }
        if let Some(encoder) = &self.rescore {
            dict.set_item("rescore", encoder.bind(py))?;
        }
        if let Some(depth) = self.depth {
            dict.set_item("depth", depth)?;
        }
        if let Some(diversity) = &self.diversity {
            dict.set_item("diversity", diversity.to_dict(py)?)?;
        }
        if let Some(thesaurus) = &self.thesaurus {
            dict.set_item("thesaurus", rows(py, thesaurus)?)?;
        }
        if self.suggested {
            dict.set_item("suggested", true)?;
        }
        Ok(dict)
    }

    pub(crate) fn of_dict(dict: &Bound<'_, PyDict>) -> PyResult<Self> {
        let option = |name| dict.get_item(name);
        let mut options = Self::of(
            option("weights")?.as_ref(),
            option("languages")?.as_ref(),
            option("threads")?.as_ref(),
            option("rescore")?.as_ref(),
            option("depth")?.as_ref(),
            option("diversity")?.as_ref(),
            option("thesaurus")?.as_ref(),
            option("suggested")?.is_some(),
        )?;
        if let Some(logistic) = option("logistic")? {
            let with = |weights| with_logistic(weights, &logistic);
            options.weights = options.weights.take().map(with).transpose()?;
        }
        Ok(options)
    }
}

fn read_encoder(encoder: &Bound<'_, PyAny>) -> PyResult<Arc<Py<Encoder>>> {
    let wrong = |_| wrong_option("rescore", &shown(encoder), "an Encoder");
    Ok(Arc::new(encoder.cast::<Encoder>().map_err(wrong)?.clone().unbind()))
}

/// What these signals count, by name.
pub(crate) fn weights_dict<'py, 's>(
    py: Python<'py>,
    weights: &Weights,
    signals: impl IntoIterator<Item = &'s Signal>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for signal in signals {
        let Weight { same, other } = weights.get(*signal);
        let weight = PyDict::new(py);
        weight.set_item("same", same)?;
        weight.set_item("other", other)?;
        dict.set_item(signal.name(), weight)?;
    }
    Ok(dict)
}

fn read_weights(weights: &Bound<'_, PyAny>) -> PyResult<Weights> {
    let expected = "a mapping of signals to numbers";
    let mapping = weights
        .cast::<PyMapping>()
        .map_err(|_| wrong_option("weights", &shown(weights), expected))?;
    let mut found = Vec::new();
    for pair in mapping.items()? {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let known: Vec<_> = Signal::ALL.iter().map(|signal| format!("`{signal}`")).collect();
        let signal = Signal::ALL.iter().find(|signal| name.eq(signal.name()).unwrap_or(false));
        let signal = signal.ok_or_else(|| {
            wrong_option("weights", &shown(&name), &format!("one of {}", known.join(", ")))
        })?;
        found.push((*signal, read_weight(*signal, &value)?));
    }
    if found.iter().all(|(_, weight)| *weight == Weight::default()) {
        // Every score would be the same, and the order that of the ids.
        let given = weights.repr()?.to_string();
        return Err(wrong_option("weights", &given, "at least one weight above 0"));
    }
    let found = Weights::new(found).map_err(|error| raised(&error))?;
    // Fitted weights bring a logistic of their own.
    match weights.getattr_opt("logistic")? {
        Some(logistic) => with_logistic(found, &logistic),
        None => Ok(found),
    }
}

/// The same weights with a slope and a midpoint.
fn with_logistic(weights: Weights, logistic: &Bound<'_, PyAny>) -> PyResult<Weights> {
    let (slope, midpoint) = logistic.extract()?;
    weights.with_logistic(slope, midpoint).map_err(|error| raised(&error))
}

fn read_weight(signal: Signal, value: &Bound<'_, PyAny>) -> PyResult<Weight> {
    let at = format!("weights.{signal}");
    let wrong = || {
        wrong_option(&at, &shown(value), "a number, or a mapping of `same` and `other` to numbers")
    };
    let json = match json(value, "weights") {
        Ok(json) => json,
        Err(Unfit::Wrong(_)) => return Err(wrong()),
        Err(Unfit::Raised(error)) => return Err(error),
    };
    let weight = match &json {
        Json::Object(cases) => {
            if let Some(unknown) = cases.keys().find(|case| *case != "same" && *case != "other") {
                return Err(wrong_option(&at, unknown, "`same`, `other`"));
            }
            let case = |name: &str| {
                let given = || value.repr().map_or_else(|_| shown(value), |text| text.to_string());
                let missing = || wrong_option(&at, &given(), "both `same` and `other`");
                cases.get(name).ok_or_else(missing)?.as_f64().ok_or_else(wrong)
            };
            Some(Weight { same: case("same")?, other: case("other")? })
        }
        number => number.as_f64().map(Weight::from),
    };
    weight.ok_or_else(wrong)
}

/// The codes of all languages, for messages.
pub(crate) fn language_codes() -> String {
    let codes: Vec<_> = Language::ALL.iter().map(|language| format!("`{language}`")).collect();
    codes.join(", ")
}

fn read_languages(languages: &Bound<'_, PyAny>) -> PyResult<Vec<Language>> {
    let expected = format!("languages: {}", language_codes());
    let one = |language: &Bound<'_, PyAny>| {
        let name = language.cast::<PyString>().ok().and_then(|name| name.to_str().ok());
        name.and_then(|name| name.parse().ok())
            .ok_or_else(|| wrong_option("languages", &shown(language), &expected))
    };
    if languages.is_instance_of::<PyString>() {
        return Ok(vec![one(languages)?]);
    }
    let all = languages
        .try_iter()
        .map_err(|_| wrong_option("languages", &shown(languages), &expected))?;
    all.map(|language| one(&language?)).collect()
}

/// The language of a text, as an option `language` says it.
pub(crate) fn language_option(language: &Bound<'_, PyAny>) -> PyResult<Language> {
    let name = language.cast::<PyString>().ok().and_then(|name| name.to_str().ok());
    let expected = format!("one of {}", language_codes());
    name.and_then(|name| name.parse().ok())
        .ok_or_else(|| wrong_option("language", &shown(language), &expected))
}

/// How many matches a call returns if it does not say.
const LIMIT: usize = 10;

/// How many matches a call returns at most.
pub(crate) fn limit_of(limit: Option<&Bound<'_, PyAny>>) -> PyResult<usize> {
    limit.map_or(Ok(LIMIT), |limit| option_whole(limit, "limit"))
}
