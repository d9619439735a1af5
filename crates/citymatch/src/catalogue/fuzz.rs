//! Fuzz target of `citymatch.json`, by which a folder says that it is a catalogue.

use bolero::check;

use super::format;
use crate::engine::FORMAT_FILE;

#[test]
fn citymatch_json() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    check!(name = "citymatch_json").with_iterations(100).for_each(|bytes| {
        std::fs::write(folder.join(FORMAT_FILE), bytes).unwrap();
        if let Ok(read) = format::read(folder) {
            let written = serde_json::to_vec(&read).unwrap();
            std::fs::write(folder.join(FORMAT_FILE), written).unwrap();
            assert_eq!(format::read(folder).unwrap(), read);
        }
    });
}
