use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anstyle::Style;
use citymatch::{
    Catalogue, Challenge, Eligibility, Language, Match, Matcher, Matches, Search, Signal, Weights,
};
use citymatch_report::Report;
use clap::Args;

use crate::demo_data::{DemoData, original_id};
use crate::evaluation::{Grades, Mean, ndcg};
use crate::failure::Failure;
use crate::paragraph::{columns_after, terminal_width, write_paragraph};
use crate::table::{Column, write_table};
use crate::{output, sentence_pair};

/// The name of the catalogue that the demo makes.
const CATALOGUE: &str = "demo.cm";
/// The file that marks a folder as made by the demo, so that it may be replaced.
const MARK: &str = "made-by-citymatch-demo.txt";
/// The page that the demo writes, in the folder that it has made: nothing of the user's is there.
const REPORT: &str = "report.html";
/// The most solutions of a challenge that are shown.
const SHOWN: usize = 4;
/// The most words that are shown as reasons.
const WORDS: usize = 4;
/// The indentation of the lines below a solution.
const INDENT: &str = "     ";
/// The rank down to which the order is judged.
const CUTOFF: usize = 10;

const INTRODUCTION: &str = "\
    For each language, the first challenge for which the demo's judgements name a useful \
    solution. Below each solution are the strongest reasons for it. A word alone is in both \
    texts; `a ~ b` is a word of the challenge and the solution's own word for it, with the \
    strength of their relation unless they are forms of one word; then comes the nearest pair of \
    sentences. A score lies in [0, 1]. A grade is the judgement: 1 related, 2 useful, 3 an \
    answer, – none.";

const WEAKNESSES: &str = "\
    The verdict misses answers: read the list below it. Scores are low: they tell better from \
    worse rather than good from bad. Solutions without a grade are among the first. Words that \
    are related by less than about .5 may be related by chance.";

const GRADES: &str = "\
    A grade says what a solution's text is worth to a challenge, whatever the rules of \
    eligibility, which are set aside here. A language model gave the grades by reading, and no \
    expert has checked them. Challenges for which no such solution has a grade are left out, so \
    the lines average different challenges. A translation has the grades of its original.";

const HEADING: Style = Style::new().bold();

/// Matches the built-in records, and shows the matches and how good they are.
///
/// It makes the catalogue `demo.cm` of 103 solutions and 37 challenges in Spanish, Portuguese and
/// English, and in it `report.html`: all matches as a page for a browser. An older `demo.cm` that
/// the demo has made is replaced; anything else of that name is left as it is.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch demo\n  citymatch demo --out /tmp/try")]
pub(crate) struct Demo {
    /// The folder to make `demo.cm` in [default: the current folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let demo = DemoData::load();
        let path =
            self.out.map_or_else(|| PathBuf::from(CATALOGUE), |folder| folder.join(CATALOGUE));
        let catalogue = build(&path, &demo)?;
        let matcher = Matcher::new(&catalogue)?;
        let words = Matcher::builder()
            .weights(Weights::new([(Signal::Words, 1.0.into())])?)
            .build(&catalogue)?;
        let page = path.join(REPORT);
        write_report(&matcher, &demo, &page)?;
        output::write_text(None, |out| {
            let width = terminal_width();
            let counts = format!(
                "{} solutions and {} challenges",
                demo.solutions.len(),
                demo.challenges.len()
            );
            writeln!(
                out,
                "Made `{}`: {counts} in Spanish, Portuguese and English.",
                path.display()
            )?;
            writeln!(out, "All matches as a page for a browser: `{}`.", page.display())?;
            write_paragraph(out, "", INTRODUCTION, width)?;
            for challenge in examples(&demo) {
                show(out, &matcher, challenge, &demo, SHOWN, width)?;
            }
            judge_order(out, &matcher, &words, &demo, width)?;
            judge_verdicts(out, &matcher, &demo, width)?;
            suggest_commands(out, &path, &matcher, &demo)
        })
    }
}

/// Builds the catalogue under a temporary name and renames it: a failure leaves the older one.
fn build(path: &Path, demo: &DemoData) -> Result<Catalogue, Failure> {
    let occupied = path.symlink_metadata().is_ok();
    if occupied && !(path.is_dir() && !path.is_symlink() && path.join(MARK).is_file()) {
        let advice =
            "was not made by `citymatch demo` (move it away, or choose another folder with --out)";
        return Err(Failure::failed(format!("`{}` {advice}", path.display())));
    }
    let temporary = path.with_file_name(format!("{CATALOGUE}.{}.tmp", std::process::id()));
    let built = fill(&temporary, demo).and_then(|()| {
        if occupied {
            fs::remove_dir_all(path).map_err(|error| Failure::file(path, error))?;
        }
        fs::rename(&temporary, path).map_err(|error| Failure::file(path, error))
    });
    if built.is_err() {
        // The error that is returned is the first one; that of the clean-up would hide it.
        let _ = fs::remove_dir_all(&temporary);
    }
    built?;
    Ok(Catalogue::open(path)?)
}

fn fill(folder: &Path, demo: &DemoData) -> Result<(), Failure> {
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

/// Writes all matches as a page for a browser.
fn write_report(matcher: &Matcher, demo: &DemoData, path: &Path) -> Result<(), Failure> {
    let mut report = Report::new(matcher);
    for challenge in &demo.challenges {
        let search = Search::new(challenge);
        report.add(&search, &matcher.find(search.clone())?)?;
    }
    report.write(path)?;
    Ok(())
}

/// In each language, the first challenge that has a useful solution (grade 2 or 3).
fn examples(demo: &DemoData) -> impl Iterator<Item = &Challenge> {
    let languages = [Language::Spanish, Language::Portuguese, Language::English];
    let first = |language| {
        demo.challenges
            .iter()
            .find(|challenge| challenge.language == Some(language) && has_grade(demo, challenge, 2))
    };
    languages.into_iter().filter_map(first)
}

/// Whether the judgements give any solution at least this grade for the challenge.
fn has_grade(demo: &DemoData, challenge: &Challenge, min_grade: i32) -> bool {
    demo.grades
        .get(challenge.id.as_str())
        .is_some_and(|grades| grades.values().any(|grade| *grade >= min_grade))
}

/// Shows a challenge and its best solutions, and returns whether the library says that one answers.
fn show(
    out: &mut dyn Write,
    matcher: &Matcher,
    challenge: &Challenge,
    demo: &DemoData,
    limit: usize,
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
    let matches = matcher.find(Search::new(challenge).limit(limit))?;
    if matches.answered() == Some(false) {
        write_paragraph(out, "", output::UNANSWERED, width)?;
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
        let highlights = explanation.highlights();
        let words = highlights.words_line(WORDS);
        if !words.is_empty() {
            write_paragraph(out, INDENT, &words, width)?;
        }
        if let Some(pair) = highlights.sentences.first() {
            let pair = sentence_pair::fit(pair, columns_after(INDENT, width));
            write_paragraph(out, INDENT, &pair, width)?;
        }
    }
    Ok(matches.answered())
}

fn grade(grades: &Grades, challenge: &Challenge, found: &Match) -> i32 {
    grades
        .get(original_id(challenge))
        .and_then(|grades| grades.get(found.id().as_str()))
        .copied()
        .unwrap_or(0)
}

/// The pairs of challenge and solution that a mean is taken over.
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

/// Matches all challenges and their translations, with all signals and with words alone, and
/// compares the matches with the judgements.
fn judge_order(
    out: &mut dyn Write,
    matcher: &Matcher,
    words: &Matcher,
    demo: &DemoData,
    width: Option<usize>,
) -> Result<(), Failure> {
    writeln!(
        out,
        "\n{HEADING}How good is the order?{HEADING:#} nDCG@{CUTOFF}: 1 is the best order by the \
         grades, 0 finds nothing.\n"
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
    Ok(write_paragraph(out, "", GRADES, width)?)
}

/// Shows a challenge that nothing answers, and how often the library's verdict is right.
fn judge_verdicts(
    out: &mut dyn Write,
    matcher: &Matcher,
    demo: &DemoData,
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
        |grade| demo.challenges.iter().filter(move |challenge| has_grade(demo, challenge, grade));
    let verdicts =
        |grade| Ok::<_, Failure>((count_answered(matcher, graded(grade))?, graded(grade).count()));
    let ((useful, of_useful), (answers, of_answers)) = (verdicts(2)?, verdicts(3)?);
    let unanswered = demo.unanswered.len();
    let wrong = count_answered(matcher, &demo.unanswered)?;
    let text = format!(
        "Of these {unanswered}, citymatch says for {wrong} that something answers, and is \
         wrong. Of the {of_useful} challenges that have a solution of grade 2 or 3 it says so \
         for {useful}, and of the {of_answers} among them that have one of grade 3 for \
         {answers}."
    );
    writeln!(out)?;
    write_paragraph(out, "", &text, width)?;
    writeln!(out, "\n{HEADING}What is weak{HEADING:#}")?;
    Ok(write_paragraph(out, "", WEAKNESSES, width)?)
}

/// The number of challenges for which the library says that something answers, whatever their rules
/// of eligibility.
fn count_answered<'c>(
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
    demo: &DemoData,
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
        let grades = demo.grades.get(original_id(challenge)).unwrap_or(&none);
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

/// Suggests commands to type next; each works on the files that the demo has made.
fn suggest_commands(
    out: &mut dyn Write,
    path: &Path,
    matcher: &Matcher,
    demo: &DemoData,
) -> Result<(), Failure> {
    let path = quoted(&path.display().to_string());
    writeln!(out, "\n{HEADING}Next{HEADING:#}")?;
    writeln!(
        out,
        "  citymatch match {path} --text '¿Cómo reducir los residuos plásticos en los ríos?'"
    )?;
    if let Some(challenge) = examples(demo).next()
        && let Some(found) = matcher.find(Search::new(challenge).limit(1))?.iter().next()
    {
        writeln!(out, "  citymatch explain {path} {} {}", challenge.id, found.id())?;
    }
    writeln!(out, "  citymatch info {path}")?;
    writeln!(out, "  citymatch export {path} --format csv > solutions.csv")?;
    Ok(())
}

/// A path in the quotes that a shell needs.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/\\._-:~".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}
