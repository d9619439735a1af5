//! The fields of the engine's index, and how a record becomes a document of them. The only file that knows them.

use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing, TextOptions, document::Value as _,
};
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::record::{Kind, Language, Record};
use crate::text::fields::{SOLUTION_WEIGHTS, weight};
use crate::text::{language_of, terms};

/// The fields by name.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// The record's id, as one term and as a column.
    pub(crate) id: Field,
    /// The terms of a solution, each as often as its fields' weights say.
    pub(crate) terms: Field,
    kind: Field,
    language: Field,
    length: Field,
    record: Field,
}

/// Names of the columns.
pub(crate) const ID: &str = "id";
pub(crate) const KIND: &str = "kind";
pub(crate) const LANGUAGE: &str = "language";
pub(crate) const LENGTH: &str = "length";

impl Fields {
    pub(crate) fn new() -> Self {
        let raw = TextFieldIndexing::default().set_tokenizer("raw").set_fieldnorms(false);
        let one_term = raw.clone().set_index_option(IndexRecordOption::Basic);
        let counted = raw.set_index_option(IndexRecordOption::WithFreqs);
        let column = NumericOptions::default().set_fast();
        let mut builder = SchemaBuilder::default();
        let fields = (
            builder.add_text_field(ID, TextOptions::default().set_indexing_options(one_term).set_fast("raw")),
            builder.add_text_field("terms", TextOptions::default().set_indexing_options(counted)),
            builder.add_u64_field(KIND, column.clone()),
            builder.add_u64_field(LANGUAGE, column.clone()),
            builder.add_u64_field(LENGTH, column),
            builder.add_bytes_field("record", tantivy::schema::STORED),
        );
        let (id, terms, kind, language, length, record) = fields;
        Self { schema: builder.build(), id, terms, kind, language, length, record }
    }

    /// The document of a record: everything that is stored of it.
    pub(crate) fn document<R: Record>(&self, record: &R) -> TantivyDocument {
        let language = language_of(record).map(|(language, _)| language);
        let tokens = if R::KIND == Kind::Solution { weighted_terms(record, language) } else { Vec::new() };
        let json = serde_json::to_vec(&record.to_json()).expect("a JSON object of JSON values is written without an error");
        let mut document = TantivyDocument::default();
        document.add_text(self.id, record.id());
        document.add_u64(self.kind, kind_code(R::KIND));
        document.add_u64(self.language, language_code(language));
        document.add_u64(self.length, tokens.len() as u64);
        document.add_bytes(self.record, &json);
        document.add_pre_tokenized_text(self.terms, PreTokenizedString { text: String::new(), tokens });
        document
    }

    /// The stored JSON of a record's document.
    pub(crate) fn json<'d>(&self, document: &'d TantivyDocument) -> Option<&'d [u8]> {
        document.get_first(self.record).and_then(|value| value.as_bytes())
    }
}

/// The solution's terms for the engine, each repeated as often as its field counts.
fn weighted_terms<R: Record>(record: &R, language: Option<Language>) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (field, text) in record.texts() {
        for term in terms(text, language) {
            for _ in 0..weight(&SOLUTION_WEIGHTS, field) {
                tokens.push(Token { text: term.text.clone(), position: tokens.len(), ..Token::default() });
            }
        }
    }
    tokens
}

pub(crate) fn kind_code(kind: Kind) -> u64 {
    match kind {
        Kind::Solution => 0,
        Kind::Challenge => 1,
    }
}

/// 0 is no language.
pub(crate) fn language_code(language: Option<Language>) -> u64 {
    match language {
        None => 0,
        Some(Language::English) => 1,
        Some(Language::Spanish) => 2,
        Some(Language::Portuguese) => 3,
    }
}

pub(crate) fn language_of_code(code: u64) -> Option<Language> {
    match code {
        1 => Some(Language::English),
        2 => Some(Language::Spanish),
        3 => Some(Language::Portuguese),
        _ => None,
    }
}
