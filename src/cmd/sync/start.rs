//! `recount sync`: a sync that a person asked for, or one behind a verb.

use super::behind;
use super::exchange::{self, SyncedRecord};
use crate::cli::{self, Format, Global};
use crate::io::render;
use crate::session::Failure;
use crate::session::output::{Output, format};

/// Syncs.
pub(crate) fn run(args: &cli::SyncArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    if args.auto {
        return behind::run(global);
    }
    let SyncedRecord { report, remarks } = exchange::synced(global, args.onto, false)?;
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(render::sync::sync(&report)),
    };
    Ok(Output { no: !report.is_done(), wrote: true, ..answer }.remark(remarks))
}
