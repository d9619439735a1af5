//! Asks that are no calls have no frame.

use citymatch::text::ask_and_frame;
use citymatch::{Language, Record};
use citymatch_tests::collection::Collection;
use citymatch_tests::demo;

#[test]
fn a_clean_ask_is_all_ask() {
    let collections = ["xquad_xl", "xquad_long", "xquad_same", "faquad"].map(Collection::read);
    let of_collections = collections.into_iter().flat_map(|collection| collection.challenges);
    let of_demo = [demo::challenges(), demo::translations(), demo::unanswered()];
    for challenge in of_demo.into_iter().flatten().chain(of_collections) {
        let texts: Vec<&str> = challenge.texts().into_iter().map(|(_, text)| text).collect();
        for language in Language::ALL {
            let found = ask_and_frame(None, &texts.join("\n"), Some(*language));
            let frame: Vec<_> = found.iter().filter(|sentence| sentence.is_frame).collect();
            assert!(frame.is_empty(), "{}: {frame:?}", challenge.id);
        }
    }
}
