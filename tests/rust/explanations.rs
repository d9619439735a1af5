//! Explanations add up, and show what is in the records.

use citymatch::{Error, Evidence, Matcher, Node, Search};
use citymatch_tests::collection::{Collection, catalogue_of};
use citymatch_tests::demo;

const CLOSE: f64 = 1e-6;

fn assert_adds_up(node: &Node, path: &str) {
    let path = format!("{path} / {}", node.name);
    assert!((node.recomputed() - node.value).abs() < CLOSE, "{path}: {} is not {}", node.value, node.recomputed());
    node.children.iter().for_each(|child| assert_adds_up(child, &path));
}

#[test]
fn every_explanation_adds_up_to_its_score() -> Result<(), Error> {
    let mut checked = 0;
    let mut sets = vec![(demo::solutions(), demo::challenges().into_iter().chain(demo::translations()).collect::<Vec<_>>())];
    for name in ["xquad_long", "faquad"] {
        let collection = Collection::read(name);
        sets.push((collection.solutions, collection.challenges));
    }
    for (solutions, challenges) in sets {
        let matcher = Matcher::new(&catalogue_of(&solutions)?)?;
        for challenge in &challenges {
            // Long asks met nearly whole are where f32 sums err most: the best three show them.
            for found in &matcher.find(Search::new(challenge).limit(3))? {
                let explanation = matcher.explain(challenge, found.id())?;
                assert_eq!(explanation.root.value.to_bits(), found.score().to_bits(), "{} ~ {}", challenge.id, found.id());
                assert_adds_up(&explanation.root, &format!("{} ~ {}", challenge.id, found.id()));
                checked += 1;
            }
        }
    }
    assert!(checked > 4_000, "{checked}");
    Ok(())
}

#[test]
fn evidence_stands_in_the_records() -> Result<(), Error> {
    let solutions = demo::solutions();
    let matcher = Matcher::new(&catalogue_of(&solutions)?)?;
    let mut terms = 0;
    for challenge in &demo::challenges() {
        for found in &matcher.find(challenge)? {
            let explanation = matcher.explain(challenge, found.id())?;
            let solution = serde_json::to_value(matcher.snapshot().get(found.id())?).expect("records are JSON");
            for word in &explanation.root.children[0].children[0].children[1].children {
                let Some(Evidence::Term { fields, solution: forms, ask, .. }) = &word.evidence else { panic!("a word without evidence") };
                assert_eq!(ask, &word.name);
                assert!(!fields.is_empty() && !forms.is_empty(), "{} ~ {}: {ask}", challenge.id, found.id());
                for (field, count) in fields {
                    let text = solution[field].as_str().expect("it is a text").to_lowercase();
                    let seen: usize = forms.iter().map(|form| text.matches(form.as_str()).count()).sum();
                    assert!(seen >= *count as usize, "{} ~ {}: {forms:?} in {field}", challenge.id, found.id());
                }
                terms += 1;
            }
        }
    }
    assert!(terms > 500, "{terms}");
    Ok(())
}
