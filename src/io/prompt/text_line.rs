//! A line editor for texts: Home, Ctrl-W, what was typed before, and a paste of many lines as one text.

use rustix::process::{Signal, getpid, kill_process};
use rustyline::config::Behavior;
use rustyline::error::ReadlineError;
use rustyline::history::{History, MemHistory};
use rustyline::{Config, Editor};
use std::io::{self, ErrorKind};
use std::sync::{Mutex, PoisonError};

/// What was typed before, in this run of the program.
static TYPED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Reads a text from the terminal.
///
/// The library takes Ctrl-C as a key; it is sent as the signal that other questions are cut off by.
pub(super) fn read(question: &str) -> dialoguer::Result<String> {
    // The answer of the program may go elsewhere: what is asked goes to the terminal itself.
    let config = Config::builder().behavior(Behavior::PreferTerm).bracketed_paste(true).build();
    let mut history = MemHistory::new();
    let mut typed = TYPED.lock().unwrap_or_else(PoisonError::into_inner);
    for text in typed.iter() {
        let _ = history.add(text);
    }
    let mut editor = Editor::<(), _>::with_history(config, history).map_err(failed)?;
    let text = editor.readline(&format!("{question}: ")).map_err(failed)?;
    typed.push(text.clone());
    Ok(text)
}

fn failed(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        ReadlineError::Interrupted => {
            let _ = kill_process(getpid(), Signal::INT);
            ErrorKind::Interrupted.into()
        }
        ReadlineError::Eof => io::Error::new(ErrorKind::UnexpectedEof, "the input ended"),
        other => io::Error::other(other),
    }
}
