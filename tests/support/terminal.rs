//! A command on a terminal of its own.

use super::sandbox::Sandbox;
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// A command that runs on a terminal of its own.
pub(crate) struct OnTerminal {
    /// The end that a person sits at.
    keyboard: File,
    /// Reads what is shown, until the person hangs up.
    screen: Option<JoinHandle<()>>,
    is_hung_up: Arc<AtomicBool>,
    terminal: File,
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
    before: String,
    /// Rows and columns.
    size: (u16, u16),
}

impl OnTerminal {
    /// Returns whether this machine has what gives a command a terminal.
    pub(crate) fn is_to_be_had() -> bool {
        let ran =
            Command::new("setsid").args(["--ctty", "--version"]).stdout(Stdio::null()).status();
        ran.is_ok_and(|status| status.success())
    }

    /// Runs recount on a terminal.
    pub(crate) fn recount(sandbox: &Sandbox, args: &[&str]) -> Self {
        let keyboard =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let name = ptsname(&keyboard, vec![]).unwrap();
        let terminal = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlags::NOCTTY.bits().cast_signed())
            .open(OsStr::from_bytes(name.to_bytes()))
            .unwrap();
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&terminal, size).unwrap();
        let before = settings(&terminal);
        let end = || Stdio::from(terminal.try_clone().unwrap());
        let mut command = sandbox.command("setsid");
        command.args(["--ctty", "recount"]).args(args).env("TERM", "xterm");
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        let keyboard = File::from(keyboard);
        let shown = Arc::new(Mutex::new(vec![]));
        let (mut screen, collected) = (keyboard.try_clone().unwrap(), Arc::clone(&shown));
        let is_hung_up = Arc::new(AtomicBool::new(false));
        let hung_up = Arc::clone(&is_hung_up);
        let screen = spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = screen.read(&mut bytes) {
                collected.lock().unwrap().extend(&bytes[..count]);
                if hung_up.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        let screen = Some(screen);
        Self { keyboard, screen, is_hung_up, terminal, child, shown, before, size: (24, 80) }
    }

    /// Returns all that was shown.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    #[track_caller]
    fn until(&mut self, what: &str, holds: impl Fn(&mut Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            if begun.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("never {what}: {}", self.shown());
            }
            sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a text is shown and keys are read one by one.
    #[track_caller]
    pub(crate) fn asks(&mut self, text: &str) -> &mut Self {
        let raw = |it: &mut Self| it.shown().contains(text) && settings(&it.terminal) != it.before;
        self.until(text, raw);
        self
    }

    /// Waits until the screen shows a text, as a person would see it.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        self.until(text, |it| it.screen().contains(text));
        self
    }

    /// Returns what a person sees on the screen.
    pub(crate) fn screen(&self) -> String {
        let mut parser = vt100::Parser::new(self.size.0, self.size.1, 0);
        parser.process(&self.shown.lock().unwrap());
        parser.screen().contents()
    }

    /// Hangs up, as a connection that is lost does; returns how the command ends.
    pub(crate) fn hangs_up(mut self) -> ExitStatus {
        self.is_hung_up.store(true, Ordering::SeqCst);
        // What is shown of a last key ends the reading.
        self.keys("!");
        self.screen.take().unwrap().join().unwrap();
        let Self { keyboard, terminal, mut child, .. } = self;
        drop((keyboard, terminal));
        let begun = Instant::now();
        loop {
            if let Some(ended) = child.try_wait().unwrap() {
                return ended;
            }
            if begun.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("it goes on without a terminal");
            }
            sleep(Duration::from_millis(5));
        }
    }

    /// Makes the terminal another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&self.terminal, size).unwrap();
        self.size = (rows, columns);
        self.shown.lock().unwrap().clear();
        self
    }

    /// Types keys.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Sends a signal.
    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self
    }

    /// Waits until the command is stopped.
    #[track_caller]
    pub(crate) fn is_stopped(&mut self) -> &mut Self {
        let pid = self.child.id().to_string();
        self.until("stopped", |_| {
            let said = Command::new("ps").args(["-o", "state=", "-p", &pid]).output().unwrap();
            said.stdout.starts_with(b"T")
        });
        self
    }

    /// Holds the terminal to be set as it was before the command, with its cursor shown.
    #[track_caller]
    pub(crate) fn is_as_before(&mut self) -> &mut Self {
        self.until("set as before", |it| settings(&it.terminal) == it.before);
        self.until("with its cursor", |it| {
            let shown = it.shown();
            shown.rfind("\u{1b}[?25h") >= shown.rfind("\u{1b}[?25l")
        });
        self
    }

    /// Waits for the end of the command.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> ExitStatus {
        const END: &str = "(its end)";
        self.until("at its end", |it| it.child.try_wait().unwrap().is_some());
        // Behind all that it wrote.
        self.terminal.write_all(END.as_bytes()).unwrap();
        self.until("all shown", |it| it.shown().contains(END));
        self.child.wait().unwrap()
    }
}

/// Returns how a terminal is set, to compare it.
fn settings(terminal: &File) -> String {
    let Termios { input_modes, output_modes, control_modes, local_modes, .. } =
        tcgetattr(terminal).unwrap();
    format!("{input_modes:?} {output_modes:?} {control_modes:?} {local_modes:?}")
}
