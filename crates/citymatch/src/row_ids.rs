use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use crate::record::Record;

/// Gives ids to records that have none, from what the records say.
///
/// The same record gets the same id in every file and at every place in it, so that a form's export
/// can be added again when it has grown. A record that has been corrected gets another id. Exact
/// copies get a number behind it: `row-0f3c5ad6b1c2d3e4`, `row-0f3c5ad6b1c2d3e4-2`.
///
/// # Examples
/// ```
/// use citymatch::{Solution, ingest::RowIds};
/// let mut ids = RowIds::default();
/// let mut wells = Solution::new("", "Wells");
/// ids.assign(&mut wells);
/// assert!(wells.id.as_str().starts_with("row-"));
/// ```
#[derive(Debug, Default)]
pub struct RowIds {
    /// How many records had each content.
    seen: HashMap<u64, u64>,
}

impl RowIds {
    /// Gives the record an id if it has none.
    pub fn assign<R: Record>(&mut self, record: &mut R) {
        if !record.id().as_ref().is_empty() {
            return;
        }
        let content = hash(canonical(record.to_json()).to_string().as_bytes());
        let copies = self.seen.entry(content).or_default();
        *copies += 1;
        let number = if *copies > 1 { format!("-{copies}") } else { String::new() };
        record.set_id(format!("row-{content:016x}{number}").into());
    }
}

/// An object whose names are in order, so that the order of columns does not matter.
fn canonical(object: Map<String, Json>) -> Json {
    let mut fields: Vec<_> = object.into_iter().collect();
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    Json::Object(fields.into_iter().collect())
}

/// The 64-bit FNV-1a hash: ids have to be the same in every version and on every machine.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Solution;

    #[test]
    fn ids_come_from_the_content_alone() {
        let mut ids = RowIds::default();
        let mut id = |json| {
            let mut record = Solution::read(json).unwrap();
            ids.assign(&mut record);
            record.id.to_string()
        };
        let first = id(serde_json::json!({"title": "Pozos", "x": 1, "Etapa": "a"}));
        let copy = id(serde_json::json!({"Etapa": "a", "title": "Pozos", "x": 1}));
        let other = id(serde_json::json!({"title": "Pozos", "x": 2}));
        assert_eq!(copy, format!("{first}-2"));
        assert!(!other.starts_with(&first), "{other}");
        assert_eq!(id(serde_json::json!({"id": "s1", "title": "Pozos"})), "s1");
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
