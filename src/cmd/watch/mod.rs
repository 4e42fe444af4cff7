//! `recount watch`: the war room, on a terminal as a screen and elsewhere as lines from a pipe.

mod completion;
mod line;
mod person;
mod pipe;
mod room;

use crate::cli::{Format, Global};
use crate::io::prompt;
use crate::session::output::{Output, format};
use crate::session::{Failure, Session};
use std::io::{self, IsTerminal};

/// Opens the war room, or reads lines from a pipe to its end.
pub(crate) fn run(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    // What is wrong with the record is said before the screen is taken.
    let session = Session::open(global)?;
    let remarks = session.remarks.clone();
    prompt::ask_nobody();
    if io::stdin().is_terminal() && io::stdout().is_terminal() && format == Format::Table {
        return room::run(global).map(|answer| answer.remark(remarks));
    }
    prompt::tell(&remarks);
    pipe::run(global, format)
}
