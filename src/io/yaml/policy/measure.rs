//! Reads what counts as downtime, and what does not.

use super::{at_least, length, number, read_or, span};
use crate::io::yaml::fields::{Diagnostics, FieldReader, list, parsed, word};
use crate::io::yaml::node::{Node, NodeKind};
use crate::io::yaml::settings;
use crate::model::diagnostic::{Diagnostic, Spanned};
use crate::model::sla::{
    Applies, Denominator, Exclude, Granularity, MaintenanceRule, Measure, MeasureKind, Partial,
    StateWeight, Weights,
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
    let default = default();
    let measure = Measure {
        kind,
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
    if kind.is_measured() {
        refuse_downtime_keys(node, kind, problems);
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
    let known: Vec<_> = kinds.iter().map(|k| k.as_str()).collect();
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
fn refuse_downtime_keys(node: &Node<'_>, kind: MeasureKind, problems: &mut Diagnostics) {
    let keys = [
        "weights",
        "starts_at",
        "min_duration",
        "min_duration_applies",
        "granularity",
        "service_hours",
        "denominator",
    ];
    for key in keys {
        if let Some(node) = node.get(key) {
            let message =
                format!("`{key}` is about incidents, and `kind: {}` reads none", kind.as_str());
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

fn hours(
    node: &Node<'_>,
    problems: &mut Diagnostics,
) -> Option<Spanned<crate::model::settings::Hours>> {
    let mut f = FieldReader::open(node, "`service_hours`", problems)?;
    let hours = settings::hours(&mut f, problems);
    f.close(problems);
    Some(Spanned { value: hours?, place: node.place })
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
    let notice = f.take("notice").and_then(|n| span(n, problems));
    let quota = f.take("quota").and_then(|n| span(n, problems));
    if let Some(per) = f.take("per") {
        let month = |text: &str| match text {
            "month" => Ok(()),
            other => Err(format!("`per: {other}` is not known: a quota is `per: month`")),
        };
        if parsed(per, problems, month).is_some() && quota.is_none() {
            let message = "`per` goes with a `quota`";
            problems.push(Diagnostic::error("contradiction", per.place, message));
        }
    }
    f.close(problems);
    Some(Spanned { value: MaintenanceRule { notice, quota }, place: node.place })
}
