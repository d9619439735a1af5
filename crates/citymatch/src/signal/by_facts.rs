//! Signals that compare what records say of themselves beside their texts: the criteria of a call.
//!
//! Each is a number from 0 to 1 by a stated table, and counts nothing unless a challenge's criteria
//! or the caller's weights name it.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use citymatch_encoder::Calibration;

use super::dense::DenseValues;
use super::{BOUND_BLOCK, BOUND_BLOCKS, Collection, QuerySignal, SegmentScorer, Weight};
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::explain::{Evidence, ExplainedDocument, Node};
use crate::facts::FactColumn;
use crate::ids::SegmentOrd;
use crate::index::OtherTerms;
use crate::progress::Progress;
use crate::text::Query;
use crate::wanted::Wanted;

/// A table that compares what a challenge wants with what a solution is.
///
/// A document has a list of items. Its value is the mean, over what is wanted, of the likeness of the
/// item that is most alike: from 0 to 1, and 0 for a document without items.
pub(crate) trait Criterion {
    type Item;

    /// The items of a segment's documents.
    fn column<'s>(
        wanted: &Wanted,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<&'s FactColumn<Self::Item>, Error>;

    /// For each thing that is wanted, how alike each item is to it. No row where nothing is wanted.
    fn likeness(wanted: &Wanted, items: &[Self::Item]) -> Vec<Vec<f64>>;

    /// What is wanted, in words.
    fn shown_wanted(wanted: &Wanted) -> Vec<String>;

    /// What an item is, in words.
    fn shown(item: &Self::Item) -> Vec<String>;
}

/// For each thing that a query wants, how alike each item is to it.
type Likeness = Vec<Vec<f64>>;

/// A criterion made ready for a query.
pub(crate) struct ByFacts<C> {
    query: Arc<Query>,
    criterion: PhantomData<C>,
}

impl<C: Criterion> ByFacts<C> {
    pub(crate) fn new(query: &Arc<Query>) -> Self {
        Self { query: Arc::clone(query), criterion: PhantomData }
    }

    fn wanted(&self) -> &Wanted {
        &self.query.wanted
    }

    /// The values of some documents of a segment.
    fn values(
        &self,
        snapshot: &Snapshot,
        segment: SegmentOrd,
        documents: Range<usize>,
    ) -> Result<Vec<f64>, Error> {
        let column = C::column(self.wanted(), snapshot, segment)?;
        let likeness = C::likeness(self.wanted(), column.distinct());
        let mut values = Vec::new();
        column.mean_of_best(&likeness, documents, &mut values);
        Ok(values)
    }
}

impl<C: Criterion + 'static> QuerySignal for ByFacts<C>
where
    C::Item: 'static,
{
    type Scorer<'s> = FactsScorer<'s, C>;

    const NEEDS_ENCODER: bool = false;
    const ZERO_WITHOUT_TERMS: bool = false;

    fn calibrated_weight(_: Option<&Calibration>) -> Weight {
        Weight::from(0.0)
    }

    fn prepare(_: Collection<'_>, query: &Arc<Query>) -> Result<Self, Error> {
        Ok(Self::new(query))
    }

    fn among(&self, _: &OtherTerms<'_>) -> Self {
        Self::new(&self.query)
    }

    fn scorer<'s>(
        queries: Vec<&'s Self>,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<FactsScorer<'s, C>, Error> {
        let likeness = |own: &&Self| {
            let column = C::column(own.wanted(), snapshot, segment)?;
            Ok((column, C::likeness(own.wanted(), column.distinct())))
        };
        Ok(FactsScorer {
            queries: queries.iter().map(likeness).collect::<Result<_, Error>>()?,
            values: DenseValues::new(queries.len()),
        })
    }

    fn explain(&self, document: &mut ExplainedDocument<'_>) -> Result<Node, Error> {
        let (segment, doc) = (document.address.segment, document.address.doc.index());
        let value = self.values(document.snapshot, segment, doc..doc + 1)?[0];
        let column = C::column(self.wanted(), document.snapshot, segment)?;
        let (ask, solution) =
            (C::shown_wanted(self.wanted()), column.of(doc).flat_map(C::shown).collect());
        let mut node = Node::leaf("by the table", value, []);
        node.evidence = Some(Evidence::Values { ask, solution });
        Ok(node)
    }
}

/// A criterion on its way through a segment, for a batch of queries.
pub(crate) struct FactsScorer<'s, C: Criterion> {
    /// Of each query the documents' items, and how alike they are to what it wants.
    queries: Vec<(&'s FactColumn<C::Item>, Likeness)>,
    values: DenseValues,
}

impl<C: Criterion> SegmentScorer for FactsScorer<'_, C> {
    fn begin_block(&mut self, documents: Range<usize>, progress: &Progress) -> Result<(), Error> {
        for ((column, likeness), values) in self.queries.iter().zip(self.values.by_query()) {
            progress.check()?;
            column.mean_of_best(likeness, documents.clone(), values);
        }
        Ok(())
    }

    fn score_block(&mut self, query: usize) {
        self.values.select(query);
    }

    #[inline]
    fn value(&self, place: usize, _: bool) -> f64 {
        self.values.value(place)
    }

    fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
        self.values.add_block_bounds(weight, bounds);
    }

    fn add_document_bounds(&self, first: usize, weight: Weight, bounds: &mut [f64; BOUND_BLOCK]) {
        self.values.add_document_bounds(first, weight, bounds);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{goals::Goals, maturity::Maturity, place::Place, themes::Themes};
    use super::*;
    use crate::Catalogue;
    use crate::record::DeploymentStatus::{self, Active, Closed, Completed, Failed, Planned};
    use crate::record::{Deployment, Goal};
    use crate::{Challenge, Eligibility, Solution, Stage};

    /// The value of a solution for a challenge.
    fn value<C: Criterion>(challenge: &Challenge, solution: &Solution) -> f64 {
        let catalogue = Catalogue::in_memory().expect("a catalogue");
        let snapshot = catalogue.snapshot().expect("a snapshot");
        let alone = snapshot.of_one(solution).expect("a valid solution");
        let query = Arc::new(Query::new(challenge));
        let segment = alone.ords().next().expect("a segment");
        ByFacts::<C>::new(&query).values(&alone, segment, 0..1).expect("values")[0]
    }

    fn goals(all: &str) -> Vec<Goal> {
        all.split_whitespace().map(|goal| goal.parse().expect("a goal")).collect()
    }

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-12
    }

    #[test]
    fn themes_by_their_table() {
        for (name, asked, own, expected) in [
            ("same in two languages", "residuos", "waste", 1.0),
            ("one of two", "residuos|energía", "waste", 0.5),
            ("broader", "reciclaje", "waste", 0.5),
            ("the best counts", "reciclaje", "energy|waste|recycling", 1.0),
            ("none", "educación", "waste", 0.0),
            ("not asked", "", "waste", 0.0),
            ("not known", "residuos", "", 0.0),
        ] {
            let list = |all: &str| all.split('|').map(str::to_owned).collect::<Vec<_>>();
            let challenge = Challenge::new("c", "t").themes(list(asked));
            let solution = Solution::new("s", "t").themes(list(own));
            assert!(near(value::<Themes>(&challenge, &solution), expected), "{name}");
        }
    }

    #[test]
    fn goals_by_their_table() {
        for (name, asked, own, expected) in [
            ("same target", "11.5", "11.5", 1.0),
            ("goal of the target", "11.5", "11", 0.5),
            ("another target", "11.5", "11.2", 0.25),
            ("target inside", "11", "11.5", 1.0),
            ("goal alone", "11", "11", 0.75),
            ("another goal", "11", "12", 0.0),
            ("mean over what is asked", "11 13", "11.5", 0.5),
            ("not asked", "", "11", 0.0),
            ("not known", "11", "", 0.0),
        ] {
            let challenge = Challenge::new("c", "t").sdgs(goals(asked));
            let solution = Solution::new("s", "t").sdgs(goals(own));
            assert!(near(value::<Goals>(&challenge, &solution), expected), "{name}");
        }
    }

    #[test]
    fn places_by_their_table() {
        let in_place = |city: &str, country: &str| {
            let solution = Solution::new("s", "t").city(city);
            solution.country(country.parse().ok())
        };
        let deployed = |city: &str, country: &str| {
            let deployment = Deployment {
                city: city.to_owned(),
                country: country.parse().ok(),
                ..Deployment::default()
            };
            Solution::new("s", "t").deployments([deployment])
        };
        let bogota = Challenge::new("c", "t").city("Bogotá").country("CO".parse().ok());
        for (name, solution, expected) in [
            ("same city", in_place("bogota", "CO"), 1.0),
            ("country unknown", in_place("Bogotá", ""), 1.0),
            ("namesake elsewhere", in_place("Bogotá", "US"), 0.0),
            ("deployed there", deployed("BOGOTÁ", "CO"), 1.0),
            ("same country", in_place("Cali", "CO"), 0.6),
            ("deployed in the country", deployed("", "CO"), 0.6),
            ("same region", in_place("Quito", "EC"), 0.3),
            ("elsewhere", in_place("Paris", "FR"), 0.0),
            ("unknown", Solution::new("s", "t"), 0.0),
        ] {
            assert!(near(value::<Place>(&bogota, &solution), expected), "{name}");
        }
        let nowhere = Challenge::new("c", "t");
        assert!(near(value::<Place>(&nowhere, &in_place("Bogotá", "CO")), 0.0));
    }

    #[test]
    fn maturity_by_its_table() {
        let with = |stage: Option<Stage>, statuses: &[DeploymentStatus]| {
            let deployment = |status: &DeploymentStatus| Deployment {
                status: Some(*status),
                ..Deployment::default()
            };
            Solution::new("s", "t").stage(stage).deployments(statuses.iter().map(deployment))
        };
        let plain = Challenge::new("c", "t");
        let pilots = Eligibility::new().stages([Stage::Pilot]);
        let pilots = Challenge::new("c", "t").eligibility(pilots);
        for (name, wanted, solution, expected) in [
            ("idea", &plain, with(Some(Stage::Idea), &[]), 0.0),
            ("pilot", &plain, with(Some(Stage::Pilot), &[]), 0.3),
            ("scaling", &plain, with(Some(Stage::Scaling), &[]), 0.6),
            ("unknown stage", &plain, with(None, &[Active]), 0.4 / 3.0),
            ("one success", &plain, with(Some(Stage::Pilot), &[Completed]), 0.3 + 0.4 / 3.0),
            ("three are enough", &plain, with(Some(Stage::Scaling), &[Active; 5]), 1.0),
            (
                "failures count against",
                &plain,
                with(Some(Stage::Pilot), &[Failed]),
                0.3 - 0.4 / 3.0,
            ),
            ("never below 0", &plain, with(Some(Stage::Idea), &[Failed; 3]), 0.0),
            ("others count nothing", &plain, with(Some(Stage::Pilot), &[Planned, Closed]), 0.3),
            ("the stage that is wanted", &pilots, with(Some(Stage::Pilot), &[]), 0.6),
            ("another one", &pilots, with(Some(Stage::Scaling), &[]), 0.0),
        ] {
            assert!(near(value::<Maturity>(wanted, &solution), expected), "{name}");
        }
    }
}
