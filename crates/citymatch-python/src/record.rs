use citymatch::text::language_of;
use citymatch::{Language, Record, Snapshot, catalogue::Records, ingest::Row, record::FieldError};
use citymatch_files::values::{ObjectReader, nest};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString, PyType};
use serde_json::{Map, Value as Json};

use crate::convert::{Reduced, Unfit, json, mapping, object_as_dict, python, shown, text};
use crate::error::raised;
use crate::options::language_option;
use crate::plain::Plain;
use crate::records::Kinds;
use crate::rows::{language_of_texts, words};

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
    /// The fields with the values that the attributes of the Python object have, as JSON.
    fn values(&self) -> Vec<(&'static str, Json)>;
    /// The fields that citymatch does not know, as they came.
    fn unknown_fields(&self) -> &Map<String, Json>;
}

/// The record that a Python value is: an object of its class, or a mapping of its fields.
pub(crate) fn record<R: Wrapped>(value: &Bound<'_, PyAny>) -> Result<R, Unfit> {
    if let Some(record) = R::of_object(value) {
        return Ok(record);
    }
    if mapping(value)?.is_none() {
        return Err(not_a_record::<R>(value).into());
    }
    match json(value, "")? {
        Json::Object(fields) => Ok(R::read(Json::Object(nest::<R>(fields)))?),
        other => Ok(R::read(other)?),
    }
}

/// The problem of a value that is no record of a kind.
pub(crate) fn not_a_record<R: Record>(value: &Bound<'_, PyAny>) -> FieldError {
    let expected = format!("a {} or a mapping of its fields", title::<R>());
    FieldError::new("record", shown(value), expected)
}

/// The challenge that a Python value is where one is asked: also a text, which is its question, in a
/// language if the caller gives one. The keys of a mapping mean what headers of files mean.
///
/// Its id is empty where the value has none: the caller gives it one.
pub(crate) fn ask(
    value: &Bound<'_, PyAny>,
    language: Option<Language>,
) -> Result<citymatch::Challenge, Unfit> {
    if let Ok(question) = value.cast::<PyString>() {
        let mut challenge = citymatch::Challenge::from_text(text(question, "question")?);
        challenge.id = citymatch::ChallengeId::default();
        challenge.language = language;
        if challenge.texts().is_empty() {
            return Err(FieldError::new("question", "", "a text").into());
        }
        return Ok(challenge);
    }
    let is_challenge = citymatch::Challenge::of_object(value).is_some();
    if !is_challenge && mapping(value)?.is_none() {
        let expected = "a Challenge, a mapping of its fields, or a text";
        return Err(FieldError::new("challenge", shown(value), expected).into());
    }
    if let Some(language) = language {
        return Err(language_of_texts(language).into());
    }
    if is_challenge {
        return clear_record(value);
    }
    match json(value, "")? {
        Json::Object(fields) => {
            let reader = ObjectReader::new(&words(), true).map_err(|error| raised(&error))?;
            clear({ reader }.read(fields)?)
        }
        _ => clear_record(value),
    }
}

/// The record that a Python value is, where nothing would tell of a value that is not clear.
pub(crate) fn clear_record<R: Wrapped>(value: &Bound<'_, PyAny>) -> Result<R, Unfit> {
    clear(record(value)?)
}

fn clear<R: Record>(record: R) -> Result<R, Unfit> {
    match FieldError::join(record.unclear().to_vec()) {
        Some(problem) => Err(problem.into()),
        None => Ok(record),
    }
}

/// The same, and it must be fit for a catalogue but for the length of its texts.
pub(crate) fn sound<R: Wrapped>(value: &Bound<'_, PyAny>) -> Result<R, Unfit> {
    let record: R = clear_record(value)?;
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
    ($(
        $(#[$class_doc:meta])* $Record:ident($view:ident, $Rows:ident) {
            $($(#[$doc:meta])* $field:ident,)*
        } more { $($more:tt)* }
    )*) => {
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
                let fields =
                    [("id", Some(id)), ("title", title), $((stringify!($field), $field)),*];
                make(id.py(), &fields, extra).map(Self)
            }

            /// Make a record from a mapping of its fields, under the names that they have in files.
            ///
            /// Fields that citymatch does not know are kept in `extra`. Dotted names are
            /// understood, as in CSV files.
            ///
            /// Raises
            /// ------
            /// InvalidDataError
            ///     If a value is wrong; it names the field and what was expected.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> fields = {"id": "s1", "title": "Parks", "cost.amount": 900, "phone": "123"}
            /// >>> cm.Solution.from_dict(fields).extra
            /// {'phone': '123'}
            #[classmethod]
            fn from_dict(_cls: &Bound<'_, PyType>, fields: &Bound<'_, PyAny>) -> PyResult<Self> {
                sound(fields).map(Self).map_err(Unfit::raise)
            }

            /// The record that was pickled, with what was not understood when it was read.
            #[classmethod]
            fn _restore(_cls: &Bound<'_, PyType>, fields: &Bound<'_, PyAny>) -> PyResult<Self> {
                record(fields).map(Self).map_err(Unfit::raise)
            }

            /// Its id, among the solutions and challenges of a catalogue.
            #[getter]
            fn id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.0.id.plain(py)
            }

            /// Its title.
            #[getter]
            fn title<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.0.title.plain(py)
            }

            $($(#[$doc])*
            #[getter]
            fn $field<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.0.$field.plain(py)
            })*

            /// The fields that citymatch does not know, as they came.
            #[getter]
            fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                object_as_dict(py, &self.0.extra)
            }

            /// The language that its texts are found to be in, whatever was declared: ``es``,
            /// ``pt``, ``en``, or ``None``.
            #[getter]
            fn detected_language(&self) -> Option<&'static str> {
                language_of(&self.0.clone().undeclared()).map(|(language, _)| language.name())
            }

            /// Return the record in the form of a line of a JSONL file: with the words of its
            /// source, and only the fields that have a value.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Solution("s1", "Jardins de chuva", stage="piloto").to_dict()
            /// {'id': 's1', 'title': 'Jardins de chuva', 'stage': 'piloto'}
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                object_as_dict(py, &self.0.to_json())
            }

            $($more)*

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                repr(py, &self.0)
            }

            fn _repr_html_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                html(py, &self.0)
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (Bound<'py, PyDict>,)> {
                Ok((slf.get_type().getattr("_restore")?, (slf.get().to_dict(slf.py())?,)))
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

            fn values(&self) -> Vec<(&'static str, Json)> {
                vec![
                    ("id", self.id.json()),
                    ("title", self.title.json()),
                    $((stringify!($field), self.$field.json())),*
                ]
            }

            fn unknown_fields(&self) -> &Map<String, Json> {
                &self.extra
            }
        })*
    };
}

classes! {
    /// Something that was built, tried or proposed, and that may answer a city's challenge.
    ///
    /// Only the id and one text (`title`, `summary`, `problem`, `description` or `impact`) are
    /// required. ``None``, NaN and the empty value mean that a field is absent; absent texts read
    /// as ``""``, absent lists as ``[]`` and other absent values as ``None``. Words in Spanish,
    /// Portuguese and English are understood: ``stage="piloto"`` reads as ``"pilot"``.
    ///
    /// Parameters
    /// ----------
    /// id
    ///     1 to 200 characters, without control characters; an integer is its decimal text.
    /// title
    ///     Its name.
    /// extra
    ///     Fields that citymatch does not know, by name.
    ///
    /// The other parameters are the fields of the same names.
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value is wrong; it names the field and what was expected.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> solution = cm.Solution("s1", "Jardins de chuva", stage="piloto", sdgs=[6, "11.5"])
    /// >>> solution.stage, solution.sdgs, solution.detected_language
    /// ('pilot', [6, '11.5'], 'pt')
    Solution(solutions, Solutions) {
        /// What it is, in a few sentences. Its words count double.
        summary,
        /// The need that it answers. Its words count double.
        problem,
        /// How it works.
        description,
        /// What it has changed.
        impact,
        /// The organisation that made it.
        organisation,
        /// What kind of organisation that is: ``company``, ``ngo``, ``city``, ``university``,
        /// ``community``, ``individual``, ``consortium`` or ``other``.
        organisation_type,
        /// The country it comes from, as ISO 3166-1 alpha-2.
        country,
        /// The city it comes from.
        city,
        /// The language that was declared for it: ``es``, ``pt`` or ``en``.
        language,
        /// What it is about.
        themes,
        /// The Sustainable Development Goals that it serves: goals are numbers, targets texts.
        sdgs,
        /// How far it has come: ``idea``, ``design``, ``prototype``, ``pilot``, ``implemented``,
        /// ``scaling`` or ``closed``.
        stage,
        /// What it costs: ``amount`` and ``currency``.
        cost,
        /// Its first year.
        year,
        /// Where it was put to use: ``city``, ``country``, ``year`` and ``status`` of each place. A
        /// status is ``planned``, ``active``, ``completed``, ``closed`` or ``failed``.
        deployments,
        /// What it needs to work.
        requirements,
        /// Pages about it.
        links,
    } more {}

    /// What a city needs.
    ///
    /// Only the id and one text (`title`, `question`, `problem`, `outcome`, `beneficiaries` or
    /// `context`) are required. Title, question, problem and outcome count in full when solutions
    /// are ranked, `beneficiaries` counts half and `context` a tenth.
    ///
    /// Parameters
    /// ----------
    /// id
    ///     1 to 200 characters, without control characters; an integer is its decimal text.
    /// title
    ///     Its name.
    /// extra
    ///     Fields that citymatch does not know, by name.
    ///
    /// The other parameters are the fields of the same names.
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value is wrong; it names the field and what was expected.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> rules = {"stages": ["pilot"]}
    /// >>> challenge = cm.Challenge("c1", "Inundaciones", city="Quito", eligibility=rules)
    /// >>> challenge.city, challenge.eligibility
    /// ('Quito', Eligibility(stages=['pilot']))
    Challenge(challenges, Challenges) {
        /// What is asked, in one sentence.
        question,
        /// What is wrong today.
        problem,
        /// What is to be reached.
        outcome,
        /// Who is to gain from it. It counts half.
        beneficiaries,
        /// The city around it: population, shocks, strategy. It counts a tenth.
        context,
        /// The country of the city, as ISO 3166-1 alpha-2.
        country,
        /// The city that asks.
        city,
        /// The language that was declared for it: ``es``, ``pt`` or ``en``.
        language,
        /// What it is about.
        themes,
        /// The Sustainable Development Goals that it serves: goals are numbers, targets texts.
        sdgs,
        /// Its rules of who may enter: an `Eligibility`.
        eligibility,
        /// What else counts, and how much: weights of 0 or more by name.
        criteria,
        /// How many solutions it takes, 1 or more.
        winners,
        /// The last day to enter, as YYYY-MM-DD. A solution's age is counted to its year.
        deadline,
    } more {
        /// Make a challenge of a text, which is its question. Its id is ``text``.
        ///
        /// `Matcher.find` does so with a text that it is given.
        ///
        /// Raises
        /// ------
        /// InvalidDataError
        ///     If the text is empty or has control characters.
        ///
        /// Examples
        /// --------
        /// >>> import citymatch as cm
        /// >>> cm.Challenge.from_text("How to keep streets dry?")
        /// Challenge('text', question='How to keep streets dry?')
        #[classmethod]
        fn from_text(_cls: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
            if !text.is_instance_of::<PyString>() {
                let problem = FieldError::new("question", shown(text), "a text");
                return Err(Unfit::from(problem).raise());
            }
            challenge_of(text, None).map(Self)
        }
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

/// As one would write it, shortened: the id, its first text, and a sign that there is more.
fn repr<R: Record>(py: Python<'_>, record: &R) -> PyResult<String> {
    const SHOWN: usize = 60;
    let quoted = |text: &str| PyString::new(py, text).repr().map(|text| text.to_string());
    let mut parts = vec![quoted(record.id().as_ref())?];
    if let Some((name, text)) = record.texts().first() {
        let short: String = text.chars().take(SHOWN).collect();
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
    py.import("citymatch._notebook")?.getattr("record")?.call1((caption, rows))
}

/// The challenge of one call: an object, a mapping, or a question. Without an id it has the one
/// that a text has.
pub(crate) fn challenge_of(
    challenge: &Bound<'_, PyAny>,
    language: Option<&Bound<'_, PyAny>>,
) -> PyResult<citymatch::Challenge> {
    let language = language.map(language_option).transpose()?;
    let read = || -> Result<citymatch::Challenge, Unfit> {
        let mut challenge = ask(challenge, language)?;
        if challenge.id.as_str().is_empty() {
            challenge.id = citymatch::Challenge::from_text("").id;
        }
        challenge.check(usize::MAX)?;
        Ok(challenge)
    };
    read().map_err(Unfit::raise)
}
