//! The verbs of documents and templates.

use super::shared::IncidentArgs;
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `recount draft`
#[derive(Args, Debug)]
pub struct DraftArgs {
    /// Which one.
    #[command(flatten)]
    pub incident: IncidentArgs,
    /// The template to write from; the documents that are there are refreshed where none is named
    #[arg(short, long, value_name = "TEMPLATE")]
    pub template: Option<String>,
    /// The document's file, beside its incident; the template says which by default
    #[arg(long, value_name = "NAME.md", requires = "template")]
    pub file: Option<String>,
    /// Every document of every incident
    #[arg(long, conflicts_with_all = ["name", "template"])]
    pub all: bool,
    /// Write nothing; exit with 1 where a document does not say what the record says
    #[arg(long, conflicts_with_all = ["force", "interview"])]
    pub check: bool,
    /// Write anew also the parts that a person changed
    #[arg(long)]
    pub force: bool,
    /// Ask first for what is missing in the record, and write it there
    #[arg(long, conflicts_with = "all")]
    pub interview: bool,
}

/// `recount render`
#[derive(Args, Debug)]
pub struct RenderArgs {
    /// Which one.
    #[command(flatten)]
    pub incident: IncidentArgs,
    /// The template: its document where there is one, else itself
    #[arg(short, long, value_name = "TEMPLATE")]
    pub template: Option<String>,
    /// What to make of it
    #[arg(long, value_enum, default_value_t = RenderFormat::Md)]
    pub to: RenderFormat,
    /// The file to write; the standard output by default
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Print the JSON that the template gets
    #[arg(long, conflicts_with = "from_context")]
    pub context: bool,
    /// Render the template from JSON that `--context` printed
    #[arg(long, value_name = "FILE", requires = "template", value_hint = ValueHint::FilePath)]
    pub from_context: Option<PathBuf>,
}

/// `recount site`
#[derive(Args, Debug)]
pub struct SiteArgs {
    /// The folder that the site is written into; it opens from there
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: PathBuf,
    /// The edition for customers: of what is public, and of nothing else
    #[arg(long)]
    pub public: bool,
    /// The template of the pages of incidents without a document; google-sre, with --public customer
    #[arg(short, long, value_name = "TEMPLATE")]
    pub template: Option<String>,
}

/// What a document becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RenderFormat {
    /// Markdown without markers and prompts
    Md,
    /// One page that needs no network, with a chart
    Html,
    /// The report that the document is made from
    Json,
}

/// `recount templates`
#[derive(Args, Debug)]
pub struct TemplatesArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: Option<TemplatesVerb>,
}

/// `recount templates`
#[derive(Debug, Subcommand)]
pub enum TemplatesVerb {
    /// List the templates, the record's own first
    List,
    /// Copy a template into the record's own, for editing
    Eject(EjectArgs),
}

/// `recount templates eject`
#[derive(Args, Debug)]
pub struct EjectArgs {
    /// The template
    #[arg(value_name = "TEMPLATE")]
    pub name: String,
    /// Replace the record's own template of that name
    #[arg(long)]
    pub force: bool,
}
