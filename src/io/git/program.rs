//! Runs the `git` program, for what libgit2 can't do.
//!
//! Never through a shell, always with an explicit list of arguments, with no
//! prompt, no hook and a limit on the time that it may take.

use super::error::GitError;
use rustix::process::{Pid, Signal, kill_process_group};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long git may take where a person's own program (a filter, say) may run inside it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Variables that tie git to another repository than the one it is told of.
const PLACES: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_LITERAL_PATHSPECS",
];

/// Returns what `git --version` says.
pub(crate) fn program_version() -> Result<String, GitError> {
    GitCall::from(Path::new("."), "version").line([] as [&str; 0])
}

/// One call of the `git` program that is being put together.
pub(super) struct GitCall {
    command: Command,
    verb: String,
    input: Vec<u8>,
    limit: Duration,
}

/// What a finished call printed, and whether it succeeded.
pub(super) struct CallOutput {
    pub(super) ok: bool,
    pub(super) stdout: Vec<u8>,
    stderr: Vec<u8>,
    verb: String,
}

impl GitCall {
    /// Starts a call of `git VERB` that looks for its repository from `dir` upwards.
    pub(super) fn from(dir: &Path, verb: &str) -> Self {
        let mut call = Self::as_the_user(dir, verb).config("core.hooksPath=/dev/null");
        call.command.env("GIT_TERMINAL_PROMPT", "0");
        // A group of its own, so that what it starts can be ended with it.
        call.command.process_group(0);
        call
    }

    /// Starts a call with the hooks that the user has for it, and that may ask on the terminal: a group in the
    /// background could not read from there.
    pub(super) fn as_the_user(dir: &Path, verb: &str) -> Self {
        let mut command = Command::new("git");
        command.current_dir(dir).args(["-c", "core.fsync=all"]);
        command.args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"]);
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { command, verb: verb.to_owned(), input: Vec::new(), limit: PATIENCE }
    }

    /// Ties the call to a repository, whatever the environment says.
    pub(super) fn within(mut self, git_dir: &Path, workdir: &Path) -> Self {
        for name in PLACES {
            self.command.env_remove(name);
        }
        for (name, path) in [("--git-dir=", git_dir), ("--work-tree=", workdir)] {
            let mut option = OsString::from(name);
            option.push(path);
            self.command.arg(option);
        }
        self.command.arg("--literal-pathspecs");
        self
    }

    /// Sets a configuration value for this call alone.
    pub(super) fn config(mut self, setting: &str) -> Self {
        self.command.args(["-c", setting]);
        self
    }

    /// Sets a variable of the environment.
    pub(super) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives the bytes that git reads on its standard input.
    pub(super) fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// Has git fail where it would ask.
    pub(super) fn without_questions(mut self) -> Self {
        self.command.env("GIT_TERMINAL_PROMPT", "0").process_group(0);
        self.command.env("GIT_ASKPASS", "true").env("SSH_ASKPASS", "true");
        self.command.env("SSH_ASKPASS_REQUIRE", "force");
        self
    }

    /// Ends git, and all that it started, after so long.
    pub(super) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs git with these arguments after the verb, and returns what it said, be it a success or not.
    pub(super) fn ask<I: AsRef<OsStr>>(
        mut self,
        args: impl IntoIterator<Item = I>,
    ) -> Result<CallOutput, GitError> {
        self.command.arg(&self.verb).args(args);
        let mut child = self.command.spawn().map_err(|error| {
            GitError::new(format!("the git program can't be started: {error}"))
                .next("install git, or put it on the PATH")
        })?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let stdin = child.stdin.take();
        let input = std::mem::take(&mut self.input);
        let (send, receive) = mpsc::channel();
        // A pipe that git closes early is git's affair: its answer tells.
        let begun = begin(move || stdin.map(|mut pipe| pipe.write_all(&input)))
            .and_then(|()| begin(move || send.send(child.wait_with_output())));
        if let Err(error) = begun {
            if let Some(group) = group {
                let _ = kill_process_group(group, Signal::KILL);
            }
            let why = format!("git {}: no thread can be started: {error}", self.verb);
            return Err(GitError::new(why).next("see how many processes run: ps -eLf | wc -l"));
        }
        match receive.recv_timeout(self.limit) {
            Ok(Ok(output)) => Ok(CallOutput::new(self.verb, output)),
            Ok(Err(error)) => Err(GitError::new(format!("git {}: {error}", self.verb))),
            Err(_) => {
                if let Some(group) = group {
                    // It may have ended this very moment.
                    let _ = kill_process_group(group, Signal::KILL);
                }
                let seconds = self.limit.as_secs();
                Err(GitError::new(format!("git {} took more than {seconds} seconds", self.verb)))
            }
        }
    }

    /// Runs git, and returns its standard output if it succeeded.
    pub(super) fn run<I: AsRef<OsStr>>(
        self,
        args: impl IntoIterator<Item = I>,
    ) -> Result<Vec<u8>, GitError> {
        self.ask(args)?.stdout()
    }

    /// Runs git, and returns the one line that it printed.
    pub(super) fn line<I: AsRef<OsStr>>(
        self,
        args: impl IntoIterator<Item = I>,
    ) -> Result<String, GitError> {
        let out = self.run(args)?;
        Ok(String::from_utf8_lossy(&out).trim_end_matches('\n').to_owned())
    }
}

/// Begins a thread; unlike the standard library's own, it doesn't panic where there is none to be had.
fn begin<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new().spawn(work).map(drop)
}

impl CallOutput {
    fn new(verb: String, output: Output) -> Self {
        let Output { status, stdout, stderr } = output;
        Self { ok: status.success(), stdout, stderr, verb }
    }

    /// Returns the standard output of a success, or what git complained of.
    pub(super) fn stdout(self) -> Result<Vec<u8>, GitError> {
        if self.ok { Ok(self.stdout) } else { Err(self.error()) }
    }

    /// Returns git's complaint in its own words.
    pub(super) fn error(&self) -> GitError {
        let said = String::from_utf8_lossy(&self.stderr);
        let lines: Vec<&str> =
            said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let words =
            if lines.is_empty() { "it failed and said nothing".into() } else { lines.join("; ") };
        GitError::new(format!("git {}: {words}", self.verb))
    }
}
