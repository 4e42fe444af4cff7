//! The verbs that bring the records of several machines together.

use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `recount sync`
#[derive(Args, Debug)]
pub struct SyncArgs {
    /// Start again from a remote whose history was rewritten, and keep what was not pushed yet
    #[arg(long)]
    pub onto: bool,
    /// Ask nothing, and leave it to a sync that is under way
    #[arg(long, hide = true)]
    pub auto: bool,
}

/// `recount merge-driver`
#[derive(Args, Debug)]
pub struct MergeDriverArgs {
    /// Leave a conflict where neither side can be told to be right
    #[arg(long)]
    pub strict: bool,
    /// What the file was
    #[arg(value_hint = ValueHint::FilePath)]
    pub base: PathBuf,
    /// Our version, which the outcome takes the place of
    #[arg(value_hint = ValueHint::FilePath)]
    pub ours: PathBuf,
    /// Their version
    #[arg(value_hint = ValueHint::FilePath)]
    pub theirs: PathBuf,
    /// The file's path in the repository
    #[arg(value_hint = ValueHint::FilePath)]
    pub path: PathBuf,
}
