//! The columns of a segment that rules of eligibility compare.

use std::sync::OnceLock;

use tantivy::SegmentReader;
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::{Field, NumericOptions, SchemaBuilder, TextOptions};
use tantivy::{TantivyDocument, TantivyError};

use super::location::Location;
use crate::error::Error;
use crate::ids::DocId;
use crate::record::key::normalise_key;
use crate::record::{Country, Currency, OrganisationType, Solution, Stage};

/// A column of texts. Each different text is stored once, and documents have its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextAttribute {
    Country,
    Stage,
    OrganisationType,
    Organisation,
    Currency,
    Themes,
}

/// A column of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberAttribute {
    Cost,
    Year,
}

impl TextAttribute {
    const ALL: [Self; 6] = [
        Self::Country,
        Self::Stage,
        Self::OrganisationType,
        Self::Organisation,
        Self::Currency,
        Self::Themes,
    ];

    fn column(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Stage => "stage",
            Self::OrganisationType => "organisation_type",
            Self::Organisation => "organisation",
            Self::Currency => "currency",
            Self::Themes => "themes",
        }
    }
}

impl NumberAttribute {
    const ALL: [Self; 2] = [Self::Cost, Self::Year];

    fn column(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Year => "year",
        }
    }
}

/// The fields of the attributes in the engine's schema.
#[derive(Clone, Debug)]
pub(super) struct AttributeFields {
    texts: [Field; TextAttribute::ALL.len()],
    numbers: [Field; NumberAttribute::ALL.len()],
}

impl AttributeFields {
    pub(super) fn new(builder: &mut SchemaBuilder) -> Self {
        let text = TextOptions::default().set_fast("raw");
        let number = NumericOptions::default().set_fast();
        Self {
            texts: TextAttribute::ALL
                .map(|attribute| builder.add_text_field(attribute.column(), text.clone())),
            numbers: NumberAttribute::ALL
                .map(|attribute| builder.add_f64_field(attribute.column(), number.clone())),
        }
    }

    /// Adds a solution's attributes to its document. The organisation and the themes are stored as
    /// rules compare them: without case and accents.
    pub(super) fn add(&self, document: &mut TantivyDocument, solution: &Solution) {
        let mut text = |attribute: TextAttribute, value: Option<&str>| {
            if let Some(value) = value {
                document.add_text(self.texts[attribute as usize], value);
            }
        };
        text(TextAttribute::Country, solution.country.map(Country::name));
        text(TextAttribute::Stage, solution.stage.map(Stage::name));
        let organisation_type = solution.organisation_type.map(OrganisationType::name);
        text(TextAttribute::OrganisationType, organisation_type);
        let organisation = Some(normalise_key(&solution.organisation));
        let organisation = organisation.filter(|organisation| !organisation.is_empty());
        text(TextAttribute::Organisation, organisation.as_deref());
        let currency = solution.cost.and_then(|cost| cost.currency).map(Currency::name);
        text(TextAttribute::Currency, currency);
        for theme in &solution.themes {
            text(TextAttribute::Themes, Some(&normalise_key(theme)));
        }
        let year = solution.year.map(|year| f64::from(year.get()));
        let numbers = [
            (NumberAttribute::Cost, solution.cost.map(|cost| cost.amount)),
            (NumberAttribute::Year, year),
        ];
        for (attribute, value) in numbers {
            if let Some(value) = value {
                document.add_f64(self.numbers[attribute as usize], value);
            }
        }
    }
}

/// The attributes of a segment's documents, dead or alive.
///
/// The engine keeps columns packed, and looking a value up takes some thirty nanoseconds. A rule is
/// checked for every document of a segment, so the first values of a column are unpacked when a rule
/// first needs them, and kept.
pub(crate) struct AttributeColumns {
    location: Location,
    documents: u32,
    texts: [Option<StrColumn>; TextAttribute::ALL.len()],
    numbers: [Column<f64>; NumberAttribute::ALL.len()],
    /// The number of each document's first text; [`NO_TEXT`] where it has none.
    first_texts: [OnceLock<Box<[u32]>>; TextAttribute::ALL.len()],
    /// Each document's number; not a number where it has none.
    first_numbers: [OnceLock<Box<[f64]>>; NumberAttribute::ALL.len()],
}

/// Stands for no text among the numbers of texts.
const NO_TEXT: u32 = u32::MAX;

impl AttributeColumns {
    pub(super) fn open(reader: &SegmentReader, location: &Location) -> Result<Self, TantivyError> {
        let columns = reader.fast_fields();
        let text = |attribute: TextAttribute| columns.str(attribute.column());
        let number = |attribute: NumberAttribute| columns.f64(attribute.column());
        let [country, stage, kind, organisation, currency, themes] = TextAttribute::ALL;
        let [cost, year] = NumberAttribute::ALL;
        Ok(Self {
            location: location.clone(),
            documents: reader.max_doc(),
            first_texts: Default::default(),
            first_numbers: Default::default(),
            texts: [
                text(country)?,
                text(stage)?,
                text(kind)?,
                text(organisation)?,
                text(currency)?,
                text(themes)?,
            ],
            numbers: [number(cost)?, number(year)?],
        })
    }

    /// The numbers of texts in a column. A text that no document has is left out.
    pub(crate) fn ordinals<'t>(
        &self,
        attribute: TextAttribute,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<Vec<u64>, Error> {
        let Some(column) = &self.texts[attribute as usize] else { return Ok(Vec::new()) };
        let mut ordinals = Vec::new();
        for text in texts {
            let ordinal = || column.dictionary().term_ord(text);
            ordinals.extend(self.location.read("reading attributes", ordinal)?);
        }
        Ok(ordinals)
    }

    /// The numbers of a document's texts in a column; empty if it has no value there.
    pub(crate) fn texts(&self, attribute: TextAttribute, doc: DocId) -> impl Iterator<Item = u64> {
        let column = self.texts[attribute as usize].as_ref();
        column.into_iter().flat_map(move |column| column.ords().values_for_doc(doc.0))
    }

    /// The number of a document's first text in a column.
    pub(crate) fn first_text(&self, attribute: TextAttribute, doc: DocId) -> Option<u64> {
        let all = self.first_texts[attribute as usize].get_or_init(|| {
            let column = self.texts[attribute as usize].as_ref();
            let first =
                |doc: u32| -> Option<u32> { u32::try_from(column?.ords().first(doc)?).ok() };
            (0..self.documents).map(|doc| first(doc).unwrap_or(NO_TEXT)).collect()
        });
        all.get(doc.index()).copied().filter(|text| *text != NO_TEXT).map(u64::from)
    }

    /// A document's value in a column of numbers.
    pub(crate) fn number(&self, attribute: NumberAttribute, doc: DocId) -> Option<f64> {
        let all = self.first_numbers[attribute as usize].get_or_init(|| {
            let first = |doc| self.numbers[attribute as usize].first(doc);
            (0..self.documents).map(|doc| first(doc).unwrap_or(f64::NAN)).collect()
        });
        all.get(doc.index()).copied().filter(|number| !number.is_nan())
    }
}
