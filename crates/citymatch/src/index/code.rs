//! A term's count in a record and the record's length, as one byte: what scores are defined on.
//!
//! Counts are weighted counts: a word of a field that counts double counts twice, in counts and in
//! lengths.

/// The highest count that is told apart; more counts the same.
pub(crate) const COUNTS: u32 = 7;
/// How many lengths are told apart.
const LENGTHS: u32 = 36;
/// How many pairs of a count and a length there are.
pub(crate) const CODES: usize = (COUNTS * LENGTHS) as usize;

/// The lengths that are told apart: 8 · 2^(i/4), rounded to whole words, from 8 to 3,444.
const BUCKETS: [u32; LENGTHS as usize] = [
    8, 10, 11, 13, 16, 19, 23, 27, 32, 38, 45, 54, 64, 76, 91, 108, 128, 152, 181, 215, 256, 304,
    362, 431, 512, 609, 724, 861, 1024, 1218, 1448, 1722, 2048, 2435, 2896, 3444,
];

/// The index of the length that stands for `length`: the nearest one, the smaller of two as near.
pub(crate) fn fieldnorm_id(length: u32) -> u8 {
    let above = BUCKETS.partition_point(|bucket| *bucket < length);
    let nearest = match (above.checked_sub(1), BUCKETS.get(above)) {
        (Some(below), Some(bucket)) if length - BUCKETS[below] <= bucket - length => below,
        (Some(below), None) => below,
        _ => above,
    };
    u8::try_from(nearest).expect("there are 36 buckets")
}

/// The code of a count (1 or more) in a record of a length.
pub(crate) fn code(count: u32, bucket: u8) -> u8 {
    let count = count.clamp(1, COUNTS) - 1;
    u8::try_from(u32::from(bucket) * COUNTS + count).expect("252 codes fit a byte")
}

/// The count and the length that a code stands for.
pub(crate) fn decode(code: u8) -> (u32, u32) {
    let code = u32::from(code);
    (code % COUNTS + 1, BUCKETS[(code / COUNTS) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buckets_are_the_formula_and_fit_a_byte() {
        for (i, bucket) in BUCKETS.iter().enumerate() {
            let exact = 8.0 * 2_f64.powf(f64::from(u32::try_from(i).unwrap()) / 4.0);
            assert!((f64::from(*bucket) - exact).abs() <= 0.5, "{i}");
        }
        assert_eq!(CODES, 252);
    }

    #[test]
    fn a_length_takes_the_nearest_bucket() {
        for (name, length, expected) in [
            ("none", 0, 8),
            ("shortest", 8, 8),
            ("between_the_smaller_wins", 9, 8),
            ("nearer_above", 12, 11),
            ("exact", 256, 256),
            ("nearer_below", 279, 256),
            ("nearer_above_again", 281, 304),
            ("longest", 3_444, 3_444),
            ("endless", u32::MAX, 3_444),
        ] {
            assert_eq!(decode(code(1, fieldnorm_id(length))).1, expected, "{name}");
        }
    }

    #[test]
    fn codes_go_there_and_back() {
        for length in [1, 8, 60, 500, 9_999] {
            for count in [1, 2, 6, 7, 8, 1_000] {
                assert_eq!(
                    decode(code(count, fieldnorm_id(length))),
                    (count.min(COUNTS), BUCKETS[usize::from(fieldnorm_id(length))])
                );
            }
        }
    }
}
