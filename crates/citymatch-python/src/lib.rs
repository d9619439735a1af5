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
mod feedback;
mod fields;
mod frame;
mod gaps;
mod goals;
mod iterator;
mod matcher;
mod matches;
mod options;
mod origin;
mod page;
mod path;
mod plain;
mod position;
mod record;
mod record_matches;
mod records;
mod report;
mod results;
mod rows;
mod run;
mod statistics;
mod table;
mod text;
mod thesaurus;
mod views;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The native part of citymatch. Import `citymatch` instead.
///
/// It never relied on the lock of the interpreter: classes are frozen, and what changes is behind locks
/// of its own. So a Python without that lock need not bring it back.
#[pyo3::pymodule(gil_used = false)]
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
    use crate::feedback::{
        Features, evaluate_lists, fit_weights, interval, is_measure, p_value_of, read_judgements,
        read_rankings,
    };
    #[pymodule_export]
    use crate::frame::table_of_lists;
    #[pymodule_export]
    use crate::gaps::gaps;
    #[pymodule_export]
    use crate::goals::suggest_goals;
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
    use crate::statistics::{Statistics, answer_score};
    #[pymodule_export]
    use crate::text::{detect_language, terms};
    #[pymodule_export]
    use crate::thesaurus::themes;
    #[pymodule_export]
    use crate::views::{Challenges, Solutions};

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        // Functions that only the package itself calls.
        let names = module.index()?;
        for name in [
            "_reason_text",
            "_read_qrels",
            "_read_ranked_lists",
            "_is_measure",
            "_evaluate",
            "_interval",
            "_p_value",
            "_arrow_table",
            "_answer_score",
        ] {
            names.call_method1("remove", (name,))?;
        }
        let end = wrap_pyfunction!(crate::encoder::end, module)?;
        module.py().import("atexit")?.call_method1("register", (end,)).map(drop)
    }
}
