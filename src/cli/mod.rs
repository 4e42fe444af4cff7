//! The command line as types; no logic.

mod actions;
mod documents;
mod events;
mod examples;
mod formats;
mod import;
mod numbers;
mod reading;
mod record;
mod shared;
mod sync;

pub use actions::{
    ActionAddArgs, ActionDoneArgs, ActionFacts, ActionListArgs, ActionSetArgs, ActionVerb,
};
pub use documents::{DraftArgs, EjectArgs, RenderArgs, RenderFormat, TemplatesArgs, TemplatesVerb};
pub use events::{
    AmendArgs, CancelArgs, DeclareArgs, ImpactArgs, JoinArgs, LogArgs, MarkArgs, ProgressArgs,
    RedactArgs, ReopenArgs, RetractArgs, RoleArgs, RunArgs, SetArgs, SeverityArgs,
};
pub use formats::{command, command_for};
pub use import::ImportArgs;
pub use numbers::{CloseArgs, CreditsArgs, CreditsVerb, MetricsArgs, SlaVerb, StatsArgs, WhyArgs};
pub use reading::{CheckArgs, ExportArgs, HistoryArgs, ListArgs, ShowArgs, StatusArgs, WatchArgs};
pub use record::{
    CompletionsArgs, DemoArgs, HelpArgs, HelpTopic, InitArgs, ManArgs, SchemaArgs, SchemaOf,
    SpoolTake, SpoolVerb,
};
pub use shared::{
    AsOfArgs, BetweenArgs, DeliveryArgs, FacetArgs, IncidentArgs, PresetArgs, SelectionArgs,
    SourceKey, TEXT_MARK, TimeArgs,
};

pub use sync::{MergeDriverArgs, SyncArgs};

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Tells the story of an incident and counts it again.
///
/// Events go into YAML files in a git repository; durations, SLA credits and postmortems come out.
#[derive(Debug, Parser)]
#[command(name = "recount", version, max_term_width = 100, propagate_version = true)]
#[command(disable_help_subcommand = true)]
#[command(after_help = "Begin with `recount init`, then `recount declare \"What is broken\"`. \
Times can be typed as 12:56, -7m, ~3am GMT, 2019-01-24 13:56 Europe/Paris and more: see `recount log --help`.")]
pub struct Cli {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Under which the help lists what holds for every verb.
const HEADING: &str = "For every verb";

/// What holds for every verb.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = HEADING)]
pub struct Global {
    /// Start in this folder
    #[arg(short = 'C', id = "start", value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub start: Option<PathBuf>,
    /// The incident: its id, or any part of it that no other has
    #[arg(short, long, value_name = "INCIDENT", global = true)]
    pub incident: Option<String>,
    /// How to print the answer
    #[arg(long, value_enum, global = true)]
    pub format: Option<Format>,
    /// Leave what is written uncommitted
    #[arg(long, global = true)]
    pub no_commit: bool,
    /// Keep text as it is that looks like a credential
    #[arg(long, global = true)]
    pub unmasked: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
    /// Say nothing but the answer and what went wrong
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// How to print the answer; not every verb knows every format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For eyes
    Table,
    /// For programs; the fields are a promise
    Json,
    /// One row a thing
    Csv,
    /// For documents
    Markdown,
    /// A workbook
    Xlsx,
    /// Problems with the lines they stand on
    Human,
    /// Annotations in GitHub's workflows
    Github,
    /// Results for code scanners
    Sarif,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a record here, and a git repository where there is none
    Init(InitArgs),
    /// Write a worked record of real outages, then tell it
    Demo(DemoArgs),
    /// Open an incident
    Declare(DeclareArgs),
    /// Record an event
    Log(LogArgs),
    /// Run a command, and record when it ran and how it ended
    Run(RunArgs),
    /// Record that a milestone was reached
    Mark(MarkArgs),
    /// Record what a service is for its customers from now on
    Impact(ImpactArgs),
    /// Record how bad it is from now on
    Severity(SeverityArgs),
    /// Record who takes which role from now on
    Role(RoleArgs),
    /// Record how much of a service is back
    Progress(ProgressArgs),
    /// Correct an event, or move it to another incident
    Amend(AmendArgs),
    /// Take an event back; it stays in the file and no longer counts
    Retract(RetractArgs),
    /// Take an event's words out of the record for good; its time and what it changed stay
    Redact(RedactArgs),
    /// Take back what was written last, and what came before that
    Undo,
    /// Put back what was undone
    Redo,
    /// Record that an incident is not over after all
    Reopen(ReopenArgs),
    /// Take back an incident that was none; it stays in its file and counts in no number
    Cancel(CancelArgs),
    /// Make one of two incidents that were declared for one outage
    Join(JoinArgs),
    /// Set what is known of an incident as a whole
    Set(SetArgs),
    /// Follow-up actions
    #[command(subcommand)]
    Action(ActionVerb),
    /// The war room: the open incidents on one screen, and a line to type what happens into
    Watch(WatchArgs),
    /// Show the open incidents
    Status(StatusArgs),
    /// List incidents
    List(ListArgs),
    /// Show a whole incident
    Show(ShowArgs),
    /// Tell who wrote, corrected or retracted what, when, in which commit
    History(HistoryArgs),
    /// Durations and downtime of incidents, with their uncertainty
    Metrics(MetricsArgs),
    /// Counts and durations over many incidents
    Stats(StatsArgs),
    /// Show where a number comes from
    Why(WhyArgs),
    /// Write the living document of an incident, or refresh its generated parts
    Draft(DraftArgs),
    /// Print a document clean, or a template rendered
    Render(RenderArgs),
    /// List the templates, or copy one for editing
    Templates(TemplatesArgs),
    /// Reckon what is owed for breaches of SLAs
    Credits(CreditsArgs),
    /// The policies by which credits are reckoned
    #[command(subcommand)]
    Sla(SlaVerb),
    /// Report everything that is wrong or missing
    Check(CheckArgs),
    /// Make events of what another system exports, each once
    Import(ImportArgs),
    /// Write the record's facts as tables for databases
    Export(ExportArgs),
    /// Events that wait outside of the record
    #[command(subcommand)]
    Spool(SpoolVerb),
    /// What a bug report needs: version, machine, record, what waits
    Doctor,
    /// Bring the record together with others' by a git remote
    Sync(SyncArgs),
    /// Merge a file by what it means: git runs this
    #[command(hide = true)]
    MergeDriver(MergeDriverArgs),
    /// Print the JSON Schema of a kind of file
    Schema(SchemaArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print a manual page, or write one for each verb
    Man(ManArgs),
    /// Tell about a verb, or about times, sla, templates or files
    Help(HelpArgs),
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_argument_is_as_clap_wants_it() {
        super::command().debug_assert();
    }
}
