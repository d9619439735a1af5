//! The values that options of several commands have in common, and how they are read.

use std::str::FromStr;
use std::time::Duration;

use citymatch::{Signal, Weights, matcher::THREADS_LIMIT, record::FieldError};
use clap::ValueEnum;

/// The kinds of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// What others have built
    Solutions,
    /// What cities need
    Challenges,
}

/// A whole number, 1 or more.
pub(crate) fn positive(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| "expected a whole number, 1 or more".to_owned())
}

/// A number of threads.
pub(crate) fn threads(text: &str) -> Result<usize, String> {
    positive(text)
        .ok()
        .filter(|number| *number <= THREADS_LIMIT)
        .ok_or_else(|| format!("expected a whole number from 1 to {THREADS_LIMIT}"))
}

/// A value of a record's field, such as a country, in any of the words that files may use for it.
pub(crate) fn value<T: FromStr<Err = FieldError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: FieldError| format!("expected {}", error.expected))
}

/// Weights as `words=1,meaning=.5`; signals that are not named count 0.
pub(crate) fn weights(text: &str) -> Result<Weights, String> {
    let weight = |part: &str| {
        let (signal, number) =
            part.split_once('=').ok_or("expected SIGNAL=NUMBER, or several with commas between")?;
        let signal: Signal = value(signal.trim())?;
        let number: f64 =
            number.trim().parse().map_err(|_| format!("expected a number after `{signal}=`"))?;
        Ok((signal, number.into()))
    };
    let weights: Vec<_> = text.split(',').map(weight).collect::<Result<_, String>>()?;
    Weights::new(weights).map_err(|error| error.to_string())
}

/// Longer than any edit takes: a week.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A time in seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds
        .filter(|wait| *wait <= LONGEST_WAIT)
        .ok_or_else(|| format!("expected a number of seconds, 0 to {}", LONGEST_WAIT.as_secs()))
}

/// A number from 0 to 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

#[cfg(test)]
mod tests {
    use citymatch::{Country, Weight};

    use super::*;

    #[test]
    fn weights_are_signals_and_numbers() {
        let found = weights("words=1, meaning = .5").unwrap();
        assert_eq!(found.get(Signal::Words), Weight::from(1.0));
        assert_eq!(found.get(Signal::Meaning), Weight::from(0.5));
        assert_eq!(found.get(Signal::Related), Weight::from(0.0));
        for (name, text, expected) in [
            ("no_number", "words", "SIGNAL=NUMBER"),
            ("no_signal", "=1", "one of `words`"),
            ("unknown_signal", "wrods=1", "one of `words`"),
            ("not_a_number", "words=viel", "a number after `words=`"),
            ("negative", "words=-1", "a number, 0 or more"),
            ("not_finite", "words=inf", "a number, 0 or more"),
            ("trailing_comma", "words=1,", "SIGNAL=NUMBER"),
            ("empty", "", "SIGNAL=NUMBER"),
        ] {
            let error = weights(text).unwrap_err();
            assert!(error.contains(expected), "{name}: {error}");
        }
    }

    #[test]
    fn values_are_read_as_in_files() {
        assert_eq!(value::<Country>("Brasil").map(Country::name), Ok("BR"));
        assert!(value::<Country>("Atlantis").unwrap_err().starts_with("expected a country"));
    }
}
