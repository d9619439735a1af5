//! The sentences that tell an applicant why a solution may not enter, in each language.
//!
//! `{value}` stands for the solution's value, or for the currency of a cost that is not stated, and
//! `{limits}` for what the rule admits.

use crate::record::Language;

/// What is said of a rule that is not met, and of one for which the solution lacks the value.
type OfRule = [&'static str; 2];

/// The sentences of one language.
pub(super) struct Sentences {
    countries: OfRule,
    languages: OfRule,
    stages: OfRule,
    organisation_types: OfRule,
    max_cost: OfRule,
    max_age_years: OfRule,
    /// Where the call has no deadline from which an age could be counted.
    no_deadline: &'static str,
    required_themes: OfRule,
    excluded: OfRule,
    excluded_organisations: OfRule,
    /// What rules admit that contradict each other.
    pub(super) nothing: &'static str,
}

impl Sentences {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Spanish => &SPANISH,
            Language::Portuguese => &PORTUGUESE,
            Language::English => &ENGLISH,
        }
    }

    /// The sentence of a rule, by its name. `unknown` is what is not known, if something is not.
    pub(super) fn of_rule(&self, rule: &str, unknown: Option<&str>) -> &'static str {
        let [known, missing] = match rule {
            "countries" => self.countries,
            "languages" => self.languages,
            "stages" => self.stages,
            "organisation_types" => self.organisation_types,
            "max_cost" => self.max_cost,
            "max_age_years" => self.max_age_years,
            "required_themes" => self.required_themes,
            "excluded_organisations" => self.excluded_organisations,
            _ => self.excluded,
        };
        match unknown {
            None => known,
            Some("deadline") => self.no_deadline,
            Some(_) => missing,
        }
    }
}

static SPANISH: Sentences = Sentences {
    countries: [
        "La solución es de {value}, y la convocatoria admite: {limits}.",
        "La solución no dice de qué país es, y la convocatoria admite: {limits}.",
    ],
    languages: [
        "La solución está escrita en {value}, y la convocatoria admite: {limits}.",
        "No se sabe en qué idioma está escrita la solución, y la convocatoria admite: {limits}.",
    ],
    stages: [
        "La etapa de la solución es «{value}», y la convocatoria admite: {limits}.",
        "La solución no dice en qué etapa está, y la convocatoria admite: {limits}.",
    ],
    organisation_types: [
        "Presenta la solución una organización de tipo «{value}», y la convocatoria admite: {limits}.",
        "La solución no dice qué tipo de organización la presenta, y la convocatoria admite: {limits}.",
    ],
    max_cost: [
        "La solución cuesta {value}, y la convocatoria admite como máximo {limits}.",
        "La solución no indica un costo en {value}, y la convocatoria admite como máximo {limits}.",
    ],
    max_age_years: [
        "La solución tiene {value} años, y la convocatoria admite como máximo {limits}.",
        "La solución no dice en qué año comenzó, y la convocatoria admite como máximo {limits} años.",
    ],
    no_deadline: "La convocatoria no tiene fecha de cierre desde la que contar los años de la solución; admite como máximo {limits}.",
    required_themes: [
        "Los temas de la solución son: {value}. La convocatoria exige todos estos: {limits}.",
        "La solución no dice cuáles son sus temas, y la convocatoria exige todos estos: {limits}.",
    ],
    excluded: [
        "La convocatoria excluye esta solución ({value}).",
        "No se sabe si la convocatoria excluye esta solución.",
    ],
    excluded_organisations: [
        "La convocatoria excluye a la organización que presenta la solución ({value}).",
        "La solución no dice qué organización la presenta, y la convocatoria excluye a: {limits}.",
    ],
    nothing: "nada, porque sus reglas se contradicen",
};

static PORTUGUESE: Sentences = Sentences {
    countries: [
        "A solução é do seguinte país: {value}, e a chamada admite: {limits}.",
        "A solução não diz de que país é, e a chamada admite: {limits}.",
    ],
    languages: [
        "A solução está escrita em {value}, e a chamada admite: {limits}.",
        "Não se sabe em que idioma a solução está escrita, e a chamada admite: {limits}.",
    ],
    stages: [
        "A etapa da solução é “{value}”, e a chamada admite: {limits}.",
        "A solução não diz em que etapa está, e a chamada admite: {limits}.",
    ],
    organisation_types: [
        "Quem apresenta a solução é uma organização do tipo “{value}”, e a chamada admite: {limits}.",
        "A solução não diz que tipo de organização a apresenta, e a chamada admite: {limits}.",
    ],
    max_cost: [
        "A solução custa {value}, e a chamada admite no máximo {limits}.",
        "A solução não informa um custo em {value}, e a chamada admite no máximo {limits}.",
    ],
    max_age_years: [
        "A solução tem {value} anos, e a chamada admite no máximo {limits}.",
        "A solução não diz em que ano começou, e a chamada admite no máximo {limits} anos.",
    ],
    no_deadline: "A chamada não tem prazo a partir do qual contar os anos da solução; admite no máximo {limits}.",
    required_themes: [
        "Os temas da solução são: {value}. A chamada exige todos estes: {limits}.",
        "A solução não diz quais são os seus temas, e a chamada exige todos estes: {limits}.",
    ],
    excluded: [
        "A chamada exclui esta solução ({value}).",
        "Não se sabe se a chamada exclui esta solução.",
    ],
    excluded_organisations: [
        "A chamada exclui a organização que apresenta a solução ({value}).",
        "A solução não diz que organização a apresenta, e a chamada exclui: {limits}.",
    ],
    nothing: "nada, porque as suas regras se contradizem",
};

static ENGLISH: Sentences = Sentences {
    countries: [
        "The solution is from {value}, and the call admits: {limits}.",
        "The solution does not say which country it is from, and the call admits: {limits}.",
    ],
    languages: [
        "The solution is written in {value}, and the call admits: {limits}.",
        "It is not known in which language the solution is written, and the call admits: {limits}.",
    ],
    stages: [
        "The solution's stage is “{value}”, and the call admits: {limits}.",
        "The solution does not say at which stage it is, and the call admits: {limits}.",
    ],
    organisation_types: [
        "The solution comes from an organisation of the kind “{value}”, and the call admits: {limits}.",
        "The solution does not say what kind of organisation it comes from, and the call admits: {limits}.",
    ],
    max_cost: [
        "The solution costs {value}, and the call admits at most {limits}.",
        "The solution does not state a cost in {value}, and the call admits at most {limits}.",
    ],
    max_age_years: [
        "The solution is {value} years old, and the call admits at most {limits}.",
        "The solution does not say in which year it began, and the call admits at most {limits} years.",
    ],
    no_deadline: "The call has no deadline from which the solution's age could be counted; it admits at most {limits} years.",
    required_themes: [
        "The solution's themes are: {value}. The call requires all of: {limits}.",
        "The solution does not say what its themes are, and the call requires all of: {limits}.",
    ],
    excluded: [
        "The call excludes this solution ({value}).",
        "It is not known whether the call excludes this solution.",
    ],
    excluded_organisations: [
        "The call excludes the organisation that offers the solution ({value}).",
        "The solution does not say which organisation offers it, and the call excludes: {limits}.",
    ],
    nothing: "nothing, as its rules contradict each other",
};
