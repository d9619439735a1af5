use super::field::named_enum;
use crate::language::Language;

named_enum! {
    /// The kind of organisation that offers a solution. Words for it in Spanish, Portuguese and
    /// English are read too.
    ///
    /// # Examples
    /// ```
    /// use citymatch::record::OrganisationType;
    /// assert_eq!("ONG".parse(), Ok(OrganisationType::Ngo));
    /// ```
    OrganisationType {
        /// A business of any size.
        Company = "company" [
            "empresa", "business", "startup", "start up", "firm", "compania", "companhia",
            "negocio", "sector privado", "setor privado", "private sector", "empresa privada",
            "private company", "sociedad anonima", "microempresa", "empresa emergente", "emprendimiento", "emprendimento", "pyme", "pme", "sme", "corporation",
            "social enterprise", "empresa social", "negocio social",
        ],
        /// A non-governmental organisation.
        Ngo = "ngo" [
            "ong", "osc", "ongd", "organizacion sin fines de lucro", "sin fines de lucro",
            "organizacao sem fins lucrativos", "sem fins lucrativos", "terceiro setor", "tercer sector",
            "organizacion de la sociedad civil", "organizacao da sociedade civil", "oscip", "nonprofit", "non profit", "non governmental organisation",
            "non governmental organization", "organizacion no gubernamental",
            "organizacao nao governamental", "sociedad civil", "sociedade civil", "civil society",
            "foundation", "fundacion", "fundacao", "asociacion civil", "asociacion", "associacao",
            "instituto",
        ],
        /// A city, a municipality, or one of its bodies.
        City = "city" [
            "ciudad", "cidade", "gobierno municipal", "governo municipal", "entidad publica", "poder publico", "municipality", "municipio", "municipalidad", "ayuntamiento",
            "alcaldia", "intendencia", "prefeitura", "camara municipal", "local government",
            "gobierno local", "governo local", "government", "gobierno", "governo", "public",
            "publico", "sector publico", "setor publico", "public sector",
        ],
        /// A university or a research institute.
        University = "university" [
            "universidad", "universidade", "universidad publica", "universidad privada",
            "institucion educativa", "centro de investigacion", "centro de pesquisa", "research centre",
            "research center", "academia", "academic", "academica", "academico",
            "research", "investigacion", "pesquisa", "research institute",
            "instituto de investigacion", "instituto de pesquisa",
        ],
        /// Neighbours, a cooperative, a group without legal form.
        Community = "community" [
            "comunidad", "comunidade", "cooperative", "cooperativa", "neighbours", "vecinos",
            "moradores", "colectivo", "coletivo", "grassroots", "organizacion comunitaria",
            "organizacao comunitaria", "community organisation",
        ],
        /// One person.
        Individual = "individual" [
            "persona", "pessoa", "person", "persona natural", "persona fisica", "pessoa fisica",
            "individuo", "particular",
        ],
        /// Several organisations together.
        Consortium = "consortium" [
            "consorcio", "alianza", "alianca", "alliance", "partnership",
            "asociacion publico privada", "ppp", "app",
        ],
        /// Any other kind.
        Other = "other" ["otro", "otra", "outro", "outra", "otros", "outros"],
    }
}

impl OrganisationType {
    /// What a language calls it.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Language, record::OrganisationType};
    /// assert_eq!(OrganisationType::City.name_in(Language::Portuguese), "cidade");
    /// ```
    #[must_use]
    pub fn name_in(self, language: Language) -> &'static str {
        let (english, spanish, portuguese) = match self {
            Self::Company => ("company", "empresa", "empresa"),
            Self::Ngo => ("NGO", "ONG", "ONG"),
            Self::City => ("city", "ciudad", "cidade"),
            Self::University => ("university", "universidad", "universidade"),
            Self::Community => ("community", "comunidad", "comunidade"),
            Self::Individual => ("individual", "persona", "pessoa"),
            Self::Consortium => ("consortium", "consorcio", "consórcio"),
            Self::Other => ("other", "otro", "outro"),
        };
        language.choose(english, spanish, portuguese)
    }
}
