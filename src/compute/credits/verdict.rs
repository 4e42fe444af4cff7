//! What became of a line, and the steps that led there.

use super::review::ReviewReason;
use crate::model::diagnostic::Location;
use crate::model::incident::names::string_enum;
use crate::model::money::Exact;
use chrono::NaiveDate;
use num_traits::Zero;

string_enum! {
    /// What became of a line.
    Status, "status" {
        /// A requirement fails.
        Ineligible = "ineligible",
        /// A person must look: nothing is guessed.
        Review = "review",
        /// The commitment was met.
        NoBreach = "no-breach",
        /// It was not, and the scheme yields nothing.
        BreachNoCredit = "breach-no-credit",
        /// The claim came too late.
        ClaimExpired = "claim-expired",
        /// It would be less than what the policy pays.
        BelowMinimum = "below-minimum",
        /// The customer has not asked yet.
        ClaimPending = "claim-pending",
        /// A cap lowered it.
        Capped = "capped",
        /// It is owed.
        Credit = "credit",
    }
}

impl Status {
    /// Returns whether a promise was broken, or may have been: a line in review is no all-clear.
    pub fn is_breach(self) -> bool {
        !matches!(self, Self::NoBreach | Self::Ineligible)
    }
}

string_enum! {
    /// What sort of step leads to a credit.
    StepKind, "step" {
        /// Impact that was for others.
        Scope = "scope",
        /// How long an incident took.
        Duration = "duration",
        /// What a subscription's row must say.
        Requires = "requires",
        /// The promised uptime.
        Commitment = "commitment",
        /// The window's fee.
        Fee = "fee",
        /// What the scheme yields.
        Scheme = "scheme",
        /// The most that is given.
        Cap = "cap",
        /// The least that is given.
        Minimum = "minimum",
        /// When the customer must ask.
        Claim = "claim",
        /// The one rounding.
        Rounding = "rounding",
        /// What else a customer may do.
        Right = "right",
        /// The other policies of the group.
        Group = "group",
        /// Why a person must look.
        Review = "review",
        /// What other times within the bounds would give.
        Uncertainty = "uncertainty",
    }
}

/// One step of a verdict, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictStep {
    /// What sort of step it is.
    pub name: StepKind,
    /// What it does.
    pub says: String,
    /// The exact amount after it.
    pub amount: Option<Exact>,
    /// Where the policy says it.
    pub place: Option<Location>,
}

/// What became of a line, and how.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What became of it.
    pub status: Status,
    /// The credit before rounding.
    pub unrounded: Exact,
    /// The credit, rounded.
    pub credit: Exact,
    /// The bounds of the band that holds.
    pub band: Option<String>,
    /// The days added to the term.
    pub extend_days: u32,
    /// The day before which a claim must be received.
    pub claim_by: Option<NaiveDate>,
    /// What else the customer may do.
    pub rights: Vec<String>,
    /// Why a person must look.
    pub review: Option<ReviewReason>,
    /// The steps, in order.
    pub steps: Vec<VerdictStep>,
}

impl Verdict {
    pub(super) fn new() -> Self {
        Self {
            status: Status::Credit,
            unrounded: Exact::zero(),
            credit: Exact::zero(),
            band: None,
            extend_days: 0,
            claim_by: None,
            rights: vec![],
            review: None,
            steps: vec![],
        }
    }

    pub(super) fn step(&mut self, name: StepKind, says: String, place: Location) {
        self.steps.push(VerdictStep { name, says, amount: None, place: Some(place) });
    }

    pub(super) fn amount(
        &mut self,
        name: StepKind,
        says: String,
        amount: &Exact,
        place: Option<Location>,
    ) {
        self.steps.push(VerdictStep { name, says, amount: Some(amount.clone()), place });
    }

    pub(super) fn ends(mut self, status: Status) -> Self {
        self.status = status;
        self.unrounded = Exact::zero();
        self.extend_days = 0;
        self
    }

    pub(super) fn review(mut self, reason: ReviewReason) -> Self {
        self.review = Some(reason);
        self.ends(Status::Review)
    }
}
