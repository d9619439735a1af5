use std::fmt;

use serde_json::Value as Json;

use super::field::{FieldError, Item, json_text, read_whole};

/// A year of the calendar, 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(u16);

impl Year {
    /// A year, or `None` for 0 and for more than 9999.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(citymatch::record::Year::new(2017).unwrap().get(), 2017);
    /// assert!(citymatch::record::Year::new(0).is_none());
    /// ```
    #[must_use]
    pub fn new(year: u16) -> Option<Self> {
        (1..=9999).contains(&year).then_some(Self(year))
    }

    /// The year as a number.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Item for Year {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
        let year = read_whole(json).and_then(|year| u16::try_from(year).ok()).and_then(Self::new);
        year.ok_or_else(|| FieldError::new(at, json_text(json), "a year, 1 to 9999"))
    }

    fn write_item(&self) -> Json {
        Json::from(self.0)
    }
}
