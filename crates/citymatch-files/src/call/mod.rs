//! Calls as cities publish them, read as challenges.
//!
//! A file becomes a [`Document`](document::Document) of headings, paragraphs, items and rows, by one
//! reader a format. [`outline`] cuts it into sentences, each with the topic of its section; where a
//! format has no headings, their form tells. Each field is then found by stated rules: `title`,
//! [`ask`], `deadline`, `winners`, `place`, `requirements`. Nothing is learned, so that the same
//! file gives the same call, and a person can see why.

mod amounts;
mod ask;
mod dates;
mod deadline;
mod document;
mod docx;
mod fold;
mod found;
mod html;
mod lines;
mod markdown;
mod outline;
mod pdf;
mod phrases;
mod place;
mod requirements;
mod section_number;
mod title;
mod topic;
mod winners;

use std::path::Path;

use citymatch::record::Money;
use citymatch::text::language_of;
use citymatch::{Challenge, Error, Record};
use serde_json::{Map, Value as Json, json};

use crate::encoding::{decode, recognised_type};
use crate::invalid_file;
use deadline::Deadline;
use document::Document;
use found::Found;
use outline::Sentence;

/// A call as a challenge, with what each field was taken from. [`read_call`] reads it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// The challenge. What a winner gets is in its `extra` as `prize`. Its rules of eligibility are
    /// empty: see [`suggestions`](Self::suggestions).
    pub challenge: Challenge,
    /// The fields that were found, in the order of a challenge's fields.
    pub fields: Vec<CallField>,
    /// Rules of eligibility that the call seems to have. They are not applied: put those that are
    /// right into the challenge's `eligibility`.
    pub suggestions: Vec<CallField>,
    /// The sentences that say how the call works and not what it asks for.
    pub frame: Vec<String>,
    /// What could not be told, one line each.
    pub notes: Vec<String>,
}

/// A value that was found in a call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CallField {
    /// The name of the challenge's field or of the rule.
    pub name: String,
    /// The value, as a record has it in JSON.
    pub value: Json,
    /// The sentences that it was taken from.
    pub sentences: Vec<String>,
}

impl Call {
    /// The challenge as the JSON object of a record, with what it was taken from below the key
    /// `call`: `notes`, `suggestions` for `eligibility`, `sentences` by field, and `frame`. A
    /// person can correct it and give it to `citymatch match --challenges`, or read it with
    /// [`read`](crate::read()): the key `call` is kept in `extra` and does not count.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Json> {
        let mut json = self.challenge.to_json();
        let sentences =
            self.fields.iter().map(|field| (field.name.clone(), json!(field.sentences)));
        let rules = self
            .suggestions
            .iter()
            .map(|rule| (format!("eligibility.{}", rule.name), json!(rule.sentences)));
        let sentences: Map<_, _> = sentences.chain(rules).collect();
        let rules: Map<_, _> =
            self.suggestions.iter().map(|rule| (rule.name.clone(), rule.value.clone())).collect();
        json.insert(
            "call".to_owned(),
            json!({
                "notes": self.notes,
                "suggestions": {"eligibility": rules},
                "sentences": sentences,
                "frame": self.frame,
            }),
        );
        json
    }
}

/// Reads a call from a `.txt`, `.md`, `.html`, `.docx` or `.pdf` file.
///
/// The challenge's id is the name of the file without its ending. A field for which the call has no
/// clear words stays empty, and a note says so where the call has something of the kind.
///
/// # Errors
/// * [`ErrorKind::Io`](citymatch::ErrorKind::Io) if the file cannot be read;
/// * [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile) if its format is another one, or
///   if it has no text.
///
/// # Examples
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("bases.md");
/// std::fs::write(&path, "\
/// # Reto Calles Secas
///
/// ## El reto
/// Cada lluvia inunda el centro. ¿Cómo evitar que se inunden las calles?
///
/// ## Cronograma
/// - Cierre de inscripciones: 30 de abril de 2026
/// ").unwrap();
/// let call = citymatch_files::read_call(&path)?;
/// assert_eq!(call.challenge.title, "Reto Calles Secas");
/// assert_eq!(call.challenge.question, "¿Cómo evitar que se inunden las calles?");
/// assert_eq!(call.challenge.deadline.unwrap().to_string(), "2026-04-30");
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn read_call(path: impl AsRef<Path>) -> Result<Call, Error> {
    let path = path.as_ref();
    if path.is_dir() {
        return Err(Error::io(path, std::io::ErrorKind::IsADirectory.into()));
    }
    let format = CallFormat::of(path)?;
    let io = |err| Error::io(path, err);
    let size = std::fs::metadata(path).map_err(io)?.len();
    let too_large = |size: u64, limit: u64| {
        invalid_file(path, None, "content", &format!("{size} bytes"), format!("at most {limit}"))
    };
    if size > FILE_LIMIT {
        return Err(too_large(size, FILE_LIMIT));
    }
    let bytes = std::fs::read(path).map_err(io)?;
    // A mark of UTF-8 alone is what an editor saves of an empty text.
    if bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).trim_ascii().is_empty() {
        return Err(invalid_file(path, None, "content", "", "a text; the file is empty"));
    }
    let (document, notes) = format.read(path, bytes)?;
    let length = document.length();
    if length == 0 {
        return Err(invalid_file(path, None, "content", "", "a text; the file has none"));
    }
    if length > TEXT_LIMIT {
        return Err(too_large(length as u64, TEXT_LIMIT as u64));
    }
    let id = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut call = call_of(&document, &id);
    call.notes.splice(..0, notes);
    Ok(call)
}

/// Reads a call from a text, such as standard input.
///
/// # Errors
/// [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption) if the text is blank.
pub fn read_call_text(id: &str, text: &str) -> Result<Call, Error> {
    let document = lines::read(text);
    if !(1..=TEXT_LIMIT).contains(&document.length()) {
        let expected = format!("some words, and at most {TEXT_LIMIT} bytes");
        return Err(Error::option("text", "", &expected));
    }
    Ok(call_of(&document, id))
}

/// The formats of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallFormat {
    Text,
    Markdown,
    Html,
    Docx,
    Pdf,
}

/// Why a file is no document.
#[derive(Debug)]
struct Unreadable {
    /// What it is.
    found: &'static str,
    /// What was expected instead.
    expected: String,
}

impl Unreadable {
    fn new(found: &'static str, expected: impl Into<String>) -> Self {
        Self { found, expected: expected.into() }
    }
}

/// The most bytes of a call's file, and of its text.
const FILE_LIMIT: u64 = 256 << 20;
const TEXT_LIMIT: usize = 4 << 20;

impl CallFormat {
    fn of(path: &Path) -> Result<Self, Error> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        Ok(match ending.as_str() {
            "txt" | "text" => Self::Text,
            "md" | "markdown" => Self::Markdown,
            "html" | "htm" | "xhtml" => Self::Html,
            "docx" | "docm" => Self::Docx,
            "pdf" => Self::Pdf,
            _ => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let expected = match ending.as_str() {
                    "doc" | "odt" | "rtf" | "pages" | "wps" | "dot" => {
                        "a document saved as .docx or .pdf"
                    }
                    "json" | "jsonl" | "csv" | "xlsx" => {
                        "a document; challenges in a table go to --challenges or `read`"
                    }
                    _ => "one that ends in `.txt`, `.md`, `.html`, `.docx` or `.pdf`",
                };
                return Err(invalid_file(path, None, "file name", &name, expected));
            }
        })
    }

    /// The document of a file, and what was left out of it.
    fn read(self, path: &Path, bytes: Vec<u8>) -> Result<(Document, Vec<String>), Error> {
        let unreadable =
            |Unreadable { found, expected }| invalid_file(path, None, "content", found, expected);
        match self {
            Self::Text | Self::Markdown | Self::Html => {
                if let Some(other) = recognised_type(&bytes) {
                    return Err(invalid_file(path, None, "content", other, "a text file"));
                }
                let text = decode(path, bytes, None)?.text;
                let document = match self {
                    Self::Html => html::read(&text),
                    Self::Markdown => markdown::read(&text),
                    _ => lines::read(&text),
                };
                Ok((document, Vec::new()))
            }
            Self::Docx if bytes.starts_with(OLD_OFFICE) => {
                Err(unreadable(if is_encrypted_office(&bytes) {
                    Unreadable::new("a document with a password", "one without a password")
                } else {
                    Unreadable::new("an old Word document", "a document saved as .docx or .pdf")
                }))
            }
            Self::Docx if !bytes.starts_with(b"PK") => {
                Err(unreadable(Unreadable::new("no DOCX", "a document saved as .docx")))
            }
            Self::Docx => Ok((docx::read(&bytes).map_err(unreadable)?, Vec::new())),
            Self::Pdf if !bytes[..bytes.len().min(1_024)].windows(5).any(|it| it == b"%PDF-") => {
                Err(unreadable(Unreadable::new("no PDF", "a PDF")))
            }
            Self::Pdf => pdf::read(bytes).map_err(unreadable),
        }
    }
}

/// How files of old Office programs begin, and encrypted ones of new programs.
const OLD_OFFICE: &[u8] = b"\xD0\xCF\x11\xE0";

/// Whether a file of that kind holds an encrypted document: its directory names it in UTF-16.
fn is_encrypted_office(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// The call that a document is.
fn call_of(document: &Document, id: &str) -> Call {
    let title = title::find(document);
    let sentences = outline::sentences(document, &title);
    let mut found =
        Findings { sentences: &sentences, challenge: Challenge::default(), fields: Vec::new() };
    found.challenge.id = id.into();
    let mut notes = Vec::new();

    let title_sentences = title
        .block
        .map(|block| numbers_of(&sentences, |sentence| sentence.block == block))
        .unwrap_or_default();
    found.text("title", &title.text, &title_sentences, |challenge| &mut challenge.title);
    // All of a call is in its language, the frame too, and more words tell it more surely.
    let whole = sentences.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join("\n");
    let language = language_of(&Challenge::from_text(whole.as_str())).map(|(language, _)| language);
    let ask = ask::find(&sentences, &title, language);
    found.sentences("question", &ask.question, |challenge| &mut challenge.question);
    found.sentences("problem", &ask.problem, |challenge| &mut challenge.problem);
    found.sentences("outcome", &ask.outcome, |challenge| &mut challenge.outcome);
    found.sentences("beneficiaries", &ask.beneficiaries, |challenge| &mut challenge.beneficiaries);
    found.sentences("context", &ask.context, |challenge| &mut challenge.context);
    if ask.question.is_empty() {
        notes.push("no sentence asks for solutions: `question` is empty".to_owned());
    }

    let country = place::country(&sentences);
    found.value("country", country.as_ref(), |country| json!(country.name()));
    found.challenge.country = country.map(|found| found.value);
    let city = place::city(&sentences);
    found.value("city", city.as_ref(), |city| json!(city));
    found.challenge.city = city.map(|found| found.value).unwrap_or_default();
    if let Some(language) = language {
        found.challenge.language = Some(language);
        found.fields.push(CallField {
            name: "language".to_owned(),
            value: json!(language.name()),
            sentences: Vec::new(),
        });
    }

    let winners = winners::winners(&sentences);
    found.value("winners", winners.as_ref(), |winners| json!(winners));
    found.challenge.winners = winners.map(|found| found.value);
    let order = dates::number_order(&whole, language);
    match deadline::find(&sentences, order) {
        Deadline::Found(date) => {
            found.value("deadline", Some(&date), |date| json!(date.to_string()));
            found.challenge.deadline = Some(date.value);
        }
        Deadline::Unclear(numbers, why) => {
            let texts: Vec<&str> = numbers.iter().map(|at| sentences[*at].text.as_str()).collect();
            notes.push(format!("`deadline` is empty, because {why}: {}", texts.join(" / ")));
        }
        Deadline::Missing => notes.push("no last day to apply was found".to_owned()),
    }
    let country = found.challenge.country;
    if let Some(prize) = winners::prize(&sentences, country) {
        found.value("prize", Some(&prize), money_json);
        found.challenge.extra.insert("prize".to_owned(), money_json(&prize.value));
    }
    let suggestions = suggested(&sentences, &requirements::suggestions(&sentences, country));

    let Findings { challenge, fields, .. } = found;
    let asked = [ask.question, ask.problem, ask.outcome, ask.beneficiaries, ask.context].concat();
    let is_frame = |number: &usize| !sentences[*number].is_heading && !asked.contains(number);
    let frame =
        (0..sentences.len()).filter(is_frame).map(|at| sentences[at].text.clone()).collect();
    Call { challenge, fields, suggestions, frame, notes }
}

/// Collects the fields of a challenge with their sentences.
struct Findings<'s> {
    sentences: &'s [Sentence],
    challenge: Challenge,
    fields: Vec<CallField>,
}

impl Findings<'_> {
    fn text(
        &mut self,
        name: &str,
        text: &str,
        numbers: &[usize],
        field: impl FnOnce(&mut Challenge) -> &mut String,
    ) {
        if text.is_empty() {
            return;
        }
        text.clone_into(field(&mut self.challenge));
        let found = Found { value: text, sentences: numbers.to_vec() };
        self.value(name, Some(&found), |text| json!(text));
    }

    fn sentences(
        &mut self,
        name: &str,
        numbers: &[usize],
        field: impl FnOnce(&mut Challenge) -> &mut String,
    ) {
        self.text(name, &ask::text(self.sentences, numbers), numbers, field);
    }

    fn value<T>(&mut self, name: &str, found: Option<&Found<T>>, json: impl FnOnce(&T) -> Json) {
        self.fields.extend(found.map(|found| call_field(self.sentences, name, found, json)));
    }
}

fn call_field<T>(
    sentences: &[Sentence],
    name: &str,
    found: &Found<T>,
    json: impl FnOnce(&T) -> Json,
) -> CallField {
    CallField {
        name: name.to_owned(),
        value: json(&found.value),
        sentences: found.sentences.iter().map(|at| sentences[*at].text.clone()).collect(),
    }
}

fn numbers_of(sentences: &[Sentence], of: impl Fn(&Sentence) -> bool) -> Vec<usize> {
    (0..sentences.len()).filter(|at| of(&sentences[*at])).collect()
}

fn money_json(money: &Money) -> Json {
    let mut json = Map::new();
    json.insert("amount".to_owned(), citymatch::record::number_to_json(money.amount));
    if let Some(currency) = money.currency {
        json.insert("currency".to_owned(), json!(currency.name()));
    }
    Json::Object(json)
}

/// The rules that were found, by the names that [`Eligibility`](citymatch::Eligibility) gives them.
fn suggested(sentences: &[Sentence], rules: &requirements::Suggestions) -> Vec<CallField> {
    let mut fields = Vec::new();
    macro_rules! rule {
        ($rule:ident, $json:expr) => {
            if let Some(found) = &rules.$rule {
                fields.push(call_field(sentences, stringify!($rule), found, $json));
            }
        };
    }
    macro_rules! names {
        () => {
            |values| values.iter().map(|value| json!(value.name())).collect()
        };
    }
    rule!(countries, names!());
    rule!(languages, names!());
    rule!(stages, names!());
    rule!(organisation_types, names!());
    rule!(max_cost, money_json);
    rule!(max_age_years, |years| json!(years));
    rule!(min_age_years, |years| json!(years));
    fields
}
