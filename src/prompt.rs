//! The terminal: what it can show, and questions asked on it.

use dialoguer::console::Term;
use dialoguer::{Confirm, FuzzySelect, Input, Select};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use std::io::{self, IsTerminal, Read};

/// How wide a table is where no terminal says how wide it is.
const WIDTH: u16 = 100;

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
    /// Looks at the terminal; `NO_COLOR` and `TERM=dumb` are honoured.
    pub fn look() -> Self {
        let out = Term::stdout();
        let width =
            if io::stdout().is_terminal() { out.size_checked().map(|(_, w)| w) } else { None };
        Self {
            can_ask: io::stdin().is_terminal() && io::stderr().is_terminal(),
            width: width.unwrap_or(WIDTH).max(40),
            color_out: dialoguer::console::colors_enabled() && io::stdout().is_terminal(),
            color_err: dialoguer::console::colors_enabled_stderr() && io::stderr().is_terminal(),
        }
    }
}

/// A bar on the standard error that shows how far long work is: on a terminal alone, and gone at its end.
pub struct Bar(ProgressBar);

impl Bar {
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

/// Why a question got no answer.
pub type NoAnswer = String;

/// Asks for one of several things, found by typing any part of them.
///
/// # Errors
/// The person left without choosing.
pub fn choose(question: &str, items: &[String]) -> Result<usize, NoAnswer> {
    let asked = FuzzySelect::new().with_prompt(question).items(items).default(0).max_length(12);
    asked.interact_opt().map_err(|e| e.to_string())?.ok_or_else(left)
}

/// Asks for one of a few readings, the likeliest first.
///
/// # Errors
/// The person left without choosing.
pub fn pick(question: &str, items: &[String]) -> Result<usize, NoAnswer> {
    let asked = Select::new().with_prompt(question).items(items).default(0);
    asked.interact_opt().map_err(|e| e.to_string())?.ok_or_else(left)
}

/// Asks for a line of text that is not empty.
///
/// # Errors
/// The person left without writing.
pub fn write(question: &str) -> Result<String, NoAnswer> {
    Input::new().with_prompt(question).interact_text().map_err(|e| e.to_string())
}

/// Asks for a line of text; none where it was left empty.
///
/// # Errors
/// The person left without answering.
pub fn write_or_pass(question: &str) -> Result<Option<String>, NoAnswer> {
    let asked = Input::<String>::new().with_prompt(question).allow_empty(true);
    let text = asked.interact_text().map_err(|e| e.to_string())?;
    Ok((!text.trim().is_empty()).then(|| text.trim().to_owned()))
}

/// Tells something between questions.
pub fn tell(text: &str) {
    // Where even that cannot be written, there is nobody left to tell.
    let _ = Term::stderr().write_str(text);
}

/// Asks for a yes.
///
/// # Errors
/// The person left without answering.
pub fn agree(question: &str) -> Result<bool, NoAnswer> {
    let asked = Confirm::new().with_prompt(question).default(true);
    asked.interact_opt().map_err(|e| e.to_string())?.ok_or_else(left)
}

/// Opens text in the person's editor; none where it was left unchanged or unsaved.
///
/// # Errors
/// The editor could not be run, or failed.
pub fn edit(text: &str) -> Result<Option<String>, NoAnswer> {
    let edited = dialoguer::Editor::new().extension(".yaml").trim_newlines(false).edit(text);
    Ok(edited.map_err(|e| e.to_string())?.filter(|new| new != text))
}

/// Reads the standard input to its end.
///
/// # Errors
/// What the system says, or input that is not UTF-8.
pub fn read_input() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn left() -> NoAnswer {
    "nothing was chosen".to_owned()
}
