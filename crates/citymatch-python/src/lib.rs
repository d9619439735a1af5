//! The private native module of the Python package `citymatch`: it converts, calls and wraps, and
//! holds no algorithm.
#![allow(
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "docstrings are Python's, in numpy's style"
)]
#![allow(clippy::needless_pass_by_value, reason = "pyo3 hands arguments over by value")]

mod answer;
mod assign;
mod background;
mod batch;
mod calibrate;
mod call;
mod catalogue;
mod convert;
mod decisions;
mod diversity;
mod duplicates;
mod edit;
mod eligibility;
mod encoder;
mod error;
mod explanation;
mod fields;
mod frame;
mod gaps;
mod iterator;
mod matcher;
mod matches;
mod options;
mod origin;
mod plain;
mod position;
mod record;
mod record_matches;
mod records;
mod report;
mod results;
mod rows;
mod run;
mod table;
mod text;
mod views;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The native part of citymatch. Import `citymatch` instead.
#[pyo3::pymodule]
mod _citymatch {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::assign::Assignment;
    #[pymodule_export]
    use crate::calibrate::calibrate;
    #[pymodule_export]
    use crate::call::read_call;
    #[pymodule_export]
    use crate::catalogue::Catalogue;
    #[pymodule_export]
    use crate::edit::Edit;
    #[pymodule_export]
    use crate::eligibility::Eligibility;
    #[pymodule_export]
    use crate::eligibility::reason_text;
    #[pymodule_export]
    use crate::encoder::Encoder;
    #[pymodule_export]
    use crate::gaps::gaps;
    #[pymodule_export]
    use crate::matcher::Matcher;
    #[pymodule_export]
    use crate::matches::{Match, Matches};
    #[pymodule_export]
    use crate::record::{Challenge, Solution};
    #[pymodule_export]
    use crate::record_matches::{RecordMatch, RecordMatches};
    #[pymodule_export]
    use crate::records::{Records, read_challenges, read_solutions};
    #[pymodule_export]
    use crate::run::Run;
    #[pymodule_export]
    use crate::text::{detect_language, terms};
    #[pymodule_export]
    use crate::views::{Challenges, Solutions};

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        // A function that only the package itself calls.
        module.index()?.call_method1("remove", ("_reason_text",))?;
        let end = wrap_pyfunction!(crate::encoder::end, module)?;
        module.py().import("atexit")?.call_method1("register", (end,)).map(drop)
    }
}
