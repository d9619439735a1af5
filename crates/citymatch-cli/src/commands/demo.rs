use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anstyle::Style;
use citymatch::{
    Catalogue, Challenge, Eligibility, Language, Match, Matcher, Matches, Search, Signal, Weights,
};
use clap::Args;

use super::UNANSWERED;
use crate::demo::{self, original};
use crate::evaluate::{Grades, Mean, ndcg};
use crate::failure::Failure;
use crate::out;
use crate::reasons::Reasons;
use crate::table::{self, Column, room, write_paragraph, write_table};

/// The catalogue that the demo makes.
const CATALOGUE: &str = "demo.cm";
/// The file that says that a folder is the demo's, and may be replaced.
const MARK: &str = "made-by-citymatch-demo.txt";
/// How many solutions of a challenge are shown.
const SHOWN: usize = 4;
/// How many words are shown as reasons.
const WORDS: usize = 4;
/// What stands before the lines under a solution.
const INDENT: &str = "     ";
const CUTOFF: usize = 10;

const ORDER: &str = "For each language, the first challenge for which the demo's judgements know a useful solution. Below a solution stand the \
    strongest reasons for it. A word alone is in both texts; `a ~ b` is a word of the challenge and the solution's own for it, with how \
    near they are where they are not forms of the same word; then the nearest pair of sentences. A score lies in [0, 1]; a grade, the \
    judgement, is 1 related, 2 useful, 3 an answer, – none.";

const WEAK: &str = "The verdict misses answers: read the list below it. Scores are low; they tell better from worse rather than good from bad. \
    Solutions without a grade stand among the first. Words joined by less than about .5 may be joined by chance.";

const HEADING: Style = Style::new().bold();

/// Matches the built-in records, shows what comes out and how good it is.
///
/// It makes the catalogue `demo.cm` of 103 solutions and 37 challenges in Spanish, Portuguese and
/// English. An older `demo.cm` that the demo has made is replaced; anything else of that name is
/// left alone.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch demo\n  citymatch demo --out /tmp/try")]
pub(crate) struct Demo {
    /// The folder to make `demo.cm` in [default: the current folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let demo = demo::Demo::load();
        let place =
            self.out.map_or_else(|| PathBuf::from(CATALOGUE), |folder| folder.join(CATALOGUE));
        let catalogue = build(&place, &demo)?;
        let matcher = Matcher::new(&catalogue)?;
        let words = Matcher::builder()
            .weights(Weights::new([(Signal::Words, 1.0.into())])?)
            .build(&catalogue)?;
        out::text(None, |out| {
            let width = table::width();
            let counts = format!(
                "{} solutions and {} challenges",
                demo.solutions.len(),
                demo.challenges.len()
            );
            writeln!(
                out,
                "Made `{}`: {counts} in Spanish, Portuguese and English.",
                place.display()
            )?;
            write_paragraph(out, "", ORDER, width)?;
            for challenge in examples(&demo) {
                show(out, &matcher, challenge, &demo, SHOWN, width)?;
            }
            judge(out, &matcher, &words, &demo, width)?;
            silence(out, &matcher, &demo, width)?;
            next(out, &place, &matcher, &demo)
        })
    }
}

/// Builds the catalogue beside its place and moves it there: a failure leaves the older one.
fn build(place: &Path, demo: &demo::Demo) -> Result<Catalogue, Failure> {
    let occupied = place.symlink_metadata().is_ok();
    if occupied && !(place.is_dir() && !place.is_symlink() && place.join(MARK).is_file()) {
        let advice =
            "was not made by `citymatch demo` (move it away, or choose another folder with --out)";
        return Err(Failure::failed(format!("`{}` {advice}", place.display())));
    }
    let beside = place.with_file_name(format!("{CATALOGUE}.{}.tmp", std::process::id()));
    let built = fill(&beside, demo).and_then(|()| {
        if occupied {
            fs::remove_dir_all(place).map_err(|error| Failure::file(place, error))?;
        }
        fs::rename(&beside, place).map_err(|error| Failure::file(place, error))
    });
    if built.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_dir_all(&beside);
    }
    built?;
    Ok(Catalogue::open(place)?)
}

fn fill(folder: &Path, demo: &demo::Demo) -> Result<(), Failure> {
    let mut edit = Catalogue::create(folder)?.edit()?;
    let mark = folder.join(MARK);
    fs::write(&mark, "`citymatch demo` replaces this folder when it runs again.\n")
        .map_err(|error| Failure::file(&mark, error))?;
    for solution in &demo.solutions {
        edit.put(solution.clone())?;
    }
    for challenge in &demo.challenges {
        edit.put(challenge.clone())?;
    }
    Ok(edit.commit()?)
}

/// In each language, the first challenge that has a useful solution (grade 2 or 3).
fn examples(demo: &demo::Demo) -> impl Iterator<Item = &Challenge> {
    let languages = [Language::Spanish, Language::Portuguese, Language::English];
    let first = |language| {
        demo.challenges
            .iter()
            .find(|challenge| challenge.language == Some(language) && has_grade(demo, challenge, 2))
    };
    languages.into_iter().filter_map(first)
}

/// Whether a solution has such a grade by the judgements, or a higher one.
fn has_grade(demo: &demo::Demo, challenge: &Challenge, least: u32) -> bool {
    demo.grades
        .get(challenge.id.as_str())
        .is_some_and(|grades| grades.values().any(|grade| *grade >= least))
}

/// Shows a challenge and its best solutions, and returns whether the library says that one answers.
fn show(
    out: &mut dyn Write,
    matcher: &Matcher,
    challenge: &Challenge,
    demo: &demo::Demo,
    most: usize,
    width: Option<usize>,
) -> Result<Option<bool>, Failure> {
    let language = |language: Option<Language>| language.map_or("?", Language::name);
    writeln!(
        out,
        "\n{HEADING}{} [{}] {}{HEADING:#}",
        challenge.title,
        language(challenge.language),
        challenge.id
    )?;
    write_paragraph(out, "", &challenge.question, width)?;
    let matches = matcher.find(Search::new(challenge).limit(most))?;
    if matches.answered() == Some(false) {
        write_paragraph(out, "", UNANSWERED, width)?;
    }
    for found in &matches {
        let explanation = matcher.explain(challenge, found.id())?;
        let solution = matcher.snapshot().get(found.id())?.unwrap_or_default();
        let grade = match grade(&demo.grades, challenge, found) {
            0 => "–".to_owned(),
            grade => grade.to_string(),
        };
        let prefix = format!("{:>3}  {:.3}  grade {grade}  ", found.rank(), found.score());
        let title = format!(
            "{} [{}] {}",
            solution.title,
            language(explanation.solution_language),
            found.id()
        );
        write_paragraph(out, &prefix, &title, width)?;
        let reasons = Reasons::of(&explanation);
        for reason in [Some(reasons.words(WORDS)), reasons.sentences(room(INDENT, width))]
            .into_iter()
            .flatten()
        {
            if !reason.is_empty() {
                write_paragraph(out, INDENT, &reason, width)?;
            }
        }
    }
    Ok(matches.answered())
}

fn grade(grades: &Grades, challenge: &Challenge, found: &Match) -> u32 {
    grades
        .get(original(challenge))
        .and_then(|grades| grades.get(found.id().as_str()))
        .copied()
        .unwrap_or(0)
}

/// Which pairs of challenge and solution are looked at.
#[derive(Clone, Copy)]
enum Pairs {
    All,
    SameLanguage,
    OtherLanguage,
}

impl Pairs {
    const ALL: [(Self, &'static str); 3] = [
        (Self::All, "all"),
        (Self::SameLanguage, "same language"),
        (Self::OtherLanguage, "other language"),
    ];

    fn contain(self, challenge: &Challenge, solution: Option<Language>) -> bool {
        match self {
            Self::All => true,
            Self::SameLanguage => solution == challenge.language,
            Self::OtherLanguage => solution != challenge.language,
        }
    }
}

/// Matches all challenges, and their translations, and compares with the judgements: by all
/// signals, and by words alone.
fn judge(
    out: &mut dyn Write,
    matcher: &Matcher,
    words: &Matcher,
    demo: &demo::Demo,
    width: Option<usize>,
) -> Result<(), Failure> {
    writeln!(
        out,
        "\n{HEADING}How good is the order?{HEADING:#} nDCG@{CUTOFF}: 1 is the best order by the grades, 0 finds nothing.\n"
    )?;
    let sets = [("challenges", &demo.challenges), ("their translations", &demo.translations)];
    let mut rows = Vec::new();
    for (name, challenges) in sets {
        let (all, words) = (means(matcher, challenges, demo)?, means(words, challenges, demo)?);
        for (((_, pairs), mean), words) in Pairs::ALL.iter().zip(all).zip(words) {
            let value = |mean: Mean| {
                mean.value().map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
            };
            let counts = [mean.challenges.to_string(), mean.left_out.to_string()];
            rows.push(
                [name.to_owned(), (*pairs).to_owned(), value(mean), value(words)]
                    .into_iter()
                    .chain(counts)
                    .collect(),
            );
        }
    }
    let columns = [
        Column::fixed("asked"),
        Column::text("solutions", 12),
        Column::number("all signals"),
        Column::number("words alone"),
        Column::number("averaged"),
        Column::number("left out"),
    ];
    write_table(out, &columns, &rows, width)?;
    writeln!(out)?;
    let meaning = "A grade says what a solution's text is worth to a challenge, whatever the rules of eligibility: those are set aside here. A \
        language model gave the grades by reading, and no expert has checked them. Left out are challenges for which no such solution has a \
        grade, so the lines average different challenges. A translation has the grades of its original.";
    Ok(write_paragraph(out, "", meaning, width)?)
}

/// Shows a challenge that nothing answers, and how often the library's verdict is right.
fn silence(
    out: &mut dyn Write,
    matcher: &Matcher,
    demo: &demo::Demo,
    width: Option<usize>,
) -> Result<(), Failure> {
    writeln!(out, "\n{HEADING}And where nothing answers?{HEADING:#}")?;
    let unanswered = format!(
        "The first of {} challenges, written for this, that no solution of the demo answers.",
        demo.unanswered.len()
    );
    write_paragraph(out, "", &unanswered, width)?;
    for challenge in demo.unanswered.iter().take(1) {
        if show(out, matcher, challenge, demo, 1, width)? != Some(false) {
            writeln!(out, "citymatch does not see that nothing answers: here it is wrong.")?;
        }
    }
    let graded =
        |least| demo.challenges.iter().filter(move |challenge| has_grade(demo, challenge, least));
    let says = |least| Ok::<_, Failure>((answered(matcher, graded(least))?, graded(least).count()));
    let ((useful, of_useful), (answers, of_answers)) = (says(2)?, says(3)?);
    let verdicts = format!(
        "Of these {}, citymatch says for {} that something answers, and is wrong. Of the {of_useful} challenges that have a solution of grade 2 or \
        3 it says so for {useful}, and of the {of_answers} among them that have one of grade 3 for {answers}.",
        demo.unanswered.len(),
        answered(matcher, &demo.unanswered)?,
    );
    writeln!(out)?;
    write_paragraph(out, "", &verdicts, width)?;
    writeln!(out, "\n{HEADING}What is weak{HEADING:#}")?;
    Ok(write_paragraph(out, "", WEAK, width)?)
}

/// For how many challenges the library says that something answers, whatever the rules of
/// eligibility.
fn answered<'c>(
    matcher: &Matcher,
    challenges: impl IntoIterator<Item = &'c Challenge>,
) -> Result<usize, Failure> {
    let mut count = 0;
    for challenge in challenges {
        let matches =
            matcher.find(Search::new(challenge).limit(1).eligibility(Eligibility::default()))?;
        count += usize::from(matches.answered() == Some(true));
    }
    Ok(count)
}

/// The mean over challenges, for each of [`Pairs::ALL`].
fn means(
    matcher: &Matcher,
    challenges: &[Challenge],
    demo: &demo::Demo,
) -> Result<[Mean; 3], Failure> {
    let none = std::collections::BTreeMap::new();
    let language = |id: &str| {
        demo.solutions
            .iter()
            .find(|solution| solution.id.as_str() == id)
            .and_then(|solution| solution.language)
    };
    let search = |challenge| {
        Search::new(challenge).limit(demo.solutions.len()).eligibility(Eligibility::default())
    };
    let mut means = [Mean::default(); 3];
    for (matches, challenge) in matcher.find_each(challenges.iter().map(search)).zip(challenges) {
        let matches: Matches = matches?;
        let grades = demo.grades.get(original(challenge)).unwrap_or(&none);
        for (mean, (pairs, _)) in means.iter_mut().zip(Pairs::ALL) {
            let ranked = matches
                .iter()
                .filter(|found| pairs.contain(challenge, language(found.id().as_str())));
            let graded = grades
                .iter()
                .filter(|(id, _)| pairs.contain(challenge, language(id)))
                .map(|(_, grade)| *grade);
            mean.push(ndcg(
                ranked.map(|found| grade(&demo.grades, challenge, found)),
                graded,
                CUTOFF,
            ));
        }
    }
    Ok(means)
}

/// What to type next, each as it works on the files made here.
fn next(
    out: &mut dyn Write,
    place: &Path,
    matcher: &Matcher,
    demo: &demo::Demo,
) -> Result<(), Failure> {
    let place = quoted(&place.display().to_string());
    writeln!(out, "\n{HEADING}Next{HEADING:#}")?;
    writeln!(
        out,
        "  citymatch match {place} --text '¿Cómo reducir los residuos plásticos en los ríos?'"
    )?;
    if let Some(challenge) = examples(demo).next()
        && let Some(found) = matcher.find(Search::new(challenge).limit(1))?.iter().next()
    {
        writeln!(out, "  citymatch explain {place} {} {}", challenge.id, found.id())?;
    }
    writeln!(out, "  citymatch info {place}")?;
    writeln!(out, "  citymatch export {place} --format csv > solutions.csv")?;
    Ok(())
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/\\._-:~".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}
