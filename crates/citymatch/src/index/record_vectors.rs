//! The vectors of single records, for a second look at the best ones with another encoder.
//!
//! The signals read the vectors of all documents at once, and so have them in tiles (`rows.rs`). A
//! second stage reads those of some thirty documents, each by itself, and most documents may have
//! none.

use citymatch_encoder::{Encoder, Quantised};
use ownedbytes::OwnedBytes;

use super::file::{Column, Reader, U32Column, Writer};
use super::text_vectors::{Texts, encode};
use crate::error::Error;
use crate::ids::DocId;
use crate::text::AnalysedRecord;

/// The vectors that an encoder gives to one record.
pub(crate) struct RecordVectors {
    pub(crate) sentences: Vec<Quantised>,
    pub(crate) whole: Quantised,
}

impl RecordVectors {
    /// The vectors of some records.
    pub(crate) fn encode(
        records: &[AnalysedRecord],
        encoder: &dyn Encoder,
    ) -> Result<Vec<Self>, Error> {
        let mut texts = Texts::new();
        for record in records {
            let sentences = record.sentences.iter().map(|sentence| sentence.text.as_str());
            let all = sentences.chain([record.full_text.as_str()]);
            texts.extend(all.map(|text| (text, record.language)));
        }
        let mut vectors = encode(&texts, encoder)?.into_iter();
        let own = |record: &AnalysedRecord| {
            let sentences = vectors.by_ref().take(record.sentences.len()).collect();
            let none = || Quantised::new(vec![0; encoder.size()]);
            Self { sentences, whole: vectors.next().unwrap_or_else(none) }
        };
        Ok(records.iter().map(own).collect())
    }

    /// The sentence that is nearest to a vector, of equally near ones the first, and the cosine;
    /// `None` for a record without sentences.
    pub(crate) fn max_sim(&self, query: &Quantised) -> Option<(usize, f64)> {
        let mut nearest: Option<(usize, f64)> = None;
        for (place, sentence) in self.sentences.iter().enumerate() {
            let found = sentence.cosine(query);
            if nearest.is_none_or(|(_, largest)| found > largest) {
                nearest = Some((place, found));
            }
        }
        nearest
    }
}

/// The vectors of the documents of a segment, in a file. Documents that were not encoded have none.
pub(crate) struct StoredRecordVectors {
    /// The start of each document's vectors, and the end of the last one's. The last vector of a
    /// document is that of its whole text.
    starts: U32Column,
    values: Column<1>,
    size: usize,
}

impl StoredRecordVectors {
    /// The file of the vectors of a segment's documents, of `size` values each.
    pub(crate) fn file(documents: &[Option<RecordVectors>], size: usize) -> OwnedBytes {
        let (mut starts, mut values) = (vec![0_u32], Vec::new());
        for document in documents {
            let vectors = document.iter().flat_map(|own| own.sentences.iter().chain([&own.whole]));
            vectors.for_each(|vector| values.extend(vector.values()));
            let end = u32::try_from(values.len() / size.max(1));
            starts.push(end.expect("a segment has fewer than 2^32 sentences"));
        }
        let mut writer = Writer::new();
        writer.numbers(&starts);
        writer.integers(values.len(), [values].into_iter());
        writer.into_file()
    }

    /// Reads what [`file`](Self::file) made; `None` if it is damaged.
    pub(crate) fn from_file(file: &OwnedBytes, documents: usize, size: usize) -> Option<Self> {
        let mut reader = Reader::of_file(file)?;
        let read = Self { starts: reader.array()?, values: reader.array()?, size };
        let rows = read.starts.last()?;
        let is_sound = reader.is_empty()
            && read.starts.len() == documents + 1
            && read.starts.is_sorted()
            && read.values.len() == rows * size;
        is_sound.then_some(read)
    }

    /// The vectors of a document, if it was encoded.
    pub(crate) fn get(&self, doc: DocId) -> Option<RecordVectors> {
        let start = self.starts.get(doc.index()) as usize;
        let end = self.starts.get(doc.index() + 1) as usize;
        let row = |row: usize| {
            Quantised::new(&self.values.integers()[row * self.size..(row + 1) * self.size])
        };
        let last = end.checked_sub(1).filter(|last| *last >= start)?;
        Some(RecordVectors { sentences: (start..last).map(row).collect(), whole: row(last) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(values: [i8; 3]) -> Quantised {
        Quantised::new(values.to_vec())
    }

    #[test]
    fn what_is_written_is_read_and_damage_is_seen() {
        let both = RecordVectors {
            sentences: vec![vector([1, 2, 3]), vector([0, -7, 1])],
            whole: vector([5, 0, 0]),
        };
        let bare = RecordVectors { sentences: Vec::new(), whole: vector([0, 0, 9]) };
        let file = StoredRecordVectors::file(&[None, Some(both), Some(bare)], 3);
        let read = StoredRecordVectors::from_file(&file, 3, 3).unwrap();
        assert!(read.get(DocId::new(0)).is_none());
        let second = read.get(DocId::new(1)).unwrap();
        assert_eq!(second.sentences[1].values(), [0, -7, 1]);
        assert_eq!(second.whole.values(), [5, 0, 0]);
        let found = second.max_sim(&vector([0, -1, 0])).unwrap();
        assert!(found.0 == 1 && found.1 > 0.98, "{found:?}");
        let third = read.get(DocId::new(2)).unwrap();
        assert!(third.sentences.is_empty() && third.max_sim(&vector([1, 0, 0])).is_none());
        for (name, documents, size) in [("documents", 2, 3), ("size", 3, 4)] {
            assert!(StoredRecordVectors::from_file(&file, documents, size).is_none(), "{name}");
        }
        for place in 0..file.len() {
            let mut damaged = file.to_vec();
            damaged[place] ^= 1;
            let damaged = OwnedBytes::new(damaged);
            assert!(StoredRecordVectors::from_file(&damaged, 3, 3).is_none(), "byte {place}");
        }
    }
}
