//! How well the judged collections are ranked.

use citymatch::{Error, Matcher, Search};
use citymatch_tests::collection::Collection;
use citymatch_tests::measure::ndcg_at_10;
use citymatch_tests::twin::{Counts, Twin};

/// Name, and the nDCG@10 that stemmed BM25 with the ask's own counts reaches there.
const FLOORS: [(&str, f64); 4] = [("xquad_xl", 0.395), ("xquad_same", 0.972), ("xquad_long", 0.680), ("faquad", 0.905)];
/// What capped counts and bucketed lengths may cost against exact ones.
const COST: f64 = 0.003;

#[test]
fn words_alone_reach_stemmed_bm25_and_codes_cost_little() -> Result<(), Error> {
    for (name, floor) in FLOORS {
        let collection = Collection::read(name);
        let matcher = Matcher::new(&collection.catalogue()?)?;
        let run = matcher.find_all(&collection.challenges)?;
        let ranked = |challenge: &str| -> Vec<String> {
            let matches = run.iter().find(|matches| matches.challenge_id().as_str() == challenge);
            matches.into_iter().flatten().map(|found| found.id().to_string()).collect()
        };
        let ours = ndcg_at_10(&collection.qrels, ranked);
        let twin = Twin::new(&collection.solutions, Counts::Exact);
        let exact = ndcg_at_10(&collection.qrels, |challenge| {
            let challenge = collection.challenges.iter().find(|one| one.id.as_str() == challenge).expect("it is in the collection");
            twin.rank(challenge).into_iter().take(10).map(|(id, _)| id).collect()
        });
        eprintln!("{name}: {ours:.4}, with exact counts and lengths {exact:.4}");
        assert!(ours >= floor, "{name}: {ours:.4} is below {floor}");
        assert!(exact - ours <= COST, "{name}: codes cost {:.4}", exact - ours);
    }
    let collection = Collection::read("faquad");
    let matcher = Matcher::new(&collection.catalogue()?)?;
    assert_eq!(matcher.find(Search::new(&collection.challenges[0]).limit(1_000))?.len(), collection.solutions.len());
    Ok(())
}
