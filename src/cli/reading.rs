//! The verbs that show and check what is recorded.

use super::shared::{AsOfArgs, BetweenArgs, IncidentArgs};
use crate::model::incident::Kind;
use clap::Args;

/// `recount status`
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// For the next shift: what is known, what is open, who does what
    #[arg(long)]
    pub handoff: bool,
}

/// `recount list`
#[derive(Args, Debug)]
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
    #[arg(long)]
    pub kind: Option<Kind>,
    /// Only those with this choice in a field of the record's own
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// Only those in this state: open, or a milestone such as mitigated
    #[arg(long)]
    pub state: Option<String>,
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
