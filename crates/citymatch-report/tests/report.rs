//! Reports as their users get them: through the public interface, as bytes.

use citymatch::assign::{Assign, Nothing};
use citymatch::record::{Deployment, DeploymentStatus};
use citymatch::{
    Catalogue, Challenge, Eligibility, Error, Language, Matcher, Search, Solution, Stage,
};
use citymatch_report::{Decision, Report};

const HOSTILE: &str = "</script><script>alert(1)</script> \"'&<b onmouseover=x>\u{202e}rtl\u{200b}";

/// A matcher of some records.
fn matcher(solutions: Vec<Solution>, challenges: &[Challenge]) -> Result<Matcher, Error> {
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    for solution in solutions {
        edit.put(solution)?;
    }
    for challenge in challenges {
        edit.put(challenge.clone())?;
    }
    edit.commit()?;
    Matcher::new(&catalogue)
}

/// The page of some challenges.
fn page(
    matcher: &Matcher,
    challenges: &[Challenge],
    make: impl FnOnce(Report<'_>) -> Result<Report<'_>, Error>,
) -> Result<String, Error> {
    let mut report = make(Report::new(matcher))?;
    for challenge in challenges {
        let search = Search::new(challenge);
        report.add(&search, &matcher.find(search.clone())?)?;
    }
    let mut bytes = Vec::new();
    let written = report.write_to(&mut bytes)?;
    assert_eq!(written, bytes.len());
    Ok(String::from_utf8(bytes).expect("a page is UTF-8"))
}

fn gardens() -> Solution {
    Solution::new("s1", "Jardines de lluvia")
        .summary("Retienen el agua de lluvia en las aceras y evitan que se inunden las calles.")
        .organisation("Fundación Agua")
        .city("Quito")
        .country("EC".parse().ok())
        .language(Language::Spanish)
        .stage(Stage::Pilot)
        .themes(["agua", "espacio público"])
}

fn floods() -> Challenge {
    let text = "¿Cómo evitar que la lluvia inunde las calles y las aceras de la ciudad?";
    let floods = Challenge::new("c1", "Calles sin inundaciones").question(text);
    floods.city("Guayaquil").country("EC".parse().ok()).language(Language::Spanish)
}

#[test]
fn all_of_a_challenge_stands_in_the_page() -> Result<(), Error> {
    let mut used = Solution::new("s2", "Pozos de lluvia para calles y aceras").city("Cuenca");
    used.deployments = vec![Deployment::default()];
    used.deployments[0].city = "Manta".to_owned();
    used.deployments[0].status = Some(DeploymentStatus::Failed);
    used.deployments[0].year = citymatch::record::Year::new(2018);
    let idea = Solution::new("s3", "Lluvia en las calles: una idea").stage(Stage::Idea);
    let mut like = floods().city("Manta");
    like.id = "c2".into();
    let challenge = floods().eligibility(Eligibility::new().stages([Stage::Pilot]));
    let matcher = matcher(vec![gardens(), used, idea], &[like])?;
    let page = page(&matcher, &[challenge], |report| Ok(report.language(Language::English)))?;
    for (name, part) in [
        ("title", "Calles sin inundaciones"),
        ("question", "¿Cómo evitar que la lluvia inunde las calles"),
        ("city", "Guayaquil, Ecuador"),
        ("verdict", "class=\"verdict "),
        ("evidence", "from 0.74 on it counts as an answer"),
        ("match", "<a href=\"#s.s1\" lang=\"es\">Jardines de lluvia</a>"),
        ("who and where", "Fundación Agua · Quito, Ecuador · pilot"),
        ("sentences", "<mark>lluvia</mark>"),
        ("link of the challenge", "id=\"c.c1\""),
        ("link of the match", "id=\"m1.s1\""),
        ("unknown rule", "To be checked: stage."),
        ("barred", "Rules of the call bar 1 of 3 solutions. By rule: stage 1."),
        ("reason", "The solution&#x27;s stage is “idea”, and the call admits: pilot."),
        ("precedent", "Manta"),
        ("put to use", "(failed, since 2018)"),
        ("themes", "agua, espacio público"),
    ] {
        assert!(page.contains(part), "{name}: {part}\n{page}");
    }
    assert_eq!(page.matches("id=\"s.s1\"").count(), 1, "a solution's text stands once");
    Ok(())
}

#[test]
fn hostile_texts_stay_texts() -> Result<(), Error> {
    let mut solution = gardens();
    solution.id = HOSTILE.into();
    solution.title = format!("lluvia {HOSTILE}");
    solution.summary = format!("Lluvia en las calles {HOSTILE}");
    solution.organisation = HOSTILE.to_owned();
    solution.city = HOSTILE.to_owned();
    solution.themes = vec![HOSTILE.to_owned()];
    solution.links = vec!["javascript:alert(1)".to_owned(), "https://a.example/\"x".to_owned()];
    let mut challenge = floods();
    challenge.title = format!("lluvia {HOSTILE}");
    challenge.city = HOSTILE.to_owned();
    let matcher = matcher(vec![solution], &[])?;
    let page = page(&matcher, &[challenge], |report| Ok(report.with_title(HOSTILE)))?;
    assert_eq!(page.matches("<script").count(), 1, "the page's own");
    assert!(!page.contains("<b onmouseover"));
    assert!(page.contains('\u{202e}') && page.contains('\u{200b}'), "texts are not changed");
    assert!(!page.contains("href=\"javascript"));
    assert!(page.contains("href=\"https:&#x2f;&#x2f;a.example&#x2f;&quot;x\""));
    assert!(!page.contains(" style=") && !page.contains(" onclick="));
    Ok(())
}

#[test]
fn the_same_records_give_the_same_bytes_in_each_language() -> Result<(), Error> {
    let challenges = [floods()];
    for language in Language::ALL.iter().copied() {
        let make = || -> Result<String, Error> {
            let matcher = matcher(vec![gardens()], &challenges)?;
            page(&matcher, &challenges, |report| Ok(report.language(language)))
        };
        let one = make()?;
        assert_eq!(one, make()?, "{language}");
        assert!(one.contains(&format!("<html lang=\"{language}\">")), "{language}");
        // Only what is in another language than the page says so.
        let foreign = language != Language::Spanish;
        assert_eq!(one.contains("<h3><span lang=\"es\">"), foreign, "{language}");
    }
    Ok(())
}

#[test]
fn the_policy_names_the_one_style_and_the_one_script() -> Result<(), Error> {
    use base64::Engine as _;
    use sha2::{Digest, Sha256};
    let matcher = matcher(vec![gardens()], &[])?;
    let page = page(&matcher, &[floods()], |report| Ok(report))?;
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).expect("a policy");
    let policy = policy.split('"').next().expect("an attribute ends");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for (tag, directive) in [("style", "style-src"), ("script", "script-src")] {
        let open = format!("<{tag}>");
        assert_eq!(page.matches(&open).count(), 1, "{tag}");
        let content =
            page.split(&open).nth(1).and_then(|rest| rest.split(&format!("</{tag}>")).next());
        let hash = Sha256::digest(content.expect("it has a content"));
        let hash = base64::engine::general_purpose::STANDARD.encode(hash);
        assert!(policy.contains(&format!("{directive} 'sha256-{hash}'")), "{tag}: {policy}");
    }
    Ok(())
}

#[test]
fn decisions_are_told() -> Result<(), Error> {
    let mut second = floods();
    second.id = "c2".into();
    let challenges = [floods(), second];
    let matcher = matcher(vec![gardens()], &[])?;
    let run = matcher.find_all(&challenges)?;
    let assignment = run.assign(&Assign::new())?;
    let told = page(&matcher, &challenges, |report| report.decision(&assignment))?;
    assert!(told.contains("<em class=chosen>chosen</em>"));
    assert!(told.contains("It gets nothing: other challenges have its candidates."));
    assert!(told.contains("goes to Calles sin inundaciones"));
    for (reason, sentence) in [
        (Nothing::NoCandidate, "No recibe ninguna: no había candidatas."),
        (Nothing::Barred { barred: 2 }, "No recibe ninguna: las reglas excluyen"),
        (Nothing::Forbidden { forbidden: 1, barred: 0 }, "No recibe ninguna: lo que las reglas"),
    ] {
        let decision = Decision::new([], [("c1".into(), reason)]);
        let told = page(&matcher, &challenges, |report| {
            report.language(Language::Spanish).decision(decision)
        })?;
        assert!(told.contains(sentence), "{sentence}");
    }
    Ok(())
}

/// Texts as long as those of the demo, from a fixed list of words.
fn text(seed: usize, words: usize) -> String {
    const WORDS: [&str; 24] = [
        "agua",
        "lluvia",
        "calles",
        "barrio",
        "energía",
        "residuos",
        "transporte",
        "vivienda",
        "escuela",
        "salud",
        "empleo",
        "parque",
        "río",
        "calor",
        "comunidad",
        "reciclaje",
        "datos",
        "mujeres",
        "jóvenes",
        "aceras",
        "techos",
        "huertas",
        "mercado",
        "comercio",
    ];
    let word =
        |place: usize| WORDS[(seed * 7 + place * place * 5 + place * 3 + seed / 5) % WORDS.len()];
    let words: Vec<&str> = (0..words).map(word).collect();
    format!("Para {}.", words.join(" "))
}

#[test]
fn a_hundred_challenges_with_fifty_matches_take_five_megabytes_at_most() -> Result<(), Error> {
    let solutions = (0..400).map(|place| {
        Solution::new(format!("solution-{place}").as_str(), text(place, 6))
            .summary(text(place + 1, 18))
            .problem(text(place + 2, 14))
            .description(text(place + 3, 16))
            .organisation("Fundación Ciudad")
            .city("Córdoba")
            .country("AR".parse().ok())
            .language(Language::Portuguese)
            .stage(Stage::Pilot)
            .themes(["agua", "economía circular", "espacio público"])
    });
    let matcher = matcher(solutions.collect(), &[])?;
    let mut report = Report::new(&matcher);
    let challenges: Vec<Challenge> = (0..100)
        .map(|place| {
            Challenge::new(format!("challenge-{place}").as_str(), text(place, 5))
                .question(text(place + 1, 24))
                .problem(format!("{} {}", text(place + 2, 20), text(place + 3, 20)))
                .language(Language::Spanish)
        })
        .collect();
    for challenge in &challenges {
        let search = Search::new(challenge).limit(50);
        let matches = matcher.find(search.clone())?;
        assert_eq!(matches.len(), 50);
        report.add(&search, &matches)?;
    }
    // The tenth match of the first challenge is chosen.
    let tenth = matcher.find(&challenges[0])?[9].id().clone();
    let report = report.decision(Decision::new([("challenge-0".into(), tenth.clone())], []))?;
    let mut page = Vec::new();
    report.write_to(&mut page)?;
    eprintln!("100 challenges with 50 matches: {} bytes", page.len());
    assert!(page.len() <= 5_000_000, "{}", page.len());
    let page = String::from_utf8(page).expect("UTF-8");
    let row = |id: &str| {
        let (_, row) = page.split_once(&format!("<tr id=\"m1.{id}\"")).expect("a row");
        row.split_once("</svg>").expect("a bar").0
    };
    assert!(page.contains("This page is long: the sentences are told of the first three"));
    assert!(row(tenth.as_str()).contains("<details>"), "it is chosen");
    let ninth = matcher.find(&challenges[0])?[8].id().clone();
    let ninth = row(ninth.as_str());
    assert!(!ninth.contains("<details>") && ninth.contains(" · sum 3."), "{ninth}");
    assert_eq!(page.matches("<details>").count(), 301, "three a challenge, and the chosen one");
    let mut shell = Vec::new();
    Report::new(&matcher).write_to(&mut shell)?;
    eprintln!("without a challenge: {} bytes", shell.len());
    assert!(shell.len() <= 60_000, "{}", shell.len());
    Ok(())
}

/// A disk without room.
struct Full;
impl std::io::Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_file_that_cannot_be_written_is_a_sentence() -> Result<(), Error> {
    let matcher = matcher(vec![gardens()], &[])?;
    let folder = tempfile::tempdir().expect("a folder");
    let report = Report::new(&matcher);
    for (name, path) in [
        ("folder", folder.path().to_owned()),
        ("no_such_folder", folder.path().join("no/report.html")),
    ] {
        let error = report.write(&path).expect_err(name).to_string();
        assert!(error.contains(&path.display().to_string()), "{name}: {error}");
        assert!(!error.contains('\n'), "{name}: {error}");
    }
    let error = report.write_to(&mut Full).expect_err("full").to_string();
    assert!(error.starts_with("`output`: "), "{error}");
    Ok(())
}
