//! What counts as downtime, and against how much time it is held.

use super::{Notice, Window};
use crate::model::diagnostic::Spanned;
use crate::model::incident::names::{UnknownValue, string_enum};
use crate::model::incident::{Attribution, Milestone, Name, Share, State};
use crate::model::money::{Exact, ratio};
use crate::model::time::Span;
use chrono::NaiveDate;
use num_traits::{One, Signed, Zero};
use std::fmt;
use std::str::FromStr;

/// How uptime is measured.
#[derive(Clone, Debug)]
pub struct Measure {
    /// What is measured.
    pub kind: MeasureKind,
    /// How much each state counts.
    pub weights: Weights,
    /// From when on an incident's time counts.
    pub starts_at: Option<Spanned<StartsAt>>,
    /// How long a stretch must be to count at all.
    pub min_duration: Option<Spanned<AtLeast<Span>>>,
    /// Whether stretches are held against `min_duration` before or after exclusions.
    pub min_duration_applies: Applies,
    /// How parts of minutes count.
    pub granularity: Granularity,
    /// The only time that counts, above and below the line.
    pub service_hours: Option<Spanned<ServiceHours>>,
    /// What the counted downtime is divided by.
    pub denominator: Denominator,
    /// What the time outside a subscription is in the denominator.
    pub partial: Partial,
}

/// What uptime is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeasureKind {
    /// The time of impact.
    Downtime,
    /// The mean error rate of all intervals of this length.
    ErrorRate {
        /// The length of an interval; more than nothing.
        interval: Span,
    },
    /// The part of all requests that went well.
    Requests,
    /// The mean score of all requests.
    Scores,
    /// How long incidents took; what is in time is "up".
    Duration(DurationPromise),
}

/// A promise about a duration of each incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurationPromise {
    /// The duration.
    pub name: Spanned<Name>,
    /// The severities that it is for, by the worst that an incident had; empty means every one.
    pub severities: Vec<Spanned<Name>>,
    /// The calendar whose hours count, in place of the duration's own.
    pub clock: Option<Spanned<Name>>,
    /// How long it may take.
    pub at_most: Span,
}

impl MeasureKind {
    /// Returns whether it is read from measurements, not from incidents.
    pub fn is_measured(&self) -> bool {
        !matches!(self, Self::Downtime | Self::Duration(_))
    }

    /// Returns the promise about durations, where it is one.
    pub fn duration(&self) -> Option<&DurationPromise> {
        match self {
            Self::Duration(promise) => Some(promise),
            _ => None,
        }
    }

    /// Returns the word that policies use.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Downtime => "downtime",
            Self::ErrorRate { .. } => "error-rate",
            Self::Requests => "requests",
            Self::Scores => "scores",
            Self::Duration(_) => "duration",
        }
    }
}

/// From when on an incident's time counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartsAt {
    /// From a milestone on.
    Milestone(Milestone),
    /// From the customer's own report on.
    Claim,
}

impl FromStr for StartsAt {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        match text {
            "claim" => Ok(Self::Claim),
            milestone => milestone.parse().map(Self::Milestone),
        }
    }
}

/// The only time that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceHours {
    /// The hours of a week.
    pub clock: ServiceClock,
    /// Days of which nothing counts, beside those that a calendar has.
    pub holidays: Vec<NaiveDate>,
}

/// The hours of a week that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceClock {
    /// Between two times of day, on the policy's clocks.
    Own {
        /// The days, Monday first.
        days: [bool; 7],
        /// The minute of the day at which they begin.
        from: u32,
        /// The minute at which they end; of the next day, where it isn't later than `from`.
        to: u32,
    },
    /// Those of a calendar of the record.
    Calendar(Name),
}

/// How much an instant in each state counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    /// The weight of `down`; all of it by default.
    pub down: StateWeight,
    /// The weight of `degraded`; nothing by default.
    pub degraded: StateWeight,
    /// The weight of `maintenance`; all of it by default.
    pub maintenance: StateWeight,
}

impl Default for Weights {
    fn default() -> Self {
        let all = || StateWeight::Part(Exact::one());
        Self { down: all(), degraded: StateWeight::Part(Exact::zero()), maintenance: all() }
    }
}

impl Weights {
    /// Returns how much an instant of impact counts, from 0 to 1.
    pub fn of(&self, state: State, share: Option<&Share>) -> Exact {
        let weight = match state {
            State::Up => return Exact::zero(),
            State::Down => &self.down,
            State::Degraded => &self.degraded,
            State::Maintenance => &self.maintenance,
        };
        match (weight, share) {
            (StateWeight::Part(part), _) => part.clone(),
            (StateWeight::Share, None) => Exact::one(),
            (StateWeight::Share, Some(share)) => {
                Exact::new(share.part().into(), share.whole().into())
            }
        }
    }
}

/// How much an instant counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateWeight {
    /// A part of one, from 0 to 1.
    Part(Exact),
    /// The impact's own share.
    Share,
}

impl FromStr for StateWeight {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        if text == "share" {
            return Ok(Self::Share);
        }
        match crate::model::money::fraction(text) {
            Ok(part) if part <= Exact::one() => Ok(Self::Part(part)),
            _ => Err(UnknownValue(format!("`{text}` is not a weight: write 0 to 1, or `share`"))),
        }
    }
}

/// A lower limit, reached or passed: `>= 5m` or `> 5m`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtLeast<T> {
    /// The limit.
    pub limit: T,
    /// Whether the limit itself is not enough.
    pub strict: bool,
}

impl<T: PartialOrd> AtLeast<T> {
    /// Returns whether a value reaches the limit.
    pub fn is_met(&self, value: &T) -> bool {
        if self.strict { *value > self.limit } else { *value >= self.limit }
    }

    /// Returns the sign that policies write before the limit.
    pub fn sign(&self) -> &'static str {
        if self.strict { ">" } else { ">=" }
    }
}

string_enum! {
    /// Whether stretches are held against `min_duration` before or after exclusions.
    Applies, "moment to apply `min_duration`" {
        /// What is left of them.
        AfterExclusions = "after-exclusions",
        /// All of them.
        BeforeExclusions = "before-exclusions",
    }
}

string_enum! {
    /// How parts of minutes count.
    Granularity, "granularity" {
        /// Every second.
        Exact = "exact",
        /// The minutes of the clock that are wholly down.
        WholeClockMinutes = "whole-clock-minutes",
        /// Each stretch's length in whole minutes.
        FloorMinutes = "floor-minutes",
        /// The minutes of the clock of which some part is down.
        TouchedMinutes = "touched-minutes",
    }
}

/// What the counted downtime is divided by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denominator {
    /// All of the window.
    Calendar,
    /// The window without excused maintenance.
    MinusMaintenance,
    /// A fixed time, more than nothing.
    Fixed(Span),
}

impl fmt::Display for Denominator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calendar => f.write_str("calendar"),
            Self::MinusMaintenance => f.write_str("minus-maintenance"),
            Self::Fixed(span) => write!(f, "{} minutes", span.as_seconds() / 60),
        }
    }
}

string_enum! {
    /// What the time outside a subscription is in the denominator.
    Partial, "treatment of a partial window" {
        /// It counts as available.
        Available = "available",
        /// It is left out.
        Excluded = "excluded",
    }
}

/// What does not count.
#[derive(Clone, Debug, Default)]
pub struct Exclude {
    /// Planned maintenance; absent excuses nothing.
    pub maintenance: Option<Spanned<MaintenanceRule>>,
    /// Whose doing does not count.
    pub attribution: Vec<Spanned<Attribution>>,
}

/// Which planned maintenance is excused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaintenanceRule {
    /// How long before its beginning it must have been announced.
    pub notice: Option<Notice>,
    /// How much of it is excused.
    pub quota: Option<Quota>,
    /// How much of each window, from its beginning on, is excused.
    pub max_each: Option<Span>,
    /// How much is excused of windows that were announced before they began, but later than that.
    pub emergency: Option<Quota>,
}

/// How much planned time is excused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How much.
    pub time: Span,
    /// In each local month, quarter or year.
    pub per: Window,
}

/// What uptime is promised, in percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// The promised percentage, from 0 to 100.
    pub percent: Exact,
    /// Whether the percentage itself is a breach.
    pub above: bool,
}

impl Commitment {
    /// Returns whether an uptime in percent keeps the promise.
    pub fn is_met(&self, uptime: &Exact) -> bool {
        if self.above { *uptime > self.percent } else { *uptime >= self.percent }
    }
}

/// How uptime is rounded before it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareRule {
    /// Not at all.
    Exact,
    /// In percent, to so many decimal places.
    Places(u32, crate::model::money::Rounding),
}

impl CompareRule {
    /// Returns the uptime in percent to look up.
    pub fn round(self, percent: &Exact) -> Exact {
        match self {
            Self::Exact => percent.clone(),
            Self::Places(places, mode) => mode.to_places(percent, places),
        }
    }
}

/// Returns the quotient of two times; zero where the second is not more than nothing.
pub fn part_of(time: &Exact, of: &Exact) -> Exact {
    if of.is_positive() { time / of } else { ratio(0, 1) }
}
