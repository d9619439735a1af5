use super::field::named_enum;

named_enum! {
    /// The languages that citymatch analyses.
    ///
    /// Files name them `es`, `pt` and `en`; a region (`pt-BR`, `es_AR`) and the languages' names in
    /// each of the three are understood.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Language;
    /// assert_eq!("pt".parse(), Ok(Language::Portuguese));
    /// assert_eq!("Español".parse(), Ok(Language::Spanish));
    /// assert_eq!(Language::English.name(), "en");
    /// assert!("fr".parse::<Language>().is_err());
    /// ```
    Language {
        /// English, `en`.
        English = "en" ["english", "ingles", "eng", "en us", "en gb", "en ca", "en au", "en in"],
        /// Spanish, `es`.
        Spanish = "es" ["spanish", "espanol", "castellano", "espanhol", "spa", "es es", "es 419", "es ar", "es bo", "es cl", "es co",
            "es cr", "es cu", "es do", "es ec", "es gt", "es hn", "es mx", "es ni", "es pa", "es pe", "es pr", "es py", "es sv", "es us",
            "es uy", "es ve"],
        /// Portuguese, `pt`.
        Portuguese = "pt" ["portuguese", "portugues", "por", "pt br", "pt pt", "pt ao", "pt mz", "pt cv"],
    }
}
