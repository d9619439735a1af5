//! The text layer of a PDF as a document.
//!
//! `pdf-extract` reads it. Of eighteen files (`LibreOffice`, reportlab, fpdf2; two columns, page
//! headers, tables, ligatures, object streams, encrypted) it kept each line of text, each row of a
//! table on one line, and gaps as blank lines. `lopdf` alone breaks a table's row into its cells,
//! and `pdf_oxide` lost lines of the two columns and needs 95 crates more.
//!
//! It was not written for hostile files, so what it is given is checked first: pictures are taken
//! out, and so is what unpacks to too much or contains itself. What then still panics is one page,
//! and a thread of its own bounds the stack and the time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use flate2::read::ZlibDecoder;
use pdf_extract::{Dictionary, Document as Pdf, Error, Object, ObjectId, PlainTextOutput, Stream};

use super::Unreadable;
use super::document::Document;
use super::lines;
use crate::limits::Budget;

/// The most bytes that one part of a PDF may unpack to: its text's operators take 10 to 50 times
/// that in memory.
const PART_LIMIT: u64 = 8 << 20;
/// The most bytes that its parts may unpack to together.
const PARTS_LIMIT: u64 = 64 << 20;
/// How deep forms may lie in each other.
const FORM_DEPTH: usize = 8;
/// How many parents an object may have, one above the other: pages have some few.
const PARENTS: usize = 64;
/// Longer no PDF is read; a call of a hundred pages takes less than a second.
const TIME_LIMIT: Duration = Duration::from_secs(20);
const STACK: usize = 64 << 20;
const THREAD: &str = "citymatch-pdf";

/// Reads the text of a PDF. The notes say what was left out.
pub(super) fn read(bytes: Vec<u8>) -> Result<(Document, Vec<String>), Unreadable> {
    silence_its_panics();
    let (send, receive) = mpsc::channel();
    let thread = std::thread::Builder::new().name(THREAD.to_owned()).stack_size(STACK);
    let thread = thread.spawn(move || {
        // Nothing is shared with what panics, so that nothing is left half done.
        let text = catch_unwind(AssertUnwindSafe(|| text_of(&bytes)));
        let _ = send.send(text.unwrap_or_else(|_| Err(damaged())));
    });
    if thread.is_err() {
        return Err(Unreadable::new("a PDF", "memory for reading it"));
    }
    match receive.recv_timeout(TIME_LIMIT) {
        Ok(text) => text.map(|(text, notes)| (lines::read(&text), notes)),
        Err(RecvTimeoutError::Disconnected) => Err(damaged()),
        Err(RecvTimeoutError::Timeout) => Err(Unreadable::new(
            "a PDF that takes too long to read",
            format!("one that can be read within {} seconds", TIME_LIMIT.as_secs()),
        )),
    }
}

/// Lets no panic of the reading thread appear on stderr, for it becomes an error or a note. Panics
/// of other threads go to the hook that was there before.
fn silence_its_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some(THREAD) {
                before(panic);
            }
        }));
    });
}

fn damaged() -> Unreadable {
    Unreadable::new("a damaged PDF", "a whole file: this one is cut off or broken")
}

/// The text of all pages, a form feed between them.
fn text_of(bytes: &[u8]) -> Result<(String, Vec<String>), Unreadable> {
    if !unpacked_tables_fit(bytes) {
        return Err(too_much());
    }
    let mut pdf = Pdf::load_mem(bytes).map_err(|error| match error {
        Error::Decryption(_) | Error::InvalidPassword => password(),
        _ => damaged(),
    })?;
    if pdf.is_encrypted() {
        // One that may be read but not changed has an empty password.
        pdf.decrypt("").map_err(|_| password())?;
    }
    let mut notes = Vec::new();
    let is_cut = take_out_the_dangerous(&mut pdf);
    if is_cut {
        notes.push("parts of the PDF are too large to be text, and were left out".to_owned());
    }
    let pages = pdf.get_pages();
    if pages.is_empty() {
        return Err(damaged());
    }
    let (mut texts, mut failed) = (Vec::new(), Vec::new());
    for page in pages.keys() {
        let text = catch_unwind(AssertUnwindSafe(|| {
            let mut text = String::new();
            let read =
                pdf_extract::output_doc_page(&pdf, &mut PlainTextOutput::new(&mut text), *page);
            read.is_ok().then_some(text)
        }));
        match text {
            Ok(Some(text)) => texts.push(text),
            _ => failed.push(page.to_string()),
        }
    }
    if texts.is_empty() {
        return Err(damaged());
    }
    if !failed.is_empty() {
        notes.push(format!("pages that could not be read: {}", failed.join(", ")));
    }
    let text = texts.join("\u{c}");
    if is_cut && !text.contains(char::is_alphanumeric) {
        return Err(too_much());
    }
    if !text.contains(char::is_alphanumeric) {
        return Err(Unreadable::new(
            "a PDF without text",
            "a text layer: this one may be pictures of pages, whose text has to be recognised (OCR) first",
        ));
    }
    Ok((text, notes))
}

fn password() -> Unreadable {
    Unreadable::new("a PDF with a password", "one without: open it and save it without one")
}

fn too_much() -> Unreadable {
    Unreadable::new(
        "a PDF that unpacks to too much",
        format!("at most {} MB unpacked, and {} MB a page", PARTS_LIMIT >> 20, PART_LIMIT >> 20),
    )
}

/// Whether the compressed tables of objects, which are unpacked when a PDF is opened, fit.
fn unpacked_tables_fit(bytes: &[u8]) -> bool {
    /// A stream's dictionary stands in so many bytes before it.
    const DICTIONARY: usize = 1_000;
    let mut budget = Budget::new(PARTS_LIMIT);
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(6).position(|window| window == b"stream") {
        let start = at + found;
        at = start + 6;
        let before = &bytes[start.saturating_sub(DICTIONARY)..start];
        let names = |name: &[u8]| before.windows(name.len()).any(|window| window == name);
        if before.ends_with(b"end") || !(names(b"/ObjStm") || names(b"/XRef")) {
            continue;
        }
        let packed = bytes[at..].trim_ascii_start();
        // What is not packed this way is no longer than the file.
        if let Ok(false) = budget.count(ZlibDecoder::new(packed)) {
            return false;
        }
    }
    true
}

/// Empties pictures, parts that unpack to too much, and forms that contain themselves, and lets nothing
/// be its own parent. Whether there were any such parts or forms.
fn take_out_the_dangerous(pdf: &mut Pdf) -> bool {
    let mut budget = Budget::new(PARTS_LIMIT);
    let mut emptied = BTreeSet::new();
    let dependent = dependent_forms(pdf);
    for (id, object) in &mut pdf.objects {
        let Object::Stream(stream) = object else { continue };
        let is = |kind: &[u8]| {
            stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == kind)
        };
        if is(b"Image") {
            empty(stream);
            continue;
        }
        let content = unpacked(stream, &mut budget);
        // What is packed in another way is not looked into.
        let is_flate = |filter: &&[u8]| [&b"FlateDecode"[..], b"Fl"].contains(filter);
        let is_read = stream.filters().unwrap_or_default().iter().all(is_flate);
        let draws = |content: &[u8]| content.windows(2).any(|operator| operator == b"Do");
        let keep =
            content.is_some_and(|content| !dependent.contains(id) || is_read && !draws(&content));
        if !keep {
            empty(stream);
            emptied.insert(*id);
        }
    }
    for id in nested_forms(pdf) {
        if let Some(Object::Stream(stream)) = pdf.objects.get_mut(&id) {
            empty(stream);
            emptied.insert(id);
        }
    }
    for id in without_first_parent(pdf) {
        if let Some(Object::Dictionary(dict)) = pdf.objects.get_mut(&id) {
            dict.remove(b"Parent");
        }
    }
    !emptied.is_empty()
}

fn empty(stream: &mut Stream) {
    stream.dict.remove(b"Filter");
    stream.set_content(Vec::new());
}

/// What a stream unpacks to, if that is so little that it may be text or a font.
fn unpacked(stream: &Stream, budget: &mut Budget) -> Option<Vec<u8>> {
    let mut content = stream.content.clone();
    for filter in stream.filters().unwrap_or_default() {
        if filter == b"FlateDecode" || filter == b"Fl" {
            let mut unpacked = Vec::new();
            // A stream that is cut off is read as far as it goes, as the reader does.
            let _ = ZlibDecoder::new(&content[..]).take(PART_LIMIT + 1).read_to_end(&mut unpacked);
            content = unpacked;
        } else if filter == b"LZWDecode" || filter == b"LZW" {
            // A byte of it unpacks to some thousands at most.
            return (content.len() < 4_000).then_some(content);
        }
    }
    let fits = content.len() as u64 <= PART_LIMIT && budget.count(&content[..]).unwrap_or(false);
    fits.then_some(content)
}

/// The forms that contain themselves, or others deeper than is allowed.
fn nested_forms(pdf: &Pdf) -> Vec<ObjectId> {
    let mut nested: BTreeMap<ObjectId, Vec<ObjectId>> = pdf
        .objects
        .iter()
        .filter_map(|(id, object)| Some((*id, inner_forms(pdf, &object.as_stream().ok()?.dict))))
        .filter(|(_, inner)| !inner.is_empty())
        .collect();
    // In each round those go that contain none of the others.
    for _ in 0..FORM_DEPTH {
        let flat: Vec<ObjectId> = nested
            .iter()
            .filter(|(_, inner)| !inner.iter().any(|id| nested.contains_key(id)))
            .map(|(id, _)| *id)
            .collect();
        for id in &flat {
            nested.remove(id);
        }
    }
    nested.into_keys().collect()
}

/// The forms without resources: they have those of the page, in which they may find themselves. A
/// form is whatever is named as one; the reader does not ask what it says that it is.
fn dependent_forms(pdf: &Pdf) -> BTreeSet<ObjectId> {
    let dicts = pdf.objects.values().filter_map(|object| match object {
        Object::Stream(stream) => Some(&stream.dict),
        object => object.as_dict().ok(),
    });
    let named = dicts.flat_map(|dict| [named_forms(pdf, Some(dict)), inner_forms(pdf, dict)]);
    let depends = |id: &ObjectId| {
        let form = pdf.get_object(*id).and_then(Object::as_stream);
        form.is_ok_and(|form| resolved(pdf, form.dict.get(b"Resources").ok()).is_none())
    };
    named.flatten().filter(depends).collect()
}

/// The forms that a stream's resources name.
fn inner_forms(pdf: &Pdf, dict: &Dictionary) -> Vec<ObjectId> {
    named_forms(pdf, resolved(pdf, dict.get(b"Resources").ok()))
}

fn named_forms(pdf: &Pdf, resources: Option<&Dictionary>) -> Vec<ObjectId> {
    let forms = resources.and_then(|resources| resolved(pdf, resources.get(b"XObject").ok()));
    let forms = forms.into_iter().flat_map(Dictionary::iter);
    forms.filter_map(|(_, object)| pdf.dereference(object).ok()?.0).collect()
}

/// The objects that are their own parents, or those of their parents: what a page lacks is looked for
/// in its parents, and there without end.
fn without_first_parent(pdf: &Pdf) -> Vec<ObjectId> {
    let mut endless = Vec::new();
    for (id, object) in &pdf.objects {
        let mut parent = object.as_dict().ok();
        for _ in 0..PARENTS {
            parent = parent.and_then(|dict| resolved(pdf, dict.get(b"Parent").ok()));
        }
        if parent.is_some() {
            endless.push(*id);
        }
    }
    endless
}

/// A dictionary, however many references lead to it.
fn resolved<'p>(pdf: &'p Pdf, object: Option<&'p Object>) -> Option<&'p Dictionary> {
    pdf.dereference(object?).ok()?.1.as_dict().ok()
}
