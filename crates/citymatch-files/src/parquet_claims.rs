//! What a Parquet file claims to have: in the structs with which it describes itself, which are in
//! Thrift's compact form, and in pages of texts whose lengths are stored as differences.
//!
//! The library makes room for as many things as are claimed, and counts up to that number, so that some
//! hundred bytes may ask for more memory than a machine has, which would end the program. So what is
//! claimed is looked through before.

/// The most structs inside each other, as in the library.
const DEPTH: u8 = 64;

/// The most texts of a page: a hundred times as many as most have.
const TEXTS_LIMIT: u64 = 1 << 22;

/// What a struct says that describes a page. Other structs have something else in its place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PageClaims {
    /// The numbers of the fields 1 to 4: what kind of page it is, its bytes once it is unpacked, and
    /// its bytes as it is.
    numbers: [u64; 4],
    encoding: u64,
}

impl PageClaims {
    pub(crate) fn unpacked(&self) -> u64 {
        self.numbers[1]
    }

    pub(crate) fn packed(&self) -> u64 {
        self.numbers[2]
    }

    /// Whether it has texts whose lengths are stored as differences.
    pub(crate) fn has_lengths(&self) -> bool {
        [6, 7].contains(&self.encoding)
    }
}

/// Looks through the struct with which some bytes begin, and gives what it says of a page and its
/// length; `None` if it does not end, or has more than there are bytes.
pub(crate) fn look_through(bytes: &[u8]) -> Option<(PageClaims, usize)> {
    let mut rest = Rest(bytes);
    let claims = rest.skip_struct(DEPTH)?;
    Some((claims, bytes.len() - rest.0.len()))
}

/// Whether the lists of lengths with which some bytes begin have as many as that at most.
pub(crate) fn have_at_most(values: u64, lists: usize, bytes: &[u8]) -> bool {
    let mut rest = Rest(bytes);
    (0..lists).all(|_| rest.skip_lengths(values.min(TEXTS_LIMIT)).is_some())
}

/// What is left of the bytes.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number of seven bits a byte.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    fn skip_struct(&mut self, depth: u8) -> Option<PageClaims> {
        let (mut field, mut claims) = (0_u64, PageClaims::default());
        loop {
            let head = self.byte()?;
            let kind = head & 0x0F;
            // The number of a field is the step from the one before, or is written out.
            field = match head >> 4 {
                _ if kind == 0 => return Some(claims),
                0 => self.number()? >> 1,
                step => field.wrapping_add(u64::from(step)),
            };
            let index = usize::try_from(field).ok()?.wrapping_sub(1);
            match (kind, claims.numbers.get_mut(index)) {
                // Where they are negative, which is an error later, they are large here.
                (4..=6, Some(number)) => *number = self.number()? >> 1,
                (12, _) => {
                    let inner = self.skip_struct(depth.checked_sub(1)?)?;
                    // The two forms of pages of values.
                    match field {
                        5 => claims.encoding = inner.numbers[1],
                        8 => claims.encoding = inner.numbers[3],
                        _ => {}
                    }
                }
                _ => self.skip_value(kind, depth)?,
            }
        }
    }

    fn skip_value(&mut self, kind: u8, depth: u8) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => Some(()),
            3 => self.skip(1),
            4..=6 => self.number().map(drop),
            7 => self.skip(8),
            8 => {
                let length = self.number()?;
                self.skip(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
                self.skip_all(count, &[head & 0x0F], depth)
            }
            11 => {
                let count = self.number()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                self.skip_all(count, &[kinds >> 4, kinds & 0x0F], depth)
            }
            12 => self.skip_struct(depth).map(drop),
            13 => self.skip(16),
            _ => None,
        }
    }

    /// Skips lengths that are stored as differences in blocks, if they are so many at most.
    fn skip_lengths(&mut self, limit: u64) -> Option<()> {
        let [block, parts, count, _first] =
            [self.number()?, self.number()?, self.number()?, self.number()?];
        let part = block.checked_div(parts)?;
        if part == 0 || part % 32 != 0 || count > limit {
            return None;
        }
        let mut left = count.saturating_sub(1);
        while left > 0 {
            let _least = self.number()?;
            let widths = self.0.get(..usize::try_from(parts).ok()?)?;
            self.skip(parts)?;
            for width in widths {
                if left > 0 {
                    self.skip((part / 8).saturating_mul(u64::from(*width)))?;
                    left = left.saturating_sub(part);
                }
            }
        }
        Some(())
    }

    /// Skips as many values of each kind. Each takes a byte at least, but for truth values, which the
    /// library takes for nothing where it skips them: these structs have no lists of them.
    fn skip_all(&mut self, count: u64, kinds: &[u8], depth: u8) -> Option<()> {
        let is_sound =
            count <= self.0.len() as u64 && !kinds.iter().any(|kind| [1, 2].contains(kind));
        if count > 0 && !is_sound {
            return None;
        }
        for kind in (0..count).flat_map(|_| kinds) {
            self.skip_value(*kind, depth)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_are_looked_through_to_their_end() {
        for (name, bytes, found) in [
            ("empty", &[0][..], Some(([0, 0, 0], 1))),
            ("numbers", &[0x15, 10, 0x15, 0x80, 2, 0x15, 6, 0, 9], Some(([5, 128, 3], 8))),
            ("written_out", &[0x05, 6, 14, 0], Some(([0, 0, 7], 4))),
            ("text", &[0x18, 2, b'a', b'b', 0x15, 4, 0], Some(([0, 2, 0], 7))),
            ("texts", &[0x19, 0x28, 1, b'a', 0, 0], Some(([0, 0, 0], 6))),
            ("structs", &[0x1C, 0x15, 2, 0, 0x1B, 1, 0x58, 4, 0, 0], Some(([0, 0, 0], 10))),
            ("no_map", &[0x1B, 0, 0], Some(([0, 0, 0], 3))),
            ("cut", &[0x15, 10], None),
            ("long_text", &[0x18, 9, b'a', 0], None),
            ("long_list", &[0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0, 0], None),
            ("list_of_nothing", &[0x19, 0x32, 1, 1, 1, 0], None),
            ("long_map", &[0x1B, 0xFF, 0x7F, 0x58, 4, 0, 0], None),
            ("long_number", &[0x15, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0], None),
        ] {
            let claims = look_through(bytes);
            let claims = claims
                .map(|(page, length)| ([page.numbers[0], page.unpacked(), page.packed()], length));
            assert_eq!(claims, found, "{name}");
        }
        assert_eq!(look_through(&[0x1C; 100]), None);
        for (name, page, has_lengths) in [
            ("first_form", &[0x5C, 0x15, 2, 0x15, 14, 0, 0][..], true),
            ("second_form", &[0x8C, 0x45, 12, 0, 0], true),
            ("another", &[0x5C, 0x15, 2, 0x15, 0, 0, 0], false),
        ] {
            assert_eq!(look_through(page).unwrap().0.has_lengths(), has_lengths, "{name}");
        }
    }

    #[test]
    fn lengths_are_counted_before_there_is_room_for_them() {
        // Blocks of 128 in 4 parts; of 40 lengths the second part has the last 7, of a bit each.
        let forty = [0x80, 1, 4, 40, 10, 0, 0, 1, 9, 9, 1, 2, 3, 4];
        for (name, values, lists, bytes, fits) in [
            ("as_many", 40, 1, &forty[..], true),
            ("too_many", 39, 1, &forty, false),
            ("cut", 40, 1, &forty[..12], false),
            ("second_list", 40, 2, &[&forty[..], &forty].concat(), true),
            ("no_second_list", 40, 2, &forty, false),
            ("one", 1, 1, &[0x80, 1, 4, 1, 10], true),
            ("no_parts", 9, 1, &[0x80, 1, 0, 9, 10], false),
            ("no_block", 9, 1, &[0, 4, 9, 10], false),
            ("no_end", u64::MAX, 1, &[0x80, 1, 4, 255, 255, 255, 255, 1, 10], false),
        ] {
            assert_eq!(have_at_most(values, lists, bytes), fits, "{name}");
        }
    }
}
