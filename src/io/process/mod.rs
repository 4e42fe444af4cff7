//! The process itself: its stack, what of the system must not end it without a word, and commands that it runs.

mod behind;
mod command;
mod own;

pub use behind::start_behind;
pub use command::{CommandEnd, Lingering, RanCommand, quoted, run, shown};
pub use own::own_program;

use signal_hook::consts::SIGXFSZ;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::Builder;

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
