//! One matcher for the threads of a service, beside a thread that takes in new commits.
//!
//! ```sh
//! cargo run --example service -p citymatch
//! ```

use std::error::Error;
use std::io::{Write, stdout};
use std::sync::Arc;
use std::thread;

use citymatch::{Catalogue, Challenge, Matcher, Search, Solution};

fn main() -> Result<(), Box<dyn Error>> {
    // A service opens a folder that another process writes: `Catalogue::open("catalogue.cm")`.
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    edit.put(Solution::new("s1", "Jardines de lluvia en las aceras"))?;
    edit.put(Solution::new("s2", "Baños secos"))?;
    edit.commit()?;

    let matcher = Arc::new(Matcher::new(&catalogue)?);
    let questions = ["¿Cómo retener la lluvia?", "How can toilets do without water?"];
    let asked = questions.map(|question| {
        let matcher = Arc::clone(&matcher);
        thread::spawn(move || {
            let challenge = Challenge::from_text(question);
            let matches = matcher.find(Search::new(&challenge).limit(1))?;
            let best = matches.iter().map(|found| (found.id().to_string(), found.score()));
            Ok::<_, citymatch::Error>(best.collect::<Vec<_>>())
        })
    });
    matcher.refresh()?; // beside searches: those that have begun end with their snapshot
    let mut out = stdout().lock();
    for (question, answer) in questions.iter().zip(asked) {
        match answer.join() {
            Ok(found) => writeln!(out, "{question} {:?}", found?)?,
            Err(_) => writeln!(out, "{question} was not answered")?,
        }
    }
    Ok(())
}
