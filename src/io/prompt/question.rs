//! A question on the terminal: answered, or cut off by a signal; the terminal is then as it was before.
//!
//! The question is asked on a thread of its own, so that the one that asked hears of a signal and can still keep what
//! was typed. The kernel gives signals to the main thread, which only waits; the one that reads keys isn't interrupted.

use dialoguer::console::Term;
use rustix::process::getpgrp;
use rustix::termios::{
    OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetpgrp, tcsetattr,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::io::{self, ErrorKind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::Duration;

/// What ends or stops the program while a question is asked.
const SIGNALS: [i32; 5] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP];

/// Why a question got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoAnswer {
    /// In words.
    pub why: String,
    /// The signal that cut it off, by which the program is to end.
    pub signal: Option<i32>,
}

/// What the one that asked hears of.
enum Heard {
    Answered,
    Signal(i32),
}

/// Who is to hear of signals.
enum Asker {
    /// No question is asked.
    Nobody,
    Waits(Sender<Heard>),
    /// It heard of one, and keeps what was typed.
    Ends,
}

/// How long the program may take to end once a question was cut off: a terminal that hangs up sends its signal
/// more than once.
const TIME_TO_END: Duration = Duration::from_secs(3);

/// What has a terminal send a paste as keys again.
const NO_BRACKETED_PASTE: &str = "\u{1b}[?2004l";

static ASKER: Mutex<Asker> = Mutex::new(Asker::Nobody);

/// Asks a question.
pub(super) fn ask<T: Send + 'static>(
    question: impl FnOnce() -> dialoguer::Result<T> + Send + 'static,
) -> Result<T, NoAnswer> {
    listen();
    // What was typed before the question was seen answers nothing.
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
    let before = TerminalBefore::look();
    let (sender, heard) = mpsc::channel();
    *asker() = Asker::Waits(sender.clone());
    let asked = Builder::new().spawn(move || {
        let _told = TellAtEnd(sender);
        question()
    });
    let answer = asked.map_err(NoAnswer::from).and_then(|asked| before.wait(asked, &heard));
    *asker() = match &answer {
        Err(NoAnswer { signal: Some(_), .. }) => Asker::Ends,
        _ => Asker::Nobody,
    };
    if answer.is_err() {
        before.restore();
        // What is said next begins a line of its own.
        let _ = Term::stderr().write_line("");
    }
    answer
}

/// Ends the program as a signal does that nothing handles.
pub fn end_by(signal: i32) {
    let _ = emulate_default_handler(signal);
}

/// Stops the program until it is continued, as Ctrl-Z does.
pub fn stop() {
    end_by(SIGTSTP);
}

/// Tells that the thread of a question is at its end, however it came to it.
struct TellAtEnd(Sender<Heard>);

impl Drop for TellAtEnd {
    fn drop(&mut self) {
        let _ = self.0.send(Heard::Answered);
    }
}

/// How the terminal was set before a question; none where it can't tell.
struct TerminalBefore(Option<Termios>);

impl TerminalBefore {
    fn look() -> Self {
        Self(tcgetattr(io::stdin()).ok())
    }

    /// Waits for the answer, or for a signal that cuts the question off.
    fn wait<T>(
        &self,
        asked: JoinHandle<dialoguer::Result<T>>,
        heard: &Receiver<Heard>,
    ) -> Result<T, NoAnswer> {
        loop {
            match heard.recv() {
                Ok(Heard::Signal(SIGTSTP)) => self.pause(),
                Ok(Heard::Signal(signal)) => return Err(NoAnswer::by(signal)),
                Ok(Heard::Answered) | Err(_) => break,
            }
        }
        let failed = || io::Error::other("the question could not be asked");
        let answer = asked.join().map_err(|_| NoAnswer::from(failed()))?;
        answer.map_err(|dialoguer::Error::IO(error)| {
            if error.kind() == ErrorKind::Interrupted {
                // The library read Ctrl-C and sent the signal, which is to be heard here and not later.
                let _ = heard.recv_timeout(TIME_TO_END);
            }
            NoAnswer::from(error)
        })
    }

    /// Stops the program, and goes on with the question once it is continued.
    fn pause(&self) {
        let asked = tcgetattr(io::stdin()).ok();
        self.restore();
        end_by(SIGTSTP);
        if let Some(asked) = asked {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &asked);
        }
    }

    /// Sets the terminal as it was, with its cursor; a terminal that another program uses now is left alone, for
    /// it would stop this one.
    fn restore(&self) {
        if tcgetpgrp(io::stdin()).is_ok_and(|group| group != getpgrp()) {
            return;
        }
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
        let _ = Term::stderr().write_str(NO_BRACKETED_PASTE);
        let _ = Term::stderr().show_cursor();
    }
}

impl NoAnswer {
    /// Returns that the person left without an answer.
    pub(super) fn left() -> Self {
        Self { why: "nothing was chosen".to_owned(), signal: None }
    }

    fn by(signal: i32) -> Self {
        Self { why: "the question was cut off".to_owned(), signal: Some(signal) }
    }
}

impl From<io::Error> for NoAnswer {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // So the library tells of Ctrl-C.
            ErrorKind::Interrupted => Self::by(SIGINT),
            _ => Self { why: format!("the question was cut off: {error}"), signal: None },
        }
    }
}

fn asker() -> MutexGuard<'static, Asker> {
    ASKER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens for signals from now on; returns when it does. One that comes while no question is asked does what it
/// does by default.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let (ready, listening) = mpsc::channel();
        let listener = Builder::new().spawn(move || {
            // Where they can't be listened for, they end the program at once.
            let signals = Signals::new(SIGNALS);
            let _ = ready.send(());
            if let Ok(mut signals) = signals {
                signals.forever().for_each(hear);
            }
        });
        if listener.is_ok() {
            let _ = listening.recv();
        }
    });
}

fn hear(signal: i32) {
    match &*asker() {
        Asker::Waits(sender) if sender.send(Heard::Signal(signal)).is_ok() => return,
        Asker::Ends => {}
        Asker::Waits(_) | Asker::Nobody => return end_by(signal),
    }
    sleep(TIME_TO_END);
    end_by(signal);
}
