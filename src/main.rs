//! argv in, exit code out; the only printer of errors.

use clap::{Command, FromArgMatches};
use recount::cli::{Cli, Color, command};
use recount::cmd::{self, Failure, Output};
use recount::io::process;
use recount::io::prompt::{self, Terminal, end_by};
use recount::io::render::text::{clean, for_log, line};
use std::borrow::Cow;
use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    process::outlive_the_file_size_limit();
    process::end_panics_by(give_up);
    process::with_its_own_stack(run).unwrap_or(ExitCode::from(2))
}

fn run() -> ExitCode {
    let cli = match typed() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let (quiet, color) = (cli.global.quiet, cli.global.color);
    match cmd::run(cli) {
        Ok(answer) => {
            if !quiet {
                say(&answer.remarks);
            }
            match print(&answer) {
                Ok(()) if answer.code.is_some() => ExitCode::from(answer.code.unwrap_or_default()),
                Ok(()) if answer.no => ExitCode::from(1),
                Ok(()) => ExitCode::SUCCESS,
                // A reader that has seen enough, such as `head`, is no failure.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
                Err(error) => {
                    say(&format!("error: cannot write the answer: {error}\n"));
                    if answer.wrote {
                        say("  → what the command wrote is kept: don't run it again\n");
                    }
                    ExitCode::from(2)
                }
            }
        }
        Err(failure) => refuse(&failure, color),
    }
}

/// Says why there is no answer.
fn refuse(failure: &Failure, color: Color) -> ExitCode {
    let color = color == Color::Always || color == Color::Auto && Terminal::look().color_err;
    say(&failure.render(color));
    if let Some(signal) = failure.signal() {
        end_by(signal);
    }
    ExitCode::from(2)
}

/// Returns what was typed, or how the program ends that has said what is wrong with it, or its help.
///
/// As `Cli::parse` does, but that the description of all verbs is never freed: its thousands of pieces would take a
/// seventh of a bare start, and the process ends anyway.
fn typed() -> Result<Cli, ExitCode> {
    let command = Box::leak(Box::new(command()));
    let mut args: Vec<_> = env::args_os().collect();
    let mut typed = parsed(command, &args);
    if let Err(error) = &typed
        && let Some(marking) = cmd::milestone_as_verb(error, &args)
    {
        args = marking;
        typed = parsed(command, &args);
    }
    let typed = typed.and_then(|cli| match cmd::without_secrets(&cli, &args) {
        Some(masked) => parsed(command, &masked),
        None => Ok(cli),
    });
    typed.map_err(|error| match Failure::of_value(&error) {
        Some(failure) => refuse(&failure, Color::Auto),
        None => refuse_words(command, &args, error),
    })
}

fn parsed(command: &mut Command, args: &[OsString]) -> Result<Cli, clap::Error> {
    let mut matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(command))
}

/// Says what clap finds wrong, or the help that was asked for.
///
/// It quotes what was typed. What could steer a terminal is written out there, and is as wrong as before.
fn refuse_words(command: &mut Command, args: &[OsString], error: clap::Error) -> ExitCode {
    let shown: Vec<_> = args.iter().map(|arg| clean(&arg.to_string_lossy()).into()).collect();
    let error = if shown == args { error } else { parsed(command, &shown).err().unwrap_or(error) };
    if error.use_stderr() && prompt::is_log(&io::stderr()) {
        say(&error.render().to_string());
    } else {
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Ends the program where a panic would: with an error, and not by a signal.
#[allow(clippy::exit, reason = "there is nowhere to return to from a panic")]
fn give_up(why: &str) {
    say(&format!("error: the program can't go on: {}\n", line(why)));
    say("  → see whether the disk is sound, then what is there: recount status, recount check\n");
    say("  → if it is, this is a fault of recount: tell its authors the line above\n");
    std::process::exit(2);
}

fn print(answer: &Output) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(answer.printed(prompt::is_log(&io::stdout())).as_bytes())?;
    if let Some(mut file) = answer.file.as_ref() {
        io::copy(&mut file, &mut out)?;
    }
    out.flush()
}

/// Writes to the standard error; where even that is gone, there is nobody left to tell.
fn say(text: &str) {
    let text =
        if prompt::is_log(&io::stderr()) { for_log(text).into() } else { Cow::Borrowed(text) };
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
