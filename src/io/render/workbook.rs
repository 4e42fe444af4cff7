//! Credits as a workbook: typed cells on three sheets, the same bytes each time.
//!
//! A workbook keeps every number as a binary fraction. So the exact decimals of the report become numbers
//! here, at the very end, and only those that the fraction gives back digit for digit; any other stays text.

use super::credits::cells::{CellValue, line, maybe, money, number, text};
use super::text::cell;
use crate::compute::report::credits::{CreditInterval, CreditLineReport, CreditsReport};
use crate::compute::report::export::CREDIT_COLUMNS;
use chrono::NaiveTime;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The most characters that a cell holds, with some to spare.
const LONGEST: usize = 32_000;

/// Renders credits as a workbook with the sheets `lines`, `intervals` and `totals`.
///
/// # Errors
/// More lines than a sheet can hold.
pub fn credits(report: &CreditsReport) -> Result<Vec<u8>, String> {
    made(report).map_err(|error| format!("the workbook cannot be made: {error}"))
}

fn made(report: &CreditsReport) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Else the clock would be in it, and two workbooks of one revision would differ.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(
        &DocProperties::new().set_creation_datetime(&created).set_author(report.heading.tool),
    );
    let lines = report.lines.iter().map(|l| line(&report.heading, l)).collect();
    let columns: Vec<_> = CREDIT_COLUMNS.iter().map(|column| column.name).collect();
    fill(book.add_worksheet(), "lines", &columns, lines)?;
    let each = report.lines.iter();
    let intervals =
        each.flat_map(|l| l.explanation.intervals.iter().map(move |i| interval(l, i))).collect();
    fill(book.add_worksheet(), "intervals", &INTERVALS, intervals)?;
    let totals = report.tail.totals.iter();
    let totals =
        totals.map(|t| vec![text(&t.currency), money(&t.credit), money(&t.pending)]).collect();
    fill(book.add_worksheet(), "totals", &["currency", "credit", "pending"], totals)?;
    book.save_to_buffer()
}

const INTERVALS: [&str; 15] = [
    "customer",
    "service",
    "policy",
    "incident",
    "impact_on",
    "start",
    "end",
    "seconds",
    "state",
    "share",
    "weight",
    "counted",
    "rule",
    "why",
    "source",
];

fn interval(l: &CreditLineReport, i: &CreditInterval) -> Vec<CellValue> {
    vec![
        text(&l.customer),
        text(&l.service),
        maybe(l.policy.as_ref(), text),
        text(&i.incident),
        text(&i.service),
        CellValue::Time(i.affected.start.at),
        maybe(i.affected.end.as_ref(), |end| CellValue::Time(end.at)),
        maybe(i.affected.length(), |s| number(s.as_seconds(), "0")),
        text(&i.affected.state),
        maybe(i.affected.share.as_ref(), text),
        number(&i.weight, "General"),
        CellValue::Truth(i.counted),
        text(&i.rule),
        text(&i.says),
        maybe(i.source.as_ref(), text),
    ]
}

/// Fills a sheet: a header that stays in sight, and rows that can be filtered.
fn fill(
    sheet: &mut Worksheet,
    name: &str,
    columns: &[&str],
    rows: Vec<Vec<CellValue>>,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    // On paper: as wide as the page, with the header on each.
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    let bold = Format::new().set_bold();
    let mut end = 0;
    for (column, title) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(0, column, *title, &bold)?;
        sheet.set_column_width(column, width(title))?;
        end = column;
    }
    let mut last = 0;
    for (row, values) in (1_u32..).zip(&rows) {
        for (column, value) in (0_u16..).zip(values) {
            put(sheet, (row, column), value)?;
        }
        last = row;
    }
    sheet.autofilter(0, 0, last, end)?;
    Ok(())
}

fn width(title: &str) -> u32 {
    match title {
        "window_start" | "window_end" | "start" | "end" => 23,
        "incidents" | "incident" | "source" => 36,
        "customer" | "policy" | "reason" | "why" | "band" => 24,
        _ => u32::try_from(title.len()).unwrap_or(10).saturating_add(2).max(10),
    }
}

/// Writes a cell; a date before the first one that a workbook knows becomes its text.
fn put(sheet: &mut Worksheet, at: (u32, u16), value: &CellValue) -> Result<(), XlsxError> {
    let (row, column) = at;
    match value {
        CellValue::Nothing => {}
        CellValue::Truth(truth) => {
            sheet.write_boolean(row, column, *truth)?;
        }
        CellValue::Number(digits, shown) => match binary(digits) {
            Some(number) => {
                let format = Format::new().set_num_format(*shown);
                sheet.write_number_with_format(row, column, number, &format)?;
            }
            None => return put(sheet, at, &CellValue::Text(digits.clone())),
        },
        CellValue::Time(time) => {
            let Ok(date) = ExcelDateTime::from_timestamp(time.epoch()) else {
                let text = time.utc().format("%Y-%m-%dT%H:%M:%S").to_string();
                return put(sheet, at, &CellValue::Text(text));
            };
            let format = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss \"UTC\"");
            sheet.write_datetime_with_format(row, column, &date, &format)?;
        }
        CellValue::Day(day) => {
            let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp();
            let Ok(date) = ExcelDateTime::from_timestamp(midnight) else {
                return put(sheet, at, &CellValue::Text(day.to_string()));
            };
            let format = Format::new().set_num_format("yyyy-mm-dd");
            sheet.write_datetime_with_format(row, column, &date, &format)?;
        }
        CellValue::Ratio(ratio) => return put(sheet, at, &CellValue::Text(cell(ratio))),
        CellValue::Text(text) => {
            let cut: String = text.chars().take(LONGEST).collect();
            sheet.write_string(row, column, cut)?;
        }
    }
    Ok(())
}

/// Returns the binary number of a decimal, where that gives back every digit.
fn binary(digits: &str) -> Option<f64> {
    let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
    let number = digits.parse::<f64>().ok()?;
    (format!("{number:.places$}") == digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::super::credits::tests::sample;
    use super::*;
    use std::io::Read;

    fn part(book: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    /// Returns the type and the value of a cell.
    fn value<'x>(sheet: &'x str, cell: &str) -> (&'x str, &'x str) {
        let rest = sheet.split(&format!("<c r=\"{cell}\"")).nth(1).unwrap();
        let (head, rest) = rest.split_once("><v>").unwrap();
        let kind = head.split("t=\"").nth(1).map_or("n", |t| t.trim_end_matches('"'));
        (kind, rest.split_once("</v>").unwrap().0)
    }

    #[test]
    fn cells_are_typed_and_formulas_are_text() {
        let book = credits(&sample()).unwrap();
        let lines = part(&book, "xl/worksheets/sheet1.xml");
        assert_eq!(value(&lines, "T2"), ("n", "120"));
        assert_eq!(value(&lines, "T4"), ("n", "-12.5"));
        assert_eq!(value(&lines, "K2"), ("n", "99.861111"));
        assert_eq!(value(&lines, "U3"), ("b", "1"));
        // 31 May 2026, 22:00 UTC, as days since 1900.
        assert_eq!(value(&lines, "I2").0, "n");
        assert!(value(&lines, "I2").1.starts_with("46173.91666"), "{:?}", value(&lines, "I2"));
        let styles = part(&book, "xl/styles.xml");
        assert!(styles.contains("hh:mm:ss &quot;UTC&quot;"), "{styles}");
        assert!(!lines.contains("<f>"), "a formula");
        let texts = part(&book, "xl/sharedStrings.xml");
        assert!(texts.contains("'=HYPERLINK(1)") && !texts.contains(">=HYPERLINK"), "{texts}");
        let names = part(&book, "xl/workbook.xml");
        for sheet in ["lines", "intervals", "totals"] {
            assert!(names.contains(&format!("name=\"{sheet}\"")), "{names}");
        }
        let intervals = part(&book, "xl/worksheets/sheet2.xml");
        assert_eq!(value(&intervals, "H2"), ("n", "3600"));
    }

    #[test]
    fn an_amount_that_a_binary_fraction_would_change_stays_text() {
        assert_eq!(binary("120.00"), Some(120.0));
        assert_eq!(binary("90071992547409.93"), None);
        assert_eq!(binary("1/3"), None);
        let lines = part(&credits(&sample()).unwrap(), "xl/worksheets/sheet1.xml");
        assert_eq!(value(&lines, "T5").0, "s");
    }

    #[test]
    fn one_report_gives_the_same_bytes_each_time() {
        assert_eq!(credits(&sample()).unwrap(), credits(&sample()).unwrap());
        let core = part(&credits(&sample()).unwrap(), "docProps/core.xml");
        assert!(core.contains("2000-01-01T00:00:00Z"), "{core}");
    }
}
