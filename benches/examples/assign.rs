//! Shares out candidates that another program made, for `benches/assign/highs.py`.
//!
//! Reads lines of a challenge, a solution and a score with tabs between from standard input; three
//! solutions a challenge, one challenge a solution. Prints, for each objective that is named on the
//! command line, the sum of the scores and the CPU time in seconds of the thread that works.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, read_to_string, stdin, stdout};

use citymatch::assign::{Assign, Candidates, Objective};
use cpu_time::ThreadTime;

fn main() -> Result<(), Box<dyn Error>> {
    let text = read_to_string(stdin())?;
    let mut scores: BTreeMap<&str, Vec<(&str, f64)>> = BTreeMap::new();
    for line in text.lines() {
        let [challenge, solution, score] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("expected a challenge, a solution and a score: {line}").into());
        };
        scores.entry(challenge).or_default().push((solution, score.parse()?));
    }
    for name in std::env::args().skip(1) {
        let start = ThreadTime::now();
        let mut candidates = Candidates::new();
        for (challenge, scored) in &scores {
            candidates.push(*challenge, scored.iter().copied());
        }
        let objectives = [Objective::Places, Objective::Sum, Objective::Worst];
        let objective = objectives.into_iter().find(|own| own.name() == name);
        let objective = objective.ok_or_else(|| format!("`{name}` is no objective"))?;
        let options = Assign::new().per_challenge(3).objective(objective);
        let assignment = options.solve(&candidates)?;
        let seconds = start.elapsed().as_secs_f64();
        writeln!(stdout(), "{name}\t{}\t{seconds}", assignment.sum())?;
    }
    Ok(())
}
