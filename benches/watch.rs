//! Holds the war room to what a person feels, in a record of 20,000 incidents: `cargo bench --bench watch`.
//!
//! A key is on the screen within 20 ms (the slowest of 200, while the record is looked at), and idle for ten seconds it
//! takes no more processor time than the kernel's clock can tell from none: a tenth of a percent. What another writes into
//! the open incident is seen within a second. The answer is no (exit
//! code 1) where it isn't so. What a key costs is measured from its writing to the terminal until its letter comes back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a bench fails by panicking, prints what it measured, and writes its own record"
)]

#[path = "support/record.rs"]
mod record;

use record::Record;
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const INCIDENTS: usize = 20_000;
const KEYS: usize = 200;
/// Letters that end no control sequence.
const LETTERS: [u8; 6] = *b"qvwxyz";
const ECHO: Duration = Duration::from_millis(20);
const IDLE: Duration = Duration::from_secs(10);
/// Of the idle time, in the kernel's ticks of 10 ms: a tenth of a percent.
const TICKS: u64 = 1;

fn main() -> ExitCode {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let record = Record::make(home.path(), INCIDENTS);
    let mut room = Room::open(&record);
    room.settle();
    let before = room.ticks();
    thread::sleep(IDLE);
    let ticks = room.ticks() - before;
    let mut echoes: Vec<_> = (0..KEYS).map(|n| room.echo(LETTERS[n % LETTERS.len()])).collect();
    echoes.sort();
    let (median, slowest) = (echoes[KEYS / 2], echoes[KEYS - 1]);
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{INCIDENTS} incidents: a key echoes in {:.1} ms (median), {:.1} ms (slowest of {KEYS})",
        milliseconds(median),
        milliseconds(slowest)
    );
    let seen = room.sees_what_another_writes(&record);
    println!("what another writes is seen after {:.0} ms", milliseconds(seen));
    println!("idle for {} s: {} ms of processor time", IDLE.as_secs(), ticks * 10);
    let held = slowest <= ECHO && ticks <= TICKS && seen <= Duration::from_secs(1);
    println!(
        "{}",
        if held {
            "held"
        } else {
            "NOT held: 20 ms for a key, 10 ms of processor time, a second for another's event"
        }
    );
    room.leave();
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The war room on a terminal of its own.
struct Room {
    keyboard: File,
    shown: Receiver<Vec<u8>>,
    child: Child,
}

impl Room {
    fn open(record: &Record) -> Self {
        let keyboard =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let name = ptsname(&keyboard, vec![]).unwrap();
        let mut options = OpenOptions::new();
        options.read(true).write(true).custom_flags(OFlags::NOCTTY.bits().cast_signed());
        let terminal = options.open(OsStr::from_bytes(name.to_bytes())).unwrap();
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&terminal, size).unwrap();
        let end = || Stdio::from(terminal.try_clone().unwrap());
        let mut command = Command::new(env!("CARGO_BIN_EXE_recount"));
        command
            .arg("watch")
            .current_dir(&record.root)
            .env("TERM", "xterm")
            .env_remove("RECOUNT_NOW");
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        let keyboard = File::from(keyboard);
        let mut screen = keyboard.try_clone().unwrap();
        let (tell, shown) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = screen.read(&mut bytes) {
                if count == 0 || tell.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { keyboard, shown, child }
    }

    /// Waits until the room has been drawn and nothing has come for a second.
    fn settle(&self) {
        self.shown.recv_timeout(Duration::from_secs(20)).expect("a screen");
        while self.shown.recv_timeout(Duration::from_secs(1)).is_ok() {}
    }

    /// Types a letter; returns how long it takes until the screen shows it.
    fn echo(&mut self, letter: u8) -> Duration {
        while self.shown.try_recv().is_ok() {}
        let begun = Instant::now();
        self.keyboard.write_all(&[letter]).unwrap();
        loop {
            let bytes = self.shown.recv_timeout(Duration::from_secs(5)).expect("an echo");
            if bytes.contains(&letter) {
                return begun.elapsed();
            }
        }
    }

    /// Writes an event into the open incident's file; returns how long it takes until the screen shows something new.
    fn sees_what_another_writes(&self, record: &Record) -> Duration {
        while self.shown.try_recv().is_ok() {}
        let begun = Instant::now();
        let mut file = File::options().append(true).open(record.root.join(&record.file)).unwrap();
        let at = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ");
        writeln!(file, "  - {{id: d0000001, at: {at}, text: Zebra}}").unwrap();
        loop {
            let bytes = self.shown.recv_timeout(Duration::from_secs(5)).expect("the event");
            if bytes.windows(5).any(|five| five == b"Zebra") {
                return begun.elapsed();
            }
        }
    }

    /// Returns the processor time so far, of the program and in the kernel for it.
    fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }

    fn leave(mut self) {
        // Ctrl-C takes the line away, Ctrl-D leaves.
        self.keyboard.write_all(b"\x03\x04").unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}
