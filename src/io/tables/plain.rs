//! A table of anybody's: cells as text, in any dialect that spreadsheets write.

use super::csv;
use super::row_source::no_text;
use crate::model::diagnostic::{Diagnostic, Location};
use std::borrow::Cow;

/// A row of a table, and the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainTableRow {
    /// Its cells, without the blanks around them.
    pub cells: Vec<String>,
    /// The line.
    pub line: u32,
}

/// A table without a word on what it should hold.
#[derive(Clone, Debug, Default)]
pub struct PlainTable {
    /// The rows that hold anything, the header among them.
    pub rows: Vec<PlainTableRow>,
    /// What ended it before its end.
    pub problem: Option<Diagnostic>,
}

impl PlainTable {
    /// Reads a table; its dialect is that of its first line, its encoding UTF-8, or UTF-16 by its mark.
    pub fn read(bytes: &[u8]) -> Self {
        let text = match decoded(bytes) {
            Ok(text) => text,
            Err(problem) => return Self { rows: vec![], problem: Some(problem) },
        };
        let mut rest = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let delimiter = csv::delimiter(rest).into();
        let mut table = Self::default();
        let mut place = Location { line: 1, column: 1 };
        while !rest.is_empty() {
            let (row, length) = match csv::row_of(rest, delimiter, place) {
                Ok(read) => read,
                Err(problem) => {
                    table.problem = Some(problem);
                    break;
                }
            };
            let cells: Vec<_> = row.cells.into_iter().map(|cell| cell.text.into_owned()).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                table.rows.push(PlainTableRow { cells, line: place.line });
            }
            let (passed, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
            place.line = place.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            rest = after;
        }
        table
    }
}

/// Returns the text that some bytes are.
///
/// # Errors
/// The first line that is none.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Diagnostic> {
    let unit = match bytes.get(..2) {
        Some(b"\xff\xfe") => u16::from_le_bytes,
        Some(b"\xfe\xff") => u16::from_be_bytes,
        _ => {
            return str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
                let before = bytes.iter().take(error.valid_up_to());
                no_text(line_after(before.filter(|byte| **byte == b'\n').count()))
            });
        }
    };
    let units = bytes.get(2..).unwrap_or_default().chunks(2);
    // A byte that is left over at the end is half of something.
    let units = units.map(|pair| pair.first_chunk::<2>().map_or(0xd800, |pair| unit(*pair)));
    let mut text = String::new();
    for sign in char::decode_utf16(units) {
        let Ok(sign) = sign else {
            let place = line_after(text.matches('\n').count());
            return Err(Diagnostic::error(
                "encoding",
                place,
                "this line is not UTF-16 text, as the file's mark says",
            )
            .help("save the file as UTF-8"));
        };
        text.push(sign);
    }
    Ok(Cow::Owned(text))
}

fn line_after(lines: usize) -> Location {
    Location { line: u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1), column: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_dialect_and_encoding_says_the_same() {
        let text = "Time;Text\r\n\r\n12:56;\"a; b\r\nc\"\r\n13:00; d \r\n";
        let little: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect();
        let tabs = text.replace(";\"", "\t\"").replace("e;T", "e\tT").replace("0;", "0\t");
        let marked = format!("\u{feff}{text}");
        for bytes in [text.as_bytes(), marked.as_bytes(), tabs.as_bytes(), &little, &big] {
            let table = PlainTable::read(bytes);
            assert!(table.problem.is_none());
            let rows: Vec<_> =
                table.rows.iter().map(|row| (row.line, row.cells.join("|"))).collect();
            assert_eq!(
                rows,
                [(1, "Time|Text".into()), (3, "12:56|a; b\r\nc".into()), (5, "13:00|d".into())]
            );
        }
    }

    #[test]
    fn what_ends_a_table_is_told_and_what_stands_before_it_stays() {
        let table = PlainTable::read(b"a,b\n1,2\n3,\"4\n5,6\n");
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.problem.unwrap().place.line, 3);
        assert_eq!(PlainTable::read(b"a\nb\xff\n").problem.unwrap().place.line, 2);
        assert_eq!(PlainTable::read(b"\xff\xfea\0\n\0b").problem.unwrap().place.line, 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_told_of(bytes in prop::collection::vec(prop::sample::select(b"\xff\xfe\0a,;\"\t\r\n".to_vec()), 0..40)) {
            let table = PlainTable::read(&bytes);
            prop_assert!(table.rows.iter().all(|row| row.line >= 1 && !row.cells.is_empty()));
        }
    }
}
