//! Lists of rising numbers, stored as the gaps between them in a code of variable length.
//!
//! A gap is the number of integers left out between two neighbours of the list. Each byte has seven
//! bits of the gap, the lowest first, and its highest bit says whether another byte follows. Most
//! gaps are below 128 and take one byte instead of four.

/// Adds the next number of a list. `last` is the one before it; `None` for the first.
pub(super) fn push(bytes: &mut Vec<u8>, last: Option<u32>, number: u32) {
    let mut gap = number - last.map_or(0, |last| last + 1);
    while gap >= 0x80 {
        bytes.push(gap.to_le_bytes()[0] | 0x80);
        gap >>= 7;
    }
    bytes.push(gap.to_le_bytes()[0]);
}

/// The numbers of a list. Damaged bytes give other numbers, or fewer.
pub(super) fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let (mut bytes, mut next) = (bytes.iter(), 0_u32);
    std::iter::from_fn(move || {
        let (mut gap, mut shift) = (0_u32, 0);
        loop {
            let byte = *bytes.next()?;
            gap |= u32::from(byte & 0x7F).checked_shl(shift)?;
            if byte < 0x80 {
                break;
            }
            shift += 7;
        }
        let number = next.checked_add(gap)?;
        next = number.checked_add(1)?;
        Some(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_is_read_as_it_was_written(
            list in prop::collection::btree_set(0..u32::MAX, 0..200),
        ) {
            let (mut bytes, mut last) = (Vec::new(), None);
            for number in &list {
                push(&mut bytes, last, *number);
                last = Some(*number);
            }
            prop_assert!(numbers(&bytes).eq(list.iter().copied()));
        }

        #[test]
        fn damaged_bytes_give_some_rising_list(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let found: Vec<u32> = numbers(&bytes).collect();
            prop_assert!(found.is_sorted());
        }
    }
}
