//! Words typed without their accents.

use citymatch::{Challenge, Error, Language, Matcher, Solution};
use citymatch_tests::collection::catalogue_of;

use Language::{Portuguese, Spanish};

/// Solutions about other things, so that no word is common.
const OTHERS: [(&str, &str, Language); 5] = [
    ("Bicicletas públicas", "Préstamo de bicicletas con estaciones.", Spanish),
    ("Portal de trámites", "Sitio con correo y horario de lunes a viernes.", Spanish),
    ("Sonómetros para bares", "Miden el ruido de los locales nocturnos.", Spanish),
    ("Coleta seletiva", "Catadores recolhem o lixo reciclável das ruas.", Portuguese),
    ("Hortas escolares", "As turmas plantam verduras na escola.", Portuguese),
];

/// The score and the summary of one solution, among others, for an ask.
fn found(ask: &str, text: &str, language: Language) -> Result<(f64, String), Error> {
    let mut solutions = vec![Solution::new("s", text).language(language)];
    for (number, (title, description, language)) in OTHERS.iter().enumerate() {
        let other = Solution::new(format!("other{number}"), *title);
        solutions.push(other.description(*description).language(*language));
    }
    let matcher = Matcher::new(&catalogue_of(&solutions)?)?;
    let challenge = Challenge::new("c", ask).language(language);
    let explanation = matcher.explain(&challenge, &"s".into())?;
    Ok((explanation.root.value, explanation.summary()))
}

#[test]
fn a_word_without_its_accents_is_a_near_relative() {
    let cases: &[(&str, &str, &str, &str, Language)] = &[
        ("n_for_n_with_tilde", "niños", "ninos", "Plazas de juego para niños", Spanish),
        ("another_stem", "inundación", "inundacion", "Inundación de sótanos", Spanish),
        ("with_a_tilde", "informação", "informacao", "Informação sobre ônibus", Portuguese),
        ("with_a_circumflex", "ônibus", "onibus", "Informação sobre ônibus", Portuguese),
        ("in_the_catalogue", "baños", "baños", "Banos secos sin alcantarillado", Spanish),
        ("a_stem_in_the_catalogue", "educação", "educação", "Educacao de adultos", Portuguese),
    ];
    for (name, exact, typed, text, language) in cases {
        let written = text.replace("Banos", "Baños").replace("Educacao", "Educação");
        let (best, _) = found(exact, &written, *language).unwrap();
        let (near, why) = found(typed, text, *language).unwrap();
        assert!(near > 0.7 && near <= best, "{name}: {near}, and {best} as it is written; {why}");
        assert!(why.contains(" ~ ") || why == *typed, "{name}: {why}");
    }
}

#[test]
fn the_exact_word_stays_above_its_relative() {
    let relative = found("anos", "Cuentas de los años", Spanish).unwrap().0;
    let exact = found("años", "Cuentas de los años", Spanish).unwrap().0;
    assert!(relative < exact, "{relative} and {exact}");
}
