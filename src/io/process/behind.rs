//! A run of this program that goes on by itself.

use super::own_program;
use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::Builder;

/// Starts this program once more and waits for nothing: it can ask nothing and tells nothing, and what the terminal
/// sends to end this process doesn't reach it. Where it can't be started, nothing is lost.
pub fn start_behind<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) {
    let Some(program) = own_program() else { return };
    let mut command = Command::new(program);
    command.args(args).process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut child) = command.spawn() {
        // One that goes on for hours, such as the war room, is not to gather what has ended.
        let _ = Builder::new().spawn(move || child.wait());
    }
}
