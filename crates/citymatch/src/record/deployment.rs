use serde_json::{Map, Value as Json};

use super::country::Country;
use super::field::{Field, FieldError, Item, json_text, named_enum};
use super::year::Year;

named_enum! {
    /// The state of a deployment. Words for it in Spanish, Portuguese and English are read too.
    DeploymentStatus {
        /// It has not begun.
        Planned = "planned" [
            "planificado", "planeado", "previsto", "planejado", "prevista", "planeada",
        ],
        /// It is in use.
        Active = "active" [
            "activo", "activa", "ativo", "ativa", "running", "en curso", "em curso", "em andamento",
            "ongoing", "en operacion", "em operacao",
        ],
        /// It ended as planned.
        Completed = "completed" [
            "completado", "completada", "terminado", "concluido", "concluida", "finalizado",
            "finished",
        ],
        /// It ended, and nothing is known of its success.
        Closed = "closed" ["cerrado", "cerrada", "encerrado", "encerrada"],
        /// It ended without success.
        Failed = "failed" ["fracasado", "fracassado", "fallido", "falhou", "fracaso"],
    }
}

/// A place where a solution was put to use.
///
/// # Examples
/// ```
/// use citymatch::{Country, record::{Deployment, DeploymentStatus}};
/// let mut quito = Deployment::default();
/// quito.city = "Quito".to_owned();
/// quito.country = "EC".parse::<Country>().ok();
/// quito.status = Some(DeploymentStatus::Active);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Deployment {
    /// The city; empty when unknown.
    pub city: String,
    /// The country; `None` when unknown.
    pub country: Option<Country>,
    /// The year in which it began; `None` when unknown.
    pub year: Option<Year>,
    /// Its state; `None` when unknown.
    pub status: Option<DeploymentStatus>,
}

impl Item for Deployment {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
        let Json::Object(fields) = json else {
            return Err(FieldError::new(
                at,
                json_text(json),
                "an object of `city`, `country`, `year`, `status`",
            ));
        };
        let field = |name: &str| (fields.get(name).unwrap_or(&Json::Null), format!("{at}.{name}"));
        let read = Self {
            city: {
                let (json, at) = field("city");
                Field::read(json, &at)?
            },
            country: {
                let (json, at) = field("country");
                Field::read(json, &at)?
            },
            year: {
                let (json, at) = field("year");
                Field::read(json, &at)?
            },
            status: {
                let (json, at) = field("status");
                Field::read(json, &at)?
            },
        };
        Ok(read)
    }

    fn write_item(&self) -> Json {
        let values = [
            ("city", self.city.write()),
            ("country", self.country.write()),
            ("year", self.year.write()),
            ("status", self.status.write()),
        ];
        let present =
            values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Json::Object(present.collect::<Map<_, _>>())
    }
}
