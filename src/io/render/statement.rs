//! The statement of a customer, as a page for eyes and as Markdown.

use super::table::{TableStyle, dim, lines};
use super::text::{line as one_line, markdown as escaped};
use crate::compute::report::credits::UptimeSums;
use crate::compute::report::statement::{
    Statement, StatementEvent, StatementInterval, StatementLine, StatementStep,
};
use crate::model::time::{Span, duration};
use comfy_table::{Cell, CellAlignment, ColumnConstraint};
use std::fmt::Write;

/// What a page cites, in the order in which it does; a path is long, and its number is short.
#[derive(Default)]
struct CitedSources(Vec<String>);

impl CitedSources {
    /// Returns the number of a source, such as `[2]`.
    fn cite(&mut self, source: &str) -> String {
        let known = self.0.iter().position(|s| s == source);
        let at = known.unwrap_or_else(|| {
            self.0.push(source.to_owned());
            self.0.len().saturating_sub(1)
        });
        format!("[{}]", at.saturating_add(1))
    }

    fn cite_all<'s>(&mut self, sources: impl IntoIterator<Item = &'s str>) -> String {
        sources.into_iter().map(|s| self.cite(s)).collect::<Vec<_>>().join(" ")
    }
}

/// A small table under a heading: its rows, and which of its columns hold numbers.
struct StatementBlock {
    title: &'static str,
    header: &'static [&'static str],
    numbers: &'static [usize],
    rows: Vec<Vec<String>>,
}

/// Renders a statement as a page for the terminal.
pub fn table(statement: &Statement, style: TableStyle) -> String {
    let mut out = format!("{}\n{}\n", style.bold(&one_line(&title(statement))), origin(statement));
    for section in &statement.lines {
        let _ = write!(out, "\n{}\n", style.bold(&one_line(&head(section))));
        let mut sources = CitedSources::default();
        for fact in facts(section, &mut sources) {
            let _ = writeln!(out, "{}", one_line(&fact));
        }
        for block in blocks(section, &mut sources) {
            let _ = write!(out, "\n{}\n{}", block.title, drawn(&block, style));
        }
    }
    out.push('\n');
    for total in &statement.totals {
        let _ = writeln!(out, "{}", style.bold(&total_line(total)));
    }
    out
}

/// Renders a statement as Markdown.
pub fn markdown(statement: &Statement) -> String {
    let mut out = format!("# {}\n\n{}\n", escaped(&title(statement)), escaped(&origin(statement)));
    for section in &statement.lines {
        let _ = write!(out, "\n## {}\n\n", escaped(&head(section)));
        let mut sources = CitedSources::default();
        for fact in facts(section, &mut sources) {
            let _ = writeln!(out, "- {}", escaped(&fact));
        }
        for block in blocks(section, &mut sources) {
            let _ = write!(out, "\n### {}\n\n{}", block.title, piped(&block));
        }
    }
    out.push_str("\n## Total\n\n");
    for total in &statement.totals {
        let _ = writeln!(out, "- {}", escaped(&total_line(total)));
    }
    out
}

fn title(statement: &Statement) -> String {
    format!("Credits of {} for {}", statement.customer, statement.period)
}

fn origin(statement: &Statement) -> String {
    let commit = statement.commit.as_deref().unwrap_or("no commit");
    let dirty = if statement.dirty { " with changes that are not committed" } else { "" };
    format!("{}, time zones of {}, record at {commit}{dirty}", statement.tool, statement.tzdata)
}

fn total_line(total: &crate::compute::report::credits::CurrencyTotal) -> String {
    let waiting = match total.pending.trim_matches(['0', '.']).is_empty() {
        true => String::new(),
        false => format!(", and {} that wait for a claim", total.pending),
    };
    format!("Total {} {}{waiting}", total.credit, total.currency)
}

fn head(section: &StatementLine) -> String {
    let service = match section.service.as_deref() {
        Some("*") => "All services",
        Some(name) if !name.is_empty() => name,
        _ => "Service",
    };
    let parts = [
        Some(service),
        section.plan.as_deref(),
        section.region.as_deref(),
        section.resource.as_deref(),
        section.title.as_deref().or(Some(section.kind)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn facts(section: &StatementLine, sources: &mut CitedSources) -> Vec<String> {
    let mut facts = vec![format!("{}: {} {}", section.status, section.credit, section.currency)];
    if section.extend_days > 0 {
        facts.push(format!("{} days added to the term", section.extend_days));
    }
    facts.extend(section.claim_by.as_deref().map(|by| format!("a claim must come before {by}")));
    facts.extend(section.reason.clone());
    facts.extend(section.approved_by.as_deref().map(|who| format!("approved by {who}")));
    let window = &section.window;
    facts.push(format!(
        "window {} to {}, {}",
        at(&window.start),
        at(&window.end),
        section.timezone
    ));
    if let Some(hash) = &section.policy_sha256 {
        let from = section.effective_from.as_deref();
        let from = from.map(|from| format!(", in force from {from}")).unwrap_or_default();
        let path = section.policy.as_deref().map(|p| format!("{p}, ")).unwrap_or_default();
        facts.push(format!("terms: {path}SHA-256 {hash}{from}"));
    }
    if let Some(url) = &section.url {
        let read = section.read_on.as_deref().map(|d| format!(", read on {d}")).unwrap_or_default();
        facts.push(format!("source of the terms: {url}{read}"));
    }
    if !section.rows.is_empty() {
        let rows = sources.cite_all(section.rows.iter().map(String::as_str));
        facts.push(format!("subscription: {rows}"));
    }
    facts
}

/// Returns a time as people read it: `2019-01-24 13:56 +01:00`, with its seconds where it has some.
fn at(text: &str) -> String {
    let (day, clock) = text.split_once('T').unwrap_or((text, ""));
    let (clock, offset) = clock.split_at_checked(8).unwrap_or((clock, ""));
    let clock = clock.strip_suffix(":00").unwrap_or(clock);
    let offset = if offset == "Z" { "+00:00" } else { offset };
    format!("{day} {clock} {offset}").trim_end().to_owned()
}

fn blocks(section: &StatementLine, sources: &mut CitedSources) -> Vec<StatementBlock> {
    let events = StatementBlock {
        title: "What happened",
        header: &["Time", "Event", "Source"],
        numbers: &[],
        rows: section.events.iter().map(|e| event(e, sources)).collect(),
    };
    let intervals = StatementBlock {
        title: "What counts",
        header: &["From", "To", "Seconds", "Impact", "Counts", "Why", "Source"],
        numbers: &[2],
        rows: section.intervals.iter().map(|i| interval(i, section, sources)).collect(),
    };
    let sums = StatementBlock {
        title: "From downtime to uptime",
        header: &["", "", ""],
        numbers: &[1],
        rows: section.sums.as_ref().map(sums).unwrap_or_default(),
    };
    let steps = StatementBlock {
        title: "From uptime to credit",
        header: &["Step", "", "Amount", "Source"],
        numbers: &[2],
        rows: section.steps.iter().map(|s| step(s, sources)).collect(),
    };
    let mut blocks = vec![events, intervals, sums, steps];
    let numbered = sources.0.iter().enumerate();
    blocks.push(StatementBlock {
        title: "Sources",
        header: &["", ""],
        numbers: &[],
        rows: numbered
            .map(|(n, s)| vec![format!("[{}]", n.saturating_add(1)), s.clone()])
            .collect(),
    });
    blocks.retain(|block| !block.rows.is_empty());
    blocks.into_iter().map(without_empty_columns).collect()
}

/// Takes away the columns in which no row has anything, such as the sources of a public statement.
fn without_empty_columns(mut block: StatementBlock) -> StatementBlock {
    let last = block.header.len().saturating_sub(1);
    let empty = block.rows.iter().all(|row| row.get(last).is_none_or(String::is_empty));
    if empty {
        block.header = block.header.get(..last).unwrap_or_default();
        for row in &mut block.rows {
            row.truncate(last);
        }
    }
    block
}

fn event(event: &StatementEvent, sources: &mut CitedSources) -> Vec<String> {
    let bounds = match event.earliest == event.latest {
        true => at(&event.at),
        false => format!("{} to {}", at(&event.earliest), at(&event.latest)),
    };
    let title = event.title.as_deref().map(|t| format!("{t}: ")).unwrap_or_default();
    let source = source(event).map(|s| sources.cite(&s)).unwrap_or_default();
    vec![bounds, format!("{title}{}", event.text.trim_end()), source]
}

/// Returns where the record tells an event, with its id.
fn source(event: &StatementEvent) -> Option<String> {
    let id = event.event.as_deref().map(|id| format!(" (event {id})")).unwrap_or_default();
    event.source.as_deref().map(|source| format!("{source}{id}"))
}

fn interval(
    interval: &StatementInterval,
    section: &StatementLine,
    sources: &mut CitedSources,
) -> Vec<String> {
    let service = interval.service.as_deref().map(|s| format!("{s} ")).unwrap_or_default();
    let weight = match (interval.counted, interval.weight.as_str()) {
        (false, _) => "no".to_owned(),
        (true, "1") => "yes".to_owned(),
        (true, weight) => format!("× {weight}"),
    };
    let ends = section
        .events
        .iter()
        .filter(|e| e.event.as_ref().is_some_and(|id| interval.events.contains(id)));
    let cited: Vec<_> = ends.filter_map(source).chain(interval.source.clone()).collect();
    vec![
        at(&interval.start),
        interval.end.as_deref().map_or("no end".to_owned(), at),
        interval.seconds.map(|s| s.to_string()).unwrap_or_default(),
        format!("{service}{}", interval.state),
        weight,
        interval.why.clone(),
        sources.cite_all(cited.iter().map(String::as_str)),
    ]
}

fn sums(sums: &UptimeSums) -> Vec<Vec<String>> {
    let spoken = |seconds: &str| {
        seconds.parse().map_or_else(|_| String::new(), |s| duration::words(Span::seconds(s)))
    };
    let row = |name: &str, seconds: &str, more: String| {
        vec![name.to_owned(), format!("{seconds} s"), more]
    };
    let mut rows = vec![
        row(
            "downtime that counts",
            &sums.counted_seconds,
            format!("{} ({})", spoken(&sums.counted_seconds), sums.counting),
        ),
        row("downtime excluded", &sums.excluded_seconds, spoken(&sums.excluded_seconds)),
        row(
            "out of",
            &sums.denominator_seconds,
            format!("{} ({})", spoken(&sums.denominator_seconds), sums.denominator),
        ),
        vec![
            "uptime".to_owned(),
            format!("{} %", sums.uptime_percent),
            format!("exactly {}", sums.uptime_exact),
        ],
    ];
    rows.extend(sums.compared_percent.as_ref().map(|rounded| {
        vec!["uptime, rounded".to_owned(), format!("{rounded} %"), "as it is compared".to_owned()]
    }));
    rows
}

fn step(step: &StatementStep, sources: &mut CitedSources) -> Vec<String> {
    let source = step.source.as_deref().map(|s| sources.cite(s)).unwrap_or_default();
    let amount = step.amount.clone().unwrap_or_default();
    vec![step.name.to_owned(), step.says.clone(), amount, source]
}

fn drawn(block: &StatementBlock, style: TableStyle) -> String {
    let mut table = style.table();
    let aligned = |(at, cell): (usize, Cell)| match block.numbers.contains(&at) {
        true => cell.set_alignment(CellAlignment::Right),
        false => cell,
    };
    if block.header.iter().any(|title| !title.is_empty()) {
        table.set_header(block.header.iter().map(dim).enumerate().map(aligned));
    }
    for row in &block.rows {
        let cells = row.iter().map(|text| Cell::new(one_line(text)));
        table.add_row(cells.enumerate().map(aligned));
    }
    for index in block.numbers {
        if let Some(column) = table.column_mut(*index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    lines(&table)
}

fn piped(block: &StatementBlock) -> String {
    let header: Vec<_> = block.header.iter().map(|title| format!(" {title} |")).collect();
    let rule = |(at, _): (usize, _)| if block.numbers.contains(&at) { "---:|" } else { "---|" };
    let rules: String = block.header.iter().enumerate().map(rule).collect();
    let mut out = format!("|{}\n|{rules}\n", header.concat());
    for row in &block.rows {
        let cell = |(at, text): (usize, &String)| match block.numbers.contains(&at) {
            true => format!(" {text} |"),
            false => format!(" {} |", escaped(text)),
        };
        let cells: String = row.iter().enumerate().map(cell).collect();
        let _ = writeln!(out, "|{cells}");
    }
    out
}
