//! A term's count in a document and the document's length, in one byte.
//!
//! Ranking reads one such byte for each posting, so a posting list is small, and all possible
//! values of a formula fit a table. The length is rounded, as in Lucene, and counts above 7 count
//! as 7; the scores are defined by these rounded numbers.
//!
//! Counts and lengths are weighted: a word in a field with weight 2 counts twice in both.

/// The highest count; higher ones are stored as this one.
pub(crate) const COUNTS: u32 = 7;
/// The number of rounded lengths.
const LENGTHS: u32 = 36;
/// The number of pairs of a count and a rounded length.
pub(crate) const CODES: usize = (COUNTS * LENGTHS) as usize;

/// The rounded lengths: 8 · 2^(i/4), as whole words, from 8 to 3,444.
const ROUNDED_LENGTHS: [u32; LENGTHS as usize] = [
    8, 10, 11, 13, 16, 19, 23, 27, 32, 38, 45, 54, 64, 76, 91, 108, 128, 152, 181, 215, 256, 304,
    362, 431, 512, 609, 724, 861, 1024, 1218, 1448, 1722, 2048, 2435, 2896, 3444,
];

/// The place in [`ROUNDED_LENGTHS`] of the nearest length, of two equally near ones the smaller.
pub(crate) fn fieldnorm_id(length: u32) -> u8 {
    let above = ROUNDED_LENGTHS.partition_point(|rounded| *rounded < length);
    let nearest = match (above.checked_sub(1), ROUNDED_LENGTHS.get(above)) {
        (Some(below), Some(next)) if length - ROUNDED_LENGTHS[below] <= next - length => below,
        (Some(below), None) => below,
        _ => above,
    };
    u8::try_from(nearest).expect("there are 36 rounded lengths")
}

/// The code of a count, 1 or more, in a document whose length has this [`fieldnorm_id`].
pub(crate) fn code(count: u32, fieldnorm_id: u8) -> u8 {
    let count = count.clamp(1, COUNTS) - 1;
    u8::try_from(u32::from(fieldnorm_id) * COUNTS + count)
        .expect("36 lengths and 7 counts have 252 codes, which fit a byte")
}

/// The code of a single occurrence in the longest documents.
pub(crate) const LONGEST: u8 = 245;

/// The code of a single occurrence in a document of the length that a code has.
pub(crate) fn of_one(code: u8) -> u8 {
    let count = u32::from(code) % COUNTS;
    u8::try_from(u32::from(code) - count).expect("it is not more than the code")
}

/// The count and the rounded length of a code.
pub(crate) fn decode(code: u8) -> (u32, u32) {
    let code = u32::from(code);
    (code % COUNTS + 1, ROUNDED_LENGTHS[(code / COUNTS) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_lengths_are_the_formula_and_codes_fit_a_byte() {
        for (i, rounded) in ROUNDED_LENGTHS.iter().enumerate() {
            let exact = 8.0 * 2_f64.powf(f64::from(u32::try_from(i).unwrap()) / 4.0);
            assert!((f64::from(*rounded) - exact).abs() <= 0.5, "{i}");
        }
        assert_eq!(CODES, 252);
    }

    #[test]
    fn a_length_is_rounded_to_the_nearest_one() {
        for (name, length, expected) in [
            ("none", 0, 8),
            ("shortest", 8, 8),
            ("between_the_smaller_wins", 9, 8),
            ("nearer_above", 12, 11),
            ("exact", 256, 256),
            ("nearer_below", 279, 256),
            ("nearer_above_again", 281, 304),
            ("longest", 3_444, 3_444),
            ("largest_number", u32::MAX, 3_444),
        ] {
            assert_eq!(decode(code(1, fieldnorm_id(length))).1, expected, "{name}");
        }
        assert_eq!(code(1, fieldnorm_id(u32::MAX)), LONGEST);
    }

    #[test]
    fn a_code_is_decoded_to_its_count_and_length() {
        for length in [1, 8, 60, 500, 9_999] {
            for count in [1, 2, 6, 7, 8, 1_000] {
                assert_eq!(
                    decode(code(count, fieldnorm_id(length))),
                    (count.min(COUNTS), ROUNDED_LENGTHS[usize::from(fieldnorm_id(length))])
                );
                let one = code(1, fieldnorm_id(length));
                assert_eq!(of_one(code(count, fieldnorm_id(length))), one);
            }
        }
    }
}
