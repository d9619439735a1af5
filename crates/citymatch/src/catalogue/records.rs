use std::marker::PhantomData;

use super::snapshot::{DocAddress, Snapshot};
use crate::error::Error;
use crate::record::{Challenge, Record, Solution, SolutionId};

/// The records of one kind in a snapshot, by id.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Solution};
/// let catalogue = Catalogue::in_memory()?;
/// let mut edit = catalogue.edit()?;
/// edit.put(Solution::new("s2", "Dry toilets"))?;
/// edit.put(Solution::new("s1", "Rain gardens"))?;
/// edit.commit()?;
/// let solutions = catalogue.snapshot()?.solutions();
/// assert!(solutions.contains("s1")?);
/// let titles: Vec<String> = solutions.records()?.map(|solution| Ok(solution?.title)).collect::<Result<_, citymatch::Error>>()?;
/// assert_eq!(titles, ["Rain gardens", "Dry toilets"]);
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Records<R> {
    snapshot: Snapshot,
    record: PhantomData<fn() -> R>,
}

impl<R: Record> Records<R> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let segments = self.snapshot.segments().iter();
        let count: u64 = segments.map(|segment| segment.stats(R::KIND).documents).sum();
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is one with this id.
    ///
    /// # Errors
    /// [`ErrorKind::Engine`](crate::ErrorKind::Engine) where the catalogue cannot be read.
    pub fn contains(&self, id: &str) -> Result<bool, Error> {
        Ok(self.snapshot.address(R::KIND, id)?.is_some())
    }

    /// The one with this id.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) where the stored record cannot be read.
    pub fn get(&self, id: &str) -> Result<Option<R>, Error> {
        self.snapshot.address(R::KIND, id)?.map(|address| self.snapshot.read(address)).transpose()
    }

    /// All ids, in order.
    ///
    /// # Errors
    /// [`ErrorKind::Engine`](crate::ErrorKind::Engine) where the catalogue cannot be read.
    pub fn ids(&self) -> Result<Vec<R::Id>, Error> {
        Ok(self.in_order()?.into_iter().map(|(id, _)| R::Id::from(id)).collect())
    }

    /// All records, in the order of their ids, each read when it is asked for.
    ///
    /// # Errors
    /// [`ErrorKind::Engine`](crate::ErrorKind::Engine) where the catalogue cannot be read; an item
    /// is an error where its record cannot.
    pub fn records(&self) -> Result<impl Iterator<Item = Result<R, Error>> + use<R>, Error> {
        let snapshot = self.snapshot.clone();
        Ok(self.in_order()?.into_iter().map(move |(_, address)| snapshot.read(address)))
    }

    /// All records with their addresses, in the order of their ids.
    pub(crate) fn with_addresses(
        &self,
    ) -> Result<impl Iterator<Item = Result<(R, DocAddress), Error>> + use<R>, Error> {
        let snapshot = self.snapshot.clone();
        let read = move |(_, address)| Ok((snapshot.read(address)?, address));
        Ok(self.in_order()?.into_iter().map(read))
    }

    fn in_order(&self) -> Result<Vec<(String, DocAddress)>, Error> {
        let mut found = Vec::with_capacity(self.len());
        for segment in self.snapshot.ords() {
            let ids = self.snapshot.segment(segment).ids()?;
            for doc in self.snapshot.segment(segment).live(R::KIND) {
                found.push((ids[doc.index()].clone(), DocAddress { segment, doc }));
            }
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found)
    }
}

impl Snapshot {
    /// The solution with an id.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) where the stored record cannot be read.
    pub fn get(&self, id: &SolutionId) -> Result<Option<Solution>, Error> {
        self.solutions().get(id.as_str())
    }

    /// The solutions.
    #[must_use]
    pub fn solutions(&self) -> Records<Solution> {
        Records { snapshot: self.clone(), record: PhantomData }
    }

    /// The challenges.
    #[must_use]
    pub fn challenges(&self) -> Records<Challenge> {
        Records { snapshot: self.clone(), record: PhantomData }
    }
}
