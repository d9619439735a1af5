//! Finding the surface forms of a segment that equal a word but for accents: `niños` for `ninos`.
//!
//! A word without its accents may have another stem: `inundacion` has not that of `inundación`. So
//! forms are compared, not terms. Their numbers are stored in the order of their texts without
//! accents, in which a binary search finds those of a word.

use super::file::{Reader, StrColumn, U32Column, Writer};
use crate::ids::FormId;
use crate::text::without_accents;

/// The numbers of all forms, ordered by their texts without accents, then by number.
pub(super) struct FormsWithoutAccents(U32Column);

impl FormsWithoutAccents {
    /// The forms, out of all, that equal a word but for accents.
    pub(super) fn equal(&self, forms: &StrColumn, word: &str) -> Vec<FormId> {
        let word = without_accents(word);
        let text = |form: u32| without_accents(forms.get(form as usize));
        let first = self.0.partition_point(|form| text(form) < word);
        let found = self.0.iter_from(first).take_while(|form| text(*form) == word);
        let mut found: Vec<FormId> = found.map(FormId).collect();
        found.sort_unstable();
        found
    }

    pub(super) fn read(reader: &mut Reader, forms: usize) -> Option<Self> {
        let read: U32Column = reader.array()?;
        let fits = read.len() == forms && read.iter().all(|form| (form as usize) < forms);
        fits.then_some(Self(read))
    }
}

/// Writes the order of some forms.
pub(super) fn write<'t>(forms: impl Iterator<Item = &'t str>, writer: &mut Writer) {
    let mut order: Vec<_> = forms.map(without_accents).zip(0_u32..).collect();
    order.sort_unstable();
    writer.numbers(&order.iter().map(|(_, form)| *form).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_equal_a_word_but_for_accents() {
        // In the order of their terms, which is not that of the forms.
        let forms = ["ação", "año", "ano", "ninos", "anos", "niños", "inundación", "zu"];
        let mut writer = Writer::new();
        writer.texts(forms.into_iter());
        write(forms.into_iter(), &mut writer);
        let mut reader = Reader::of_file(&writer.into_file()).unwrap();
        let column = reader.texts().unwrap();
        let order = FormsWithoutAccents::read(&mut reader, forms.len()).unwrap();
        for (word, expected) in [
            ("ninos", &["ninos", "niños"][..]),
            ("niños", &["ninos", "niños"]),
            ("ano", &["año", "ano"]),
            ("acao", &["ação"]),
            ("inundacion", &["inundación"]),
            ("zü", &["zu"]),
            ("a", &[]),
            ("zz", &[]),
            ("", &[]),
        ] {
            let found = order.equal(&column, word);
            let found: Vec<&str> = found.iter().map(|form| column.get(form.index())).collect();
            assert_eq!(found, expected, "{word}");
        }
    }
}
