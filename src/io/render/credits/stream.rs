//! Lines of credits one after another, as CSV and as JSON: what many lines share is rendered once.

use super::cells;
pub use super::cells::ChosenColumns;
use crate::compute::report::credits::{CreditLineReport, CreditsHeading, CreditsTail, LineAtFee};
use crate::io::render::text::{self, cell};
use crate::model::line_name::LineName;
use serde::Serialize;
use std::io::{self, Write};

/// A form in which lines are written.
pub trait LineWriter {
    /// What is rendered once of lines that differ in customer and fee alone.
    type Shared;

    /// Renders what lines share.
    ///
    /// # Errors
    /// None in practice: reports hold nothing that can't be said.
    fn shared(&self, like: &CreditLineReport) -> io::Result<Self::Shared>;

    /// Writes a line that others share all with but their customer and fee.
    ///
    /// # Errors
    /// Whatever writing says.
    fn line_like(&mut self, shared: &Self::Shared, line: LineAtFee<'_>) -> io::Result<()>;

    /// Writes a line.
    ///
    /// # Errors
    /// Whatever writing says.
    fn line(&mut self, line: &CreditLineReport) -> io::Result<()>;

    /// Writes what stands behind the lines.
    ///
    /// # Errors
    /// Whatever writing says.
    fn end(self, tail: &CreditsTail) -> io::Result<()>;
}

/// Lines as CSV, a line a row; numbers stand as they are, so that a negative one stays a number.
pub struct CsvLines<'h, W> {
    out: W,
    heading: &'h CreditsHeading,
    columns: ChosenColumns,
    row: Vec<u8>,
}

/// A row of CSV without what differs: what stands before each of those cells, and behind the last.
pub struct SharedRow {
    pieces: Vec<(Vec<u8>, OwnCell)>,
    tail: Vec<u8>,
}

/// A cell that differs between lines that share all but customer and fee.
#[derive(Clone, Copy)]
enum OwnCell {
    Customer,
    Status,
    Percent,
    Fee,
    Credit,
    Pending,
    /// How the customer begins the line's name.
    NameOfCustomer,
}

impl OwnCell {
    fn of(column: &str) -> Option<Self> {
        Some(match column {
            "customer" => Self::Customer,
            "status" => Self::Status,
            "percent" => Self::Percent,
            "fee" => Self::Fee,
            "credit" | "credit_min" | "credit_max" => Self::Credit,
            "pending" => Self::Pending,
            "line" => Self::NameOfCustomer,
            _ => return None,
        })
    }
}

impl<'h, W: Write> CsvLines<'h, W> {
    /// Begins with the names of the columns.
    ///
    /// # Errors
    /// Whatever writing says.
    pub fn begin(
        mut out: W,
        heading: &'h CreditsHeading,
        columns: ChosenColumns,
    ) -> io::Result<Self> {
        writeln!(out, "{}", columns.names().join(","))?;
        Ok(Self { out, heading, columns, row: vec![] })
    }
}

impl<W: Write> LineWriter for CsvLines<'_, W> {
    type Shared = SharedRow;

    fn shared(&self, like: &CreditLineReport) -> io::Result<SharedRow> {
        let (mut pieces, mut bytes) = (vec![], vec![]);
        let cells = cells::line(self.heading, like);
        for (at, (column, value)) in self.columns.of(&cells).enumerate() {
            if at > 0 {
                bytes.push(b',');
            }
            match OwnCell::of(column) {
                Some(own) => {
                    pieces.push((std::mem::take(&mut bytes), own));
                    if let OwnCell::NameOfCustomer = own {
                        bytes.extend_from_slice(like.line.after_customer().as_bytes());
                    }
                }
                None => quoted(&value.to_string(), &mut bytes),
            }
        }
        bytes.push(b'\n');
        Ok(SharedRow { pieces, tail: bytes })
    }

    fn line_like(&mut self, shared: &SharedRow, line: LineAtFee<'_>) -> io::Result<()> {
        self.row.clear();
        let digits = line.like.currency.digits();
        let LineAtFee { fee, amount, .. } = line;
        for (before, own) in &shared.pieces {
            self.row.extend_from_slice(before);
            match own {
                OwnCell::Customer => quoted(&cell(line.customer), &mut self.row),
                OwnCell::Status => self.row.extend_from_slice(amount.status.as_str().as_bytes()),
                OwnCell::Percent if fee.units == 0 => {}
                OwnCell::Percent => match amount.micro_percent(fee) {
                    Some(percent) => decimal(percent, 6, &mut self.row)?,
                    None => write!(
                        self.row,
                        "{}",
                        line.report().percent.map_or(String::new(), |p| p.to_string())
                    )?,
                },
                OwnCell::Fee => {
                    let (units, places) = trimmed(fee.units.into(), fee.places, digits);
                    decimal(units, places, &mut self.row)?;
                }
                OwnCell::Credit => decimal(amount.credit, digits, &mut self.row)?,
                OwnCell::NameOfCustomer => {
                    self.row.extend_from_slice(LineName::encoded_customer(line.customer).as_bytes())
                }
                OwnCell::Pending => decimal(line.pending(), digits, &mut self.row)?,
            }
        }
        self.row.extend_from_slice(&shared.tail);
        self.out.write_all(&self.row)
    }

    fn line(&mut self, line: &CreditLineReport) -> io::Result<()> {
        self.row.clear();
        let cells = cells::line(self.heading, line);
        let mut parted: &[u8] = b"";
        for (_, value) in self.columns.of(&cells) {
            self.row.extend_from_slice(parted);
            quoted(&value.to_string(), &mut self.row);
            parted = b",";
        }
        self.row.push(b'\n');
        self.out.write_all(&self.row)
    }

    fn end(mut self, _: &CreditsTail) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a cell of CSV, in quotes where it needs them (RFC 4180).
fn quoted(text: &str, out: &mut Vec<u8>) {
    if memchr::memchr3(b',', b'"', b'\n', text.as_bytes()).is_none() && !text.contains('\r') {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Takes zeros off the end of a decimal, as far as so many places stay.
fn trimmed(mut units: i128, mut places: u32, least: u32) -> (i128, u32) {
    while places > least && units % 10 == 0 {
        units /= 10;
        places -= 1;
    }
    while places < least {
        units = units.saturating_mul(10);
        places += 1;
    }
    (units, places)
}

/// Writes a decimal with so many places.
fn decimal(units: i128, places: u32, out: &mut Vec<u8>) -> io::Result<()> {
    let width = usize::try_from(places).unwrap_or_default();
    let Ok(mut rest) = u64::try_from(units) else {
        let scale = 10_i128.pow(places.min(30));
        return match places {
            0 => write!(out, "{units}"),
            _ => write!(out, "{}.{:0width$}", units / scale, units % scale),
        };
    };
    // From the last digit on: of a million lines, formatting would take a seventh of the time.
    let begin = out.len();
    let mut digits = 0;
    while rest > 0 || digits <= width {
        if digits == width && width > 0 {
            out.push(b'.');
        }
        out.push(b'0' + u8::try_from(rest % 10).unwrap_or_default());
        rest /= 10;
        digits += 1;
    }
    out.get_mut(begin..).unwrap_or_default().reverse();
    Ok(())
}

/// Lines as JSON: the same bytes as the report in one piece.
pub struct JsonLines<W> {
    out: W,
    /// How many lines were written.
    lines: u64,
}

impl<W: Write> JsonLines<W> {
    /// Begins with what the lines were computed from.
    ///
    /// # Errors
    /// Whatever writing says.
    pub fn begin(mut out: W, heading: &CreditsHeading) -> io::Result<Self> {
        let heading = pretty(heading)?;
        out.write_all(heading.trim_end_matches('}').trim_end().as_bytes())?;
        out.write_all(b",\n  \"lines\": [")?;
        Ok(Self { out, lines: 0 })
    }
}

impl<W: Write> LineWriter for JsonLines<W> {
    type Shared = ();

    fn shared(&self, _: &CreditLineReport) -> io::Result<()> {
        Ok(())
    }

    fn line_like(&mut self, (): &(), line: LineAtFee<'_>) -> io::Result<()> {
        self.line(&line.report())
    }

    fn line(&mut self, line: &CreditLineReport) -> io::Result<()> {
        self.out.write_all(if self.lines == 0 { b"\n" } else { b",\n" })?;
        self.lines = self.lines.saturating_add(1);
        for (at, part) in pretty(line)?.lines().enumerate() {
            self.out.write_all(if at == 0 { b"    " } else { b"\n    " })?;
            self.out.write_all(part.as_bytes())?;
        }
        Ok(())
    }

    fn end(mut self, tail: &CreditsTail) -> io::Result<()> {
        self.out.write_all(if self.lines == 0 { b"]," } else { b"\n  ]," })?;
        let rest = pretty(tail)?;
        self.out.write_all(rest.trim_start_matches('{').as_bytes())?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

fn pretty(value: &impl Serialize) -> io::Result<String> {
    Ok(text::json(&serde_json::to_string_pretty(value)?))
}
