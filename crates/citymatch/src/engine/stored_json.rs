//! The JSON of a record as the engine stores it: behind a checksum of its own. The checksum of the
//! whole file is compared by `check` alone, as the file may be large; so that what a disk has
//! changed is still never taken for a record, each record is compared when it is read.

/// How many hexadecimal digits the checksum (CRC-32) has.
const DIGITS: usize = 8;

/// A record's JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StoredJson<'d> {
    pub(crate) json: &'d [u8],
    /// Whether it matches its checksum; `None` for records of format 4, which have none.
    pub(crate) is_whole: Option<bool>,
}

pub(super) fn with_checksum(json: &[u8]) -> Vec<u8> {
    let mut stored = digits(json);
    stored.extend_from_slice(json);
    stored
}

impl<'d> StoredJson<'d> {
    /// An object of JSON begins with a brace, which is no hexadecimal digit and no bit away from one:
    /// so the two forms are told from each other, also where one bit of them has flipped.
    pub(super) fn read(stored: &'d [u8]) -> Self {
        if stored.starts_with(b"{") {
            return Self { json: stored, is_whole: None };
        }
        let (checksum, json) = stored.split_at(DIGITS.min(stored.len()));
        Self { json, is_whole: Some(checksum == digits(json)) }
    }
}

fn digits(json: &[u8]) -> Vec<u8> {
    format!("{:0DIGITS$x}", crc32fast::hash(json)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &[u8] = br#"{"id":"s1","title":"\u00c1gua"}"#;

    #[test]
    fn what_is_stored_is_read() {
        for (name, stored, is_whole) in
            [("format_4", JSON.to_vec(), None), ("now", with_checksum(JSON), Some(true))]
        {
            assert_eq!(StoredJson::read(&stored), StoredJson { json: JSON, is_whole }, "{name}");
        }
        for (name, stored) in [("nothing", &b""[..]), ("cut", &b"0123"[..])] {
            assert_eq!(StoredJson::read(stored).is_whole, Some(false), "{name}");
        }
    }

    #[test]
    fn no_flipped_bit_is_whole() {
        let stored = with_checksum(JSON);
        for at in 0..stored.len() * 8 {
            let mut damaged = stored.clone();
            damaged[at / 8] ^= 1 << (at % 8);
            assert_eq!(StoredJson::read(&damaged).is_whole, Some(false), "bit {at}");
        }
    }
}
