//! What a verb answers: text for the standard output, remarks for the standard error, and an exit code.

use crate::cli::{Color, Format, Global};
use crate::compute::report::write_result::WriteReport;
use crate::io::prompt::Terminal;
use crate::io::render::table::TableStyle;
use crate::io::render::text;
use crate::session::Failure;
use serde::Serialize;
use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Who reads an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnswerReader {
    /// People.
    #[default]
    People,
    /// People, by a reader of Markdown.
    Markdown,
    /// Programs, to which each byte matters.
    Programs,
}

/// What a verb answers.
#[derive(Debug, Default)]
pub struct Output {
    /// The answer, for the standard output.
    pub text: String,
    /// The answer where it is too long for that: a file for programs, from its beginning.
    pub file: Option<File>,
    /// Who reads the answer.
    pub reader: AnswerReader,
    /// Everything else, for the standard error.
    pub remarks: String,
    /// Whether the answer is no: exit code 1.
    pub no: bool,
    /// The exit code where it is another's: of a command that was run.
    pub code: Option<u8>,
    /// Whether something was written that stays so, also where the answer can't be told.
    pub wrote: bool,
    /// What was written, where it is one event or incident.
    pub written: Option<Box<WriteReport>>,
}

impl Output {
    /// Returns an answer that is some text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Returns an answer in Markdown.
    pub fn markdown(text: impl Into<String>) -> Self {
        Self { reader: AnswerReader::Markdown, ..Self::text(text) }
    }

    /// Returns an answer for programs, such as CSV.
    pub fn exact(text: impl Into<String>) -> Self {
        Self { reader: AnswerReader::Programs, ..Self::text(text) }
    }

    /// Returns an answer for programs that is in a file.
    pub fn file(file: File) -> Self {
        Self { file: Some(file), reader: AnswerReader::Programs, ..Self::default() }
    }

    /// Returns the answer as it is printed; in the log of a build no line of what people read is a command.
    pub fn printed(&self, in_log: bool) -> Cow<'_, str> {
        match self.reader {
            _ if !in_log => Cow::Borrowed(&self.text),
            AnswerReader::Programs => Cow::Borrowed(&self.text),
            AnswerReader::Markdown => {
                text::without_commands(&self.text, |sign| format!("\\{sign}")).into()
            }
            AnswerReader::People => text::for_log(&self.text).into(),
        }
    }

    /// Returns an answer that is a report as JSON.
    ///
    /// # Errors
    /// None in practice: reports hold nothing that JSON cannot say.
    pub fn json(report: &impl Serialize) -> Result<Self, Failure> {
        let json = serde_json::to_string_pretty(report).map_err(|e| Failure::new(e.to_string()))?;
        Ok(Self::exact(text::json(&json) + "\n"))
    }

    /// Adds remarks for the standard error.
    #[must_use]
    pub fn remark(mut self, remarks: impl AsRef<str>) -> Self {
        self.remarks.push_str(remarks.as_ref());
        self
    }
}

/// Returns where a path that was typed leads: from the folder on that `-C` names.
pub(crate) fn typed(global: &Global, path: &Path) -> PathBuf {
    global.start.as_ref().map_or_else(|| path.to_owned(), |start| start.join(path))
}

/// Returns the format asked for, or the first of those that the verb knows.
///
/// # Errors
/// A format that the verb does not know, with those that it does.
pub(crate) fn format(global: &Global, known: &[Format]) -> Result<Format, Failure> {
    let first = known.first().copied().unwrap_or(Format::Table);
    let Some(asked) = global.format else { return Ok(first) };
    if known.contains(&asked) {
        return Ok(asked);
    }
    let names: Vec<_> = known.iter().map(|f| word(*f)).collect();
    Err(Failure::new(format!("this verb has no format `{}`", word(asked)))
        .help(format!("it has {}", names.join(", "))))
}

fn word(format: Format) -> &'static str {
    match format {
        Format::Table => "table",
        Format::Json => "json",
        Format::Csv => "csv",
        Format::Markdown => "markdown",
        Format::Human => "human",
        Format::Xlsx => "xlsx",
        Format::Github => "github",
        Format::Sarif => "sarif",
    }
}

/// Returns how to draw tables on the standard output.
pub(crate) fn style(global: &Global, terminal: Terminal) -> TableStyle {
    let color = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal.color_out,
    };
    TableStyle { width: terminal.width, color }
}
