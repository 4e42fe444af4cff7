//! What a line is judged by, and what a scheme yields for it: between a scheme and the verdict.

use crate::model::customer::Subscription;
use crate::model::diagnostic::Location;
use crate::model::money::Exact;
use crate::model::settings::Settings;
use crate::model::sla::{Period, Policy};
use chrono::NaiveDate;

/// What a verdict is by: the policy, the subscription and its fee, the claim.
#[derive(Clone, Debug)]
pub(super) struct LineTerms<'b> {
    pub(super) policy: &'b Policy,
    /// The row in force at the window's end.
    pub(super) row: &'b Subscription,
    pub(super) period: Period,
    /// The window's fee.
    pub(super) fee: Exact,
    /// Whether the fee was in one currency throughout.
    pub(super) one_currency: bool,
    pub(super) window_seconds: Exact,
    /// The day on which the first claim came.
    pub(super) claimed: Option<NaiveDate>,
    pub(super) settings: &'b Settings,
    /// The fees of the windows before this one, the latest first, as far back as a cap looks.
    pub(super) fees_before: Vec<Exact>,
}

impl LineTerms<'_> {
    /// Returns what the scheme yields, at the place of the scheme.
    pub(super) fn outcome(&self, what: SchemeYield, says: String) -> SchemeOutcome {
        SchemeOutcome { what, band: None, says, place: self.policy.scheme.place }
    }

    /// Returns the row's hourly rate.
    pub(super) fn hourly_rate(&self) -> Option<&Exact> {
        self.row.hourly_rate.as_ref()
    }
}

/// What a scheme yields.
#[derive(Clone, Debug)]
pub(super) enum SchemeYield {
    /// An amount.
    Money(Exact),
    /// Days added to the term.
    Days(u32),
    /// No band is for this value.
    Hole,
    /// Several bands are for this value.
    Overlap,
    /// The row has no hourly rate.
    NoHourlyRate,
    /// The amount is not given in the row's currency.
    NoAmount,
}

/// What a scheme yields, and how.
#[derive(Clone, Debug)]
pub(super) struct SchemeOutcome {
    pub(super) what: SchemeYield,
    /// The bounds of the band that holds.
    pub(super) band: Option<String>,
    /// The computation in words.
    pub(super) says: String,
    /// Where the policy says it.
    pub(super) place: Location,
}
