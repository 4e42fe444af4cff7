//! The verbs that show and check what is recorded.

use super::shared::{AsOfArgs, BetweenArgs, IncidentArgs};
use crate::compute::report::export::{ExportFormat, ExportTable};
use crate::model::incident::Kind;
use crate::model::sla::Period;
use crate::model::vocabulary;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `recount status`
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// For the next shift: what is known, what was tried, who does what, what is due
    #[arg(long)]
    pub handoff: bool,
    /// One line for a shell's prompt, from what the last verb knew; nothing where none is open
    #[arg(long, conflicts_with = "handoff")]
    pub short: bool,
}

/// `recount watch`
#[derive(Args, Debug)]
pub struct WatchArgs {}

/// `recount list`
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// Begun when.
    #[command(flatten)]
    pub between: BetweenArgs,
    /// Only those of this severity
    #[arg(long)]
    pub severity: Option<String>,
    /// Only those that concern this service
    #[arg(long)]
    pub service: Option<String>,
    /// Only those of this kind: incident, drill or maintenance
    #[arg(long, value_parser = vocabulary::incident_kind)]
    pub kind: Option<Kind>,
    /// Only those with this choice in a field of the record's own
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// Only those in this state: open, or a milestone such as mitigated
    #[arg(long)]
    pub state: Option<String>,
    /// Canceled ones too
    #[arg(long)]
    pub all: bool,
}

/// `recount show`
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// Which one.
    #[command(flatten)]
    pub incident: IncidentArgs,
    /// As of when.
    #[command(flatten)]
    pub as_of: AsOfArgs,
}

/// `recount history`
#[derive(Args, Debug)]
pub struct HistoryArgs {
    /// The event's id, or the beginning of it; the whole incident where absent
    pub event: Option<String>,
}

/// `recount check`
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The incident; all of them where absent
    #[arg(value_name = "INCIDENT")]
    pub name: Option<String>,
    /// Show what recount.yaml accepts too, with the reasons
    #[arg(long)]
    pub silenced: bool,
    /// Explain the code of a finding; without one, list them all
    #[arg(long, value_name = "CODE", num_args = 0..=1, conflicts_with_all = ["name", "silenced", "audit"])]
    pub explain: Option<Option<String>>,
    /// Report also what changed after the review was closed
    #[arg(long)]
    pub audit: bool,
}

/// `recount export`
#[derive(Args, Debug)]
#[command(after_help = "`recount schema export` tells what each column holds.")]
pub struct ExportArgs {
    /// The form of the tables: csv, or jsonl for a JSON object a line
    #[arg(long, value_name = "FORM")]
    pub to: ExportFormat,
    /// The folder that they are written into, a file each
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: PathBuf,
    /// Only this table: incidents, events, milestones, durations, downtime, actions, credits or fields
    #[arg(long = "table", value_name = "TABLE")]
    pub tables: Vec<ExportTable>,
    /// The lines of this period, in the table of credits
    #[arg(long = "period", value_name = "PERIOD")]
    pub periods: Vec<Period>,
    /// As of when.
    #[command(flatten)]
    pub as_of: AsOfArgs,
}
