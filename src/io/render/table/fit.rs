//! How wide the columns of a table are: no word is broken. Where they have no room side by side, each row is a block of
//! lines.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets,
};
use unicode_width::UnicodeWidthStr;

/// How wide a column of text is at least, where it has so much: as a reader likes it, and as one can still read it.
const READABLE: [usize; 2] = [20, 12];
/// How much of a word is kept together in a script that is written without blanks.
const UNSPACED: usize = 12;
/// How much stands between columns.
const GAP: usize = 2;

/// How wide a column must be, and how wide it is where nothing is wrapped.
struct ColumnNeed {
    least: usize,
    most: usize,
    /// Whether its cells are for copying.
    kept: bool,
}

/// Returns the lines of the first of some tables whose columns have room side by side, else of the last.
pub(in crate::io::render) fn first_that_fits(tables: impl IntoIterator<Item = Table>) -> String {
    let tables: Vec<_> = tables.into_iter().collect();
    for readable in READABLE {
        for table in &tables {
            if let Some(widths) = widths(&needs(table, readable), room(table)) {
                return columns(table.clone(), &widths);
            }
        }
    }
    tables.last().map(blocks).unwrap_or_default()
}

fn room(table: &Table) -> usize {
    table.width().map_or(usize::MAX, usize::from)
}

fn needs(table: &Table, readable: usize) -> Vec<ColumnNeed> {
    let need = |(index, column): (usize, &comfy_table::Column)| {
        let cells = table.column_cells_with_header_iter(index).flatten();
        let texts: Vec<String> = cells.map(Cell::content).collect();
        let most = texts.iter().flat_map(|t| t.lines()).map(|l| l.width()).max();
        let most = most.unwrap_or(0).max(1);
        let word = texts.iter().map(|text| longest_word(text)).max().unwrap_or(0);
        match column.constraint() {
            Some(ColumnConstraint::ContentWidth) => ColumnNeed { least: most, most, kept: true },
            Some(ColumnConstraint::Absolute(Width::Fixed(width))) => {
                let width = usize::from(*width).saturating_sub(GAP);
                ColumnNeed { least: width, most: width, kept: true }
            }
            Some(ColumnConstraint::LowerBoundary(Width::Fixed(width))) => {
                let width = usize::from(*width).saturating_sub(GAP);
                ColumnNeed { least: word.max(width.min(most)), most, kept: false }
            }
            _ => ColumnNeed { least: word.max(readable.min(most)), most, kept: false },
        }
    };
    table.column_iter().enumerate().map(need).collect()
}

/// Returns how wide the longest word is; one of a script that is written without blanks may be broken anywhere.
fn longest_word(text: &str) -> usize {
    let width = |word: &str| match word.width() {
        wide if wide > word.chars().count() => wide.min(UNSPACED),
        width => width,
    };
    text.split([' ', '\n']).map(width).max().unwrap_or(0)
}

/// Returns how wide each column is: what it needs, and an equal part of the rest where it has a use for that.
fn widths(needs: &[ColumnNeed], room: usize) -> Option<Vec<usize>> {
    let room = room.checked_sub(GAP.saturating_mul(needs.len()))?;
    let at = |level: usize| needs.iter().map(move |n| n.most.min(n.least.max(level)));
    if at(0).sum::<usize>() > room {
        return None;
    }
    let widest = needs.iter().map(|n| n.most).max().unwrap_or(0);
    let level = (0..=widest).rev().find(|level| at(*level).sum::<usize>() <= room)?;
    let mut rest = room.saturating_sub(at(level).sum());
    let widened = |(width, need): (usize, &ColumnNeed)| {
        let more = usize::from(rest > 0 && width < need.most);
        rest = rest.saturating_sub(more);
        width + more
    };
    Some(at(level).zip(needs).map(widened).collect())
}

/// Renders rows as lines, the columns side by side.
fn columns(mut table: Table, widths: &[usize]) -> String {
    table.set_content_arrangement(ContentArrangement::Disabled);
    for (column, width) in table.column_iter_mut().zip(widths) {
        column.set_constraint(fixed(width.saturating_add(GAP)));
    }
    table.lines().map(|l| format!("{}\n", l.trim_end())).collect()
}

fn fixed(width: usize) -> ColumnConstraint {
    ColumnConstraint::Absolute(Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX)))
}

/// Renders each row as a block of its own: its cells below one another behind their column's name, or as running text where
/// columns have none.
fn blocks(table: &Table) -> String {
    let header = table.header().map(|row| row.cell_iter().map(Cell::content).collect::<Vec<_>>());
    let kept: Vec<bool> = needs(table, 0).iter().map(|need| need.kept).collect();
    let block = Block { table, header: header.unwrap_or_default(), kept };
    let gap = if block.header.is_empty() { "" } else { "\n" };
    table.row_iter().map(|row| block.row(row)).collect::<Vec<_>>().join(gap)
}

/// What the rows of a table have in common where each is a block.
struct Block<'t> {
    table: &'t Table,
    header: Vec<String>,
    kept: Vec<bool>,
}

impl Block<'_> {
    fn row(&self, row: &comfy_table::Row) -> String {
        if self.header.is_empty() {
            let cells: Vec<_> =
                row.cell_iter().map(Cell::content).filter(|c| !c.is_empty()).collect();
            let lines = self.wrapped(&Cell::new(cells.join("  ")), GAP + 1, true);
            return below(" ", "   ", &lines);
        }
        let wide = self.header.iter().map(|name| name.width()).max().unwrap_or(0);
        let beside = wide + GAP + 1;
        let mut out = String::new();
        for (name, kept, cell) in self.named(row) {
            if longest_word(&cell.content()) <= room(self.table).saturating_sub(beside) {
                let pad = " ".repeat(wide.saturating_sub(name.width()));
                let lines = self.wrapped(&cell, beside, kept);
                out += &below(&format!(" {name}{pad}  "), &" ".repeat(beside), &lines);
            } else {
                let lines = self.wrapped(&cell, GAP, kept);
                out += &format!(" {name}\n");
                out += &below("  ", "  ", &lines);
            }
        }
        out
    }

    /// Returns the cells that hold something, each with its column's name and whether it is for copying; what has no name
    /// belongs to the cell before it, such as a currency to its amount.
    fn named(&self, row: &comfy_table::Row) -> Vec<(&str, bool, Cell)> {
        let mut named: Vec<(&str, bool, Cell)> = vec![];
        let columns = self.header.iter().zip(&self.kept);
        for ((name, kept), cell) in columns.zip(row.cell_iter()) {
            let content = cell.content();
            match named.last_mut() {
                _ if content.is_empty() => {}
                Some((.., before)) if name.is_empty() => {
                    *before = Cell::new(format!("{} {content}", before.content()));
                }
                _ => named.push((name, *kept, cell.clone())),
            }
        }
        named
    }

    /// Returns the lines of a cell where so much is taken of the width; what is for copying is never broken, whatever room
    /// there is.
    fn wrapped(&self, cell: &Cell, taken: usize, kept: bool) -> Vec<String> {
        let word = if kept { longest_word(&cell.content()) } else { 1 };
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        if self.table.should_style() {
            table.enforce_styling()
        } else {
            table.force_no_tty()
        };
        table.add_row([cell.clone().set_alignment(CellAlignment::Left)]);
        let most = cell.content().lines().map(|l| l.width()).max().unwrap_or(1);
        let width = room(self.table).saturating_sub(taken).min(most).max(word);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((0, 0)).set_constraint(fixed(width));
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

/// Puts one thing before the first line, and another before those below it.
fn below(first: &str, rest: &str, lines: &[String]) -> String {
    let before = std::iter::once(first).chain(std::iter::repeat(rest));
    let lines = before.zip(lines).map(|(before, line)| format!("{before}{line}"));
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{TableStyle, keep_whole};
    use super::*;
    use proptest::prelude::*;

    fn table(header: &[&str], rows: &[Vec<String>], width: u16, kept: &[usize]) -> Table {
        let mut table = TableStyle { width, color: false }.table();
        if !header.is_empty() {
            table.set_header(header.iter().copied());
        }
        for row in rows {
            table.add_row(row);
        }
        keep_whole(&mut table, kept.iter().copied());
        table
    }

    #[test]
    fn a_row_without_room_is_a_block_and_an_id_stays_whole_whatever_room_there_is() {
        let id = "x".repeat(50);
        let row = vec![id.clone(), "12.50".to_owned(), "USD".to_owned(), String::new()];
        let told = first_that_fits([table(&["Id", "Fee", "", "Note"], &[row], 40, &[0])]);
        assert_eq!(told, format!(" Id\n  {id}\n Fee   12.50 USD\n"));
    }

    #[test]
    fn the_first_table_that_fits_is_taken_even_where_it_is_tight() {
        let one = |text: &str| table(&[], &[vec![text.to_owned(), "z ".repeat(30)]], 40, &[0]);
        assert!(
            first_that_fits([one("long-enough-to-be-tight"), one("short")]).starts_with(" short")
        );
        let tight = first_that_fits([one("long-enough-to-be-tight"), one(&"y".repeat(50))]);
        assert!(tight.starts_with(" long-enough-to-be-tight"), "{tight}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_word_is_broken_and_no_line_is_too_wide(
            rows in prop::collection::vec(
                prop::collection::vec("[a-z]{1,14}( [a-zé]{1,14}| 決済が失敗する| 👩\u{200d}🚒){0,4}", 4), 1..4),
            headed in any::<bool>(),
            kept in prop::collection::vec(0usize..4, 0..2),
            width in 40u16..160,
        ) {
            let header: &[&str] = if headed { &["One", "Two", "Three", "Four"] } else { &[] };
            // What is for copying may be wider than all the room there is.
            let wide = kept.iter().flat_map(|at| rows.iter().map(|row| row[*at].width())).max();
            let told = first_that_fits([table(header, &rows, width, &kept)]);
            let most = usize::from(width).max(wide.unwrap_or(0) + 3);
            prop_assert!(told.lines().all(|line| line.width() <= most), "{told}");
            let words: Vec<_> = told.split_whitespace().collect();
            for word in rows.iter().flatten().flat_map(|cell| cell.split(' ')).filter(|w| w.is_ascii()) {
                prop_assert!(words.contains(&word), "{word}\n{told}");
            }
        }
    }
}
