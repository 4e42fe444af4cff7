//! `credits/PERIOD.yaml`: what stands beside the lines of a closed period.

use super::fields::{Diagnostics, FieldReader, list, parsed, text, word};
use super::node::{self, Node};
use super::write::{YamlValue, document};
use crate::compute::report::credits::closing::{AcceptedLine, Closing, SupersededClosing};
use crate::compute::report::credits::{CurrencyTotal, InputFile};
use crate::model::diagnostic::{Diagnostic, Level};
use crate::model::money::{Currency, Money, signed_decimal};
use crate::model::time::{Zone, read_instant};

/// What stands beside the lines, and what is wrong in its file.
#[derive(Clone, Debug)]
pub struct ClosingRead {
    /// What stands there; none where anything in it is an error.
    pub closing: Option<Closing>,
    /// What is wrong, in the order of the file.
    pub problems: Diagnostics,
}

/// Reads the text of a `credits/PERIOD.yaml`.
///
/// # Errors
/// The one problem that keeps the whole file from being read, such as a syntax error.
pub fn read(file: &str) -> Result<ClosingRead, Diagnostic> {
    let root = node::read(file)?;
    let mut problems = vec![];
    let closing = closing(&root, &mut problems);
    // A key that this program doesn't know may say how the period was closed.
    for problem in problems.iter_mut().filter(|p| p.code == "unknown-key") {
        problem.level = Level::Error;
    }
    problems.sort_by_key(|p| p.place);
    let is_sound = problems.iter().all(|p| p.level != Level::Error);
    Ok(ClosingRead { closing: closing.filter(|_| is_sound), problems })
}

fn closing(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Closing> {
    let mut f = FieldReader::open(node, "a closed period", problems)?;
    let period = f.need("period", problems).and_then(|n| word(n, problems)).map(|p| p.value);
    let instant = |n: &Node<'_>, problems: &mut Diagnostics| {
        parsed(n, problems, |text| read_instant(text, Zone::UTC)).map(|p| p.value)
    };
    let closed = f.need("closed", problems).and_then(|n| instant(n, problems));
    let mut need =
        |key, problems: &mut Diagnostics| f.need(key, problems).and_then(|n| text(n, problems));
    let by = need("by", problems);
    let approved_by = need("approved_by", problems);
    let commit = need("commit", problems);
    let tree = need("tree", problems);
    let tool = need("tool", problems);
    let tzdata = need("tzdata", problems);
    let lines_sha256 = need("lines_sha256", problems);
    let inputs = f.need("inputs", problems).map(|n| list(n, problems, input));
    let totals = f.need("totals", problems).map(|n| list(n, problems, total));
    let accepted = f.need("accepted", problems).map(|n| list(n, problems, accepted_line));
    let supersedes = f.take("supersedes").map(|n| superseded(n, problems));
    f.close(problems);
    Some(Closing {
        period: period?,
        closed: closed?,
        by: by?,
        approved_by: approved_by?,
        commit: commit?,
        tree: tree?,
        tool: tool?,
        tzdata: tzdata?,
        inputs: inputs?,
        lines_sha256: lines_sha256?,
        totals: totals?,
        accepted: accepted?,
        supersedes: supersedes.map_or(Some(None), |read| read.map(Some))?,
    })
}

fn input(node: &Node<'_>, problems: &mut Diagnostics) -> Option<InputFile> {
    let mut f = FieldReader::open(node, "a file that was read", problems)?;
    let path = f.need("path", problems).and_then(|n| text(n, problems));
    let sha256 = f.need("sha256", problems).and_then(|n| text(n, problems));
    f.close(problems);
    Some(InputFile { path: path?, sha256: sha256? })
}

fn total(node: &Node<'_>, problems: &mut Diagnostics) -> Option<CurrencyTotal> {
    let mut f = FieldReader::open(node, "a total", problems)?;
    let currency = f.need("currency", problems).and_then(|n| word::<Currency>(n, problems));
    let mut amount = |key| {
        let node = f.need(key, problems)?;
        parsed(node, problems, signed_decimal).map(|p| p.value)
    };
    let (credit, pending) = (amount("credit"), amount("pending"));
    f.close(problems);
    let currency = currency?.value;
    Some(CurrencyTotal {
        currency,
        credit: Money { amount: credit?, currency },
        pending: Money { amount: pending?, currency },
    })
}

fn accepted_line(node: &Node<'_>, problems: &mut Diagnostics) -> Option<AcceptedLine> {
    let mut f = FieldReader::open(node, "an accepted line", problems)?;
    let line = f.need("line", problems).and_then(|n| text(n, problems));
    let status = f.need("status", problems).and_then(|n| word(n, problems)).map(|p| p.value);
    let reason = f.need("reason", problems).and_then(|n| text(n, problems));
    f.close(problems);
    Some(AcceptedLine { line: line?, status: status?, reason: reason? })
}

fn superseded(node: &Node<'_>, problems: &mut Diagnostics) -> Option<SupersededClosing> {
    let mut f = FieldReader::open(node, "what was closed before", problems)?;
    let file = f.need("file", problems).and_then(|n| text(n, problems));
    let lines_sha256 = f.need("lines_sha256", problems).and_then(|n| text(n, problems));
    let closed = f
        .need("closed", problems)
        .and_then(|n| parsed(n, problems, |text| read_instant(text, Zone::UTC)).map(|p| p.value));
    let approved_by = f.need("approved_by", problems).and_then(|n| text(n, problems));
    f.close(problems);
    Some(SupersededClosing {
        file: file?,
        lines_sha256: lines_sha256?,
        closed: closed?,
        approved_by: approved_by?,
    })
}

/// Returns the text of a `credits/PERIOD.yaml`.
pub fn written(closing: &Closing) -> String {
    let text = |text: &str| YamlValue::text(text);
    let map = |entries: Vec<(&str, YamlValue)>| {
        entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Vec<_>>()
    };
    let input = |file: &InputFile| {
        YamlValue::FlowMap(map(vec![("path", text(&file.path)), ("sha256", text(&file.sha256))]))
    };
    let total = |total: &CurrencyTotal| {
        YamlValue::FlowMap(map(vec![
            ("currency", text(total.currency.code())),
            ("credit", text(&total.credit.to_string())),
            ("pending", text(&total.pending.to_string())),
        ]))
    };
    let accepted = |line: &AcceptedLine| {
        YamlValue::Map(map(vec![
            ("line", text(&line.line)),
            ("status", text(line.status.as_str())),
            ("reason", text(&line.reason)),
        ]))
    };
    let mut keys = vec![
        ("period", text(&closing.period.to_string())),
        ("closed", YamlValue::plain(closing.closed.rfc3339())),
        ("by", text(&closing.by)),
        ("approved_by", text(&closing.approved_by)),
        ("commit", text(&closing.commit)),
        ("tree", text(&closing.tree)),
        ("tool", text(&closing.tool)),
        ("tzdata", text(&closing.tzdata)),
        ("lines_sha256", text(&closing.lines_sha256)),
        ("totals", several(closing.totals.iter().map(total).collect())),
        ("accepted", several(closing.accepted.iter().map(accepted).collect())),
    ];
    if let Some(before) = &closing.supersedes {
        let before = vec![
            ("file", text(&before.file)),
            ("lines_sha256", text(&before.lines_sha256)),
            ("closed", YamlValue::plain(before.closed.rfc3339())),
            ("approved_by", text(&before.approved_by)),
        ];
        keys.push(("supersedes", YamlValue::Map(map(before))));
    }
    keys.push(("inputs", several(closing.inputs.iter().map(input).collect())));
    document(
        &YamlValue::Map(map(keys)),
        Some("Written by `recount credits close`: not to be edited"),
    )
}

fn several(items: Vec<YamlValue>) -> YamlValue {
    if items.is_empty() { YamlValue::FlowList(items) } else { YamlValue::List(items) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::credits::Status;
    use crate::model::money::whole;

    fn sample() -> Closing {
        let currency: Currency = "EUR".parse().unwrap();
        let money = |amount| Money { amount: whole(amount), currency };
        Closing {
            period: "2026".parse().unwrap(),
            closed: read_instant("2027-01-02T03:04:05Z", Zone::UTC).unwrap(),
            by: "Ada: \"yes\" # no".to_owned(),
            approved_by: "- Bo\n\u{202e}".to_owned(),
            commit: "0123456789".to_owned(),
            tree: "1e10".to_owned(),
            tool: "recount 0.1.0".to_owned(),
            tzdata: "2026a".to_owned(),
            inputs: vec![InputFile { path: "a, b: {c}".to_owned(), sha256: "00".to_owned() }],
            lines_sha256: "12".to_owned(),
            totals: vec![CurrencyTotal { currency, credit: money(-3), pending: money(0) }],
            accepted: vec![AcceptedLine {
                line: "acme/apps/premium@2025".to_owned(),
                status: Status::Review,
                reason: "no: it was down".to_owned(),
            }],
            supersedes: Some(SupersededClosing {
                file: "credits/2026.superseded-1.csv".to_owned(),
                lines_sha256: "34".to_owned(),
                closed: read_instant("2027-01-01T00:00:00Z", Zone::UTC).unwrap(),
                approved_by: "null".to_owned(),
            }),
        }
    }

    #[test]
    fn what_is_written_reads_back_whatever_people_are_called() {
        let bare = Closing { supersedes: None, accepted: vec![], totals: vec![], ..sample() };
        for closing in [sample(), bare] {
            let text = written(&closing);
            let read = read(&text).unwrap();
            assert!(read.problems.is_empty(), "{text}\n{:?}", read.problems);
            assert_eq!(read.closing, Some(closing), "{text}");
        }
    }

    #[test]
    fn what_is_missing_or_unknown_keeps_it_from_being_read() {
        let text = written(&sample());
        let without = text.replace("approved_by: ", "x_approved_by: ");
        let read = read(&without).unwrap();
        assert!(read.closing.is_none() && read.problems.len() > 1, "{:?}", read.problems);
        assert!(super::read(&text.replace("-3.00", "much")).unwrap().closing.is_none());
    }
}
