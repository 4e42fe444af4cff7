//! The rows of the customers' table, cut into what customers share and what is their own: a name and a fee.
//!
//! A row is taken apart without being understood where an equal one, but for its customer and fee, was understood
//! before. Whatever is out of the ordinary (a quote, a fee of many digits, a cell too few) goes the careful way.

use super::csv;
use super::customers::{FORM, subscription};
use super::row_source::{MOST_ROW_BYTES, RowSource, no_text};
use super::table::{TableHeader, TableRow, uneven};
use crate::compute::credits::ShortDecimal;
use crate::model::customer::Subscription;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::money::Exact;
use crate::model::settings::Settings;
use std::io::{self, Read};
use std::ops::Range;

/// What stands between the cells of a key: a byte that no UTF-8 text has.
const BETWEEN: u8 = 0xff;

/// The most digits of a fee that is read in passing.
const MOST_FEE_DIGITS: usize = 18;

/// A fee as a row says it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowFee {
    /// One that fits into a register.
    Short(ShortDecimal),
    /// Any other.
    Long(Exact),
}

impl RowFee {
    /// Returns it as an exact number.
    pub fn exact(&self) -> Exact {
        match self {
            Self::Short(fee) => fee.exact(),
            Self::Long(fee) => fee.clone(),
        }
    }
}

/// What is asked of a table.
pub struct KindsAsked<'a> {
    /// The record's settings.
    pub settings: &'a Settings,
    /// Whether a credit can hang on a column of the customers' own.
    pub is_shared: &'a (dyn Fn(&str) -> bool + Sync),
    /// Whether something names a customer, so that its rows are like no others.
    pub is_named: &'a (dyn Fn(&str) -> bool + Sync),
}

/// What a column says of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ColumnRole {
    Customer,
    Fee,
    /// A credit can hang on it.
    Shared,
    /// It is the customer's own, and no credit hangs on it.
    Own,
}

/// The table, row by row.
pub(super) struct CustomerRows<'s, R> {
    source: RowSource<R>,
    header: TableHeader,
    roles: Vec<ColumnRole>,
    settings: &'s Settings,
    /// The line that begins behind what was passed.
    line: u32,
    /// How much the row at hand takes, which is passed when the next one is asked for.
    at_hand: usize,
    lines_at_hand: u32,
    key: Vec<u8>,
    careful: Option<Subscription>,
    pub(super) problems: Vec<Diagnostic>,
}

/// A row, cut into its parts.
pub(super) struct CustomerRow<'r> {
    pub(super) customer: &'r str,
    pub(super) fee: RowFee,
    /// The cells that customers can share, with a sign between them that no cell holds.
    pub(super) key: &'r [u8],
    pub(super) line: u32,
}

/// Where the parts of an ordinary row stand in its line.
struct PlainRow {
    customer: Range<usize>,
    fee: ShortDecimal,
}

enum RowShape {
    Blank,
    Plain(PlainRow),
    Careful,
}

impl<'s, R: Read> CustomerRows<'s, R> {
    /// Reads the header of a table; none where it is wrong, as the problems say.
    ///
    /// # Errors
    /// Whatever reading says.
    pub(super) fn open(
        input: R,
        asked: &KindsAsked<'s>,
        problems: &mut Vec<Diagnostic>,
    ) -> io::Result<Option<Self>> {
        let mut source = RowSource::new(input);
        let mut line = 1_u32;
        let header = loop {
            let length = source.line()?;
            let text = String::from_utf8_lossy(source.rest().get(..length).unwrap_or_default());
            if length == 0 || !text.trim_start_matches('\u{feff}').trim().is_empty() {
                break TableHeader::read(&text, line, &FORM, problems);
            }
            source.pass(length);
            line = line.saturating_add(1);
        };
        let length = source.line()?;
        source.pass(length);
        let Some(header) = header else { return Ok(None) };
        let role = |name: &str| match name {
            "customer" => ColumnRole::Customer,
            "fee" => ColumnRole::Fee,
            name if FORM.allowed.contains(&name) || FORM.needed.contains(&name) => {
                ColumnRole::Shared
            }
            name if (asked.is_shared)(name) => ColumnRole::Shared,
            _ => ColumnRole::Own,
        };
        let roles = header.names().map(role).collect();
        Ok(Some(Self {
            source,
            header,
            roles,
            settings: asked.settings,
            line: line.saturating_add(1),
            at_hand: 0,
            lines_at_hand: 0,
            key: vec![],
            careful: None,
            problems: vec![],
        }))
    }

    /// Returns the names of the columns.
    pub(super) fn columns(&self) -> Vec<String> {
        self.header.names().map(str::to_owned).collect()
    }

    /// Returns the next row; what is wrong in rows that can't be read is told by the problems.
    ///
    /// # Errors
    /// Whatever reading says.
    pub(super) fn next(&mut self) -> io::Result<Option<CustomerRow<'_>>> {
        let plain = loop {
            self.go_on();
            let length = self.source.line()?;
            if length == 0 {
                return Ok(None);
            }
            self.at_hand = length;
            self.lines_at_hand = 1;
            match self.cut(length) {
                RowShape::Blank => {}
                RowShape::Plain(row) => break Some(row),
                RowShape::Careful if self.read_carefully()? => break None,
                RowShape::Careful => {}
            }
        };
        let line = self.line;
        let row = match (plain, &self.careful) {
            (Some(PlainRow { customer, fee }), _) => {
                let name = self.source.rest().get(customer).unwrap_or_default();
                let customer = std::str::from_utf8(name).unwrap_or_default();
                CustomerRow { customer, fee: RowFee::Short(fee), key: &self.key, line }
            }
            (None, Some(row)) => {
                let fee = RowFee::Long(row.fee.clone());
                CustomerRow { customer: &row.customer, fee, key: &self.key, line }
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(row))
    }

    /// Returns the row at hand whole; none where something in it is wrong, as the problems say.
    pub(super) fn subscription(&mut self) -> io::Result<Option<Subscription>> {
        if self.careful.is_none() {
            self.read_carefully()?;
        }
        Ok(self.careful.clone())
    }

    fn go_on(&mut self) {
        self.source.pass(self.at_hand);
        self.line = self.line.saturating_add(self.lines_at_hand);
        (self.at_hand, self.lines_at_hand, self.careful) = (0, 0, None);
    }

    /// Cuts an ordinary line at its delimiters, and keeps the key.
    fn cut(&mut self, length: usize) -> RowShape {
        let line = self.source.rest().get(..length).unwrap_or_default();
        let Ok(line) = std::str::from_utf8(line) else { return RowShape::Careful };
        if memchr::memchr(b'"', line.as_bytes()).is_some() {
            return RowShape::Careful;
        }
        self.key.clear();
        let (mut customer, mut fee, mut at) = (0..0, None, 0_usize);
        let (mut cells, mut is_blank) = (0_usize, true);
        let mut roles = self.roles.iter();
        let mut rest = Some(line.strip_suffix('\n').unwrap_or(line));
        while let Some(here) = rest {
            let end = here.bytes().position(|byte| byte == self.header.delimiter);
            let cell = here.get(..end.unwrap_or(here.len())).unwrap_or_default();
            rest = end.and_then(|end| here.get(end.saturating_add(1)..));
            let blanks = cell.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let begin = at.saturating_add(blanks);
            let text = cell.get(blanks..).unwrap_or_default().trim_end();
            at = at.saturating_add(cell.len()).saturating_add(1);
            is_blank &= text.is_empty();
            match roles.next() {
                Some(ColumnRole::Customer) => customer = begin..begin.saturating_add(text.len()),
                Some(ColumnRole::Fee) => fee = short(text),
                Some(ColumnRole::Shared) => {
                    self.key.extend_from_slice(text.as_bytes());
                    self.key.push(BETWEEN);
                }
                Some(ColumnRole::Own) => {}
                None if self.header.has_spare && text.is_empty() => continue,
                None => return if is_blank { RowShape::Blank } else { RowShape::Careful },
            }
            cells = cells.saturating_add(1);
        }
        match (is_blank, fee) {
            (true, _) => RowShape::Blank,
            (false, Some(fee)) if cells == self.roles.len() && !customer.is_empty() => {
                RowShape::Plain(PlainRow { customer, fee })
            }
            _ => RowShape::Careful,
        }
    }

    /// Reads the row at hand with all that can be said of it; returns whether there is one that is sound.
    fn read_carefully(&mut self) -> io::Result<bool> {
        self.source.hold(MOST_ROW_BYTES)?;
        let place = Location { line: self.line, column: 1 };
        let held = match std::str::from_utf8(self.source.rest()) {
            Ok(held) => held,
            // What is held may end within a letter.
            Err(error) => {
                let sound = self.source.rest().get(..error.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(sound).unwrap_or_default()
            }
        };
        let (mut row, length) = match csv::row_of(held, self.header.delimiter.into(), place) {
            Ok(read) => read,
            Err(problem) => {
                self.problems.push(problem);
                // What stands after it cannot be told.
                self.source.end();
                return Ok(false);
            }
        };
        if length == held.len() && length < self.source.rest().len() {
            // Its end lies behind what can be read as text.
            self.problems.push(no_text(place));
            self.source.end();
            return Ok(false);
        }
        if length == held.len() && !self.source.is_whole() {
            return Err(io::Error::other("a row is longer than 1 MB"));
        }
        let lines = memchr::memchr_iter(b'\n', held.get(..length).unwrap_or_default().as_bytes());
        self.lines_at_hand = u32::try_from(lines.count()).unwrap_or(u32::MAX);
        self.at_hand = length;
        self.header.trim(&mut row);
        if row.cells.iter().all(|cell| cell.text.is_empty()) {
            return Ok(false);
        }
        if row.cells.len() != self.roles.len() {
            self.problems.push(uneven(&row, self.roles.len()));
            return Ok(false);
        }
        self.key.clear();
        for (cell, _) in row.cells.iter().zip(&self.roles).filter(|p| *p.1 == ColumnRole::Shared) {
            self.key.extend_from_slice(cell.text.as_bytes());
            self.key.push(BETWEEN);
        }
        let row = TableRow::of(&self.header, &row);
        self.careful = subscription(row, self.settings, &mut self.problems);
        Ok(self.careful.is_some())
    }
}

/// Reads a fee of few digits that can be read in one way alone.
fn short(text: &str) -> Option<ShortDecimal> {
    let (units, places) = text.split_once('.').unwrap_or((text, ""));
    let is_whole = units.len() == text.len();
    let digits = units.len().saturating_add(places.len());
    // Three places may be thousands set apart.
    if units.is_empty() || digits > MOST_FEE_DIGITS || !is_whole && matches!(places.len(), 0 | 3) {
        return None;
    }
    let mut number = 0_u64;
    for digit in units.bytes().chain(places.bytes()) {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number = number.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    Some(ShortDecimal { units: number, places: u32::try_from(places.len()).ok()? })
}
