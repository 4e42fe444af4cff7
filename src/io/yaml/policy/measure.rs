//! Reads what counts as downtime, and what does not.

use super::{at_least, duration_promise, length, number, read_or, span};
use crate::io::yaml::fields::{Diagnostics, FieldReader, list, parsed, word};
use crate::io::yaml::incident::date;
use crate::io::yaml::node::{Node, NodeKind};
use crate::io::yaml::settings;
use crate::model::diagnostic::{Diagnostic, Spanned};
use crate::model::sla::{
    Applies, BusinessDayCount, BusinessDays, Denominator, Exclude, Granularity, MaintenanceRule,
    Measure, MeasureKind, Notice, Partial, Quota, ServiceClock, ServiceHours, StateWeight, Weights,
    Window,
};
use crate::model::time::Span;
use crate::model::time::duration::read_span;

/// Returns how uptime is measured where a policy says nothing of it.
pub(super) fn default() -> Measure {
    Measure {
        kind: MeasureKind::Downtime,
        weights: Weights::default(),
        starts_at: None,
        min_duration: None,
        min_duration_applies: Applies::AfterExclusions,
        granularity: Granularity::Exact,
        service_hours: None,
        denominator: Denominator::Calendar,
        partial: Partial::Available,
    }
}

/// Reads how uptime is measured.
pub(super) fn read(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Measure> {
    let mut f = FieldReader::open(node, "`measure`", problems)?;
    let kind = f.take("kind").and_then(|n| parsed(n, problems, kind_word));
    let kind = kind.map_or(MeasureKind::Downtime, |p| p.value);
    let kind = with_interval(kind, &mut f, problems);
    let promise = match f.take("kind").and_then(Node::text) {
        Some("duration") => Some(duration_promise::promise(&mut f, problems)?),
        _ => {
            duration_promise::refuse_keys(node, problems);
            for key in ["name", "severities", "clock"] {
                f.take(key);
            }
            None
        }
    };
    let kind = promise.map_or(kind, MeasureKind::Duration);
    let default = default();
    let measure = Measure {
        kind: kind.clone(),
        weights: f.take("weights").and_then(|n| weights(n, problems)).unwrap_or_default(),
        starts_at: f.take("starts_at").and_then(|n| word(n, problems)),
        min_duration: f.take("min_duration").and_then(|n| at_least(n, problems, read_span)),
        min_duration_applies: read_or(
            &mut f,
            "min_duration_applies",
            default.min_duration_applies,
            problems,
        ),
        granularity: read_or(&mut f, "granularity", default.granularity, problems),
        service_hours: f.take("service_hours").and_then(|n| hours(n, problems)),
        denominator: f
            .take("denominator")
            .and_then(|n| denominator(n, problems))
            .unwrap_or(default.denominator),
        partial: read_or(&mut f, "partial", default.partial, problems),
    };
    f.close(problems);
    if kind != MeasureKind::Downtime {
        refuse_downtime_keys(node, &kind, problems);
    }
    Some(measure)
}

fn kind_word(text: &str) -> Result<MeasureKind, String> {
    let interval = Span::ZERO;
    let kinds = [
        MeasureKind::Downtime,
        MeasureKind::ErrorRate { interval },
        MeasureKind::Requests,
        MeasureKind::Scores,
    ];
    // What a promise about durations is about stands in keys of its own.
    if text == "duration" {
        return Ok(MeasureKind::Downtime);
    }
    let known: Vec<_> = kinds.iter().map(MeasureKind::as_str).chain(["duration"]).collect();
    let found = kinds.into_iter().find(|k| k.as_str() == text);
    found.ok_or_else(|| crate::model::incident::names::unknown("kind of measure", text, &known))
}

/// Reads the `interval` that an error rate needs and nothing else has.
fn with_interval(
    kind: MeasureKind,
    f: &mut FieldReader<'_, '_>,
    problems: &mut Diagnostics,
) -> MeasureKind {
    if let MeasureKind::ErrorRate { .. } = kind {
        let interval = f.need("interval", problems).and_then(|n| length(n, problems));
        return MeasureKind::ErrorRate { interval: interval.unwrap_or(Span::minutes(5)) };
    }
    if let Some(node) = f.take("interval") {
        let message = "`interval` goes with `kind: error-rate` alone";
        problems.push(Diagnostic::error("contradiction", node.place, message));
    }
    kind
}

/// Reports keys that are about incidents in a policy that reads measurements.
fn refuse_downtime_keys(node: &Node<'_>, kind: &MeasureKind, problems: &mut Diagnostics) {
    let keys = [
        "weights",
        "starts_at",
        "min_duration",
        "min_duration_applies",
        "granularity",
        "service_hours",
        "denominator",
    ];
    let partial = kind.duration().map(|_| "partial");
    for key in keys.into_iter().chain(partial) {
        if let Some(node) = node.get(key) {
            let message =
                format!("`{key}` is about downtime, and `kind: {}` counts none", kind.as_str());
            problems.push(Diagnostic::error("contradiction", node.place, message));
        }
    }
}

fn weights(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Weights> {
    let mut f = FieldReader::open(node, "`weights`", problems)?;
    let default = Weights::default();
    let weight =
        |f: &mut FieldReader<'_, '_>, key, default: StateWeight, problems: &mut Diagnostics| {
            f.take(key).and_then(|n| word(n, problems)).map_or(default, |p| p.value)
        };
    let weights = Weights {
        down: weight(&mut f, "down", default.down, problems),
        degraded: weight(&mut f, "degraded", default.degraded, problems),
        maintenance: weight(&mut f, "maintenance", default.maintenance, problems),
    };
    f.close(problems);
    Some(weights)
}

fn hours(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Spanned<ServiceHours>> {
    let mut f = FieldReader::open(node, "`service_hours`", problems)?;
    let calendar = f.take("calendar").map(|n| word(n, problems));
    let own = ["days", "from", "to"].into_iter().find(|key| node.get(key).is_some());
    let days = settings::week(&mut f, problems);
    let clock = |n: &Node<'_>, p: &mut Diagnostics| parsed(n, p, settings::minute_of_day);
    let from = f.take("from").map_or(Some(0), |n| Some(clock(n, problems)?.value));
    let to = f.take("to").map_or(Some(1440), |n| Some(clock(n, problems)?.value));
    let holidays = f.take("holidays").map_or(vec![], |n| list(n, problems, date));
    f.close(problems);
    let mut refuse = |message: &str| {
        problems.push(Diagnostic::error("contradiction", node.place, message));
        None
    };
    let clock = match (calendar, own) {
        (Some(_), Some(key)) => {
            return refuse(&format!(
                "a calendar has its own hours: `{key}` has no place beside it"
            ));
        }
        (Some(name), None) => ServiceClock::Calendar(name?.value),
        (None, _) => ServiceClock::Own { days, from: from?, to: to? },
    };
    if matches!(clock, ServiceClock::Own { from, to, .. } if from == to || from == 1440) {
        return refuse("these hours end when they begin: for the whole day, write 00:00 and 24:00");
    }
    Some(Spanned { value: ServiceHours { clock, holidays }, place: node.place })
}

fn denominator(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Denominator> {
    if let NodeKind::Text(_) = node.what {
        let read = |text: &str| match text {
            "calendar" => Ok(Denominator::Calendar),
            "minus-maintenance" => Ok(Denominator::MinusMaintenance),
            other => Err(format!(
                "`{other}` is no denominator: write calendar, minus-maintenance or {{minutes: 43200}}"
            )),
        };
        return parsed(node, problems, read).map(|p| p.value);
    }
    let mut f = FieldReader::open(node, "a denominator", problems)?;
    let minutes = f.need("minutes", problems).and_then(|n| number(n, 1..=10_000_000, problems));
    f.close(problems);
    Some(Denominator::Fixed(Span::minutes(minutes?.into())))
}

/// Reads what does not count.
pub(super) fn exclude(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Exclude> {
    let mut f = FieldReader::open(node, "`exclude`", problems)?;
    let exclude = Exclude {
        maintenance: f.take("maintenance").and_then(|n| excuse(n, problems)),
        attribution: f.take("attribution").map_or(vec![], |n| list(n, problems, word)),
    };
    f.close(problems);
    Some(exclude)
}

fn excuse(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Spanned<MaintenanceRule>> {
    let mut f = FieldReader::open(node, "excused maintenance", problems)?;
    let notice = notice(&mut f, problems);
    let quota = quota(&mut f, problems);
    let max_each = f.take("max_each").and_then(|n| length(n, problems));
    let emergency = f.take("emergency");
    let late = emergency.and_then(|n| emergency_quota(n, problems));
    f.close(problems);
    if let (Some(node), None) = (emergency, &notice) {
        let message = "`emergency` is for windows with less than the `notice`, and there is none";
        problems.push(Diagnostic::error("contradiction", node.place, message));
    }
    let rule = MaintenanceRule { notice, quota, max_each, emergency: late };
    Some(Spanned { value: rule, place: node.place })
}

/// Reads a length, or a number of business days by a calendar.
fn notice(f: &mut FieldReader<'_, '_>, problems: &mut Diagnostics) -> Option<Notice> {
    let node = f.take("notice");
    let calendar = f.take("calendar");
    let business = node.and_then(|n| n.text()).is_some_and(|text| text.contains("business"));
    if !business {
        if let Some(calendar) = calendar {
            let message = "`calendar` goes with `notice: 5 business days`";
            problems.push(Diagnostic::error("contradiction", calendar.place, message));
        }
        return node.and_then(|n| span(n, problems)).map(Notice::Length);
    }
    business_days(node?, calendar, problems).map(Notice::BusinessDays)
}

/// Reads a number of business days and the calendar that they need.
pub(super) fn business_days(
    node: &Node<'_>,
    calendar: Option<&Node<'_>>,
    problems: &mut Diagnostics,
) -> Option<BusinessDays> {
    let days = word::<BusinessDayCount>(node, problems);
    let Some(calendar) = calendar else {
        let message = "business days need `calendar`, the name of one of recount.yaml";
        problems.push(Diagnostic::error("missing-key", node.place, message));
        return None;
    };
    let calendar = word(calendar, problems);
    Some(BusinessDays { days: days?.value.0, calendar: calendar?.value })
}

/// Reads `quota` and `per`.
fn quota(f: &mut FieldReader<'_, '_>, problems: &mut Diagnostics) -> Option<Quota> {
    let time = f.take("quota").and_then(|n| span(n, problems));
    let per = f.take("per");
    let window = per.map(|n| word(n, problems));
    match (time, per) {
        (None, Some(per)) => {
            let message = "`per` goes with a `quota`";
            problems.push(Diagnostic::error("contradiction", per.place, message));
            None
        }
        (time, _) => {
            let per = window.map_or(Some(Window::Month), |w| Some(w?.value))?;
            Some(Quota { time: time?, per })
        }
    }
}

fn emergency_quota(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Quota> {
    let mut f = FieldReader::open(node, "`emergency`", problems)?;
    let quota = quota(&mut f, problems);
    f.close(problems);
    if quota.is_none() && node.get("quota").is_none() {
        let message = "`emergency` needs `quota`";
        problems.push(Diagnostic::error("missing-key", node.place, message));
    }
    quota
}
