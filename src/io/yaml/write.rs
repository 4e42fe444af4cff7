//! Writes values as YAML that every YAML 1.1 and 1.2 reader reads the same way.
//!
//! Whatever any of them could take for a number, a truth, a date, a base-60 clock or nothing
//! at all stands in double quotes.

use std::fmt::Write as _;

/// Something to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum YamlValue {
    /// Text, quoted where a reader could take it for anything else.
    Text(String),
    /// A token that is meant without quotes, such as `true`, `5m` or a full RFC 3339 time; what
    /// cannot stand without quotes gets them all the same.
    Plain(String),
    /// Items on lines of their own.
    List(Vec<YamlValue>),
    /// Keys in order, on lines of their own.
    Map(Vec<(String, YamlValue)>),
    /// A list in brackets, on one line.
    FlowList(Vec<YamlValue>),
    /// A map in braces, on one line.
    FlowMap(Vec<(String, YamlValue)>),
}

impl YamlValue {
    /// Returns text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Returns a token that is meant without quotes.
    pub fn plain(token: impl Into<String>) -> Self {
        Self::Plain(token.into())
    }

    /// Tells whether the value is a list or map that takes lines of its own.
    pub(super) fn takes_lines(&self) -> bool {
        match self {
            Self::List(items) => !items.is_empty(),
            Self::Map(entries) => !entries.is_empty(),
            _ => false,
        }
    }
}

/// How a file indents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Indentation {
    /// Columns a level, from 1 to 9.
    pub(super) step: usize,
    /// Whether the dashes of a list stand right under its key.
    pub(super) indentless: bool,
    /// Whether text of several lines may stand as a block.
    pub(super) blocks: bool,
}

impl Default for Indentation {
    fn default() -> Self {
        Self { step: 2, indentless: false, blocks: true }
    }
}

/// A value as it stands in a file: the end of one line, and the lines after it.
#[derive(Debug, Default)]
pub(super) struct LaidOutValue {
    /// What stands behind the key or the dash.
    pub(super) head: String,
    /// The lines below, each with its line end.
    pub(super) body: String,
}

impl LaidOutValue {
    fn line(head: String) -> Self {
        Self { head, body: String::new() }
    }
}

/// Returns a whole file: `comment`, where there is one, as its first line, then `value`.
pub fn document(value: &YamlValue, comment: Option<&str>) -> String {
    let mut out = String::new();
    if let Some(comment) = comment {
        let comment: String =
            comment.chars().map(|c| if is_ordinary(c) { c } else { ' ' }).collect();
        out.push_str(&format!("# {comment}\n"));
    }
    lines(value, 0, Indentation::default(), &mut out);
    out
}

/// Lays out a value that stands behind a key in `column`.
pub(super) fn after_key(value: &YamlValue, column: usize, layout: Indentation) -> LaidOutValue {
    if let Some(laid) = block_scalar(value, column, layout) {
        return laid;
    }
    if !value.takes_lines() {
        return LaidOutValue::line(inline(value, false));
    }
    let under = matches!(value, YamlValue::List(_)) && layout.indentless;
    let mut body = String::new();
    lines(value, if under { column } else { column + layout.step }, layout, &mut body);
    LaidOutValue { head: String::new(), body }
}

/// Lays out a value that stands in column `inner`, behind a dash in `column`.
pub(super) fn after_dash(
    value: &YamlValue,
    column: usize,
    inner: usize,
    layout: Indentation,
) -> LaidOutValue {
    if let Some(laid) = block_scalar(value, column, layout) {
        return laid;
    }
    if !value.takes_lines() {
        return LaidOutValue::line(inline(value, false));
    }
    let mut all = String::new();
    lines(value, inner, layout, &mut all);
    let (head, body) = all.split_once('\n').unwrap_or((&all, ""));
    LaidOutValue { head: head.trim_start_matches(' ').to_owned(), body: body.to_owned() }
}

/// Where the parts of a list or map begin, and how what is below them is indented.
#[derive(Clone, Copy, Debug)]
pub(super) struct Margin {
    pub(super) column: usize,
    pub(super) layout: Indentation,
}

/// Writes one entry of a map whose keys stand at a margin.
pub(super) fn entry(
    key: &str,
    value: &YamlValue,
    Margin { column, layout }: Margin,
    out: &mut String,
) {
    indent(column, out);
    out.push_str(&scalar(key, false));
    out.push(':');
    behind(&after_key(value, column, layout), out);
}

/// Writes one item of a list whose dashes stand at a margin, `gap` columns before their values.
pub(super) fn item(
    value: &YamlValue,
    gap: usize,
    Margin { column, layout }: Margin,
    out: &mut String,
) {
    indent(column, out);
    out.push('-');
    let laid = after_dash(value, column, column + 1 + gap, layout);
    indent(gap.saturating_sub(1), out);
    behind(&laid, out);
}

/// Writes a value as part of a line; `flow` says whether brackets or braces stand around it.
pub(super) fn inline(value: &YamlValue, flow: bool) -> String {
    match value {
        YamlValue::Text(text) => scalar(text, flow),
        YamlValue::Plain(token) if is_sound(token, flow) => token.clone(),
        YamlValue::Plain(token) => quoted(token),
        YamlValue::List(items) | YamlValue::FlowList(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item, true)).collect();
            format!("[{}]", items.join(", "))
        }
        YamlValue::Map(entries) | YamlValue::FlowMap(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| flow_entry(key, value)).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// Writes one entry of a map in braces.
pub(super) fn flow_entry(key: &str, value: &YamlValue) -> String {
    format!("{}: {}", scalar(key, true), inline(value, true))
}

/// Writes a key of a map that stands on lines of its own.
pub(super) fn key(key: &str) -> String {
    scalar(key, false)
}

/// Tells whether `after_key` and `after_dash` lay the text out as a block.
pub(super) fn is_block(text: &str) -> bool {
    let unclear = |line: &str| {
        line.starts_with('\t') || (!line.is_empty() && line.chars().all(|c| c == ' ' || c == '\t'))
    };
    text.trim_end_matches('\n').len() + 1 >= text.len()
        && text.contains('\n')
        && !text.trim_matches('\n').is_empty()
        && text.chars().all(|c| c == '\n' || c == '\t' || is_ordinary(c))
        && !text.split('\n').any(unclear)
}

fn behind(laid: &LaidOutValue, out: &mut String) {
    if !laid.head.is_empty() {
        out.push(' ');
        out.push_str(&laid.head);
    }
    out.push('\n');
    out.push_str(&laid.body);
}

fn indent(columns: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', columns));
}

/// Writes the lines of a list or map that stands in `column`.
pub(super) fn lines(value: &YamlValue, column: usize, layout: Indentation, out: &mut String) {
    match value {
        YamlValue::List(items) if !items.is_empty() => {
            items.iter().for_each(|it| item(it, 1, Margin { column, layout }, out))
        }
        YamlValue::Map(entries) if !entries.is_empty() => {
            entries
                .iter()
                .for_each(|(key, value)| entry(key, value, Margin { column, layout }, out));
        }
        _ => {
            indent(column, out);
            out.push_str(&inline(value, false));
            out.push('\n');
        }
    }
}

/// Lays text of several lines out as a literal block, where the block says exactly that text.
fn block_scalar(value: &YamlValue, column: usize, layout: Indentation) -> Option<LaidOutValue> {
    let YamlValue::Text(text) = value else { return None };
    if !layout.blocks || !is_block(text) {
        return None;
    }
    // A reader takes the indentation from the first line that has text, unless a digit says it.
    let leads_with_blank = text.trim_start_matches('\n').starts_with(' ');
    let digit = if leads_with_blank { layout.step.to_string() } else { String::new() };
    let (chomping, content) = match text.strip_suffix('\n') {
        Some(content) => ("", content),
        None => ("-", text.as_str()),
    };
    let mut body = String::with_capacity(text.len() + 64);
    for line in content.split('\n') {
        if !line.is_empty() {
            indent(column + layout.step, &mut body);
            body.push_str(line);
        }
        body.push('\n');
    }
    Some(LaidOutValue { head: format!("|{digit}{chomping}"), body })
}

fn scalar(text: &str, flow: bool) -> String {
    if is_clear(text, flow) { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_ordinary(c) => out.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a string cannot fail.
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push('"');
    out
}

/// Tells whether a character stands for itself everywhere: printable (YAML 1.2, production 1), and
/// no blank but the space, no line break of any version, no byte order mark.
fn is_ordinary(c: char) -> bool {
    match c {
        '\u{2028}' | '\u{2029}' | '\u{feff}' => false,
        ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' => true,
        c => c >= '\u{10000}' && u32::from(c) & 0xfffe != 0xfffe,
    }
}

/// Tells whether text without quotes is one scalar and ends where it should.
fn is_sound(text: &str, flow: bool) -> bool {
    let indicator = |c: char| "-?:,[]{}#&*!|>'\"%@`".contains(c);
    !text.is_empty()
        && text.chars().all(is_ordinary)
        && !text.starts_with(indicator)
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.ends_with(':')
        && !text.starts_with("...")
        && !text.contains(": ")
        && !text.contains(" #")
        && !(flow && text.contains([',', '[', ']', '{', '}']))
}

/// Tells whether text without quotes is that text to every reader.
pub(super) fn is_clear(text: &str, flow: bool) -> bool {
    let splits = flow && text.contains(':');
    is_sound(text, flow) && !splits && !is_word(text) && !is_numeric(text)
}

/// Tells whether some reader takes the text for a truth, nothing, infinity, a merge or a default.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "=", ".inf",
        "+.inf", "-.inf", ".nan",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Tells whether some reader could take the text for a number, a date or a base-60 clock.
fn is_numeric(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    let lower = unsigned.to_ascii_lowercase();
    let part = |c: char| c.is_ascii_digit() || "_.,:+- etzo".contains(c);
    let hexadecimal = |c: char| c.is_ascii_hexdigit() || c == '_';
    let based = lower.strip_prefix("0x").is_some_and(|rest| rest.chars().all(hexadecimal))
        || lower.strip_prefix("0b").is_some_and(|rest| rest.chars().all(part));
    based
        || (lower.starts_with(|c: char| c.is_ascii_digit() || c == '.') && lower.chars().all(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::yaml::node;
    use proptest::prelude::*;

    /// Texts that some reader takes for something else, or that end early without quotes.
    const HOSTILE: &[&str] = &[
        "no",
        "No",
        "y",
        "N",
        "on",
        "OFF",
        "true",
        "True",
        "~",
        "null",
        "NULL",
        "",
        " ",
        "12:56",
        "12:56:07",
        "1_000",
        "0o14",
        "014",
        "0x1F",
        "0b101",
        "1e3",
        "1.10",
        ".5",
        "5.",
        "-7",
        "+1",
        ".inf",
        "-.INF",
        ".nan",
        ".NaN",
        "2019-01-24",
        "2019-01-24T12:56:00Z",
        "2019-01-24 12:56:00",
        "2019-1-2",
        "190:20:30",
        "1,000",
        "=",
        "<<",
        "- x",
        "-",
        "--- a",
        "...",
        "? a",
        ": a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "'a'",
        "\"a\"",
        "%a",
        "@a",
        "`a",
        "[a]",
        "{a: 1}",
        ", a",
        " a",
        "a ",
        "\ta",
        "a\t",
        "a\tb",
        "a\rb",
        "a\u{85}b",
        "a\u{2028}b",
        "a\u{2029}b",
        "\u{feff}a",
        "a\u{feff}",
        "a\0b",
        "\u{1b}[1m",
        "a\u{7f}",
        "\u{fffe}",
        "\u{1fffe}",
        "+.inf",
        "0.",
        "1e",
        "0",
        "00",
        "\u{a0}a",
    ];

    const CLEAR: &[&str] = &[
        "apps",
        "5m",
        "1h30m",
        "340/1200",
        "28%",
        "1d",
        "sev1",
        "a: b".split_at(1).0,
        "on-call lead",
        "Both circuits of one rack tripped.",
        "Électricité, puis réseau",
        "https://example.com/a#b",
        "it's",
        "3am",
        "日本語",
        "🔥 fire",
        "\\",
        "a\\nb",
        "a\u{a0}b",
    ];

    fn both_read(text: &str, path: &str) -> (Option<String>, Option<String>) {
        let root = node::read(text).unwrap_or_else(|p| panic!("{p:?}\n{text}"));
        let ours = root.get(path).and_then(|n| n.text()).map(str::to_owned);
        let theirs: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
        (ours, theirs.get(path).and_then(|v| v.as_str()).map(str::to_owned))
    }

    fn reads_back(text: &str) {
        let value = YamlValue::text(text);
        let wide =
            YamlValue::Map(vec![("k".into(), value.clone()), ("z".into(), YamlValue::text("end"))]);
        let narrow =
            YamlValue::FlowMap(vec![("k".into(), value.clone()), (text.into(), value.clone())]);
        for map in [wide, narrow] {
            if text != "k" {
                let written = document(&map, None);
                let want = Some(text.to_owned());
                assert_eq!(both_read(&written, "k"), (want.clone(), want), "{written}");
            }
        }
        let deep = YamlValue::Map(vec![(
            "k".into(),
            YamlValue::List(vec![
                value.clone(),
                YamlValue::List(vec![value.clone(), value.clone()]),
            ]),
        )]);
        for written in [document(&deep, None), document(&YamlValue::List(vec![deep.clone()]), None)]
        {
            let read: serde_yaml::Value = serde_yaml::from_str(&written).unwrap();
            let list = read.get("k").or_else(|| read.get(0)?.get("k")).unwrap();
            assert_eq!(list[0].as_str(), Some(text), "{written}");
            assert_eq!(list[1][0].as_str(), Some(text), "{written}");
            assert_eq!(list[1][1].as_str(), Some(text), "{written}");
            node::read(&written).unwrap();
        }
    }

    #[test]
    fn hostile_texts_are_quoted_and_clear_ones_are_not() {
        for text in HOSTILE {
            assert!(scalar(text, false).starts_with('"'), "{text:?} stands without quotes");
            reads_back(text);
        }
        for text in CLEAR {
            assert_eq!(scalar(text, false), *text);
            reads_back(text);
        }
        assert_eq!(scalar("a, b", true), "\"a, b\"");
    }

    #[test]
    fn several_lines_are_a_block_where_a_block_says_exactly_them() {
        let lay =
            |text: &str| document(&YamlValue::Map(vec![("k".into(), YamlValue::text(text))]), None);
        assert_eq!(lay("a\n\nb\n"), "k: |\n  a\n\n  b\n");
        assert_eq!(lay("a\nb"), "k: |-\n  a\n  b\n");
        assert_eq!(lay(" a\nb\n"), "k: |2\n   a\n  b\n");
        assert_eq!(lay("\n a\n"), "k: |2\n\n   a\n");
        assert_eq!(lay("a\n\n"), "k: \"a\\n\\n\"\n");
        assert_eq!(lay("a\r\nb\n"), "k: \"a\\r\\nb\\n\"\n");
        for text in [
            "a\n\nb\n",
            "a\nb",
            " a\nb\n",
            "\n a",
            "\n\na\n",
            "# a\n- b\n",
            "---\n...\n",
            "a\n  \n",
            "\n",
        ] {
            reads_back(text);
        }
    }

    #[test]
    fn a_document_is_laid_out_as_people_would() {
        let event = YamlValue::Map(vec![
            ("id".into(), YamlValue::text("p7kq2mza")),
            ("at".into(), YamlValue::plain("2019-01-24T12:56:00Z")),
            ("impact".into(), YamlValue::FlowMap(vec![("apps".into(), YamlValue::text("down"))])),
        ]);
        let value = YamlValue::Map(vec![
            ("title".into(), YamlValue::text("Power loss")),
            ("actions".into(), YamlValue::List(vec![])),
            (
                "services".into(),
                YamlValue::FlowList(vec![YamlValue::text("apps"), YamlValue::text("no")]),
            ),
            ("events".into(), YamlValue::List(vec![event])),
        ]);
        let comment = Some("yaml-language-server: $schema=x.json");
        assert_eq!(
            document(&value, comment),
            "# yaml-language-server: $schema=x.json\n\
             title: Power loss\nactions: []\nservices: [apps, \"no\"]\nevents:\n  - id: p7kq2mza\n    \
             at: 2019-01-24T12:56:00Z\n    impact: {apps: down}\n"
        );
    }

    #[test]
    fn a_token_that_cannot_stand_alone_is_quoted() {
        assert_eq!(inline(&YamlValue::plain("a: b"), false), "\"a: b\"");
        assert_eq!(inline(&YamlValue::plain("true"), false), "true");
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in any::<String>()) {
            reads_back(&text);
        }

        #[test]
        fn any_text_of_yaml_signs_reads_back(text in "[-?:,\\[\\]{}#&*!|>'\"%@` \\n\\ta-c01._~=<+e\u{85}\u{2028}]{0,12}") {
            reads_back(&text);
        }
    }
}
