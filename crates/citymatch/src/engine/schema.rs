//! The fields of the engine's index, and how a record becomes a document of them. The only file
//! that knows them.

use std::any::Any;

use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions, document::Value as _,
};

use super::attributes::AttributeFields;
use crate::record::{Kind, Language, Record, Solution};
use crate::text::AnalysedRecord;

/// The fields by name.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// The record's id, as one term and as a column.
    pub(crate) id: Field,
    /// The terms of a solution, each with its form: which there are, not how often.
    pub(crate) tokens: Field,
    kind: Field,
    language: Field,
    length: Field,
    attributes: AttributeFields,
    record: Field,
}

/// Names of the columns.
pub(crate) const ID: &str = "id";
pub(crate) const KIND: &str = "kind";
pub(crate) const LANGUAGE: &str = "language";
pub(crate) const LENGTH: &str = "length";

/// What stands in the column of languages for a record without one.
const NO_LANGUAGE: u64 = 0;

impl Fields {
    pub(crate) fn new() -> Self {
        let one_term = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let words = one_term.clone().set_tokenizer("whitespace");
        let column = NumericOptions::default().set_fast();
        let mut builder = SchemaBuilder::default();
        let fields = (
            builder.add_text_field(
                ID,
                TextOptions::default().set_indexing_options(one_term).set_fast("raw"),
            ),
            builder.add_text_field("tokens", TextOptions::default().set_indexing_options(words)),
            builder.add_u64_field(KIND, column.clone()),
            builder.add_u64_field(LANGUAGE, column.clone()),
            builder.add_u64_field(LENGTH, column),
            builder.add_bytes_field("record", tantivy::schema::STORED),
        );
        let attributes = AttributeFields::new(&mut builder);
        let (id, tokens, kind, language, length, record) = fields;
        Self { schema: builder.build(), id, tokens, kind, language, length, attributes, record }
    }

    /// The document of a record, with what a solution says: everything that is stored of it.
    pub(crate) fn document<R: Record>(
        &self,
        record: &R,
        language: Option<Language>,
        content: Option<&AnalysedRecord>,
    ) -> TantivyDocument {
        let json = serde_json::to_vec(&record.to_json())
            .expect("a JSON object of JSON values is written without an error");
        let (mut length, mut tokens) = (0, String::new());
        for sentence in content.into_iter().flat_map(|content| &content.sentences) {
            length += u64::from(sentence.weight) * sentence.terms.len() as u64;
            tokens.push_str(sentence.terms.as_str());
        }
        let mut document = TantivyDocument::default();
        document.add_text(self.id, record.id());
        document.add_u64(self.kind, kind_code(R::KIND));
        document.add_u64(
            self.language,
            language.map_or(NO_LANGUAGE, |language| language.definition().storage_code),
        );
        document.add_u64(self.length, length);
        document.add_bytes(self.record, &json);
        document.add_text(self.tokens, tokens);
        if let Some(solution) = (record as &dyn Any).downcast_ref::<Solution>() {
            self.attributes.add(&mut document, solution);
        }
        document
    }

    /// The stored JSON of a record's document.
    pub(crate) fn json<'d>(&self, document: &'d TantivyDocument) -> Option<&'d [u8]> {
        document.get_first(self.record).and_then(|value| value.as_bytes())
    }
}

pub(crate) fn kind_code(kind: Kind) -> u64 {
    match kind {
        Kind::Solution => 0,
        Kind::Challenge => 1,
    }
}
