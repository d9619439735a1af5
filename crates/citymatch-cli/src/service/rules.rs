//! The rules of eligibility as a request may have them.
//!
//! A rule that is not understood would bar or admit the wrong solutions without a word. So of strangers
//! exactly what the document says is taken, and everything else is refused.

use citymatch::Country;
use citymatch::record::Currency;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::request::{present, whole};
use super::schema::{CountryCode, CurrencyCode, Stage};

/// The rules that decide which solutions may be matched. A rule that is left out admits all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether it can be read matters: the record reads it again")]
pub(crate) struct Rules {
    /// The countries that a solution may come from, as ISO 3166-1 alpha-2 codes.
    #[serde(default)]
    #[schema(value_type = Vec<CountryCode>, required = false)]
    countries: Vec<Country>,
    /// The languages that it may be written in.
    #[serde(default)]
    #[schema(required = false)]
    languages: Vec<Language>,
    /// The stages that it may have.
    #[serde(default)]
    #[schema(required = false)]
    stages: Vec<Stage>,
    /// The kinds of organisation that may offer it.
    #[serde(default)]
    #[schema(required = false)]
    organisation_types: Vec<OrganisationType>,
    /// The most that it may cost.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Cost, required = false)]
    max_cost: Option<Cost>,
    /// The most years from its first year to the year of the challenge's deadline.
    #[serde(default, deserialize_with = "years")]
    #[schema(value_type = u32, required = false, maximum = 1000)]
    max_age_years: usize,
    /// Themes of which it must have every one.
    #[serde(default)]
    #[schema(required = false)]
    required_themes: Vec<String>,
    /// The ids of solutions that may not enter.
    #[serde(default)]
    #[schema(required = false)]
    excluded: Vec<String>,
    /// Organisations whose solutions may not enter.
    #[serde(default)]
    #[schema(required = false)]
    excluded_organisations: Vec<String>,
    /// What a rule does with a solution that does not say what it asks for.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Unknown, required = false)]
    unknown: Option<Unknown>,
}

fn years<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    let years = Some(whole(from)?).filter(|years| *years <= 1000);
    years.ok_or_else(|| D::Error::custom("`max_age_years` is a whole number from 0 to 1000"))
}

/// An amount of money.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether it can be read matters")]
pub(crate) struct Cost {
    #[schema(minimum = 0)]
    amount: f64,
    /// An ISO 4217 code.
    #[schema(value_type = CurrencyCode)]
    currency: Currency,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Language {
    Es,
    Pt,
    En,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrganisationType {
    Company,
    Ngo,
    City,
    University,
    Community,
    Individual,
    Consortium,
    Other,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unknown {
    Admit,
    Bar,
}
