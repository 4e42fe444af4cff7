//! The verbs that bring the records of several machines together.

use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `recount merge-driver`
#[derive(Args, Debug)]
pub struct MergeDriverArgs {
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
