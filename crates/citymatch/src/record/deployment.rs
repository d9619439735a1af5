use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::country::Country;
use super::field::{Field, Item, Problems, json_text, named_enum, unclear};
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

/// The object that a record's `deployments` hold: only what is known.
impl Serialize for Deployment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write_item().serialize(serializer)
    }
}

/// Reads a part of an object.
fn part<T: Field>(fields: &Map<String, Json>, at: &str, name: &str, problems: &mut Problems) -> T {
    fields
        .get(name)
        .map_or_else(T::default, |json| T::read(json, &format!("{at}.{name}"), problems))
}

impl Item for Deployment {
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self> {
        let Json::Object(fields) = json else {
            let expected = "an object of `city`, `country`, `year`, `status`";
            return unclear(problems, at, json_text(json), expected);
        };
        Some(Self {
            city: part(fields, at, "city", problems),
            country: part(fields, at, "country", problems),
            year: part(fields, at, "year", problems),
            status: part(fields, at, "status", problems),
        })
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
