//! argv in, exit code out; the only printer of errors.

use recount::cli::Color;
use recount::cmd::{self, Failure, Output, Untyped};
use recount::io::process;
use recount::io::prompt::{self, Terminal, end_by};
use recount::io::render::text::{for_log, line};
use recount::io::screen;
use std::borrow::Cow;
use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    process::outlive_the_file_size_limit();
    process::end_panics_by(give_up);
    cmd::complete_if_asked();
    process::with_its_own_stack(run).unwrap_or(ExitCode::from(2))
}

fn run() -> ExitCode {
    let mut args: Vec<_> = env::args_os().collect();
    loop {
        let (failure, color) = match cmd::typed(&args) {
            Ok(typed) => {
                let (quiet, color) = (typed.cli.global.quiet, typed.cli.global.color);
                args = typed.args;
                match cmd::run(typed.cli) {
                    Ok(answer) => return tell(&answer, quiet),
                    Err(failure) => (failure, color),
                }
            }
            Err(Untyped::Help(error)) => return print_help(&error),
            Err(Untyped::Refused(failure)) => (failure, Color::Auto),
        };
        match cmd::choose_mended(&failure, &args) {
            Some(mended) => args = mended,
            None => return refuse(&cmd::refused(&args, failure), color),
        }
    }
}

/// Tells an answer, and ends as it says.
fn tell(answer: &Output, quiet: bool) -> ExitCode {
    if !quiet {
        say(&answer.remarks);
    }
    match print(answer) {
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

/// Says why there is no answer.
fn refuse(failure: &Failure, color: Color) -> ExitCode {
    let color = color == Color::Always || color == Color::Auto && Terminal::look().color_err;
    say(&failure.render(color));
    if let Some(signal) = failure.signal() {
        end_by(signal);
    }
    ExitCode::from(2)
}

/// Prints the help that was asked for, or the version.
fn print_help(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Ends the program where a panic would: with an error, and not by a signal.
#[allow(clippy::exit, reason = "there is nowhere to return to from a panic")]
fn give_up(why: &str) {
    screen::give_back();
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
