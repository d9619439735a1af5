use std::io::Read;
use std::path::{Path, PathBuf};

use citymatch_files::{Call, read_call, read_call_text};
use clap::Args;
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::{messages, output};

/// Reads a call for solutions, as a city publishes it, and writes it as a challenge in JSON.
///
/// Read over what it writes: below `call` are the sentences that each field was taken from, rules
/// of eligibility that the call seems to have, and the sentences that only say how the call works.
/// Rules count when you have put them into `eligibility`. Nothing below `call` counts. What you have
/// corrected is a file for `citymatch match --challenges`.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch read-call bases.pdf > challenge.json
  citymatch match catalogue.cm --challenges challenge.json
  pbpaste | citymatch read-call -")]
pub(crate) struct ReadCall {
    /// The call: a .txt, .md, .html, .docx or .pdf file, or - for plain text on standard input
    file: PathBuf,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ReadCall {
    pub(crate) fn run(self) -> Result<(), Failure> {
        output::refuse_overwriting("--out", self.out.as_deref(), [self.file.as_path()])?;
        let call = read(&self.file)?;
        output::write_text(self.out.as_deref(), |out| {
            Ok(writeln!(out, "{:#}", Json::Object(call.to_json()))?)
        })?;
        if let Some(out) = &self.out {
            messages::done(format_args!("1 challenge: `{}`", out.display()));
        }
        Ok(())
    }
}

/// Reads a call, and says what could not be told.
pub(crate) fn read(file: &Path) -> Result<Call, Failure> {
    let call = if file == Path::new("-") {
        read_call_text("text", &standard_input()?)?
    } else {
        read_call(file)?
    };
    let name =
        if file == Path::new("-") { "standard input".into() } else { file.display().to_string() };
    for note in &call.notes {
        messages::note(format_args!("`{name}`: {note}"));
    }
    Ok(call)
}

/// The text on standard input.
pub(crate) fn standard_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| Failure::file(Path::new("standard input"), error))?;
    citymatch_files::decode_text("standard input", bytes).map_err(Into::into)
}
