//! The records of one kind in a catalogue, as `Catalogue.solutions` and `Catalogue.challenges`.

use citymatch::{Challenge, Record, Solution};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::catalogue::{self, Catalogue, UNREADABLE, get_or_missing};
use crate::convert::Reduced;
use crate::error::enter;
use crate::fields::{self, Fields};
use crate::frame::Table;
use crate::iterator::RecordIterator;
use crate::record::Wrapped;

/// The columns of the records of one kind, by id.
fn table<R: Wrapped>(
    py: Python<'_>,
    catalogue: &citymatch::Catalogue,
    wanted: Option<&Bound<'_, PyAny>>,
) -> PyResult<Table> {
    let wanted = wanted.map(Fields::of).transpose()?;
    let records = enter(py, || {
        R::view(&catalogue.snapshot()?)
            .records()?
            .map(|record| Ok(fields::flat(&record?)))
            .collect::<Result<Vec<_>, _>>()
    })?;
    fields::table::<R>(&records, wanted.as_ref())
}

/// The two views have the same methods; their docstrings are equal but for the kind of record.
macro_rules! views {
    ($($(#[$class_doc:meta])* $View:ident: $Record:ident {
        add: { $(#[$add_doc:meta])* }
        get: { $(#[$get_doc:meta])* }
        ids: { $(#[$ids_doc:meta])* }
        to_arrow: { $(#[$arrow_doc:meta])* }
        to_pandas: { $(#[$pandas_doc:meta])* }
        to_polars: { $(#[$polars_doc:meta])* }
    })*) => {
        $($(#[$class_doc])*
        #[pyclass(frozen, module = "citymatch")]
        pub(crate) struct $View(pub(crate) Py<Catalogue>);

        impl $View {
            fn core(&self) -> &citymatch::Catalogue {
                &self.0.get().core
            }
        }

        #[pymethods]
        impl $View {
            $(#[$add_doc])*
            #[pyo3(
                signature = (
                    records, *, text_limit = None, on_error = None, wait = None, progress = None,
                    ids = None, columns = None, dry_run = false
                ),
                text_signature = "($self, records, *, text_limit=None, on_error='report', wait=None, \
            progress=False, ids=None, columns=None, dry_run=False)"
            )]
            #[allow(clippy::too_many_arguments)] // Python names them
            fn add<'py>(
                &self,
                records: &Bound<'py, PyAny>,
                text_limit: Option<&Bound<'_, PyAny>>,
                on_error: Option<&Bound<'_, PyAny>>,
                wait: Option<&Bound<'_, PyAny>>,
                progress: Option<&Bound<'py, PyAny>>,
                ids: Option<&Bound<'_, PyAny>>,
                columns: Option<&Bound<'_, PyAny>>,
                dry_run: bool,
            ) -> PyResult<Bound<'py, PyAny>> {
                let options = catalogue::EditOptions::of(text_limit, wait)?;
                let how = catalogue::AddOptions::of(on_error, ids, columns, dry_run)?;
                catalogue::add::<$Record>(self.core(), records, options, how, progress)
            }

            $(#[$get_doc])*
            fn get<'py>(&self, id: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
                Ok(get_or_missing::<$Record>(self.core(), id)?.ok())
            }

            $(#[$ids_doc])*
            fn ids(&self, py: Python<'_>) -> PyResult<Vec<String>> {
                enter(py, || {
                    let ids = $Record::view(&self.core().snapshot()?).ids()?;
                    Ok(ids.into_iter().map(String::from).collect())
                })
            }

            $(#[$arrow_doc])*
            #[pyo3(signature = (*, fields = None))]
            fn to_arrow<'py>(
                &self,
                py: Python<'py>,
                fields: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                table::<$Record>(py, self.core(), fields)?.into_arrow(py)
            }

            $(#[$pandas_doc])*
            #[pyo3(signature = (*, fields = None))]
            fn to_pandas<'py>(
                &self,
                py: Python<'py>,
                fields: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                table::<$Record>(py, self.core(), fields)?.into_pandas(py)
            }

            $(#[$polars_doc])*
            #[pyo3(signature = (*, fields = None))]
            fn to_polars<'py>(
                &self,
                py: Python<'py>,
                fields: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                table::<$Record>(py, self.core(), fields)?.into_polars(py)
            }

            #[pyo3(signature = (requested_schema = None))]
            fn __arrow_c_stream__<'py>(
                &self,
                py: Python<'py>,
                requested_schema: Option<Bound<'py, PyCapsule>>,
            ) -> PyResult<Bound<'py, PyCapsule>> {
                table::<$Record>(py, self.core(), None)?.stream(py, requested_schema)
            }

            fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
                enter(py, || Ok($Record::view(&self.core().snapshot()?).len()))
            }

            fn __contains__(&self, id: &Bound<'_, PyAny>) -> PyResult<bool> {
                catalogue::contains::<$Record>(self.core(), id)
            }

            fn __getitem__<'py>(&self, id: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                catalogue::get::<$Record>(self.core(), id)
            }

            fn __iter__(&self, py: Python<'_>) -> PyResult<RecordIterator> {
                RecordIterator::over::<$Record>(py, self.core())
            }

            fn __repr__(&self, py: Python<'_>) -> String {
                // Never raises, as the catalogue's.
                match self.__len__(py) {
                    Ok(count) => format!("<{count} {}s>", $Record::KIND),
                    Err(_) => format!("<{}s: {UNREADABLE}>", $Record::KIND),
                }
            }

            fn __reduce__<'py>(
                &self,
                py: Python<'py>,
            ) -> Reduced<'py, (Py<Catalogue>, String)> {
                let getattr = py.import("builtins")?.getattr("getattr")?;
                Ok((getattr, (self.0.clone_ref(py), format!("{}s", $Record::KIND))))
            }
        })*
    };
}

views! {
    /// The solutions of a catalogue: what `Catalogue.solutions` gives.
    ///
    /// Counting, ``in``, indexing by id and iterating go over the solutions of the newest commit,
    /// in the order of their ids. Libraries that read Arrow take the view as a table:
    /// ``polars.DataFrame(catalogue.solutions)``, ``pyarrow.table(catalogue.solutions)``.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.solutions.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> len(catalogue.solutions), "s1" in catalogue.solutions, catalogue.solutions["s1"].title
    /// (1, True, 'Rain gardens')
    Solutions: Solution {
        add: {
            /// Add solutions, or replace those with their ids, in one commit. It is
            /// `Catalogue.add`.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Catalogue.create().solutions.add([{"id": "s1", "title": "Rain gardens"}])
            /// AddReport(added=1, replaced=0, rejected=0, warnings=0)
        }
        get: {
            /// Return the solution with an id, or ``None`` if there is none.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Catalogue.create().solutions.get("s9") is None
            /// True
        }
        ids: {
            /// Return the ids of all solutions, in order.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> catalogue = cm.Catalogue.create()
            /// >>> _ = catalogue.add([cm.Solution("s2", "Wells"), cm.Solution("s1", "Parks")])
            /// >>> catalogue.solutions.ids()
            /// ['s1', 's2']
        }
        to_arrow: {
            /// Return the solutions as a pyarrow table: one row each, by id.
            ///
            /// Parameters
            /// ----------
            /// fields
            ///     The fields that become columns, by name; all of them by default. See
            ///     `to_pandas`.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> catalogue = cm.Catalogue.create()
            /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
            /// >>> catalogue.solutions.to_arrow(fields=["id", "title"]).to_pylist()
            /// [{'id': 's1', 'title': 'Rain gardens'}]
        }
        to_pandas: {
            /// Return the solutions as a pandas DataFrame: one row each, by id.
            ///
            /// The values are those of the objects' attributes: a stage that was written as
            /// ``"piloto"`` is ``"pilot"``. Absent values are ``None``, or NaN in columns of
            /// numbers. The parts of a nested field have columns with dotted names, as in CSV
            /// files: ``cost.amount``, ``cost.currency``. Fields that citymatch does not know have
            /// a column each, after the others; where their values are of several types they are
            /// texts. `Catalogue.add` takes such a frame again.
            ///
            /// Parameters
            /// ----------
            /// fields
            ///     The fields that become columns, by name; all of them by default. A field with
            ///     parts, as ``"cost"``, stands for all its columns.
            ///
            /// Raises
            /// ------
            /// InvalidOptionError
            ///     If a field is not known and no solution has it.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> catalogue = cm.Catalogue.create()
            /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "stage": "piloto"}])
            /// >>> catalogue.solutions.to_pandas(fields=["id", "stage"]).to_dict("records")
            /// [{'id': 's1', 'stage': 'pilot'}]
        }
        to_polars: {
            /// Return the solutions as a polars DataFrame: one row each, by id.
            ///
            /// Parameters
            /// ----------
            /// fields
            ///     The fields that become columns, by name; all of them by default. See
            ///     `to_pandas`.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> catalogue = cm.Catalogue.create()
            /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "cost.amount": 900}])
            /// >>> catalogue.solutions.to_polars(fields=["id", "cost"]).columns
            /// ['id', 'cost.amount', 'cost.currency']
        }
    }

    /// The challenges of a catalogue: what `Catalogue.challenges` gives.
    ///
    /// Counting, ``in``, indexing by id and iterating go over the challenges of the newest commit,
    /// in the order of their ids. Libraries that read Arrow take the view as a table:
    /// ``polars.DataFrame(catalogue.challenges)``, ``pyarrow.table(catalogue.challenges)``.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.challenges.add([{"id": "c1", "question": "How to keep streets dry?"}])
    /// >>> len(catalogue.challenges), "c1" in catalogue.challenges, catalogue.challenges.ids()
    /// (1, True, ['c1'])
    Challenges: Challenge {
        add: {
            /// Add challenges, or replace those with their ids, in one commit. It is
            /// `Catalogue.add_challenges`.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Catalogue.create().challenges.add([{"id": "c1", "title": "Floods downtown"}])
            /// AddReport(added=1, replaced=0, rejected=0, warnings=0)
        }
        get: {
            /// Return the challenge with an id, or ``None`` if there is none.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> cm.Catalogue.create().challenges.get("c9") is None
            /// True
        }
        ids: {
            /// Return the ids of all challenges, in order.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> catalogue = cm.Catalogue.create()
            /// >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Floods downtown"}])
            /// >>> catalogue.challenges.ids()
            /// ['c1']
        }
        to_arrow: {
            /// Return the challenges as a pyarrow table: one row each, by id.
            ///
            /// Parameters
            /// ----------
            /// fields
            ///     The fields that become columns, by name; all of them by default. See
            ///     `Solutions.to_pandas`.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> catalogue = cm.Catalogue.create()
            /// >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Floods downtown"}])
            /// >>> catalogue.challenges.to_arrow(fields=["id", "title"]).to_pylist()
            /// [{'id': 'c1', 'title': 'Floods downtown'}]
        }
        to_pandas: {
            /// Return the challenges as a pandas DataFrame: one row each, by id.
            ///
            /// The columns are made as in `Solutions.to_pandas`; rules and criteria have columns
            /// with dotted names: ``eligibility.countries``, ``criteria.impact``.
            ///
            /// Parameters
            /// ----------
            /// fields
            ///     The fields that become columns, by name; all of them by default.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> catalogue = cm.Catalogue.create()
            /// >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Floods", "winners": 2}])
            /// >>> catalogue.challenges.to_pandas(fields=["id", "winners"]).to_dict("records")
            /// [{'id': 'c1', 'winners': 2}]
        }
        to_polars: {
            /// Return the challenges as a polars DataFrame: one row each, by id.
            ///
            /// Parameters
            /// ----------
            /// fields
            ///     The fields that become columns, by name; all of them by default. See
            ///     `Solutions.to_pandas`.
            ///
            /// Examples
            /// --------
            /// >>> import citymatch as cm
            /// >>> catalogue = cm.Catalogue.create()
            /// >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Floods downtown"}])
            /// >>> catalogue.challenges.to_polars(fields="title").rows()
            /// [('Floods downtown',)]
        }
    }
}
