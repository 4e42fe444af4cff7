//! Slack's own markup: mentions, links and entities, and the texts of blocks.

use super::super::html;
use super::super::json::JsonNode;
use serde_json::Value;
use std::collections::BTreeMap;

/// How deep blocks may be nested before nobody reads on.
const DEEPEST: usize = 12;

/// Who and what there is, by id.
#[derive(Default)]
pub(super) struct Names {
    users: BTreeMap<String, UserNames>,
    channels: BTreeMap<String, String>,
}

/// What a person is called.
#[derive(Clone, Default)]
pub(super) struct UserNames {
    /// As others see it.
    pub(super) shown: Option<String>,
    /// Other names, and the id.
    pub(super) others: Vec<String>,
}

impl Names {
    /// Notes a person.
    pub(super) fn user(&mut self, id: String, node: &JsonNode<'_>) {
        let profile = |key| {
            node.at(&["profile", key]).and_then(|n| n.text()).filter(|n| !n.trim().is_empty())
        };
        let names = [
            profile("display_name"),
            profile("real_name"),
            node.said("real_name"),
            node.said("name"),
        ];
        let mut names: Vec<_> = names.into_iter().flatten().collect();
        let shown = names.first().cloned();
        names.push(id.clone());
        self.users.insert(id, UserNames { shown, others: names });
    }

    /// Notes a channel.
    pub(super) fn channel(&mut self, id: String, name: String) {
        self.channels.insert(id, name);
    }

    /// Returns who wrote a message.
    pub(super) fn author(&self, node: &JsonNode<'_>) -> UserNames {
        let user =
            node.said("user").or_else(|| node.at(&["comment", "user"]).and_then(|n| n.text()));
        if let Some(known) = user.as_ref().and_then(|id| self.users.get(id)) {
            return known.clone();
        }
        let told = ["display_name", "real_name", "name"];
        let told = told
            .into_iter()
            .find_map(|key| node.at(&["user_profile", key])?.text().filter(|n| !n.is_empty()));
        let bot = || node.said("username").or_else(|| node.at(&["bot_profile", "name"])?.text());
        let shown = told.or_else(bot).or_else(|| user.clone()).or_else(|| node.said("bot_id"));
        UserNames { shown, others: user.into_iter().collect() }
    }

    /// Returns a text as people read it.
    pub(super) fn decoded(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            let (before, tag) = rest.split_at(start);
            out.push_str(before);
            let inner = tag.find('>').and_then(|end| Some((tag.get(1..end)?, tag.get(end + 1..)?)));
            match inner {
                Some((inner, after)) if !inner.is_empty() && !inner.contains('<') => {
                    out.push_str(&self.reference(inner));
                    rest = after;
                }
                _ => {
                    out.push('<');
                    rest = tag.get(1..).unwrap_or_default();
                }
            }
        }
        out.push_str(rest);
        // Last, for an entity may be a bracket that somebody typed.
        html::entities(&out)
    }

    /// Returns what stands for a mention or a link.
    fn reference(&self, inner: &str) -> String {
        let (what, label) = inner.split_once('|').unwrap_or((inner, ""));
        let label = label.trim();
        let or = |known: Option<&String>| match (label, known) {
            ("", known) => {
                known.map_or(what.get(1..).unwrap_or_default(), String::as_str).to_owned()
            }
            (label, _) => label.to_owned(),
        };
        match what.chars().next() {
            Some('@') => {
                let user = self.users.get(what.get(1..).unwrap_or_default());
                let shown = user.and_then(|user| user.shown.as_ref());
                format!("@{}", shown.cloned().unwrap_or_else(|| or(None)))
            }
            Some('#') => format!("#{}", or(self.channels.get(what.get(1..).unwrap_or_default()))),
            Some('!') => special(what, label),
            _ if label.is_empty() || label == what => what.to_owned(),
            // An address that only repeats its label.
            _ if what.strip_prefix("mailto:") == Some(label)
                || what.ends_with(&format!("//{label}")) =>
            {
                label.to_owned()
            }
            _ => format!("{label} ({what})"),
        }
    }
}

/// Returns what stands for `<!here>`, a group or a date.
fn special(what: &str, label: &str) -> String {
    let name = what.strip_prefix('!').unwrap_or(what);
    match name.split('^').next() {
        Some("subteam" | "date") if !label.is_empty() => label.to_owned(),
        Some(word) => format!("@{word}"),
        None => String::new(),
    }
}

/// Returns the texts of a message's blocks, in Slack's markup.
pub(super) fn blocks(node: &JsonNode<'_>) -> String {
    let mut out = String::new();
    if let Some(blocks) = node.get("blocks") {
        texts(blocks.value, 0, &mut out);
    }
    out
}

fn texts(value: &Value, depth: usize, out: &mut String) {
    if depth > DEEPEST {
        return;
    }
    if let Some(items) = value.as_array() {
        return items.iter().for_each(|item| texts(item, depth + 1, out));
    }
    let text = |key| value.get(key).and_then(Value::as_str);
    let kind = text("type").unwrap_or_default();
    match (kind, text("text"), text("user_id"), text("url")) {
        ("user", _, Some(user), _) => *out += &format!("<@{user}>"),
        ("channel", ..) => *out += &format!("<#{}>", text("channel_id").unwrap_or_default()),
        ("link", Some(label), _, Some(url)) => *out += &format!("<{url}|{label}>"),
        ("link", None, _, Some(url)) => *out += &format!("<{url}>"),
        ("emoji", ..) => *out += &format!(":{}:", text("name").unwrap_or_default()),
        ("broadcast", ..) => *out += &format!("<!{}>", text("range").unwrap_or_default()),
        (_, Some(words), ..) => *out += words,
        _ => {
            for key in ["text", "fields", "elements"] {
                if let Some(inner) = value.get(key) {
                    texts(inner, depth + 1, out);
                }
            }
            // Each of these is a line or several.
            let is_block =
                kind.starts_with("rich_text") || ["section", "header", "context"].contains(&kind);
            if is_block && !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
        }
    }
}
