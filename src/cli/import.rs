//! `recount import`

use crate::model::imported::{ImportColumn, ImportFormat};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `recount import`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Where the files come from:
  alertmanager  a receiver's `webhook_configs` bodies as they came, or GET /api/v2/alerts
  cstate        content/issues/*.md of the page's repository
  csv           a spreadsheet's File > Save as > CSV, or `--columns time=When,text=2`
  incident-io   GET api.incident.io/v2/incidents (with /v2/incident_updates, /v1/severities)
  markdown      the files as they are: tables, lists and headings that begin with a time
  opsgenie      GET api.opsgenie.com/v1/incidents, /v2/alerts, /v2/incident-timelines/ID/entries
  pagerduty     GET api.pagerduty.com/incidents/ID (with ID/log_entries, ID/notes); webhooks v3
  slack         Workspace settings > Import/export data > Export; one channel: slackdump dump ID
  statuspage    curl -O https://STATUS.PAGE/api/v2/incidents.json: newest 50; the API has all
  upptime       gh issue list --state all --json number,title,body,createdAt,closedAt,comments

The same again writes nothing: each event is known by its source's id.
`--dry-run` shows what would be written, and `--undo` takes the last import back.")]
pub struct ImportArgs {
    /// What wrote the files
    #[arg(value_name = "FORMAT", required_unless_present = "undo")]
    pub from: Option<ImportFormat>,
    /// Files, folders or zip archives; - for the standard input
    #[arg(value_name = "FILE", required_unless_present = "undo", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Only what happened from this time on
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Only what happened up to this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// Only this channel, by its name or id
    #[arg(long = "channel", value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// Only this thread: the time of its first message, such as 1548334567.000200, or its address
    #[arg(long, value_name = "THREAD")]
    pub thread: Option<String>,
    /// Only messages that have this reaction, such as :timeline:
    #[arg(long, value_name = "REACTION")]
    pub pin: Option<String>,
    /// Take what is left out as noise too: who was notified, who joined the channel
    #[arg(long)]
    pub all: bool,
    /// Only what this person wrote
    #[arg(long = "user", value_name = "NAME")]
    pub users: Vec<String>,
    /// Only texts that have this in them
    #[arg(long = "match", value_name = "TEXT")]
    pub pattern: Option<String>,
    /// Which columns of a table tell what, by header or number: time=When,text=2
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',')]
    pub columns: Vec<ImportColumn>,
    /// The zone of times that name none; the record's by default
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// By how much the source's clock is fast, or slow: +90s, -2m
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true)]
    pub offset: Option<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Take back this user's last import: new incidents are canceled, new events retracted, updated ones as they were
    #[arg(long, conflicts_with_all = ["from", "files", "since", "until", "channels", "thread", "pin", "all", "users", "pattern", "zone", "offset", "dry_run"])]
    pub undo: bool,
}
