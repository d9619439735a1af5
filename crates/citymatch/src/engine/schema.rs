//! The fields of the engine's documents, and how a record becomes a document. No other file knows
//! the fields.

use std::any::Any;

use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions, document::Value as _,
};

use super::attributes::AttributeFields;
use super::stored_json::{self, StoredJson};
use crate::record::{Kind, Record, Solution};
use crate::text::{AnalysedRecord, Sentence};

/// The engine's schema, and the handles of its fields.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// The record's id, as one term and as a column.
    pub(crate) id: Field,
    kind: Field,
    language: Field,
    length: Field,
    attributes: AttributeFields,
    record: Field,
    /// Whether records are stored with a checksum of their own.
    has_checksums: bool,
}

/// The names of the columns.
pub(crate) const ID: &str = "id";
pub(crate) const KIND: &str = "kind";
pub(crate) const LANGUAGE: &str = "language";
pub(crate) const LENGTH: &str = "length";

/// The code of a record without a language.
const NO_LANGUAGE: u64 = 0;

impl Fields {
    pub(crate) fn new(has_checksums: bool) -> Self {
        let one_term = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let column = NumericOptions::default().set_fast();
        let mut builder = SchemaBuilder::default();
        let fields = (
            builder.add_text_field(
                ID,
                TextOptions::default().set_indexing_options(one_term).set_fast("raw"),
            ),
            builder.add_u64_field(KIND, column.clone()),
            builder.add_u64_field(LANGUAGE, column.clone()),
            builder.add_u64_field(LENGTH, column),
            builder.add_bytes_field("record", tantivy::schema::STORED),
        );
        let attributes = AttributeFields::new(&mut builder);
        let (id, kind, language, length, record) = fields;
        let schema = builder.build();
        Self { schema, id, kind, language, length, attributes, record, has_checksums }
    }

    /// The document of a record: everything of it that the engine stores.
    pub(crate) fn document<R: Record>(
        &self,
        record: &R,
        analysed: &AnalysedRecord,
    ) -> TantivyDocument {
        let json = serde_json::to_vec(&record.to_json())
            .expect("a JSON value has keys of text, and writing to memory does not fail");
        let weighted =
            |sentence: &Sentence| u64::from(sentence.weight) * sentence.terms.len() as u64;
        let length = analysed.sentences.iter().map(weighted).sum();
        let mut document = TantivyDocument::default();
        document.add_text(self.id, record.id());
        document.add_u64(self.kind, kind_code(R::KIND));
        document.add_u64(
            self.language,
            analysed.language.map_or(NO_LANGUAGE, |language| language.definition().storage_code),
        );
        document.add_u64(self.length, length);
        let stored = if self.has_checksums { stored_json::with_checksum(&json) } else { json };
        document.add_bytes(self.record, &stored);
        if let Some(solution) = (record as &dyn Any).downcast_ref::<Solution>() {
            self.attributes.add(&mut document, solution);
        }
        document
    }

    /// The stored JSON of a record's document.
    pub(crate) fn json<'d>(&self, document: &'d TantivyDocument) -> StoredJson<'d> {
        let stored = document.get_first(self.record).and_then(|value| value.as_bytes());
        StoredJson::read(stored.unwrap_or_default())
    }
}

/// The column of kinds, for who reads it without the engine's help.
pub(crate) mod kind_column {
    use super::{Kind, kind_code};

    pub(crate) const NAME: &str = super::KIND;

    /// The kind of a document with this code.
    pub(crate) fn kind(code: Option<u64>) -> Kind {
        match code {
            Some(code) if code == kind_code(Kind::Challenge) => Kind::Challenge,
            _ => Kind::Solution,
        }
    }
}

fn kind_code(kind: Kind) -> u64 {
    match kind {
        Kind::Solution => 0,
        Kind::Challenge => 1,
    }
}
