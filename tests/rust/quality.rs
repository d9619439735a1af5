//! How well the judged collections are ranked.

use citymatch::{Error, Matcher, Signal, Weights};
use citymatch_tests::collection::Collection;
use citymatch_tests::measure::ndcg_at_10;
use citymatch_tests::twin::{Counts, Mix, Twin};

/// Name, and the nDCG@10 to reach: by words alone (what stemmed BM25 with the ask's own counts
/// reaches there; .395 on `xquad_xl` and .68 on `xquad_long` if numbers counted as words), and by
/// all signals.
const FLOORS: [(&str, f64, f64); 4] = [
    ("xquad_xl", 0.38, 0.927),
    ("xquad_same", 0.972, 0.978),
    ("xquad_long", 0.665, 0.967),
    ("faquad", 0.905, 0.932),
];
/// What capped counts and bucketed lengths may cost against exact ones.
const COST: f64 = 0.0035;

#[test]
fn words_alone_reach_stemmed_bm25_codes_cost_little_and_all_signals_bring_more() -> Result<(), Error>
{
    for (name, by_words, by_all) in FLOORS {
        let collection = Collection::read(name);
        let catalogue = collection.catalogue()?;
        let alone = Weights::new([(Signal::Words, 1.0.into())])?;
        let words = collection.ndcg(&Matcher::builder().weights(alone).build(&catalogue)?)?;
        let all = collection.ndcg(&Matcher::new(&catalogue)?)?;
        let twin = Twin::new(&collection.solutions, Counts::Exact);
        let exact = ndcg_at_10(&collection.qrels, |challenge| {
            let challenge = collection
                .challenges
                .iter()
                .find(|one| one.id.as_str() == challenge)
                .expect("it is in the collection");
            twin.rank(challenge, Mix::Words).into_iter().take(10).map(|own| own.id).collect()
        });
        eprintln!(
            "{name}: all signals {all:.4}; words alone {words:.4}, with exact counts and lengths {exact:.4}"
        );
        assert!(words >= by_words, "{name}: {words:.4} is below {by_words}");
        assert!(all >= by_all, "{name}: {all:.4} is below {by_all}");
        assert!(exact - words <= COST, "{name}: codes cost {:.4}", exact - words);
    }
    Ok(())
}
