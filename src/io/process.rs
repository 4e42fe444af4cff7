//! The process itself: its stack, what of the system must not end it without a word, and commands that it runs.

use signal_hook::consts::{SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::panic;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::thread::{self, Builder};

/// How many of the last lines of a command's output are kept.
const MOST_LINES: usize = 200;
/// How many bytes of a line are looked at as one.
const MOST_LINE_BYTES: u64 = 1 << 14;

/// How deep the program may go: the nesting of files is bounded, and the shell's `ulimit -s` is not ours to trust.
const STACK: usize = 8 << 20;

/// Has a write beyond the limit on the size of files (`ulimit -f`) fail, as one on a full disk does: by default it
/// would end the program.
pub fn outlive_the_file_size_limit() {
    // Where it can't be had, all is as by default.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// Has a panic end the program by `end`, which is told what happened and where.
///
/// The standard library panics where a disk fails at what it holds to be impossible, such as closing a folder.
pub fn end_panics_by(end: impl Fn(&str) + Send + Sync + 'static) {
    panic::set_hook(Box::new(move |panic| {
        let payload = panic.payload();
        let message = payload.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| payload.downcast_ref::<&str>().copied());
        let message = message.unwrap_or("no more is known");
        let place = panic.location().map_or(String::new(), |place| format!(" ({place})"));
        end(&format!("{message}{place}"));
    }));
}

/// Runs the program on a stack of a stated size; on the one that it was given where no thread is to be had.
pub fn with_its_own_stack<T: Send + 'static>(program: fn() -> T) -> Option<T> {
    match Builder::new().stack_size(STACK).spawn(program) {
        Ok(running) => running.join().ok(),
        Err(_) => Some(program()),
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// With an exit code.
    Exited(i32),
    /// By a signal.
    Killed(i32),
}

impl fmt::Display for CommandEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "exit code {code}"),
            Self::Killed(signal) => write!(f, "killed by signal {signal}"),
        }
    }
}

/// What became of a command.
#[derive(Clone, Debug)]
pub struct RanCommand {
    /// How it ended.
    pub end: CommandEnd,
    /// The last lines that it printed, where these were asked for.
    pub last_lines: String,
}

/// Runs a command to its end, on this process's own terminal. With `keeps` its output goes through pipes, and its last
/// lines are kept.
///
/// What the terminal sends to end programs, Ctrl-C for one, ends the command and not this one.
///
/// # Errors
/// A command that can't be begun.
pub fn run(command: &[String], keeps: bool) -> io::Result<RanCommand> {
    let (program, args) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    for signal in [SIGINT, SIGQUIT, SIGTERM] {
        // Where it can't be had, the command is not recorded when both are ended.
        let _ = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
    }
    let mut command = Command::new(program);
    command.args(args);
    if !keeps {
        let status = command.status()?;
        return Ok(RanCommand { end: end_of(status), last_lines: String::new() });
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let last_lines = pass_on(&mut child);
    Ok(RanCommand { end: end_of(child.wait()?), last_lines })
}

fn end_of(status: ExitStatus) -> CommandEnd {
    let signal = status.signal().map(CommandEnd::Killed);
    signal.unwrap_or(CommandEnd::Exited(status.code().unwrap_or(1)))
}

/// Passes on what a command prints, and returns its last lines, those of both streams in the order in which they came.
fn pass_on(child: &mut Child) -> String {
    let kept = Mutex::new(VecDeque::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(|| out.map(|out| pass(out, io::stdout(), &kept)));
        scope.spawn(|| err.map(|err| pass(err, io::stderr(), &kept)));
    });
    let kept = kept.into_inner().unwrap_or_default();
    kept.into_iter().map(|line: Vec<u8>| String::from_utf8_lossy(&line).into_owned()).collect()
}

fn pass(from: impl Read, mut to: impl Write, kept: &Mutex<VecDeque<Vec<u8>>>) {
    let mut from = BufReader::new(from);
    loop {
        let mut line = vec![];
        match from.by_ref().take(MOST_LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            // Where nobody reads any more, the command is still heard to its end.
            Ok(_) => drop(to.write_all(&line).and_then(|()| to.flush())),
        }
        let Ok(mut kept) = kept.lock() else { return };
        kept.push_back(line);
        if kept.len() > MOST_LINES {
            kept.pop_front();
        }
    }
}

/// Returns a command as it can be typed in a shell.
pub fn shown(command: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    let word = |word: &String| match !word.is_empty() && word.chars().all(plain) {
        true => word.clone(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    };
    command.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_command_is_shown_as_it_can_be_typed() {
        assert_eq!(shown(&words(&["ls", "-l", "a b", "it's", ""])), "ls -l 'a b' 'it'\\''s' ''");
    }

    #[test]
    fn a_command_tells_how_it_ended_and_what_it_said_last() {
        let script = "for n in $(seq 300); do echo $n; done; kill -9 $$";
        let ran = run(&words(&["sh", "-c", script]), true).unwrap();
        assert_eq!(ran.end, CommandEnd::Killed(9));
        assert_eq!(ran.last_lines.lines().count(), MOST_LINES);
        assert!(ran.last_lines.ends_with("\n300\n"));
        let ran = run(&words(&["sh", "-c", "exit 3"]), false).unwrap();
        assert_eq!((ran.end, ran.last_lines.as_str()), (CommandEnd::Exited(3), ""));
        assert!(run(&words(&["/no/such/program"]), false).is_err());
    }
}
