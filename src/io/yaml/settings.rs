//! Reads `recount.yaml` into the settings of a record.

use super::fields::{self, Diagnostics, FieldReader, entries, list, parsed, text};
use super::incident::date;
use super::node::{Node, NodeKind};
use crate::io::yaml;
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::{CustomFieldKind, Milestone, Name};
use crate::model::settings::{
    AcceptedFinding, Calendar, Checks, CustomFieldSetting, DurationSetting, Hours, ServiceSetting,
    Settings, SyncSettings,
};
use crate::model::time::{self, Span, duration};

/// Reads the text of a `recount.yaml`; what cannot be read keeps its default and is reported.
///
/// # Errors
/// The one problem that keeps the whole file from being read, such as a syntax error.
pub fn read(text: &str) -> Result<(Settings, Diagnostics), Diagnostic> {
    let root = yaml::tree(text)?;
    let mut problems = vec![];
    if matches!(root.what, NodeKind::Null) {
        return Ok((Settings::default(), problems));
    }
    let Some(fields) = FieldReader::open(&root, "the settings", &mut problems) else {
        return Err(problems.remove(0));
    };
    let settings = settings(fields, &mut problems);
    problems.sort_by_key(|p| p.place);
    Ok((settings, problems))
}

fn settings(mut f: FieldReader<'_, '_>, problems: &mut Diagnostics) -> Settings {
    let default = Settings::default();
    let severities = f.take("severities").map(|n| names(n, problems)).filter(|s| !s.is_empty());
    let settings = Settings {
        zone: f
            .take("timezone")
            .and_then(|n| parsed(n, problems, time::read_zone))
            .map_or(default.zone, |p| p.value),
        services: f.take("services").map_or(vec![], |n| services(n, problems)),
        severities: severities.unwrap_or(default.severities),
        milestones: f.take("milestones").map_or(vec![], |n| milestones(n, problems)),
        durations: f.take("durations").map_or(vec![], |n| list(n, problems, duration)),
        calendars: f.take("calendars").map_or(vec![], |n| named(n, problems, calendar)),
        objectives: f.take("objectives").map_or(vec![], |n| named(n, problems, spans)),
        cadence: f.take("cadence").and_then(|n| spans(n, problems)).unwrap_or_default(),
        approximate: f
            .take("approximate")
            .and_then(|n| parsed(n, problems, duration::read_span))
            .map_or(default.approximate, |p| p.value),
        fields: f.take("fields").map_or(vec![], |n| custom_fields(n, problems)),
        format: f
            .take("format")
            .and_then(|n| parsed(n, problems, format_number))
            .map_or(default.format, |p| p.value),
        secrets: f
            .take("secrets")
            .and_then(|n| parsed(n, problems, str::parse))
            .map_or(default.secrets, |p| p.value),
        commit: f.take("commit").and_then(|n| fields::truth(n, problems)).unwrap_or(default.commit),
        sync: f.take("sync").and_then(|n| sync(n, problems)).unwrap_or_default(),
        site_url: f.take("site").and_then(|n| site(n, problems)),
        import_severities: f.take("import").map_or(vec![], |n| import_severities(n, problems)),
        check: f.take("check").and_then(|n| checks(n, problems)).unwrap_or_default(),
    };
    f.close(problems);
    settings
}

/// Reads the fields of the record's own: a word says what one holds, a list is a choice.
fn custom_fields(node: &Node<'_>, problems: &mut Diagnostics) -> Vec<CustomFieldSetting> {
    let kind = |n: &Node<'_>, p: &mut Diagnostics| match &n.what {
        NodeKind::List(_) => Some(CustomFieldKind::Choice(list(n, p, text))),
        _ => parsed(n, p, CustomFieldKind::of_word).map(|kind| kind.value),
    };
    let setting = |(name, kind)| CustomFieldSetting { name, kind };
    named(node, problems, kind).into_iter().map(setting).collect()
}

/// Reads the version of the files.
fn format_number(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("`{text}` is no version of the files: write 1 or 2"))
}

fn names(node: &Node<'_>, problems: &mut Diagnostics) -> Vec<Name> {
    list(node, problems, fields::word).into_iter().map(|p| p.value).collect()
}

/// Reads the record's own milestones; `claim` is the word of a policy for the customer's own report.
fn milestones(node: &Node<'_>, problems: &mut Diagnostics) -> Vec<Name> {
    let name = |text: &str| match text {
        "claim" => {
            Err("`claim` can't be a milestone: policies mean the customer's own report by it"
                .to_owned())
        }
        other => other.parse::<Name>().map_err(|e| e.to_string()),
    };
    let read = |n: &Node<'_>, p: &mut Diagnostics| parsed(n, p, name);
    list(node, problems, read).into_iter().map(|p| p.value).collect()
}

/// Reads a map from names to what `read` makes of each value.
fn named<T>(
    node: &Node<'_>,
    problems: &mut Diagnostics,
    read: impl Fn(&Node<'_>, &mut Diagnostics) -> Option<T>,
) -> Vec<(Name, T)> {
    let mut found = vec![];
    for entry in entries(node, problems) {
        let name = fields::key(entry, problems);
        found.extend(name.zip(read(&entry.value, problems)));
    }
    found
}

/// Reads the services: a map from names to what they are called, or a list of names.
fn services(node: &Node<'_>, problems: &mut Diagnostics) -> Vec<ServiceSetting> {
    if matches!(node.what, NodeKind::List(_)) {
        let bare = |id| ServiceSetting { id, name: None, public: None, after: vec![] };
        return names(node, problems).into_iter().map(bare).collect();
    }
    let mut found = vec![];
    for entry in entries(node, problems) {
        let Some(id) = fields::key(entry, problems) else { continue };
        found.push(service(id, &entry.value, problems));
    }
    found
}

fn service(id: Name, node: &Node<'_>, problems: &mut Diagnostics) -> ServiceSetting {
    let bare = ServiceSetting { id, name: None, public: None, after: vec![] };
    match &node.what {
        NodeKind::Null => return bare,
        NodeKind::Text(name) => return ServiceSetting { name: Some(name.to_string()), ..bare },
        NodeKind::List(_) | NodeKind::Map(_) => {}
    }
    let Some(mut f) = FieldReader::open(node, "a service", problems) else { return bare };
    let service = ServiceSetting {
        name: f.take("name").and_then(|n| text(n, problems)),
        public: f.take("public").and_then(|n| text(n, problems)),
        after: f.take("after").map_or(vec![], |n| names(n, problems)),
        ..bare
    };
    f.close(problems);
    service
}

fn duration(node: &Node<'_>, problems: &mut Diagnostics) -> Option<DurationSetting> {
    let mut f = FieldReader::open(node, "a duration", problems)?;
    let name = f.need("name", problems).and_then(|n| fields::word(n, problems));
    let from = f.need("from", problems).and_then(|n| fields::word::<Milestone>(n, problems));
    let to = f.need("to", problems).and_then(|n| fields::word::<Milestone>(n, problems));
    let clock = f.take("clock").and_then(|n| fields::word(n, problems)).map(|p| p.value);
    f.close(problems);
    Some(DurationSetting { name: name?.value, from: from?.value, to: to?.value, clock })
}

fn calendar(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Calendar> {
    let mut f = FieldReader::open(node, "a calendar", problems)?;
    let hours = hours(&mut f, problems);
    let zone =
        f.take("timezone").and_then(|n| parsed(n, problems, time::read_zone)).map(|p| p.value);
    let holidays =
        f.take("holidays").map_or(vec![], |n| list(n, problems, date)).into_iter().collect();
    f.close(problems);
    Some(Calendar { hours: hours?, zone, holidays })
}

/// Reads `days`, `from` and `to`; absent, they are every day from 00:00 to 24:00.
pub(super) fn hours(f: &mut FieldReader<'_, '_>, problems: &mut Diagnostics) -> Option<Hours> {
    let place = f.place();
    let week = week(f, problems);
    let from =
        f.take("from").and_then(|n| parsed(n, problems, minute_of_day)).map_or(0, |p| p.value);
    let to =
        f.take("to").and_then(|n| parsed(n, problems, minute_of_day)).map_or(1440, |p| p.value);
    let hours = Hours::new(week, from, to);
    if hours.is_none() {
        let message = "these hours end before they begin";
        problems.push(
            Diagnostic::error("value", place, message).help("`from` is before `to`, at most 24:00"),
        );
    }
    hours
}

/// Reads `days`; absent, it is every day.
pub(super) fn week(f: &mut FieldReader<'_, '_>, problems: &mut Diagnostics) -> [bool; 7] {
    let days = f.take("days").map(|n| list(n, problems, |n, p| parsed(n, p, weekday)));
    let mut week = [days.is_none(); 7];
    for day in days.unwrap_or_default() {
        if let Some(slot) = week.get_mut(day.value) {
            *slot = true;
        }
    }
    week
}

fn weekday(text: &str) -> Result<usize, String> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    DAYS.iter()
        .position(|d| *d == text)
        .ok_or_else(|| crate::model::incident::names::unknown("day", text, &DAYS))
}

/// Reads a time of day in minutes since midnight; 24:00 is the last.
pub(super) fn minute_of_day(text: &str) -> Result<u32, String> {
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        let two = |t: &str| (t.len() == 2).then(|| t.parse::<u32>().ok()).flatten();
        let (hour, minute) = (two(hour)?, two(minute)?);
        (minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
    };
    read().ok_or_else(|| format!("`{text}` is not a time of day from 00:00 to 24:00"))
}

fn spans(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Vec<(Name, Span)>> {
    let span = |n: &Node<'_>, problems: &mut Diagnostics| {
        parsed(n, problems, duration::read_span).map(|p| p.value)
    };
    Some(named(node, problems, span))
}

fn sync(node: &Node<'_>, problems: &mut Diagnostics) -> Option<SyncSettings> {
    let mut f = FieldReader::open(node, "the settings of `sync`", problems)?;
    let name = |n: &Node<'_>, p: &mut Diagnostics| parsed(n, p, git_name).map(|name| name.value);
    let sync = SyncSettings {
        remote: f.take("remote").and_then(|n| name(n, problems)),
        branch: f.take("branch").and_then(|n| name(n, problems)),
        auto: f.take("auto").and_then(|n| fields::truth(n, problems)).unwrap_or(false),
    };
    f.close(problems);
    Some(sync)
}

/// Reads the name of a remote or a branch: a record can come from anybody, and git takes an address or an option there, too.
fn git_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./+#@".contains(c);
    let is_name = !text.is_empty() && text.chars().all(is_plain);
    match is_name && !text.starts_with(['-', '/', '.']) && !text.contains("..") {
        true => Ok(text.to_owned()),
        false => Err(format!("`{text}` is no name of a remote or a branch")),
    }
}

/// Reads where the site is published.
fn site(node: &Node<'_>, problems: &mut Diagnostics) -> Option<String> {
    let mut f = FieldReader::open(node, "the settings of `site`", problems)?;
    let url = f.take("url").and_then(|n| parsed(n, problems, web_address));
    f.close(problems);
    url.map(|url| url.value)
}

/// Reads an address of the web to which paths can be added.
fn web_address(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_graphic() && !"\"'<>\\^`{|}?#".contains(c);
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(fits))
    {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err(format!(
            "`{text}` is no address to publish at: write one such as https://status.example.com"
        )),
    }
}

/// Reads which severity other systems' words mean: their words may have blanks.
fn import_severities(node: &Node<'_>, problems: &mut Diagnostics) -> Vec<(String, Name)> {
    let Some(mut f) = FieldReader::open(node, "the settings of `import`", problems) else {
        return vec![];
    };
    let words = f.take("severities").map_or(&[][..], |n| entries(n, problems));
    let mut found = vec![];
    for entry in words {
        let severity = fields::word(&entry.value, problems);
        found.extend(severity.map(|severity| (entry.key.to_string(), severity.value)));
    }
    f.close(problems);
    found
}

fn checks(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Checks> {
    let mut f = FieldReader::open(node, "the settings of `check`", problems)?;
    let silences = f.take("silence").map_or(vec![], |n| list(n, problems, silence));
    let blaming = f.take("blaming").map(|n| list(n, problems, |n, p| parsed(n, p, phrase)));
    f.close(problems);
    let blaming = blaming.map(|all| all.into_iter().map(|p| p.value).collect());
    Some(Checks { silences, blaming: blaming.unwrap_or(Checks::default().blaming) })
}

fn silence(node: &Node<'_>, problems: &mut Diagnostics) -> Option<AcceptedFinding> {
    let mut f = FieldReader::open(node, "a silence", problems)?;
    let code = f.need("code", problems).and_then(|n| fields::word(n, problems));
    let incident = f.take("incident").map(|n| fields::word(n, problems));
    let id = f.take("id").map(|n| fields::word(n, problems));
    let policy = f.take("policy").map(|n| fields::word(n, problems));
    let reason = f.need("reason", problems).and_then(|n| parsed(n, problems, phrase));
    f.close(problems);
    // A scope that cannot be read must not widen to everything.
    let slips = [id.as_ref(), policy.as_ref()].into_iter().flatten().any(Option::is_none);
    if incident.as_ref().is_some_and(Option::is_none) || slips {
        return None;
    }
    Some(AcceptedFinding {
        code: code?,
        incident: incident.flatten().map(|p| p.value),
        id: id.flatten().map(|p| p.value),
        policy: policy.flatten().map(|p| p.value),
        reason: reason?.value,
        place: node.place,
    })
}

/// Reads words, of which there must be one.
fn phrase(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("this says nothing"),
        words => Ok(words.to_owned()),
    }
}
