//! The interview before a draft: what is missing in the record is asked for, and written there.

use crate::cli::{self, ActionVerb, Global, TimeArgs};
use crate::cmd::events::action;
use crate::cmd::events::{log, set};
use crate::compute::downtime::{self, ImpactRecord};
use crate::compute::timeline::Timeline;
use crate::io::prompt;
use crate::io::render::text::line;
use crate::io::store::edit::{CannotEdit, EditableIncident, EditedIncident};
use crate::model::diagnostic::Location;
use crate::model::incident::{
    Audience, Cause, CauseKind, CustomFieldKind, IncidentId, Milestone, Name,
};
use crate::model::settings::Settings;
use crate::session::commit_note::CommitNote;
use crate::session::output::Output;
use crate::session::transaction::IncidentChange;
use crate::session::{Failure, Session};

/// How a time can be typed, in short.
const TIMES: &str = "(12:56, ~3am GMT, 2019-01-24 13:56 ...)";

/// Something that a postmortem needs and the record lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Question {
    Severity,
    Services,
    Summary,
    Reached(Milestone),
    Impact(Name),
    Cause(CauseKind),
    Action,
    Field(Name),
    PublicTitle,
    PublicSummary,
}

/// Asks for what is missing, and writes each answer into the record as it is given; returns what was written.
///
/// # Errors
/// No terminal to ask on, with what is missing and how to give it.
pub(crate) fn run(
    session: &Session<'_>,
    id: &IncidentId,
    audience: Option<Audience>,
) -> Result<String, Failure> {
    let loaded = session.load(id)?;
    let timeline = session.timeline(&loaded.read.incident);
    let questions =
        questions(&timeline, session.store.settings(), audience == Some(Audience::Public));
    if !session.terminal.can_ask {
        let failure = Failure::new("an interview needs a terminal to ask on");
        return Err(questions.iter().fold(failure, |f, q| f.help(q.by_flag())));
    }
    let global = Global { incident: Some(id.to_string()), format: None, ..session.global.clone() };
    let interview = Interview { session, id, global: &global };
    prompt::tell("What is left empty is passed over; each answer is in the record at once.\n");
    let mut written = String::new();
    for question in &questions {
        while let Some(answer) = interview.ask(question)? {
            written.push_str(&answer);
            // One action seldom comes alone.
            if *question != Question::Action {
                break;
            }
        }
    }
    Ok(written)
}

/// Returns what an incident's record lacks, in the order in which people think of it.
fn questions(timeline: &Timeline<'_>, settings: &Settings, public: bool) -> Vec<Question> {
    use Milestone::{Acknowledged, Detected, Identified, Mitigated, Recovered, Resolved, Started};
    let incident = timeline.incident;
    let mut questions = vec![];
    let mut ask = |missing: bool, question| questions.extend(missing.then_some(question));
    ask(timeline.severity().is_none(), Question::Severity);
    ask(timeline.services().is_empty(), Question::Services);
    for milestone in [Started, Detected, Acknowledged, Identified, Mitigated, Recovered, Resolved] {
        ask(timeline.milestone(&milestone).is_none(), Question::Reached(milestone));
    }
    let unknown = downtime::impact_record(incident) == ImpactRecord::Unknown;
    for service in timeline.services() {
        ask(unknown, Question::Impact(service.clone()));
    }
    ask(incident.summary.is_none(), Question::Summary);
    for kind in [CauseKind::Trigger, CauseKind::Root, CauseKind::Contributing] {
        ask(!incident.causes.iter().any(|c| c.kind == kind), Question::Cause(kind));
    }
    ask(incident.actions.is_empty(), Question::Action);
    for field in &settings.fields {
        ask(incident.field(field.name.as_str()).is_none(), Question::Field(field.name.clone()));
    }
    let said = incident.public.as_ref();
    ask(public && said.is_none_or(|p| p.title.is_none()), Question::PublicTitle);
    ask(public && said.is_none_or(|p| p.summary.is_none()), Question::PublicSummary);
    questions
}

impl Question {
    fn words(&self, settings: &Settings) -> String {
        match self {
            Self::Severity => "How bad was it".to_owned(),
            Self::Services => "Which services (a, b)".to_owned(),
            Self::Summary => "What happened, in a sentence or two".to_owned(),
            Self::Reached(Milestone::Started) => format!("When did it begin {TIMES}"),
            Self::Reached(milestone) => format!("When was it {milestone} {TIMES}"),
            Self::Impact(service) => {
                format!("What was {} for its customers", settings.service_name(service))
            }
            Self::Cause(CauseKind::Trigger) => "What set it off".to_owned(),
            Self::Cause(CauseKind::Root) => "What made it possible".to_owned(),
            Self::Cause(CauseKind::Contributing) => "What made it worse or longer".to_owned(),
            Self::Action => "What is to be done about it".to_owned(),
            Self::Field(name) => field_words(name, settings),
            Self::PublicTitle => "What may customers read as its title".to_owned(),
            Self::PublicSummary => "What may customers read of what happened".to_owned(),
        }
    }

    /// Returns how to give the answer without a terminal.
    fn by_flag(&self) -> String {
        match self {
            Self::Severity => "recount set severity=...".to_owned(),
            Self::Services => "recount set services=...".to_owned(),
            Self::Summary => "recount set summary=...".to_owned(),
            Self::Reached(milestone) => format!("recount mark {milestone} --at ..."),
            Self::Impact(service) => format!("recount impact {service}=... --at ..."),
            Self::Cause(kind) => {
                format!("`causes: [{{kind: {kind}, text: ...}}]` in the incident's file")
            }
            Self::Action => "recount action add ...".to_owned(),
            Self::Field(name) => format!("recount set fields.{name}=..."),
            Self::PublicTitle => "`public: {title: ...}` in the incident's file".to_owned(),
            Self::PublicSummary => "`public: {summary: ...}` in the incident's file".to_owned(),
        }
    }
}

/// Returns the question for a field of the record's own, with what it can hold.
fn field_words(name: &Name, settings: &Settings) -> String {
    let field = settings.fields.iter().find(|field| field.name == *name);
    let form = match field.map(|field| &field.kind) {
        Some(CustomFieldKind::Choice(words)) => format!(" ({})", words.join(", ")),
        Some(CustomFieldKind::Money) => " (3400.00 EUR)".to_owned(),
        Some(CustomFieldKind::People) => " (Ada, Bo)".to_owned(),
        Some(CustomFieldKind::Number) => " (a number)".to_owned(),
        Some(CustomFieldKind::Text) | None => String::new(),
    };
    format!("{}{form}", name.as_str().replace('_', " "))
}

struct Interview<'i, 'g> {
    session: &'i Session<'g>,
    id: &'i IncidentId,
    /// The flags of the verbs that write the answers.
    global: &'i Global,
}

impl Interview<'_, '_> {
    /// Asks until the answer can be written, or is left out.
    fn ask(&self, question: &Question) -> Result<Option<String>, Failure> {
        loop {
            let Some(answer) = self.answer(question)? else { return Ok(None) };
            match self.write(question, &answer) {
                Ok(done) => return Ok(Some(done.text + &done.remarks)),
                Err(failure) if failure.signal().is_some() => return Err(failure),
                Err(failure) => prompt::tell(&failure.render(self.session.terminal.color_err)),
            }
        }
    }

    fn answer(&self, question: &Question) -> Result<Option<String>, Failure> {
        let settings = self.session.store.settings();
        let words = question.words(settings);
        let items: Vec<String> = match question {
            Question::Severity => settings.severities.iter().map(ToString::to_string).collect(),
            Question::Impact(_) => ["down", "degraded", "up"].map(str::to_owned).to_vec(),
            _ => {
                let answer = prompt::write_or_pass(&words)?;
                return Ok(answer.map(|answer| self.session.masked(answer)));
            }
        };
        let pass = "not known".to_owned();
        let all: Vec<_> = items.iter().cloned().chain([pass]).collect();
        let chosen = prompt::pick(&words, &all)?;
        Ok(items.get(chosen).cloned())
    }

    fn write(&self, question: &Question, answer: &str) -> Result<Output, Failure> {
        let set = |key: &str| {
            set::run(
                &cli::SetArgs { pairs: vec![format!("{key}={answer}")], edit: false },
                self.global,
            )
        };
        match question {
            Question::Severity => set("severity"),
            Question::Services => set("services"),
            Question::Summary => set("summary"),
            Question::Reached(milestone) => self.mark(milestone, answer),
            Question::Impact(service) => self.impact(service, answer),
            Question::Cause(kind) => {
                let cause =
                    Cause { kind: *kind, text: answer.to_owned(), place: Location::default() };
                self.change(answer, |incident| incident.add_cause(&cause))
            }
            Question::Action => self.action(answer),
            Question::Field(name) => set(&format!("fields.{name}")),
            Question::PublicTitle => self.change(answer, |it| it.set_public("title", answer)),
            Question::PublicSummary => self.change(answer, |it| it.set_public("summary", answer)),
        }
    }

    fn mark(&self, milestone: &Milestone, at: &str) -> Result<Output, Failure> {
        let mark = cli::MarkArgs {
            milestone: Some(milestone.to_string()),
            text: vec![],
            when: TimeArgs { at: Some(at.to_owned()), future: false },
            impact: vec![],
            facets: cli::FacetArgs::default(),
            delivery: cli::DeliveryArgs::default(),
        };
        log::mark(&mark, self.global)
    }

    /// Records what a service was from the beginning of the incident on.
    fn impact(&self, service: &Name, state: &str) -> Result<Output, Failure> {
        let loaded = self.session.load(self.id)?;
        let begin = self.session.timeline(&loaded.read.incident).begin();
        let at = begin.map(|t| t.moment.nominal().rfc3339());
        let impact = cli::ImpactArgs {
            words: vec![format!("{service}={state}")],
            share: None,
            regions: vec![],
            resources: vec![],
            customers: vec![],
            when: TimeArgs { at, future: false },
            marks: vec![],
            facets: cli::FacetArgs::default(),
            delivery: cli::DeliveryArgs::default(),
        };
        log::impact(&impact, self.global)
    }

    fn action(&self, title: &str) -> Result<Output, Failure> {
        let owner = prompt::write_or_pass("Who sees to it")?;
        let facts = cli::ActionFacts { owner, ..cli::ActionFacts::default() };
        let add = cli::ActionAddArgs { title: vec![title.to_owned()], facts };
        action::run(&ActionVerb::Add(add), self.global)
    }

    /// Writes what no verb writes.
    fn change(
        &self,
        answer: &str,
        edit: impl Fn(&EditableIncident<'_>) -> Result<EditedIncident, CannotEdit>,
    ) -> Result<Output, Failure> {
        let ((), saved) = self.session.change(self.id, |incident| {
            let note = CommitNote::incident("draft", answer);
            Ok(IncidentChange { edited: edit(incident)?, note, answer: () })
        })?;
        let written = format!("{}: {}\n", self.id, line(answer));
        Ok(Output::text(written).remark(saved.remarks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str, public: bool) -> Vec<Question> {
        let settings = Settings::default();
        let id = "2019-01-24-x".parse().unwrap();
        let facts = crate::io::yaml::incident::read(id, text, &settings).unwrap().incident;
        questions(&Timeline::of(&facts, &settings), &settings, public)
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        let bare = asked("title: x\nservices: [apps]\n", true);
        assert!(bare.contains(&Question::Severity) && bare.contains(&Question::PublicTitle));
        assert!(bare.contains(&Question::Impact("apps".parse().unwrap())));
        assert!(!bare.contains(&Question::Services));
        let told = asked(
            "
title: x
severity: sev1
services: [apps]
summary: s
causes: [{kind: root, text: a}, {kind: trigger, text: b}]
actions: [{title: t}]
public: {title: t}
events:
  - {at: 2019-01-24T12:00:00Z, mark: started, impact: {apps: down}, text: a}
  - {at: 2019-01-24T12:01:00Z, mark: detected, text: a}
  - {at: 2019-01-24T12:02:00Z, mark: acknowledged, text: a}
  - {at: 2019-01-24T12:03:00Z, mark: identified, text: a}
  - {at: 2019-01-24T12:04:00Z, mark: mitigated, text: a}
  - {at: 2019-01-24T12:05:00Z, mark: recovered, text: a}
",
            true,
        );
        let left = [
            Question::Reached(Milestone::Resolved),
            Question::Cause(CauseKind::Contributing),
            Question::PublicSummary,
        ];
        assert_eq!(told, left);
    }
}
