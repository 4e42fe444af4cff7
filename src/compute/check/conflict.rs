//! What git leaves in a document that was changed on two sides.

use crate::model::diagnostic::{Diagnostic, Location};
use std::borrow::Cow;

/// Returns the passages that stand twice between marks of a merge, and openings that nothing closes.
///
/// A `=======` alone is a heading of Markdown, and `>>>>>>>` a quotation, so that an opening is what tells.
pub(super) fn marks(text: &str) -> Vec<Diagnostic> {
    let problem = |(first, last)| match last {
        Some(last) => passage(first, last),
        None => alone(first),
    };
    passages(text).into_iter().map(problem).collect()
}

/// Returns the text with blanks in place of the marks, so that both versions read as Markdown.
pub(super) fn without_marks(text: &str) -> Cow<'_, str> {
    let passages = passages(text);
    if passages.is_empty() {
        return text.into();
    }
    let within = |number| passages.iter().any(|(a, b)| (*a..=b.unwrap_or(*a)).contains(&number));
    let blank = |(line, number): (&str, u32)| {
        let (said, end) = line.split_at_checked(line.trim_end().len()).unwrap_or((line, ""));
        let is_mark = ['<', '|', '=', '>'].iter().any(|sign| is_mark(said, *sign));
        let said = if is_mark && within(number) { " ".repeat(said.len()) } else { said.to_owned() };
        said + end
    };
    text.split_inclusive('\n').zip(1..).map(blank).collect::<String>().into()
}

/// Returns the first and the last line of each passage; no last one where nothing closes it.
fn passages(text: &str) -> Vec<(u32, Option<u32>)> {
    let mut found = vec![];
    let mut open: Option<u32> = None;
    for (line, number) in text.lines().zip(1..) {
        if is_mark(line, '<') {
            found.extend(open.replace(number).map(|first| (first, None)));
        } else if is_mark(line, '>') {
            found.extend(open.take().map(|first| (first, Some(number))));
        }
    }
    found.extend(open.map(|first| (first, None)));
    found
}

/// Returns whether a line is a mark: seven of a sign or more, alone or with the name of a side behind them.
fn is_mark(line: &str, sign: char) -> bool {
    let rest = line.trim_start_matches(sign);
    let signs = line.len().saturating_sub(rest.len());
    signs >= 7 && (rest.trim().is_empty() || rest.starts_with(' '))
}

fn passage(first: u32, last: u32) -> Diagnostic {
    let message = format!("a merge left two versions of this passage, up to line {last}");
    let help = "keep what is right of both, and take the marks away";
    Diagnostic::warning("merge-conflict", at(first), message).help(help)
}

fn alone(line: u32) -> Diagnostic {
    let message = "a merge left this mark, and nothing closes it";
    Diagnostic::warning("merge-conflict", at(line), message).help("take it away")
}

fn at(line: u32) -> Location {
    Location { line, column: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(u32, String)> {
        marks(text).into_iter().map(|p| (p.place.line, p.message)).collect()
    }

    #[test]
    fn a_passage_is_found_with_its_lines() {
        let text = "a\r\n<<<<<<< HEAD\r\nours\r\n||||||| base\r\n=======\r\ntheirs\r\n>>>>>>> theirs\r\nb\n";
        assert_eq!(
            told(text),
            [(2, "a merge left two versions of this passage, up to line 7".into())]
        );
        let two = "<<<<<<<\n=======\n>>>>>>>\n<<<<<<<<< x\n=========\n>>>>>>>>> y\n";
        assert_eq!(told(two).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4]);
    }

    #[test]
    fn both_versions_are_read_without_the_marks() {
        let text = "# T\n<<<<<<< HÉAD\nours\n=======\r\ntheirs\n>>>>>>> x\nH\n=======\n";
        let read = without_marks(text);
        assert_eq!(read, "# T\n             \nours\n       \r\ntheirs\n         \nH\n=======\n");
        assert_eq!(read.len(), text.len(), "every place stays where it is");
        assert!(matches!(without_marks("a\n=======\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn an_opening_that_nothing_closes_is_found_and_plain_markdown_is_not() {
        let alone = "a merge left this mark, and nothing closes it";
        assert_eq!(told("<<<<<<< HEAD\n<<<<<<< HEAD\n"), [(1, alone.into()), (2, alone.into())]);
        for fine in [
            "Title\n=======\n",
            ">>>>>>> deep\n",
            "<<<<<<\n",
            "<<<<<<<b>\n",
            " <<<<<<< x\n",
            "a <<<<<<< b\n",
        ] {
            assert_eq!(told(fine), [], "{fine}");
        }
    }
}
