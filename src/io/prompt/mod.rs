//! The terminal: what it can show, and questions asked on it.

mod question;
mod text_line;

pub use question::{NoAnswer, end_by, stop};

use dialoguer::console::Term;
use dialoguer::{FuzzySelect, MultiSelect};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use std::fs::{self, File};
use std::io::{self, BufRead, ErrorKind, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempPath;

/// How wide a table is where no terminal says how wide it is.
const WIDTH: u16 = 100;

/// Whether the terminal is another's, so that nobody can be asked.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Has nobody asked from now on: the standard input is read for something else.
pub fn ask_nobody() {
    IS_TAKEN.store(true, Ordering::Relaxed);
}

/// What the terminal can do.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether questions can be asked and answered.
    pub can_ask: bool,
    /// Columns of the standard output.
    pub width: u16,
    /// Whether the standard output is a terminal that shows colour.
    pub color_out: bool,
    /// Whether the standard error is a terminal that shows colour.
    pub color_err: bool,
}

impl Terminal {
    /// Looks at the terminal; `NO_COLOR` and `TERM=dumb` are honoured, and for a pipe or a file `COLUMNS`.
    pub fn look() -> Self {
        let out = Term::stdout();
        let told = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width = match io::stdout().is_terminal() {
            true => out.size_checked().map(|(_, w)| w),
            false => told(),
        };
        Self {
            can_ask: !IS_TAKEN.load(Ordering::Relaxed)
                && io::stdin().is_terminal()
                && io::stderr().is_terminal(),
            width: width.unwrap_or(WIDTH).max(40),
            color_out: dialoguer::console::colors_enabled() && io::stdout().is_terminal(),
            color_err: dialoguer::console::colors_enabled_stderr() && io::stderr().is_terminal(),
        }
    }
}

/// Returns whether a stream may end in the log of a build: it is no terminal, and no file of its own.
pub fn is_log(stream: &(impl IsTerminal + AsFd)) -> bool {
    let file = stream.as_fd().try_clone_to_owned().map(File::from);
    let is_file = file.and_then(|file| file.metadata()).is_ok_and(|is| is.is_file());
    !stream.is_terminal() && !is_file
}

/// A bar on the standard error that shows how far long work is: on a terminal alone, and gone at its end.
pub struct LongWork(ProgressBar);

impl LongWork {
    /// Returns a bar for so many steps; none is drawn where nobody wants one, or for work that is over in
    /// the blink of an eye.
    pub fn of(steps: usize, wanted: bool) -> Self {
        const MANY: usize = 1000;
        if steps < MANY || !wanted || !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX));
        let style = ProgressStyle::with_template("Reading incidents {bar:30} {pos}/{len}");
        let bar = match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        Self(bar.with_finish(ProgressFinish::AndClear))
    }

    /// Takes one step; from any thread.
    pub fn step(&self) {
        self.0.inc(1);
    }
}

/// Asks for one of several things, found by typing any part of them.
///
/// # Errors
/// The person left without choosing, or was cut off.
pub fn choose(question: &str, items: &[String]) -> Result<usize, NoAnswer> {
    let (question, items) = (question.to_owned(), items.to_owned());
    let asked = move || {
        let asked = FuzzySelect::new().with_prompt(question).items(items);
        asked.default(0).max_length(12).interact_opt()
    };
    question::ask(asked)?.ok_or_else(NoAnswer::left)
}

/// Asks for one of a few readings, the likeliest first.
///
/// # Errors
/// The person left without choosing, or was cut off.
pub fn pick(question: &str, items: &[String]) -> Result<usize, NoAnswer> {
    choose(question, items)
}

/// Asks for any of several things, and none where Enter alone is pressed.
///
/// # Errors
/// The person left without choosing, or was cut off.
pub fn choose_several(question: &str, items: &[String]) -> Result<Vec<usize>, NoAnswer> {
    let (question, items) =
        (format!("{question} (Space takes one, Enter goes on)"), items.to_owned());
    let asked = move || MultiSelect::new().with_prompt(question).items(items).interact_opt();
    question::ask(asked)?.ok_or_else(NoAnswer::left)
}

/// Asks for a text that is not empty; a paste of many lines is one.
///
/// # Errors
/// The person left without writing, or was cut off.
pub fn write(question: &str) -> Result<String, NoAnswer> {
    loop {
        if let Some(text) = write_or_pass(question)? {
            return Ok(text);
        }
    }
}

/// Asks for a text; none where it was left empty.
///
/// # Errors
/// The person left without answering, or was cut off.
pub fn write_or_pass(question: &str) -> Result<Option<String>, NoAnswer> {
    let question = question.to_owned();
    let text = question::ask(move || text_line::read(&question))?;
    Ok((!text.trim().is_empty()).then(|| text.trim().to_owned()))
}

/// Tells something between questions.
pub fn tell(text: &str) {
    // Where even that cannot be written, there is nobody left to tell.
    let _ = Term::stderr().write_str(text);
}

/// What a person wrote in the editor, and the file that it lies in until this is dropped.
pub struct EditorText {
    /// The whole text.
    pub text: String,
    path: TempPath,
}

impl EditorText {
    /// Keeps the file, so that nothing that was typed is lost, and returns where it is.
    pub fn keep(self) -> Option<PathBuf> {
        self.path.keep().ok()
    }
}

/// Opens text in the person's editor, as a file in `folder`; none where it was left unchanged.
///
/// `VISUAL` and `EDITOR` are commands for the shell, as they are to git; without them it is `vi`.
///
/// # Errors
/// The editor could not be run, or failed, or left what is not text.
pub fn edit(text: &str, folder: &Path) -> Result<Option<EditorText>, String> {
    let failed = |error: io::Error| format!("the text can't be given to an editor: {error}");
    let mut file = tempfile::Builder::new().prefix("edit-").suffix(".yaml").tempfile_in(folder);
    if file.is_err() {
        file = tempfile::Builder::new().prefix("edit-").suffix(".yaml").tempfile();
    }
    let mut file = file.map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    let path = file.into_temp_path();
    let named = |name| std::env::var_os(name).filter(|editor| !editor.is_empty());
    let editor = named("VISUAL").or_else(|| named("EDITOR")).unwrap_or_else(|| "vi".into());
    let mut line = editor.clone();
    line.push(" \"$@\"");
    let editor = editor.display();
    let ran = Command::new("sh").arg("-c").arg(line).arg("sh").arg(&path).status();
    match ran.map_err(|error| format!("the editor `{editor}` can't be run: {error}"))? {
        done if done.success() => {}
        done => return Err(format!("the editor `{editor}` failed ({done}): nothing was written")),
    }
    let left = fs::read(&path).map_err(|error| format!("what `{editor}` left: {error}"))?;
    match String::from_utf8(left) {
        Ok(new) if new == text => Ok(None),
        Ok(text) => Ok(Some(EditorText { text, path })),
        Err(_) => {
            let kept = path.keep().map(|path| path.display().to_string()).unwrap_or_default();
            Err(format!("what `{editor}` left is not UTF-8 text: it is kept in {kept}"))
        }
    }
}

/// Reads the standard input to its end. Bytes that are no UTF-8 stand as `\\xE9`, and are told of.
///
/// # Errors
/// What the system says.
pub fn read_input() -> io::Result<String> {
    let mut bytes = vec![];
    io::stdin().read_to_end(&mut bytes)?;
    let text = escaped(&bytes);
    if str::from_utf8(&bytes).is_err() {
        tell(
            "warning: the standard input is not all UTF-8: the other bytes are kept as \\xE9 and the like\n",
        );
    }
    Ok(text)
}

/// Reads a line of the standard input, without its end; none at the end of all. Bytes that are no UTF-8 are escaped.
///
/// # Errors
/// What the system says, and a line that is longer than `most` bytes.
pub fn read_line(most: usize) -> io::Result<Option<String>> {
    let mut line = vec![];
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    let read = io::stdin().lock().take(limit).read_until(b'\n', &mut line)?;
    if read == most && !line.ends_with(b"\n") {
        return Err(io::Error::new(
            ErrorKind::InvalidData,
            format!("a line of {most} bytes or more"),
        ));
    }
    let text = escaped(&line);
    Ok((read > 0).then(|| text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Writes an answer to the standard output at once, for somebody who goes on typing.
///
/// # Errors
/// What the system says.
pub fn answer(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Returns a text in which bytes that are no UTF-8 are escaped.
fn escaped(bytes: &[u8]) -> String {
    let chunk = |chunk: str::Utf8Chunk<'_>| {
        let escaped = chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}"));
        chunk.valid().to_owned() + &escaped.collect::<String>()
    };
    bytes.utf8_chunks().map(chunk).collect()
}
