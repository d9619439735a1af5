/// A set of byte strings, each with a number, stored as a double array that is read where it lies.
///
/// The layout is darts-clone's, which sentencepiece uses for its character map. A unit is a
/// little-endian `u32`:
///
/// | bits | meaning |
/// |---|---|
/// | 0-7 | the byte that leads to this unit from its parent |
/// | 8 | a key ends here; its number lies in the unit at this one's base |
/// | 9 | the offset counts in steps of 256 |
/// | 10-30 | offset: base = this unit's index ^ offset; the child for a byte is the unit at base ^ byte |
/// | 31 | set in units that are no node: they hold a number (bits 0-30) or nothing |
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trie {
    units: &'static [[u8; 4]],
}

impl Trie {
    /// The double array in `bytes`; what is left over of four bytes is not read.
    pub(crate) const fn new(bytes: &'static [u8]) -> Self {
        Self { units: bytes.as_chunks().0 }
    }

    /// The keys that `text` begins with, shortest first: how long each is, and its number.
    #[inline]
    pub(crate) fn prefixes(self, text: &[u8]) -> impl Iterator<Item = (usize, u32)> {
        let mut node = self.unit(0).map_or(0, offset);
        let mut bytes = text.iter().enumerate();
        std::iter::from_fn(move || {
            for (i, &byte) in bytes.by_ref() {
                node ^= u32::from(byte);
                let unit = self.unit(node)?;
                if unit & 0x8000_00FF != u32::from(byte) {
                    return None;
                }
                node ^= offset(unit);
                if unit >> 8 & 1 == 1 {
                    return Some((i + 1, self.unit(node)? & 0x7FFF_FFFF));
                }
            }
            None
        })
    }

    #[inline]
    fn unit(self, index: u32) -> Option<u32> {
        self.units.get(index as usize).map(|&unit| u32::from_le_bytes(unit))
    }
}

#[inline]
fn offset(unit: u32) -> u32 {
    (unit >> 10) << ((unit & 0x200) >> 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` is 7 and `ab` is 9. The root's base is 0x100, that of `a` 0x200, that of `ab` 0x300.
    fn two_keys() -> Trie {
        let unit =
            |index: usize, base: usize, byte: u8| (index ^ base) << 10 | 1 << 8 | usize::from(byte);
        let (a, ab) = (0x100 ^ usize::from(b'a'), 0x200 ^ usize::from(b'b'));
        let mut units = vec![0x8000_0000; 0x400];
        units[0] = 0x100 << 10;
        units[a] = unit(a, 0x200, b'a');
        units[0x200] |= 7;
        units[ab] = unit(ab, 0x300, b'b');
        units[0x300] |= 9;
        let units =
            units.into_iter().flat_map(|unit| u32::try_from(unit).expect("32 bits").to_le_bytes());
        Trie::new(units.collect::<Vec<_>>().leak())
    }

    #[test]
    fn finds_every_key_that_begins_the_text() {
        struct Case {
            name: &'static str,
            text: &'static [u8],
            finds: &'static [(usize, u32)],
        }
        let cases = [
            Case { name: "nothing", text: b"", finds: &[] },
            Case { name: "one", text: b"a", finds: &[(1, 7)] },
            Case { name: "both", text: b"abc", finds: &[(1, 7), (2, 9)] },
            Case { name: "not_at_the_start", text: b"ba", finds: &[] },
            Case { name: "a_zero_byte_is_a_byte", text: b"a\0\0", finds: &[(1, 7)] },
        ];
        for case in cases {
            assert_eq!(
                two_keys().prefixes(case.text).collect::<Vec<_>>(),
                case.finds,
                "{}",
                case.name
            );
        }
    }

    #[test]
    fn an_empty_array_holds_no_key() {
        assert_eq!(Trie::new(&[]).prefixes(b"a").count(), 0);
    }
}
