//! The statement of a customer, as a page for eyes and as Markdown.

use super::credits::waiting;
use super::table::{TableStyle, dim, lines};
use super::text::{line as one_line, markdown as escaped};
use crate::compute::report::credits::values::ExactNumber;
use crate::compute::report::credits::{CreditStep, CurrencyTotal, UptimeSums};
use crate::compute::report::statement::{
    Statement, StatementEvent, StatementInterval, StatementLine,
};
use crate::model::money::Money;
use crate::model::time::{OffsetTime, Span, duration};
use chrono::Timelike;
use comfy_table::{Cell, CellAlignment, ColumnConstraint};
use num_traits::{One, ToPrimitive};
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

    fn cite_all(&mut self, sources: impl IntoIterator<Item = String>) -> String {
        sources.into_iter().map(|s| self.cite(&s)).collect::<Vec<_>>().join(" ")
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
pub fn table(statement: &Statement<'_>, style: TableStyle) -> String {
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
    for total in statement.totals {
        let _ = writeln!(out, "{}", style.bold(&total_line(total)));
    }
    out
}

/// Renders a statement as Markdown.
pub fn markdown(statement: &Statement<'_>) -> String {
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
    for total in statement.totals {
        let _ = writeln!(out, "- {}", escaped(&total_line(total)));
    }
    out
}

fn title(statement: &Statement<'_>) -> String {
    format!("Credits of {} for {}", statement.customer, statement.period)
}

fn origin(statement: &Statement<'_>) -> String {
    let commit = statement.commit.unwrap_or("no commit");
    let dirty = if statement.dirty { " with changes that are not committed" } else { "" };
    format!("{}, time zones of {}, record at {commit}{dirty}", statement.tool, statement.tzdata)
}

fn total_line(total: &CurrencyTotal) -> String {
    let pending = waiting(total).map(|p| format!(", and {p}")).unwrap_or_default();
    format!("Total {} {}{pending}", total.credit, total.currency)
}

fn head(section: &StatementLine<'_>) -> String {
    let service = match section.service {
        Some("*") => "All services",
        Some(name) if !name.is_empty() => name,
        _ => "Service",
    };
    let parts = [
        Some(service),
        section.plan,
        section.region,
        section.resource,
        section.title.or(Some(section.kind.as_str())),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn facts(section: &StatementLine<'_>, sources: &mut CitedSources) -> Vec<String> {
    let mut facts = vec![format!("{}: {} {}", section.status, section.credit, section.currency)];
    if section.extend_days > 0 {
        facts.push(format!("{} days added to the term", section.extend_days));
    }
    facts.extend(section.summary.map(str::to_owned));
    facts.extend(section.claim_by.map(|by| format!("a claim must come before {by}")));
    facts.extend(section.reason.map(str::to_owned));
    facts.extend(section.approved_by.map(|who| format!("approved by {who}")));
    let window = &section.window;
    let (start, end) = (at(window.start), at(window.end));
    facts.push(format!("window {start} to {end}, {}", section.timezone));
    if let Some(hash) = section.policy_sha256 {
        let from = section.effective_from;
        let from = from.map(|from| format!(", in force from {from}")).unwrap_or_default();
        let path = section.policy.map(|p| format!("{p}, ")).unwrap_or_default();
        facts.push(format!("terms: {path}SHA-256 {hash}{from}"));
    }
    if let Some(url) = section.url {
        let read = section.read_on.map(|d| format!(", read on {d}")).unwrap_or_default();
        facts.push(format!("source of the terms: {url}{read}"));
    }
    if !section.rows.is_empty() {
        let rows = sources.cite_all(section.rows.iter().map(ToString::to_string));
        facts.push(format!("subscription: {rows}"));
    }
    facts
}

/// Returns a time as people read it: `2019-01-24 13:56 +01:00`, with its seconds where it has some.
fn at(time: OffsetTime) -> String {
    let local = time.local();
    let shown = if local.second() == 0 { "%Y-%m-%d %H:%M %:z" } else { "%Y-%m-%d %H:%M:%S %:z" };
    local.format(shown).to_string()
}

fn block(
    title: &'static str,
    header: &'static [&'static str],
    numbers: &'static [usize],
    rows: Vec<Vec<String>>,
) -> StatementBlock {
    StatementBlock { title, header, numbers, rows }
}

fn blocks(section: &StatementLine<'_>, sources: &mut CitedSources) -> Vec<StatementBlock> {
    let header = &["From", "To", "Seconds", "Impact", "Counts", "Why", "Source"];
    let events = section.events.iter().map(|e| event(e, sources)).collect();
    let intervals = section.intervals.iter().map(|i| interval(i, section, sources)).collect();
    let sums = section.sums.map(sums).unwrap_or_default();
    let steps = section.steps.iter().map(|s| step(s, sources)).collect();
    let cited = (1..).zip(&sources.0).map(|(n, source)| vec![format!("[{n}]"), source.clone()]);
    let mut blocks = vec![
        block("What happened", &["Time", "Event", "Source"], &[], events),
        block("What counts", header, &[2], intervals),
        block("From downtime to uptime", &["", "", ""], &[1], sums),
        block("From uptime to credit", &["Step", "", "Amount", "Source"], &[2], steps),
        block("Sources", &["", ""], &[], cited.collect()),
    ];
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

fn event(event: &StatementEvent<'_>, sources: &mut CitedSources) -> Vec<String> {
    let bounds = match event.earliest == event.latest {
        true => at(event.at),
        false => format!("{} to {}", at(event.earliest), at(event.latest)),
    };
    let title = event.title.map(|t| format!("{t}: ")).unwrap_or_default();
    let source = source(event).map(|s| sources.cite(&s)).unwrap_or_default();
    vec![bounds, format!("{title}{}", event.text.trim_end()), source]
}

/// Returns where the record tells an event, with its id.
fn source(event: &StatementEvent<'_>) -> Option<String> {
    let id = event.event.map(|id| format!(" (event {id})")).unwrap_or_default();
    event.source.map(|source| format!("{source}{id}"))
}

fn interval(
    interval: &StatementInterval<'_>,
    section: &StatementLine<'_>,
    sources: &mut CitedSources,
) -> Vec<String> {
    let service = interval.service.map(|s| format!("{s} ")).unwrap_or_default();
    let weight = match interval.counted {
        false => "no".to_owned(),
        true if interval.weight.0.is_one() => "yes".to_owned(),
        true => format!("× {}", interval.weight),
    };
    let is_end = |e: &&StatementEvent<'_>| e.event.is_some_and(|id| interval.events.contains(&id));
    let ends = section.events.iter().filter(is_end).filter_map(source);
    let cited: Vec<_> = ends.chain(interval.source.map(ToString::to_string)).collect();
    vec![
        at(interval.affected.start),
        interval.affected.end.map_or("no end".to_owned(), at),
        interval.seconds.map(|s| s.as_seconds().to_string()).unwrap_or_default(),
        format!("{service}{}", interval.affected.state),
        weight,
        interval.why.to_owned(),
        sources.cite_all(cited),
    ]
}

fn sums(sums: &UptimeSums) -> Vec<Vec<String>> {
    let row = |name: &str, seconds: &ExactNumber, rule: Option<&str>| {
        let whole = seconds.0.is_integer().then(|| seconds.0.to_integer().to_i64()).flatten();
        let words = whole.map(|s| duration::words(Span::seconds(s))).unwrap_or_default();
        let rule = rule.map(|r| format!(" ({r})")).unwrap_or_default();
        vec![name.to_owned(), format!("{seconds} s"), words + &rule]
    };
    let percent = |name: &str, percent: String, more: String| {
        vec![name.to_owned(), format!("{percent} %"), more]
    };
    let exactly = format!("exactly {}", sums.uptime_exact);
    let mut rows = vec![
        row("downtime that counts", &sums.counted_seconds, Some(sums.counting)),
        row("downtime excluded", &sums.excluded_seconds, None),
        row("out of", &sums.denominator_seconds, Some(&sums.denominator.to_string())),
        percent("uptime", sums.uptime_percent.to_string(), exactly),
    ];
    let compared = sums.compared_percent.as_ref().map(ToString::to_string);
    rows.extend(compared.map(|p| percent("uptime, rounded", p, "as it is compared".to_owned())));
    rows
}

fn step(step: &CreditStep<Money>, sources: &mut CitedSources) -> Vec<String> {
    let source = step.source.as_ref().map(|s| sources.cite(&s.to_string())).unwrap_or_default();
    let amount = step.amount.as_ref().map(ToString::to_string).unwrap_or_default();
    vec![step.name.to_string(), step.says.clone(), amount, source]
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
    lines(table)
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
