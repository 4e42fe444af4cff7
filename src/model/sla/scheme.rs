//! What is owed for a breach: the schemes of SLAs, and the outcomes of their bands.

use super::amount::ByCurrency;
use super::period::CalendarLength;
use crate::model::diagnostic::Location;
use crate::model::incident::names::string_enum;
use crate::model::money::Exact;
use crate::model::time::Span;
use std::fmt;

/// How a breach becomes a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// By the band that the uptime in percent falls in.
    Bands(Vec<Band<Exact>>),
    /// By the band that the counted downtime falls in, or each incident's own.
    DurationBands {
        /// The bands.
        bands: Vec<Band<Span>>,
        /// Whether each incident is looked up by itself.
        count: Count,
    },
    /// The same for each incident that took too long.
    PerBreach(BandYield),
    /// For each block of counted downtime.
    Blocks(Blocks),
    /// Once for each local day on which a long stretch began.
    PerDay {
        /// The percentage of the fee for a day.
        percent: Exact,
        /// What a stretch must be longer than.
        over: Span,
    },
    /// In proportion to the counted downtime.
    LostTime(LostTime),
    /// For each step of uptime short of the commitment.
    Steps(Steps),
    /// The fee in proportion to the uptime short of the commitment.
    Shortfall,
    /// A percentage, or the unavailable share where that is more.
    GreaterOf {
        /// The percentage of the fee.
        percent: Exact,
    },
    /// The hourly rate for each clock hour with much downtime.
    ClockHours {
        /// What the downtime in an hour must be more than.
        over: Span,
    },
    /// By how many windows were in breach lately.
    Ladder {
        /// The percentage for the first breach, the second and so on; never empty.
        percents: Vec<Exact>,
        /// How far back breaches count, this window included.
        within: CalendarLength,
    },
    /// Nothing until several windows in a row are in breach.
    Consecutive {
        /// How many windows; at least two.
        windows: u32,
        /// The scheme from then on.
        then: Box<Scheme>,
    },
}

impl Scheme {
    /// Returns the word that policies use.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Bands(_) => "bands",
            Self::DurationBands { .. } => "duration_bands",
            Self::PerBreach(_) => "per_breach",
            Self::Blocks(_) => "blocks",
            Self::PerDay { .. } => "per_day",
            Self::LostTime(_) => "lost_time",
            Self::Steps(_) => "steps",
            Self::Shortfall => "shortfall",
            Self::GreaterOf { .. } => "greater_of",
            Self::ClockHours { .. } => "clock_hours",
            Self::Ladder { .. } => "ladder",
            Self::Consecutive { .. } => "consecutive",
        }
    }

    /// Returns the scheme that yields money: for `consecutive` the one named by `then`.
    pub fn in_force(&self) -> &Self {
        match self {
            Self::Consecutive { then, .. } => then,
            scheme => scheme,
        }
    }

    /// Returns whether the scheme asks when downtime was, not only how much of it there was.
    pub fn needs_intervals(&self) -> bool {
        match self {
            Self::PerDay { .. } | Self::ClockHours { .. } => true,
            Self::Blocks(blocks) => blocks.count == Count::Incident,
            Self::DurationBands { count, .. } => *count == Count::Incident,
            Self::Consecutive { then, .. } => then.needs_intervals(),
            _ => false,
        }
    }
}

/// An end of a band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound<T> {
    /// Where the band ends.
    pub at: T,
    /// Whether the end itself is in the band.
    pub inclusive: bool,
}

/// A range between two bounds, of which at least one is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandRange<T> {
    /// `at_least` or `above`.
    pub low: Option<Bound<T>>,
    /// `at_most` or `below`.
    pub high: Option<Bound<T>>,
}

impl<T: PartialOrd> BandRange<T> {
    /// Returns whether a value lies within.
    pub fn holds(&self, value: &T) -> bool {
        !self.is_over(value) && !self.is_under(value)
    }

    /// Returns whether a value is past the upper bound.
    pub fn is_over(&self, value: &T) -> bool {
        let past = |b: &Bound<T>| *value > b.at || (!b.inclusive && *value == b.at);
        self.high.as_ref().is_some_and(past)
    }

    /// Returns whether a value is short of the lower bound.
    pub fn is_under(&self, value: &T) -> bool {
        let short = |b: &Bound<T>| *value < b.at || (!b.inclusive && *value == b.at);
        self.low.as_ref().is_some_and(short)
    }
}

/// A band of a table, and what it yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band<T> {
    /// The values that it is for.
    pub range: BandRange<T>,
    /// What it yields.
    pub outcome: BandYield,
    /// The bounds as the policy writes them, such as `at_least 99.0, below 99.9`.
    pub label: String,
    /// Where the policy says it.
    pub place: Location,
}

/// What a band yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BandYield {
    /// So much of the fee.
    Share(FeeShare),
    /// An amount in the row's currency.
    Amount(ByCurrency<Exact>),
    /// Days added to the term, and no money.
    ExtendDays(u32),
    /// A percentage, and more for each step below the band's upper bound.
    PercentPlus {
        /// The percentage of the fee.
        percent: Exact,
        /// What each step adds.
        plus: Steps,
    },
}

/// So much of the fee, or what some time costs by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeeShare {
    /// A part of the fee.
    Part(FeePart),
    /// Days' worth of the fee.
    Days {
        /// How many days.
        days: Exact,
        /// How many days the fee is for; those of the window where absent.
        month_days: Option<Exact>,
    },
    /// Hours' worth of the fee.
    Hours {
        /// How many hours.
        hours: Exact,
        /// How many hours the fee is for; those of the window where absent.
        month_hours: Option<Exact>,
    },
}

/// A part of the fee, as the policy writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeePart {
    /// In percent.
    Percent(Exact),
    /// As a fraction of one.
    Fraction(Exact),
}

impl FeePart {
    /// Returns the part of one.
    pub fn of_one(&self) -> Exact {
        match self {
            Self::Percent(percent) => crate::model::money::of_hundred(percent),
            Self::Fraction(part) => part.clone(),
        }
    }
}

impl fmt::Display for FeePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{} %", crate::model::money::exactly(percent)),
            Self::Fraction(part) => f.write_str(&crate::model::money::fraction_text(part)),
        }
    }
}

/// So much for each block of counted downtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// What each block yields.
    pub share: FeeShare,
    /// The length of a block; more than nothing.
    pub per: Span,
    /// Whether a begun block counts.
    pub mode: BlockMode,
    /// Whether each incident is counted by itself.
    pub count: Count,
    /// The multiple that the time is first rounded to; more than nothing.
    pub round_to: Option<Span>,
    /// What yields nothing.
    pub free: Option<Free>,
    /// Whether passing the free part grants one more block.
    pub first: bool,
}

string_enum! {
    /// Whether a begun block counts.
    BlockMode, "mode" {
        /// Complete blocks alone.
        Floor = "floor",
        /// Begun blocks too.
        Ceil = "ceil",
    }
}

string_enum! {
    /// Whether downtime is added up before it is cut into blocks.
    Count, "count" {
        /// All of the window's.
        Cumulative = "cumulative",
        /// Each incident's by itself.
        Incident = "incident",
    }
}

/// The downtime that yields nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Free {
    /// A length.
    Length(Span),
    /// A percentage of the denominator.
    Percent(Exact),
}

/// The fee in proportion to the counted downtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostTime {
    /// How many times the proportion.
    pub times: Exact,
    /// Only the downtime past what this uptime allows.
    pub beyond: Option<Exact>,
    /// The multiple to which what is left is rounded up; more than nothing.
    pub round_up_to: Option<Span>,
    /// What the time is held against, and what it is worth.
    pub basis: Basis,
}

/// What lost time is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The fee in proportion to a time.
    Fee {
        /// The hours that the fee is for; the denominator where absent.
        month_hours: Option<Exact>,
        /// To how many places times × downtime ÷ denominator is rounded first.
        round_factor: Option<u32>,
    },
    /// The row's hourly rate for each hour.
    HourlyRate,
}

impl Default for LostTime {
    fn default() -> Self {
        Self {
            times: crate::model::money::whole(1),
            beyond: None,
            round_up_to: None,
            basis: Basis::Fee { month_hours: None, round_factor: None },
        }
    }
}

/// So much for each step of uptime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// What each step yields.
    pub part: FeePart,
    /// The height of a step, in percentage points; more than nothing.
    pub per: Exact,
    /// Whether a begun step counts, or its part.
    pub mode: StepMode,
}

string_enum! {
    /// Whether a begun step counts, or its part.
    StepMode, "mode" {
        /// Complete steps alone.
        Floor = "floor",
        /// Begun steps too.
        Ceil = "ceil",
        /// Parts of steps.
        Linear = "linear",
    }
}

impl Steps {
    /// Returns how many steps so many percentage points are; never less than none.
    pub fn count(&self, points: &Exact) -> Exact {
        let steps = points / &self.per;
        let steps = match self.mode {
            StepMode::Floor => steps.floor(),
            StepMode::Ceil => steps.ceil(),
            StepMode::Linear => steps,
        };
        steps.max(crate::model::money::whole(0))
    }
}

/// The most that a window's credit may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cap {
    /// A percentage of the window's fee.
    Percent(Exact),
    /// A percentage of the fees of several windows together, this one the last.
    PercentOfWindows {
        /// The percentage.
        percent: Exact,
        /// How many windows; at least two.
        windows: u32,
    },
    /// An amount in the row's currency.
    Amount(ByCurrency<Exact>),
}
