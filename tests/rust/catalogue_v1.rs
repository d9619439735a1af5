//! A catalogue that an earlier version wrote, `tests/data/catalogue_v1`, is read for ever.
//!
//! It was written once, in the format 4 of version 0.1.0, by the first test below, which leaves what
//! it writes in the folder `CITYMATCH_KEEP`; a later format gets a folder of its own beside it. What
//! it is to hold and to find stands in `catalogue_v1.json`. Scores may only change there with a
//! change of the ranking that is meant.

use std::fs;
use std::path::{Path, PathBuf};

use citymatch::record::Record;
use citymatch::{Catalogue, Challenge, Error, Matcher, Search, Solution};
use serde_json::{Value as Json, json};
use tempfile::tempdir;

const SOLUTIONS: &str = r#"{"id": "lluvia", "title": "Jardines de lluvia", "description": "Retienen el agua de lluvia en las aceras y la dejan entrar en el suelo.", "language": "es", "country": "CL", "stage": "piloto", "themes": ["agua"], "sdgs": ["11.5"], "equipo": 4}
{"id": "banheiros", "title": "Banheiros secos", "description": "Não precisam de água nem de esgoto, e dão adubo para a horta da escola.", "language": "pt", "country": "BR", "stage": "em operação"}
{"id": "barrels", "title": "Rain barrels", "impact": "They keep the water of storms for dry weeks.", "language": "en", "cost": {"amount": 200, "currency": "USD"}}
{"id": "catadores", "title": "Cataki", "summary": "Um aplicativo liga catadores de recicláveis a quem gera resíduos.", "organisation": "Pimp My Carroça", "city": "São Paulo"}
{"id": "techos", "title": "Techos verdes", "description": "Refrescan las casas y guardan el agua de la lluvia.", "language": "es", "year": 2019}
{"id": "buses", "title": "Electric buses", "description": "Quiet buses that run on the power of the tram.", "language": "en", "deployments": [{"city": "Quito", "country": "EC", "year": 2021, "status": "active"}]}
{"id": "fog", "title": "Fog nets", "description": "Nets on the hill catch drinking water from the fog.", "language": "en"}
{"id": "huertas", "title": "Huertas en las escuelas", "description": "Los niños hacen compost y siembran.", "language": "es"}
{"id": "ciclovia", "title": "Ciclovia de domingo", "description": "Ruas fechadas para os carros aos domingos.", "language": "pt"}
"#;
const MORE_SOLUTIONS: &str = r#"{"id": "techos", "title": "Techos verdes, segunda edición", "description": "Refrescan las casas, guardan el agua de la lluvia y atraen abejas.", "language": "es", "year": 2022}
{"id": "poços", "title": "Poços comunitários", "description": "Bombas manuais dão água limpa às escolas rurais.", "language": "pt"}
"#;
const CHALLENGES: &str = r#"{"id": "inundaciones", "question": "¿Cómo evitar que la lluvia inunde las calles?", "language": "es", "deadline": "2026-05-01"}
{"id": "água", "title": "Água para todos", "problem": "Faltam poços e bombas nas escolas rurais do sertão.", "language": "pt", "eligibility": {"stages": ["pilot"], "unknown": "admit"}, "criteria": {"innovation": 40, "themes": 60}}
{"id": "waste", "question": "Who collects what can be recycled?", "language": "en"}
"#;
const REMOVED: [&str; 2] = ["buses", "waste"];

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

fn records<R: Record>(lines: &str) -> Vec<R> {
    let read = |line: &str| R::from_json(serde_json::from_str(line).expect("JSON"));
    lines.lines().map(|line| read(line).expect("a record")).collect()
}

/// All that the catalogue is to hold and to find.
fn contents(catalogue: &Catalogue) -> Result<Json, Error> {
    let snapshot = catalogue.snapshot()?;
    let solutions = snapshot.solutions().records()?.map(|one| Ok(Json::Object(one?.to_json())));
    let challenges = snapshot.challenges().records()?.map(|one| Ok(Json::Object(one?.to_json())));
    let matcher = Matcher::new(catalogue)?;
    let mut scores = serde_json::Map::new();
    for challenge in snapshot.challenges().records()? {
        let challenge = challenge?;
        let found = matcher.find(Search::new(&challenge).limit(100))?;
        let score = |one: &citymatch::Match| json!([one.id(), one.score().to_bits().to_string()]);
        scores.insert(challenge.id.to_string(), found.iter().map(score).collect());
    }
    Ok(json!({
        "solutions": solutions.collect::<Result<Vec<Json>, Error>>()?,
        "challenges": challenges.collect::<Result<Vec<Json>, Error>>()?,
        "scores": scores,
    }))
}

/// Writes the catalogue by several commits, so that it has two segments and removed records.
fn write(path: &Path) -> Result<Catalogue, Error> {
    let catalogue = Catalogue::create(path)?;
    let mut edit = catalogue.edit()?;
    for solution in records::<Solution>(SOLUTIONS) {
        edit.put(solution)?;
    }
    for challenge in records::<Challenge>(CHALLENGES) {
        edit.put(challenge)?;
    }
    edit.commit()?;
    let mut edit = catalogue.edit()?;
    for solution in records::<Solution>(MORE_SOLUTIONS) {
        edit.put(solution)?;
    }
    edit.commit()?;
    catalogue.remove(REMOVED)?;
    Ok(catalogue)
}

#[test]
fn what_is_written_today_holds_and_finds_the_same() -> Result<(), Error> {
    let temporary = tempdir().expect("a folder");
    let folder = std::env::var_os("CITYMATCH_KEEP").map(PathBuf::from);
    let folder = folder.as_deref().unwrap_or(temporary.path());
    let contents = contents(&write(&folder.join("catalogue_v1"))?)?;
    fs::write(folder.join("catalogue_v1.json"), format!("{contents:#}\n")).expect("a file");
    let kept = fs::read_to_string(data("catalogue_v1.json")).expect("a file");
    assert_eq!(serde_json::from_str::<Json>(&kept).expect("JSON"), contents);
    Ok(())
}

/// The kept catalogue, in a folder that may be written.
fn kept(folder: &Path) -> PathBuf {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder").flatten() {
            let (from, to) = (entry.path(), to.join(entry.file_name()));
            if from.is_dir() {
                copy(&from, &to);
            } else {
                fs::copy(&from, &to).map(drop).expect("a file");
            }
        }
    }
    copy(&data("catalogue_v1"), &folder.join("kept.cm"));
    folder.join("kept.cm")
}

#[test]
fn it_holds_and_finds_what_it_did_and_goes_on() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = kept(folder.path());
    let expected = fs::read(data("catalogue_v1.json")).expect("a file");
    let expected: Json = serde_json::from_slice(&expected).expect("JSON");
    let catalogue = Catalogue::open(&path)?;
    assert_eq!(catalogue.check()?, [] as [&str; 0]);
    assert_eq!(catalogue.check_notes()?, [] as [&str; 0]);
    let found = contents(&catalogue)?;
    assert_eq!(found["solutions"].as_array().map(Vec::len), Some(9));
    assert_eq!(found, expected);
    let segments = fs::read_dir(&path).expect("a folder").flatten();
    let is_store = |path: PathBuf| path.extension().is_some_and(|ending| ending == "store");
    assert_eq!(segments.filter(|entry| is_store(entry.path())).count(), 2);

    let copy = folder.path().join("copy.cm");
    catalogue.copy(&copy)?;
    let copy = Catalogue::open(&copy)?;
    assert_eq!(contents(&copy)?, expected);
    let mut edit = copy.edit()?;
    edit.put(Solution::new("new", "Fuentes de agua para las plazas"))?;
    edit.remove("lluvia")?;
    edit.commit()?;
    let ids = copy.snapshot()?.solutions().ids()?;
    let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
    assert_eq!(
        ids,
        [
            "banheiros",
            "barrels",
            "catadores",
            "ciclovia",
            "fog",
            "huertas",
            "new",
            "poços",
            "techos"
        ]
    );
    assert_eq!(copy.check()?, [] as [&str; 0]);
    Ok(())
}
