//! Compounds with a hyphen meet their joined form.

use citymatch::{Challenge, Error, Language, Matcher, Solution};
use citymatch_tests::collection::catalogue_of;

use Language::{English, Portuguese, Spanish};

/// The score of a solution and what it is found by.
fn found(ask: &str, text: &str, language: Language) -> Result<(f64, String), Error> {
    let others = ["Préstamo de bicicletas", "Coleta seletiva", "Noise meters for bars"];
    let others = others.iter().enumerate();
    let mut solutions: Vec<Solution> =
        others.map(|(number, title)| Solution::new(format!("other{number}"), *title)).collect();
    solutions.push(Solution::new("s", text).language(language));
    let matcher = Matcher::new(&catalogue_of(&solutions)?)?;
    let challenge = Challenge::new("c", ask).language(language);
    let explanation = matcher.explain(&challenge, &"s".into())?;
    Ok((explanation.root.value, explanation.summary()))
}

#[test]
fn a_compound_and_its_joined_form_find_each_other() {
    for (name, forms, text, language) in [
        ("borrowed", ["wifi", "Wi-Fi", "WIFI"], "FORM gratuito en los parques", Spanish),
        ("a_letter", ["email", "e-mail", "E-Mail"], "Reminders by FORM for patients", English),
        (
            "spanish",
            ["microcrédito", "micro-crédito", "MICRO-CRÉDITO"],
            "Un FORM para vendedoras",
            Spanish,
        ),
        (
            "portuguese",
            ["cooperativa", "co-operativa", "Co-Operativa"],
            "Uma FORM de catadores",
            Portuguese,
        ),
    ] {
        let exact = found(forms[0], &text.replace("FORM", forms[0]), language).unwrap();
        assert!(exact.0 > 0.75 && exact.1.contains(forms[0]), "{name}: {exact:?}");
        for (asked, written) in forms.iter().flat_map(|asked| forms.map(|own| (*asked, own))) {
            let same = found(asked, &text.replace("FORM", written), language).unwrap();
            assert_eq!(same, exact, "{name}: {asked} for {written}");
        }
    }
}

#[test]
fn a_part_of_two_words_is_found() {
    let (score, why) = found("costo", "Análisis de costo-beneficio", Spanish).unwrap();
    assert!(score > 0.75 && why.contains("costo"), "{score}: {why}");
}
