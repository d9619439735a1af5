//! How results become JSON: [`Match`], [`Matches`], [`Run`] and [`Error`] as `serde` sees them.
//!
//! The other results derive `Serialize` where they are defined. These four do not: a match is
//! written with the challenge it belongs to, and an error by its kind and its message.

use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::error::Error;
use crate::matches::{Match, Matches, Run};

/// The JSON object of a match that is serialised alone: it does not know its challenge.
///
/// ```
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let matches = Matcher::new(&__doc_catalogue()?)?.find(&Challenge::new("c1", "lluvia"))?;
/// let json = serde_json::to_value(&matches[0]).expect("a match is JSON");
/// assert_eq!((&json["solution_id"], &json["rank"]), (&"s1".into(), &1.into()));
/// # Ok::<(), citymatch::Error>(())
/// ```
impl Serialize for Match {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MatchObject { challenge_id: None, found: self }.serialize(serializer)
    }
}

/// The JSON object of one challenge: `challenge_id`, `answered` (`true`, `false`, or `null` where
/// there is no verdict), and `matches`, best first. Each match has the four fields that
/// `citymatch match --format jsonl` writes: `challenge_id`, `solution_id`, `rank` and `score`.
///
/// ```
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let matches = Matcher::new(&__doc_catalogue()?)?.find(&Challenge::new("c1", "lluvia"))?;
/// let json = serde_json::to_value(&matches).expect("matches are JSON");
/// assert_eq!(json["challenge_id"], "c1");
/// assert_eq!(json["matches"][0]["solution_id"], "s1");
/// assert_eq!(json["matches"][0]["score"].as_f64(), Some(matches[0].score()));
/// # Ok::<(), citymatch::Error>(())
/// ```
impl Serialize for Matches {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Matches", 3)?;
        object.serialize_field("challenge_id", self.challenge_id())?;
        object.serialize_field("answered", &self.answered())?;
        object.serialize_field("matches", &MatchList(self))?;
        object.end()
    }
}

/// A JSON list with the object of each challenge's [`Matches`], in the order in which they were
/// asked.
impl Serialize for Run {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

/// A JSON object of the error's `kind`, as [`ErrorKind::name`](crate::ErrorKind::name) gives it,
/// and its one-line `message`.
///
/// ```
/// use citymatch::Catalogue;
/// let error = Catalogue::open("no/such/folder").unwrap_err();
/// let json = serde_json::to_value(&error).expect("an error is JSON");
/// assert_eq!(json["kind"], "no_catalogue");
/// assert_eq!(json["message"], error.to_string());
/// ```
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Error", 2)?;
        object.serialize_field("kind", self.kind().name())?;
        object.serialize_field("message", &self.to_string())?;
        object.end()
    }
}

/// A match, with its challenge where that is known.
struct MatchObject<'m> {
    challenge_id: Option<&'m str>,
    found: &'m Match,
}

impl Serialize for MatchObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = 3 + usize::from(self.challenge_id.is_some());
        let mut object = serializer.serialize_struct("Match", fields)?;
        if let Some(challenge_id) = self.challenge_id {
            object.serialize_field("challenge_id", challenge_id)?;
        }
        object.serialize_field("solution_id", self.found.id())?;
        object.serialize_field("rank", &self.found.rank())?;
        object.serialize_field("score", &self.found.score())?;
        object.end()
    }
}

/// The matches of one challenge as a list.
struct MatchList<'m>(&'m Matches);

impl Serialize for MatchList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let challenge_id = Some(self.0.challenge_id().as_str());
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for found in self.0 {
            list.serialize_element(&MatchObject { challenge_id, found })?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::eligibility::Reason;
    use crate::ingest::{AddReport, Rejected, Row, RowLocation};
    use crate::record::FieldError;
    use crate::{Catalogue, Challenge, Eligibility, Matcher, Search, Solution, Stage};

    fn json_of(value: &impl Serialize) -> Json {
        serde_json::to_value(value).unwrap()
    }

    fn matcher() -> Matcher {
        Matcher::new(&crate::__doc_catalogue().unwrap()).unwrap()
    }

    #[test]
    fn matches_have_the_fields_of_the_jsonl_format_and_the_verdict() {
        let matches =
            matcher().find(Search::new(&Challenge::new("c1", "lluvia")).limit(1)).unwrap();
        let score = matches[0].score();
        assert_eq!(
            json_of(&matches),
            json!({
                "challenge_id": "c1",
                "answered": null,
                "matches": [{"challenge_id": "c1", "solution_id": "s1", "rank": 1, "score": score}],
            })
        );
        assert_eq!(
            json_of(&matches[0]),
            json!({"solution_id": "s1", "rank": 1, "score": score}),
            "a match alone does not know its challenge"
        );
        // `match --format jsonl` writes the fields in this order.
        let text = serde_json::to_string(&matches).unwrap();
        assert!(
            text.contains(r#"[{"challenge_id":"c1","solution_id":"s1","rank":1,"score":"#),
            "{text}"
        );
    }

    #[test]
    fn the_verdict_is_true_false_or_null() {
        let cases = [
            ("too_short", "lluvia", json!(null)),
            ("answered", "jardines de lluvia retienen el agua en las aceras", json!(true)),
            ("not_answered", "clases de violín para jubilados de montaña", json!(false)),
        ];
        for (name, text, expected) in cases {
            let matches = matcher().find(Challenge::from_text(text)).unwrap();
            assert_eq!(json_of(&matches)["answered"], expected, "{name}");
        }
    }

    #[test]
    fn a_run_is_a_list_in_the_order_asked() {
        let challenges = [
            Challenge::new("c2", "agua"),
            Challenge::new("c1", "de la que").language(crate::Language::Spanish),
        ];
        let run = matcher().find_all(&challenges).unwrap();
        let json = json_of(&run);
        assert_eq!(json[0], json_of(&run[0]));
        assert_eq!(json[1], json!({"challenge_id": "c1", "answered": null, "matches": []}));
        assert_eq!(json.as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn an_addition_tells_where_each_row_came_from() {
        let catalogue = Catalogue::in_memory().unwrap();
        let near_miss = json!({"id": "s1", "title": "Dry toilets", "sumary": "No water."});
        let rows = [
            Solution::from_json(near_miss),
            Solution::from_json(json!({"id": "s2", "title": "t", "max": 1})),
            Err(FieldError::new("stage", "pilto", "one of `idea`")),
        ];
        let rows = rows
            .into_iter()
            .zip(2..)
            .map(|(record, row)| Row { location: RowLocation::in_file("s.csv", row), record });
        let report: AddReport = catalogue.add(rows).unwrap();
        assert_eq!(
            json_of(&report),
            json!({
                "added": 2,
                "replaced": 0,
                "rejected": [{
                    "file": "s.csv", "row": 4, "field": "stage", "value": "pilto",
                    "expected": "one of `idea`",
                    "message": "`s.csv`, row 4: `stage` cannot be `pilto` (expected one of `idea`)",
                }],
                "warnings": [{
                    "file": "s.csv", "row": 2, "field": "sumary", "known": "summary",
                    "message": "`s.csv`, row 2: unknown field `sumary` is kept as it is; \
                                did you mean `summary`?",
                }],
                "unclear": [],
                "copies": 0,
                "trimmed_ids": 0,
            })
        );
        let alone = Rejected::new(RowLocation::in_list(7), FieldError::new("id", "", "an id"));
        assert_eq!(json_of(&alone)["file"], json!(null));
        assert_eq!(json_of(&alone.location), json!({"file": null, "row": 7}));
        assert_eq!(json_of(&alone.error), json!({"field": "id", "value": "", "expected": "an id"}));
        assert_eq!(json_of(&report.warnings[0].1), json!({"field": "sumary", "known": "summary"}));
    }

    #[test]
    fn rules_and_reasons_have_the_names_of_files() {
        let rules = json!({"countries": ["BR"], "stages": ["pilot"], "max_age_years": 5});
        assert_eq!(json_of(&Eligibility::from_json(&rules).unwrap()), rules);
        assert_eq!(serde_json::from_value::<Eligibility>(rules.clone()).unwrap().to_json(), rules);
        assert_eq!(json_of(&Eligibility::default()), json!({}));
        let challenge =
            Challenge::new("c1", "lluvia").eligibility(Eligibility::new().stages([Stage::Scaling]));
        let barred = matcher().ineligible(&challenge).unwrap();
        let reasons: &[Reason] = &barred[0].reasons;
        assert_eq!(
            json_of(&reasons),
            json!([{"rule": "stages", "value": "pilot", "limits": ["scaling"], "unknown": null}])
        );
    }
}
