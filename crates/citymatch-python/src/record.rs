use citymatch::text::language_of;
use citymatch::{Record, Snapshot, catalogue::Records, ingest::Row, record::FieldError};
use citymatch_files::values::nest;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString, PyType};
use serde_json::Value as Json;

use crate::convert::{Reduced, Unfit, json, object_as_dict, python, shown};
use crate::plain::Plain;
use crate::records::Kinds;

/// A kind of record and its Python class.
pub(crate) trait Wrapped: Record {
    /// The record of a Python object, if it is one of this class.
    fn of_object(object: &Bound<'_, PyAny>) -> Option<Self>;
    /// The record as a Python object.
    fn into_object(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>>;
    /// The same record without the language that was declared for it.
    fn undeclared(self) -> Self;
    /// The records of this kind in a snapshot.
    fn view(snapshot: &Snapshot) -> Records<Self>;
    /// The rows that a file held, if they are of this kind.
    fn rows_of(rows: &Kinds) -> Option<&[Row<Self>]>;
}

/// The record that a Python value is: an object of its class, or a mapping of its fields.
pub(crate) fn record<R: Wrapped>(value: &Bound<'_, PyAny>) -> Result<R, Unfit> {
    if let Some(record) = R::of_object(value) {
        return Ok(record);
    }
    if value.cast::<PyMapping>().is_err() {
        let expected = format!("a {} or a mapping of its fields", title::<R>());
        return Err(FieldError::new("record", shown(value), expected).into());
    }
    match json(value, "")? {
        Json::Object(fields) => Ok(R::from_json(Json::Object(nest::<R>(fields)))?),
        other => Ok(R::from_json(other)?),
    }
}

/// The same, and it must be fit for a catalogue but for the length of its texts.
pub(crate) fn sound<R: Wrapped>(value: &Bound<'_, PyAny>) -> Result<R, Unfit> {
    let record: R = record(value)?;
    record.check(usize::MAX)?;
    Ok(record)
}

/// The class of a kind of record.
pub(crate) fn title<R: Record>() -> &'static str {
    match R::KIND {
        citymatch::record::Kind::Solution => "Solution",
        citymatch::record::Kind::Challenge => "Challenge",
    }
}

macro_rules! classes {
    ($($(#[$class_doc:meta])* $Record:ident($view:ident, $Rows:ident) { $($(#[$doc:meta])* $field:ident,)* })*) => {
        $($(#[$class_doc])*
        #[pyclass(frozen, eq, module = "citymatch")]
        #[derive(Clone, PartialEq)]
        pub(crate) struct $Record(pub(crate) citymatch::$Record);

        #[pymethods]
        impl $Record {
            #[new]
            #[pyo3(signature = (id, title = None, *, $($field = None,)* extra = None))]
            #[allow(clippy::too_many_arguments, reason = "one keyword a field")]
            fn new(
                id: &Bound<'_, PyAny>,
                title: Option<&Bound<'_, PyAny>>,
                $($field: Option<&Bound<'_, PyAny>>,)*
                extra: Option<&Bound<'_, PyAny>>,
            ) -> PyResult<Self> {
                let fields = [("id", Some(id)), ("title", title), $((stringify!($field), $field)),*];
                make(id.py(), &fields, extra).map(Self)
            }

            /// A record from a dict: the fields' names in files, unknown ones too. Dotted names work as in CSV files.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Solution.from_dict({"id": "s1", "title": "Rain gardens", "cost.amount": 900, "phone": "123"}).extra
            /// {'phone': '123'}
            #[classmethod]
            fn from_dict(_cls: &Bound<'_, PyType>, fields: &Bound<'_, PyAny>) -> PyResult<Self> {
                sound(fields).map(Self).map_err(Unfit::raise)
            }

            /// What names it.
            #[getter]
            fn id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.0.id.plain(py)
            }

            /// Its name.
            #[getter]
            fn title<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.0.title.plain(py)
            }

            $($(#[$doc])*
            #[getter]
            fn $field<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.0.$field.plain(py)
            })*

            /// Fields that citymatch does not know, as they came.
            #[getter]
            fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                object_as_dict(py, &self.0.extra)
            }

            /// The language that its texts are in, whatever was declared: ``es``, ``pt``, ``en``, or ``None``.
            #[getter]
            fn detected_language(&self) -> Option<&'static str> {
                language_of(&self.0.clone().undeclared()).map(|(language, _)| language.name())
            }

            /// The record as a JSONL file has it: the source's words, and only fields that are there.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Solution("s1", "Jardins de chuva", stage="piloto").to_dict()
            /// {'id': 's1', 'title': 'Jardins de chuva', 'stage': 'piloto'}
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                object_as_dict(py, &self.0.to_json())
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                repr(py, &self.0)
            }

            fn _repr_html_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                html(py, &self.0)
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (Bound<'py, PyDict>,)> {
                Ok((slf.get_type().getattr("from_dict")?, (slf.get().to_dict(slf.py())?,)))
            }
        }

        impl Wrapped for citymatch::$Record {
            fn of_object(object: &Bound<'_, PyAny>) -> Option<Self> {
                object.cast::<$Record>().ok().map(|record| record.get().0.clone())
            }

            fn into_object(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
                Ok($Record(self).into_pyobject(py)?.into_any())
            }

            fn undeclared(mut self) -> Self {
                self.language = None;
                self
            }

            fn view(snapshot: &Snapshot) -> Records<Self> {
                snapshot.$view()
            }

            fn rows_of(rows: &Kinds) -> Option<&[Row<Self>]> {
                if let Kinds::$Rows(rows) = rows { Some(rows) } else { None }
            }
        })*
    };
}

classes! {
    /// Something that was built, tried or thought of, and that may answer a city's challenge.
    ///
    /// Only the id and one text (`title`, `summary`, `problem`, `description` or `impact`) are required. ``None``, NaN and the empty
    /// value mean that a field is absent; texts that are absent read as ``""``, lists as ``[]``, other values as ``None``.
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value is wrong; it names the field and what was expected.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> solution = cm.Solution("s1", "Jardins de chuva", stage="piloto", cost={"amount": 900, "currency": "USD"}, sdgs=[6, "11.5"])
    /// >>> solution.stage, solution.cost, solution.sdgs, solution.detected_language
    /// ('pilot', {'amount': 900.0, 'currency': 'USD'}, [6, '11.5'], 'pt')
    Solution(solutions, Solutions) {
        /// What it is, in a few sentences. Counts double.
        summary,
        /// The need that it answers. Counts double.
        problem,
        /// How it works.
        description,
        /// What it has changed.
        impact,
        /// Who stands behind it.
        organisation,
        /// What kind of body that is: ``company``, ``ngo``, ``city``, ``university``, ``community``, ``individual`` …
        organisation_type,
        /// The country it comes from, as ISO 3166-1 alpha-2.
        country,
        /// The city it comes from.
        city,
        /// The language that was declared for it: ``es``, ``pt``, ``en``.
        language,
        /// What it is about.
        themes,
        /// The Sustainable Development Goals that it serves: numbers, and targets as text.
        sdgs,
        /// How far it has come: ``idea``, ``design``, ``prototype``, ``pilot``, ``implemented``, ``scaling`` or ``closed``.
        stage,
        /// What it costs: ``amount`` and ``currency``.
        cost,
        /// Its first year.
        year,
        /// Where it was put to use: ``city``, ``country``, ``year`` and ``status`` each.
        deployments,
        /// What it needs to work.
        requirements,
        /// Pages about it.
        links,
    }

    /// What a city needs.
    ///
    /// Only the id and one text (`title`, `question`, `problem`, `outcome`, `beneficiaries` or `context`) are required. The ask is title,
    /// question, problem and outcome; `beneficiaries` counts half of them, `context` a tenth.
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value is wrong; it names the field and what was expected.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> challenge = cm.Challenge("c1", question="¿Cómo evitar inundaciones?", city="Quito", eligibility={"stages": ["pilot"]})
    /// >>> challenge.city, challenge.eligibility
    /// ('Quito', Eligibility(stages=['pilot']))
    Challenge(challenges, Challenges) {
        /// What is asked, in one sentence.
        question,
        /// What is wrong today.
        problem,
        /// What should be so afterwards.
        outcome,
        /// Who is to gain from it. Counts half.
        beneficiaries,
        /// The city around it: population, shocks, strategy. Counts a tenth.
        context,
        /// The country of the city, as ISO 3166-1 alpha-2.
        country,
        /// The city that asks.
        city,
        /// The language that was declared for it: ``es``, ``pt``, ``en``.
        language,
        /// What it is about.
        themes,
        /// The Sustainable Development Goals that it serves: numbers, and targets as text.
        sdgs,
        /// Who may enter: an `Eligibility`.
        eligibility,
        /// What else counts, and how much: weights by name.
        criteria,
        /// How many solutions it takes.
        winners,
        /// The last day to enter, as YYYY-MM-DD; a solution's age is counted to its year.
        deadline,
    }
}

fn make<R: Wrapped>(
    py: Python<'_>,
    fields: &[(&str, Option<&Bound<'_, PyAny>>)],
    extra: Option<&Bound<'_, PyAny>>,
) -> PyResult<R> {
    let named = PyDict::new(py);
    if let Some(extra) = extra {
        let extra = extra.cast::<PyMapping>().map_err(|_| {
            Unfit::from(FieldError::new("extra", shown(extra), "a mapping")).raise()
        })?;
        named.update(extra)?;
    }
    for (name, value) in fields {
        if named.contains(name)? {
            return Err(Unfit::from(FieldError::new(
                "extra",
                name,
                "fields that citymatch does not know",
            ))
            .raise());
        }
        if let Some(value) = value {
            named.set_item(name, value)?;
        }
    }
    sound(&named).map_err(Unfit::raise)
}

/// As one would write it, shortened: the id, its name, and that there is more.
fn repr<R: Record>(py: Python<'_>, record: &R) -> PyResult<String> {
    const MOST: usize = 60;
    let quoted = |text: &str| PyString::new(py, text).repr().map(|text| text.to_string());
    let mut parts = vec![quoted(record.id().as_ref())?];
    if let Some((name, text)) = record.texts().first() {
        let short: String = text.chars().take(MOST).collect();
        let short = if short.len() < text.len() { format!("{short}…") } else { short };
        parts.push(if *name == "title" {
            quoted(&short)?
        } else {
            format!("{name}={}", quoted(&short)?)
        });
    }
    if record.to_json().len() > parts.len() {
        parts.push("…".to_owned());
    }
    Ok(format!("{}({})", title::<R>(), parts.join(", ")))
}

fn html<'py, R: Record>(py: Python<'py>, record: &R) -> PyResult<Bound<'py, PyAny>> {
    let rows: Vec<_> = record
        .to_json()
        .iter()
        .map(|(name, value)| Ok((name.clone(), python(py, value)?)))
        .collect::<PyResult<_>>()?;
    let caption = format!("{} {}", title::<R>(), record.id());
    py.import("citymatch._html")?.getattr("table")?.call1((caption, ("field", "value"), rows))
}
