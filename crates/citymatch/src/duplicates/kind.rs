use crate::record::field::named_enum;

named_enum! {
    /// What two records with the same text are to each other.
    ///
    /// # Examples
    /// ```
    /// use citymatch::duplicates::DuplicateKind;
    /// assert_eq!(DuplicateKind::Translation.name(), "translation");
    /// assert!(!DuplicateKind::Variant.is_duplicate());
    /// ```
    DuplicateKind {
        /// The same text in two languages.
        Translation = "translation",
        /// The same thing in one language, handed in again: copied, or edited.
        Resubmission = "resubmission",
        /// The same text about another thing, mostly in one language: another place, year or
        /// organisation. It is no duplicate.
        Variant = "variant",
    }
}

impl DuplicateKind {
    /// Whether the two are one thing: false for a variant.
    #[must_use]
    pub fn is_duplicate(self) -> bool {
        self != Self::Variant
    }
}
