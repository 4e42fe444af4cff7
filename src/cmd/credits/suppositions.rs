//! What is supposed to have been otherwise than the record says: a milestone's time, or a policy.

use super::input_reader::policy;
use crate::cmd::events::event_args;
use crate::compute::credits::{CreditInputs, SupposedMilestone, SupposedTime};
use crate::io::store::cannot_read;
use crate::io::store::files::{self, MOST_BYTES};
use crate::model::diagnostic::{Level, Sourced};
use crate::model::digest;
use crate::model::incident::{IncidentId, Milestone};
use crate::model::sla::Policy;
use crate::model::time::{Span, duration};
use crate::session::failure::FileDiagnostics;
use crate::session::output::typed;
use crate::session::{Failure, Session};
use std::path::Path;

/// What is supposed to have been otherwise.
#[derive(Default)]
pub(super) struct Suppositions {
    milestones: Vec<(IncidentId, SupposedMilestone)>,
    policies: Vec<Sourced<Policy>>,
}

impl Suppositions {
    /// Reads the changes as they were typed.
    pub(super) fn read(session: &Session<'_>, changes: &[String]) -> Result<Self, Failure> {
        let mut supposed = Self::default();
        for change in changes {
            match change.split_once('=') {
                Some(("policy", file)) => supposed.policies.push(policy_file(session, file)?),
                _ => supposed.milestones.push(milestone(session, change)?),
            }
        }
        Ok(supposed)
    }

    /// Has the inputs be what is supposed.
    pub(super) fn apply(&self, inputs: &mut CreditInputs) -> Result<(), Failure> {
        for supposed in &self.policies {
            // A file says all of a policy: no other version of it is in force.
            inputs.policies.retain(|known| known.fact.id != supposed.fact.id);
            inputs.policies.push(supposed.clone());
        }
        inputs.policies.sort_by(|a, b| a.path.cmp(&b.path));
        for (id, supposed) in &self.milestones {
            let incident = inputs.incidents.iter_mut().find(|incident| incident.fact.id == *id);
            let none = || Failure::new(format!("{id} is in no number, and so in no credit"));
            let incident = incident.ok_or_else(none)?;
            let milestone = &supposed.milestone;
            incident.fact =
                supposed.in_incident(&incident.fact, &inputs.settings).ok_or_else(|| {
                    Failure::new(format!(
                        "{id} has no `{milestone}` that could have been earlier or later"
                    ))
                    .help(format!("say when it is supposed to have been: {milestone}=07:00"))
                })?;
        }
        Ok(())
    }
}

/// Reads the policy that is supposed to be in force.
fn policy_file(session: &Session<'_>, file: &str) -> Result<Sourced<Policy>, Failure> {
    let path = typed(session.global, Path::new(file));
    let bytes = files::read_named(&path, MOST_BYTES).map_err(|error| cannot_read(&path, error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("{} is not text in UTF-8", path.display())))?;
    let (fact, problems) = policy(&path, &text);
    let sha256 = digest::sha256(text.as_bytes());
    let is_wrong = problems.iter().any(|problem| problem.level == Level::Error);
    match fact.filter(|_| !is_wrong) {
        Some(fact) => Ok(Sourced { path: path.display().to_string(), sha256, fact }),
        None => {
            let path = path.display().to_string();
            Err(Failure::problems(vec![FileDiagnostics { path, text, problems }]))
        }
    }
}

/// Reads `resolved=07:00` or `recovered-30m`, of the incident that `-i` names.
fn milestone(
    session: &Session<'_>,
    change: &str,
) -> Result<(IncidentId, SupposedMilestone), Failure> {
    let form = || {
        Failure::new(format!("`{change}` says no change"))
            .help("write it as resolved=07:00, recovered-30m, started+1h or policy=FILE")
    };
    let end = change.find(['=', '+', '-']).ok_or_else(form)?;
    let (name, rest) = change.split_at(end);
    let milestone: Milestone = name.trim().parse()?;
    if !session.store.settings().all_milestones().any(|known| known == milestone) {
        return Err(form().help(format!("`{name}` is no milestone of this record")));
    }
    let id = session.named_incident()?.ok_or_else(|| {
        Failure::new("of which incident").help(format!("name it: -i INCIDENT --what-if {change}"))
    })?;
    let time = match rest.strip_prefix('=') {
        Some(at) => {
            let loaded = session.load(&id)?;
            let timeline = session.timeline(&loaded.read.incident);
            SupposedTime::At(event_args::supposed_time(session, at, &timeline)?)
        }
        None => {
            let length = duration::read_span(rest.get(1..).unwrap_or_default())?.as_seconds();
            SupposedTime::Later(Span::seconds(if rest.starts_with('-') { -length } else { length }))
        }
    };
    Ok((id, SupposedMilestone { milestone, time }))
}
