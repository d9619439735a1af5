//! The numbers of documents, segments, terms and surface forms. Each is a type of its own, so that
//! one cannot be mistaken for another.

macro_rules! number {
    ($(#[$doc:meta])* $Number:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $Number(pub(crate) u32);

        impl $Number {
            /// The number of a place in a list. No list of the index has more than 2^32 entries,
            /// because the engine numbers its documents with 32 bits, and the files have starts of 32
            /// bits.
            pub(crate) fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("lists of the index have at most 2^32 entries"))
            }

            /// The place in a list.
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

number! {
    /// A document within its segment, dead or alive.
    DocId
}
number! {
    /// A segment within its snapshot.
    SegmentOrd
}
number! {
    /// A term within its segment: terms are numbered in the order of their texts.
    TermId
}
number! {
    /// A surface form within its segment: forms are numbered term by term, then by text.
    FormId
}
