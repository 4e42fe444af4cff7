//! Slack: a workspace's export (`CHANNEL/DATE.json` beside `users.json`), and dumps of one channel.

mod mrkdwn;

use super::file::ImportFile;
use super::json::{self, JsonNode};
use super::{ImportOptions, html};
use crate::compute::import::rank_of_micros;
use crate::model::imported::{ImportedEvent, ImportedIncident, ImportedIncidents, SkippedPart};
use crate::model::incident::Link;
use crate::model::time::{EventTime, Instant, OffsetTime, Zone};
use mrkdwn::Names;
use std::collections::{BTreeMap, BTreeSet};

/// What Slack itself writes into a channel, which tells nothing of an incident.
const NOISE: &[&str] = &[
    "channel_join",
    "channel_leave",
    "group_join",
    "group_leave",
    "bot_add",
    "bot_remove",
    "pinned_item",
    "unpinned_item",
    "channel_archive",
    "channel_unarchive",
    "reminder_add",
    "channel_convert_to_private",
    "channel_posting_permissions",
    "huddle_thread",
    "sh_room_created",
];

/// Under which keys a message has its replies.
const REPLIES: &[&str] = &["slackdump_thread_replies", "thread_replies", "replies", "thread"];

/// The files that tell who and what there is.
const LISTS: &[&str] = &["users.json", "channels.json", "groups.json", "dms.json", "mpims.json"];

/// Reads an export or dumps.
pub(super) fn read(files: &[ImportFile], options: &ImportOptions) -> ImportedIncidents {
    let mut reader = SlackReader {
        options,
        names: Names::default(),
        ids: BTreeMap::new(),
        channels: BTreeMap::new(),
        all: ImportedIncidents::default(),
    };
    let (lists, rest): (Vec<_>, Vec<_>) = files.iter().partition(|file| is_list(&file.inner));
    for file in lists {
        reader.list(file);
    }
    for file in rest.into_iter().filter(|file| !file.inner.ends_with("integration_logs.json")) {
        reader.messages(file);
    }
    reader.done()
}

fn is_list(path: &str) -> bool {
    LISTS.contains(&path.rsplit('/').next().unwrap_or_default())
}

/// A channel as it is being read.
#[derive(Default)]
struct Channel {
    name: String,
    place: String,
    events: Vec<ImportedEvent>,
    /// What was deleted since.
    deleted: BTreeSet<String>,
    /// The text of the first message of the thread that is wanted.
    thread: Option<String>,
}

struct SlackReader<'o> {
    options: &'o ImportOptions,
    names: Names,
    /// The ids of channels by their names.
    ids: BTreeMap<String, String>,
    /// By id.
    channels: BTreeMap<String, Channel>,
    all: ImportedIncidents,
}

impl SlackReader<'_> {
    /// Reads who or what there is.
    fn list(&mut self, file: &ImportFile) {
        let value = match json::parse(file) {
            Ok(value) => value,
            Err(skip) => return self.all.skipped.push(skip),
        };
        let root = JsonNode::root(file, &value);
        let is_users = file.inner.ends_with("users.json");
        for node in root.items().into_iter().flatten() {
            let Some(id) = node.said("id") else { continue };
            if is_users {
                self.names.user(id, &node);
            } else if let Some(name) = node.said("name") {
                self.ids.insert(name.clone(), id.clone());
                self.names.channel(id, name);
            }
        }
    }

    /// Reads a file of messages: those of a day, or all of a channel.
    fn messages(&mut self, file: &ImportFile) {
        let value = match json::parse(file) {
            Ok(value) => value,
            Err(skip) => return self.all.skipped.push(skip),
        };
        let root = JsonNode::root(file, &value);
        let list = root.get("messages").unwrap_or(root.clone());
        let Some(messages) = list.items() else {
            return self.all.skipped.push(root.skip("there are no messages in it"));
        };
        let named = root.said("name").or_else(|| root.said("channel_name"));
        let name = named.unwrap_or_else(|| folder_or_stem(&file.inner));
        let id =
            root.said("channel_id").or_else(|| root.said("id")).or_else(|| root.said("channel"));
        let id = id.or_else(|| self.ids.get(&name).cloned()).unwrap_or_else(|| name.clone());
        if !self.wants(&id, &name) {
            return;
        }
        let channel = self.channels.entry(id).or_default();
        if channel.place.is_empty() {
            (channel.place, channel.name) = (file.name.clone(), name);
        }
        let reading = MessageReader { options: self.options, names: &self.names };
        for message in messages {
            reading.read(&message, channel, &mut self.all.skipped);
        }
        let threads = root.get("threads").or_else(|| root.get("thread_messages"));
        for message in threads.iter().flat_map(every_message) {
            reading.read(&message, channel, &mut self.all.skipped);
        }
    }

    fn wants(&self, id: &str, name: &str) -> bool {
        let wanted = &self.options.channels;
        let is = |wanted: &String| {
            let wanted = wanted.trim_start_matches('#');
            wanted.eq_ignore_ascii_case(name) || wanted == id
        };
        wanted.is_empty() || wanted.iter().any(is)
    }

    fn done(mut self) -> ImportedIncidents {
        for (id, channel) in self.channels {
            let mut events = channel.events;
            events.retain(|event| !channel.deleted.contains(&event.key));
            let title = channel.thread.unwrap_or(format!("#{}", channel.name));
            let new = ImportedIncident::new(id, title, channel.place);
            if !events.is_empty() {
                self.all.incidents.push(ImportedIncident { events, ..new });
            }
        }
        self.all
    }
}

/// Returns the messages in a list, or in lists by the time of their first message.
fn every_message<'v>(node: &JsonNode<'v>) -> Vec<JsonNode<'v>> {
    if let Some(items) = node.items() {
        return items.collect();
    }
    let keys = node.value.as_object().into_iter().flat_map(|map| map.keys());
    let lists = keys.filter_map(|key| node.get(key));
    lists.filter_map(|list| list.items()).flatten().collect()
}

/// Reads messages.
struct MessageReader<'r> {
    options: &'r ImportOptions,
    names: &'r Names,
}

impl MessageReader<'_> {
    /// Reads a message and its replies.
    fn read(&self, node: &JsonNode<'_>, channel: &mut Channel, skipped: &mut Vec<SkippedPart>) {
        if let Err(skip) = self.message(node, channel) {
            skipped.push(skip);
        }
        // Replies have none of their own.
        for replies in REPLIES.iter().filter_map(|key| node.get(key)) {
            for reply in replies.items().into_iter().flatten().filter(|it| it.get("text").is_some())
            {
                if let Err(skip) = self.message(&reply, channel) {
                    skipped.push(skip);
                }
            }
        }
    }

    fn message(&self, node: &JsonNode<'_>, channel: &mut Channel) -> Result<(), SkippedPart> {
        let subtype = node.said("subtype").unwrap_or_default();
        match subtype.as_str() {
            "message_deleted" => {
                channel.deleted.extend(node.said("deleted_ts"));
                return Ok(());
            }
            "message_changed" => match node.get("message") {
                Some(inner) => return self.message(&inner, channel),
                None => return Err(node.skip("a changed message has no `message`")),
            },
            // It stands where a message was that was deleted and has replies.
            "tombstone" => {
                channel.deleted.extend(node.said("ts"));
                return Ok(());
            }
            noise if NOISE.contains(&noise) && !self.options.all => return Ok(()),
            _ => {}
        }
        let ts = node.said("ts").ok_or_else(|| node.skip("a message needs a `ts`"))?;
        let time =
            time(&ts).ok_or_else(|| node.skip(format!("`{}` is not a time", json::short(&ts))))?;
        let text = self.text(node);
        let root = node.said("thread_ts").unwrap_or_else(|| ts.clone());
        if let Some(wanted) = self.options.thread.as_deref().map(thread_of) {
            if root != wanted {
                return Ok(());
            }
            if ts == wanted {
                let first = text.lines().next().unwrap_or_default();
                channel.thread = Some(first.chars().take(80).collect());
            }
        }
        if !self.is_pinned(node) || text.is_empty() {
            return Ok(());
        }
        let by = self.names.author(node);
        channel.events.push(ImportedEvent {
            place: node.place(),
            rank: rank_of_micros(micros(&ts)),
            revised: node.at(&["edited", "ts"]).and_then(|ts| time_of(&ts.text()?)),
            by: by.shown,
            aliases: by.others,
            url: node.said("permalink"),
            links: files(node),
            ..ImportedEvent::note(ts, time, text)
        });
        Ok(())
    }

    /// Returns whether a message has the reaction that is wanted.
    fn is_pinned(&self, node: &JsonNode<'_>) -> bool {
        let Some(pin) = &self.options.pin else { return true };
        let pin = pin.trim_matches(':');
        let reactions = node.get("reactions");
        let mut names = reactions.iter().flat_map(|all| all.items().into_iter().flatten());
        // A skin tone follows the name behind two colons.
        names.any(|it| it.said("name").is_some_and(|name| name.split("::").next() == Some(pin)))
    }

    /// Returns what a message says: its text, or else its blocks, and what is attached to it.
    fn text(&self, node: &JsonNode<'_>) -> String {
        let mut parts = vec![];
        match node.said("text") {
            Some(text) => parts.push(self.names.decoded(&text)),
            None => parts.push(self.names.decoded(&mrkdwn::blocks(node))),
        }
        for one in node.get("attachments").iter().flat_map(|all| all.items().into_iter().flatten())
        {
            let told = ["pretext", "title", "text"].map(|key| one.said(key));
            let told: Vec<_> = told.into_iter().flatten().collect();
            let told =
                if told.is_empty() { one.said("fallback").into_iter().collect() } else { told };
            let text = self.names.decoded(&told.join("\n"));
            // A preview of a link or of another message repeats what is there.
            let is_preview = one.get("is_msg_unfurl").is_some() || one.said("from_url").is_some();
            if !is_preview && !parts.iter().any(|part| part.contains(&text)) {
                parts.push(text);
            }
        }
        for name in file_nodes(node).iter().filter_map(file_name) {
            if !parts.iter().any(|part| part.contains(&name)) {
                parts.push(format!("[file: {name}]"));
            }
        }
        parts.retain(|part| !part.trim().is_empty());
        html::tidy(&parts.join("\n"))
    }
}

fn file_nodes<'v>(node: &JsonNode<'v>) -> Vec<JsonNode<'v>> {
    let mut all: Vec<_> =
        node.get("files").iter().flat_map(|all| all.items().into_iter().flatten()).collect();
    all.extend(node.get("file").filter(|file| file.value.is_object()));
    all
}

fn file_name(file: &JsonNode<'_>) -> Option<String> {
    file.said("title").or_else(|| file.said("name"))
}

/// Returns where the files of a message are; addresses that hold a token are left out.
fn files(node: &JsonNode<'_>) -> Vec<Link> {
    let link = |file: &JsonNode<'_>| {
        let url = file.said("permalink").filter(|url| !url.contains('?'))?;
        Some(Link { title: file_name(file), url })
    };
    file_nodes(node).iter().filter_map(link).collect()
}

/// Reads Slack's time: seconds since 1970, and the order in the second behind the point.
fn time(ts: &str) -> Option<EventTime> {
    Some(EventTime::exact(OffsetTime::in_zone(time_of(ts)?, Zone::UTC)))
}

fn time_of(ts: &str) -> Option<Instant> {
    let (seconds, part) = ts.split_once('.').unwrap_or((ts, ""));
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = (1..=12).contains(&seconds.len()) && is_plain(seconds) && is_plain(part);
    Instant::from_epoch(seconds.parse().ok().filter(|_| fits)?)
}

fn micros(ts: &str) -> u32 {
    let part: String = ts.split_once('.').map_or("", |(_, part)| part).chars().take(6).collect();
    format!("{part:0<6}").parse().unwrap_or(0)
}

/// Returns the time of a thread's first message, from that or from the thread's address.
fn thread_of(typed: &str) -> String {
    let last = typed.rsplit('/').next().unwrap_or(typed);
    let asked = typed.split(['?', '&']).find_map(|part| part.strip_prefix("thread_ts="));
    let digits = last.split('?').next().unwrap_or(last).strip_prefix('p').unwrap_or(last);
    match (asked, digits.split_at_checked(digits.len().saturating_sub(6))) {
        (Some(asked), _) => asked.to_owned(),
        (None, Some((seconds, micros))) if !digits.contains('.') && typed.contains('/') => {
            format!("{seconds}.{micros}")
        }
        _ => digits.to_owned(),
    }
}

/// Returns the name of the folder that a day's file lies in, or that of a dump's file.
fn folder_or_stem(path: &str) -> String {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let stem = file.strip_suffix(".json").unwrap_or(file);
    let is_day = stem.len() == 10 && stem.starts_with(|c: char| c.is_ascii_digit());
    parts.next().filter(|_| is_day).unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests;
