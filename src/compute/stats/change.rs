//! How durations changed from one period to another, and whether that can be told from noise.

use super::{Chance, DurationFigures, IncidentEntry, difference, figures, values};
use crate::model::incident::names::string_enum;
use rayon::prelude::*;

/// How a duration changed from one period to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurationChange {
    /// The duration's name.
    pub name: String,
    /// What it was.
    pub before: DurationFigures,
    /// What it became.
    pub after: DurationFigures,
    /// How rare such a difference of the means is by chance; none where there are too few values.
    pub chance: Option<Chance>,
    /// What can be said.
    pub verdict: ChangeVerdict,
}

string_enum! {
    /// What can be said of a change.
    ChangeVerdict, "verdict" {
        /// There are too few values to tell anything.
        TooFew = "too few to tell",
        /// It can't be told from noise.
        Noise = "can't be told from noise",
        /// The mean is shorter than chance explains.
        Shorter = "shorter, more than chance explains",
        /// The mean is longer than chance explains.
        Longer = "longer, more than chance explains",
    }
}

/// Returns how the durations named changed from one period's incidents to another's.
///
/// A change counts where chance alone would make so great a difference of the means in at most one of
/// twenty cases ([`difference`]). Of twenty durations that did not change, one is thus expected to seem to.
pub fn changes(
    before: &[&IncidentEntry],
    after: &[&IncidentEntry],
    names: &[String],
) -> Vec<DurationChange> {
    let change = |name: &String| {
        let chance = difference(&values(before, name), &values(after, name));
        let (before, after) = (figures(before, name), figures(after, name));
        let mean = |f: DurationFigures| f.summary.map(|s| s.mean);
        let verdict = match chance {
            None => ChangeVerdict::TooFew,
            Some(chance) if !chance.is_rare() => ChangeVerdict::Noise,
            Some(_) if mean(after) < mean(before) => ChangeVerdict::Shorter,
            Some(_) => ChangeVerdict::Longer,
        };
        DurationChange { name: name.clone(), before, after, chance, verdict }
    };
    names.par_iter().map(change).collect()
}
