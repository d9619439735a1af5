//! tantivy as a rival, for `benches/speed`: its own ranking over ready terms, in memory, one
//! segment.
//!
//! `tantivy TERMS` indexes a file of one record a line, its terms parted by spaces, and says
//! `ready`. Then each line `WAY LIMIT TERM ...` is answered by one: the nanoseconds of CPU that the
//! search took, and the numbers of the records found, best first. `best` asks for the best alone,
//! by which tantivy prunes; `count` also counts all that match, by which it does not.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdin, stdout};

use cpu_time::ThreadTime;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
use tantivy::{Index, TantivyDocument, Term, doc};

/// The writer's memory: so much that 500,000 records of the corpora fit one segment.
const MEMORY: usize = 4_000_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("expected TERMS")?;
    let mut schema = Schema::builder();
    let number = schema.add_u64_field("number", tantivy::schema::STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("spaces")
        .set_index_option(IndexRecordOption::WithFreqs);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = Index::create_in_ram(schema.build());
    index.tokenizers().register("spaces", TextAnalyzer::from(WhitespaceTokenizer::default()));
    let mut writer = index.writer_with_num_threads(1, MEMORY)?;
    for (line, record) in BufReader::new(File::open(path)?).lines().zip(0_u64..) {
        writer.add_document(doc!(number => record, text => line?))?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    let searcher = index.reader()?.searcher();
    let mut out = stdout();
    writeln!(out, "ready")?;
    out.flush()?;

    for line in stdin().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let way = words.next().ok_or("expected WAY")?;
        let limit = words.next().ok_or("expected LIMIT")?.parse()?;
        let began = ThreadTime::now();
        let clause = |term| -> (Occur, Box<dyn Query>) {
            (
                Occur::Should,
                Box::new(TermQuery::new(
                    Term::from_field_text(text, term),
                    IndexRecordOption::WithFreqs,
                )),
            )
        };
        let query = BooleanQuery::new(words.map(clause).collect());
        let best = TopDocs::with_limit(limit).order_by_score();
        let found = match way {
            "best" => searcher.search(&query, &best)?,
            "count" => searcher.search(&query, &(best, Count))?.0,
            _ => return Err(format!("expected `best` or `count`, found `{way}`").into()),
        };
        write!(out, "{}", began.elapsed().as_nanos())?;
        for (_, address) in found {
            let record: TantivyDocument = searcher.doc(address)?;
            let record = record
                .get_first(number)
                .and_then(|value| value.as_u64())
                .ok_or("a record has a number")?;
            write!(out, " {record}")?;
        }
        writeln!(out)?;
        out.flush()?;
    }
    Ok(())
}
