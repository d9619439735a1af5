//! What makes one assignment better than another.

/// What makes one assignment better than another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Objective {
    /// The sum of the scores and of a bonus for each place, which falls from place to place: see
    /// [`place_bonus`]. As many challenges as possible get something, and a second place goes
    /// before a third one unless scores say otherwise.
    #[default]
    Places,
    /// The sum of the scores alone. Challenges may be left with nothing so that others get more.
    Sum,
    /// First places are shared out so that the worst-off challenge is as well off as can be, then
    /// the next one, and so on: of all ways to share them out, the one whose scores, sorted from
    /// the lowest, are the highest at the first that differs. Nothing is lower than any score. Then
    /// second places are shared out in the same way among what is left, then third ones.
    Worst,
}

impl Objective {
    /// The name: `places`, `sum` or `worst`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Places => "places",
            Self::Sum => "sum",
            Self::Worst => "worst",
        }
    }

    /// The bonus of a place under this objective.
    pub(super) fn bonus(self, place: u32, challenges: usize) -> f64 {
        match self {
            Self::Places => place_bonus(place, challenges),
            Self::Sum | Self::Worst => 0.0,
        }
    }
}

/// What a challenge's place, from 1, adds to the value of an assignment under
/// [`Objective::Places`], in a run of so many challenges: the number of challenges for the first
/// place, and 1 / k² for the k-th after it.
///
/// Scores are 0 to 1, so that nothing that the other challenges gain outweighs a first place: as
/// many challenges as possible have something. The others fall gently: a second place is worth 0.25,
/// a third one 0.11.
///
/// # Examples
/// ```
/// use citymatch::assign::place_bonus;
/// assert_eq!(place_bonus(1, 2000), 2000.0);
/// assert_eq!(place_bonus(2, 2000), 0.25);
/// assert!(place_bonus(3, 2000) < place_bonus(2, 2000));
/// ```
#[must_use]
pub fn place_bonus(place: u32, challenges: usize) -> f64 {
    match place {
        0 => 0.0,
        1 => challenges as f64,
        place => 1.0 / (f64::from(place) * f64::from(place)),
    }
}
