//! Commands that are run for somebody, on this process's own terminal.

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// How many of the last lines of a command's output are kept.
const MOST_LINES: usize = 200;
/// How many bytes of a line are looked at as one.
const MOST_LINE_BYTES: u64 = 1 << 14;
/// How long after a command's end what it printed may take to arrive, where something that it started holds the pipes.
const LAST_WORDS: Duration = Duration::from_millis(500);

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
#[derive(Debug)]
pub struct RanCommand {
    /// How it ended.
    pub end: CommandEnd,
    /// The last lines that it printed, where these were asked for.
    pub last_lines: String,
    /// What it started and what still prints, where there is such a thing.
    pub lingering: Option<Lingering>,
}

/// What a command started that goes on after it, and holds its output.
#[derive(Debug)]
pub struct Lingering {
    passing: Vec<JoinHandle<()>>,
    signals: SignalsFor,
}

impl Lingering {
    /// Passes on what it prints until it lets go: to leave earlier would end it, by a pipe that nobody reads.
    pub fn pass_on(self) {
        let said = "recount: recorded; something that the command started goes on, and what it prints is passed on until it ends (Ctrl-C leaves it)\n";
        let _ = io::stderr().write_all(said.as_bytes());
        *self.signals.lock() = Whom::Ourselves;
        for passing in self.passing {
            let _ = passing.join();
        }
    }
}

/// Runs a command to its end, on this process's own terminal. With `keeps` its output goes through pipes, and its last
/// lines are kept.
///
/// What the terminal sends to end programs, Ctrl-C for one, reaches the command by itself, and is for it alone; a request
/// to end that another process sends to this one is passed on. Neither keeps its end from being recorded.
///
/// # Errors
/// A command that can't be begun.
pub fn run(command: &[String], keeps: bool) -> io::Result<RanCommand> {
    let (program, args) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command.args(args);
    if keeps {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    let signals = SignalsFor::command();
    let mut child = command.spawn()?;
    *signals.lock() = Whom::Command(Pid::from_child(&child));
    let output = CommandOutput::pass(&mut child);
    let end = end_of(signals.wait(&mut child)?);
    let (last_lines, passing) = output.kept();
    let lingering = (!passing.is_empty()).then_some(Lingering { passing, signals });
    Ok(RanCommand { end, last_lines, lingering })
}

fn end_of(status: ExitStatus) -> CommandEnd {
    let signal = status.signal().map(CommandEnd::Killed);
    signal.unwrap_or(CommandEnd::Exited(status.code().unwrap_or(1)))
}

/// Whom signals are for.
#[derive(Clone, Copy, Debug)]
enum Whom {
    /// Nobody: a command is being begun, or its end recorded.
    Nobody,
    /// The command that runs.
    Command(Pid),
    /// This process, for all is recorded.
    Ourselves,
}

/// Hears of signals while a command runs.
#[derive(Clone, Debug)]
struct SignalsFor(Arc<Mutex<Whom>>);

impl SignalsFor {
    /// Begins to listen. Where that can't be had, the command is not recorded when both are ended.
    fn command() -> Self {
        let whom = Self(Arc::new(Mutex::new(Whom::Nobody)));
        let listening = whom.clone();
        if let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]) {
            let _ = Builder::new().spawn(move || signals.forever().for_each(|s| listening.hear(s)));
        }
        whom
    }

    fn lock(&self) -> MutexGuard<'_, Whom> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, signal: i32) {
        let whom = self.lock();
        match (*whom, signal) {
            (Whom::Command(command), SIGTERM) => drop(kill_process(command, Signal::TERM)),
            (Whom::Command(command), SIGHUP) => drop(kill_process(command, Signal::HUP)),
            // The terminal sends these to the command too.
            (Whom::Command(_) | Whom::Nobody, _) => {}
            (Whom::Ourselves, _) => drop(emulate_default_handler(signal)),
        }
    }

    /// Waits for the end of the command. Until nothing is sent to it any more, its number isn't given to another process.
    fn wait(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let pid = Pid::from_child(child);
        while let Err(rustix::io::Errno::INTR) =
            waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
        {}
        *self.lock() = Whom::Nobody;
        child.wait()
    }
}

/// The last lines of both streams, in the order in which they came.
type LastLines = Arc<Mutex<VecDeque<Vec<u8>>>>;

/// What a command prints, on its way.
struct CommandOutput {
    kept: LastLines,
    passing: Vec<JoinHandle<()>>,
}

impl CommandOutput {
    /// Passes on what a command prints, where it prints into pipes.
    fn pass(child: &mut Child) -> Self {
        let kept = LastLines::default();
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let (of_out, of_err) = (kept.clone(), kept.clone());
        let out = out.map(|out| Builder::new().spawn(move || pass(out, io::stdout(), &of_out)));
        let err = err.map(|err| Builder::new().spawn(move || pass(err, io::stderr(), &of_err)));
        Self { kept, passing: [out, err].into_iter().flatten().flatten().collect() }
    }

    /// Returns the last lines of a command that has ended, and the streams that something still holds.
    fn kept(self) -> (String, Vec<JoinHandle<()>>) {
        let Self { kept, passing } = self;
        let ended = Instant::now();
        while passing.iter().any(|it| !it.is_finished()) && ended.elapsed() < LAST_WORDS {
            sleep(Duration::from_millis(5));
        }
        let open = passing.into_iter().filter(|it| !it.is_finished()).collect();
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let text = |line: &Vec<u8>| String::from_utf8_lossy(line).into_owned();
        (kept.iter().map(text).collect(), open)
    }
}

fn pass(from: impl Read, mut to: impl Write, kept: &LastLines) {
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
    command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Returns a word as it can be typed in a shell.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
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
        assert!(ran.lingering.is_none());
        let ran = run(&words(&["sh", "-c", "exit 3"]), false).unwrap();
        assert_eq!((ran.end, ran.last_lines.as_str()), (CommandEnd::Exited(3), ""));
        assert!(run(&words(&["/no/such/program"]), false).is_err());
    }

    #[test]
    fn what_goes_on_after_a_command_keeps_nobody_from_hearing_of_its_end() {
        let ran = run(&words(&["sh", "-c", "sleep 2 & echo begun; exit 4"]), true).unwrap();
        assert_eq!((ran.end, ran.last_lines.as_str()), (CommandEnd::Exited(4), "begun\n"));
        assert!(ran.lingering.is_some());
    }
}
