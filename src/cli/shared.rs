//! What several verbs take.

use crate::compute::presets::Preset;
use crate::compute::stats::KindFilter;
use crate::model::incident::{Attribution, EventKind, UnknownValue};
use crate::model::time::{Span, duration};
use crate::model::vocabulary;
use clap::Args;
use std::convert::Infallible;
use std::str::FromStr;

/// What a word begins with that is text, though it begins with a dash; put in where no flag begins so.
pub const TEXT_MARK: char = '\u{f8ff}';

/// Reads a word of a text.
pub(super) fn text_word(word: &str) -> Result<String, Infallible> {
    Ok(word.strip_prefix(TEXT_MARK).unwrap_or(word).to_owned())
}

/// When something happened.
#[derive(Args, Clone, Debug, Default)]
pub struct TimeArgs {
    /// When: now, -7m, 12:56, 3am GMT, ~12:40, 12:40-13:10, 12:56±2m, "24 Jan 2019 13:56 Europe/Paris", T+45m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// Take a time that is yet to come
    #[arg(long)]
    pub future: bool,
}

/// For programs that log: once, and surely.
#[derive(Args, Clone, Debug, Default)]
pub struct DeliveryArgs {
    /// What it comes from, such as pagerduty:PABC123: the same twice is recorded once
    #[arg(long, value_name = "NAME:ID")]
    pub source: Option<SourceKey>,
    /// Exit with 1 unless it is in its incident's file, not in the inbox or waiting
    #[arg(long)]
    pub strict: bool,
}

/// What an event comes from: a system, and the thing's id there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceKey {
    /// The system.
    pub from: String,
    /// The id.
    pub id: String,
}

impl FromStr for SourceKey {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        match text.split_once(':') {
            Some((from, id)) if !from.is_empty() && !id.is_empty() => {
                Ok(Self { from: from.to_owned(), id: id.to_owned() })
            }
            _ => Err(UnknownValue(format!(
                "`{text}` is no source: write the system and the id there, such as pagerduty:PABC123"
            ))),
        }
    }
}

/// What an event changed.
#[derive(Args, Clone, Debug, Default)]
pub struct FacetArgs {
    /// How long its impact lasted, where that is known better than its ends
    #[arg(long = "for", value_name = "LENGTH", value_parser = duration::read_span)]
    pub lasting: Option<Span>,
    /// note, alert, decision, action, hypothesis, communication or deploy
    #[arg(long, value_parser = vocabulary::event_kind)]
    pub kind: Option<EventKind>,
    /// Who tells it; your git name by default
    #[arg(long, value_name = "PERSON")]
    pub by: Option<String>,
    /// The severity from then on
    #[arg(long)]
    pub severity: Option<String>,
    /// Who takes which role from then on
    #[arg(long = "role", value_name = "ROLE=PERSON")]
    pub roles: Vec<String>,
    /// own, provider, customer or force-majeure, from then on
    #[arg(long, value_parser = vocabulary::attribution)]
    pub attribution: Option<Attribution>,
    /// The hypothesis that it settles as wrong: its event's id, or the beginning of it
    #[arg(long, value_name = "EVENT", conflicts_with = "confirms")]
    pub refutes: Option<String>,
    /// The hypothesis that it settles as right
    #[arg(long, value_name = "EVENT")]
    pub confirms: Option<String>,
    /// Where to read on
    #[arg(long = "link", value_name = "URL")]
    pub links: Vec<String>,
    /// Customers may read it
    #[arg(long)]
    pub public: bool,
    /// Add a service that recount.yaml doesn't list to it
    #[arg(long)]
    pub new_service: bool,
}

/// Which revision of the record is read.
#[derive(Args, Clone, Debug, Default)]
pub struct AsOfArgs {
    /// As the record was at this commit, branch or tag
    #[arg(long = "as-of", value_name = "REV")]
    pub rev: Option<String>,
}

/// When incidents began.
#[derive(Args, Clone, Debug, Default)]
pub struct BetweenArgs {
    /// Only those that began at this time or later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Only those that began before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
}

/// Whose definitions durations are measured by.
#[derive(Args, Clone, Debug, Default)]
pub struct PresetArgs {
    /// Measure by another house's definitions: firehydrant, rootly, datadog, pagerduty, dora or firefighter
    #[arg(long, value_name = "HOUSE")]
    pub preset: Option<Preset>,
}

/// The one incident that a verb is about.
#[derive(Args, Clone, Debug, Default)]
pub struct IncidentArgs {
    /// The incident
    #[arg(value_name = "INCIDENT")]
    pub name: Option<String>,
}

/// Which incidents count.
#[derive(Args, Clone, Debug, Default)]
pub struct SelectionArgs {
    /// Only those that began in this month, quarter, year, day or from one time to another, and the downtime in it:
    /// 2019-01, 2019-Q1, 2019-01-01..2019-02-15
    #[arg(long, conflicts_with_all = ["since", "until"])]
    pub period: Option<String>,
    /// Begun when.
    #[command(flatten)]
    pub between: BetweenArgs,
    /// Which kinds count: incident, drill, maintenance or all; incidents alone by default
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    pub kinds: Vec<KindFilter>,
    /// Only those of this severity
    #[arg(long = "severity", value_name = "SEVERITY", value_delimiter = ',')]
    pub severities: Vec<String>,
    /// Only those that concern this service, whose downtime alone counts
    #[arg(long = "service", value_name = "SERVICE", value_delimiter = ',')]
    pub services: Vec<String>,
    /// Only those of this class of failure
    #[arg(long = "class", value_name = "CLASS", value_delimiter = ',')]
    pub classes: Vec<String>,
    /// Only those with this choice in a field of the record's own
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// Only those that are open
    #[arg(long)]
    pub open: bool,
    /// Only those that are over
    #[arg(long, conflicts_with = "open")]
    pub over: bool,
    /// By whose definitions.
    #[command(flatten)]
    pub house: PresetArgs,
    /// As of when.
    #[command(flatten)]
    pub as_of: AsOfArgs,
}
