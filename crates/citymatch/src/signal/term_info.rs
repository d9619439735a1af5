//! What a snapshot has of a term.

/// A term of a snapshot, or what would be one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TermInfo {
    /// Its number in the first segment; none where it has not got it. Most catalogues have no
    /// other, and an ask has hundreds of terms.
    first: Option<u32>,
    /// In the others.
    others: Vec<Option<u32>>,
    /// How many live solutions have it.
    pub(crate) solutions: u64,
}

impl TermInfo {
    /// Its number in a segment, if that has it.
    pub(crate) fn number(&self, segment: usize) -> Option<u32> {
        segment.checked_sub(1).map_or(self.first, |other| self.others[other])
    }

    /// Adds what a segment has of it: segments come in their order.
    pub(crate) fn add(&mut self, segment: usize, number: Option<u32>, solutions: u64) {
        match segment {
            0 => self.first = number,
            _ => self.others.push(number),
        }
        self.solutions += solutions;
    }
}
