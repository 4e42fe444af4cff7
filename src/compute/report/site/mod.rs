//! What a site tells of all incidents: its edition for people inside, and the one for customers.
//!
//! Both are of the same types. What customers read is made from public documents alone, so that nothing internal has a
//! way into it; the name of a page tells of an incident's id to people inside alone.

mod internal;
mod public;
#[cfg(test)]
mod tests;

use super::action::ActionReport;
use super::public::PublicDocument;
use crate::compute::timeline::Timeline;
use crate::model::incident::names::string_enum;
use crate::model::incident::{ActionStatus, Audience, IncidentId, Name, State};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Zone};
use chrono::NaiveDate;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// What a site tells.
#[derive(Clone, Debug)]
pub struct SiteReport {
    /// Who may read it.
    pub audience: Audience,
    /// Where it is published, without a stroke at its end.
    pub url: Option<String>,
    /// The record's zone.
    pub zone: Zone,
    /// The incidents, the latest first.
    pub incidents: Vec<SiteIncident>,
    /// The follow-up actions that wait, those due first at the top.
    pub follow_ups: Vec<SiteFollowUp>,
    /// The services, in the record's order.
    pub services: Vec<String>,
    /// The severities, worst first; none for customers.
    pub severities: Vec<String>,
    /// The services of which the site can't say what they are now: the record knows more than its readers may.
    pub untold: Vec<String>,
    /// How many incidents could not be read.
    pub unreadable: usize,
}

/// An incident on a site.
#[derive(Clone, Debug)]
pub struct SiteIncident {
    /// The incident, for people inside.
    pub id: Option<IncidentId>,
    /// The name of its page, from which nobody can tell its id where it is for customers.
    pub page: String,
    /// What it is called.
    pub title: String,
    /// When it began.
    pub began: Option<SiteMoment>,
    /// How bad it is after the last event.
    pub severity: Option<Name>,
    /// How bad it is, as other systems say it.
    pub grade: SiteGrade,
    /// The services concerned, as their readers call them.
    pub services: Vec<String>,
    /// How far it is.
    pub progress: SiteProgress,
    /// How far it is, in the record's own word.
    pub state: String,
    /// Whether it counts: no drill, no other's story, not canceled.
    pub sort: SiteSort,
    /// How long customers were affected, where that is known.
    pub length: Option<String>,
    /// The summary, in Markdown.
    pub summary: Option<String>,
    /// What happened, in order.
    pub updates: Vec<SiteUpdate>,
    /// What services are now, as their readers call them, where it isn't over.
    pub now: Vec<(String, State)>,
    /// What else a search finds it by.
    pub words: Vec<String>,
}

/// A moment on a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteMoment {
    /// The nominal instant.
    pub at: Instant,
    /// The day in its zone.
    pub day: NaiveDate,
    /// What people read.
    pub words: String,
}

/// Something that happened in an incident.
#[derive(Clone, Debug)]
pub struct SiteUpdate {
    /// What it is known by.
    pub key: String,
    /// When.
    pub moment: SiteMoment,
    /// What happened.
    pub text: String,
    /// How far the incident is from then on.
    pub progress: SiteProgress,
    /// What services are from then on, as their readers call them.
    pub services: Vec<(String, State)>,
}

/// A follow-up action that waits.
#[derive(Clone, Debug)]
pub struct SiteFollowUp {
    /// What is to be done.
    pub title: String,
    /// How far it is.
    pub status: ActionStatus,
    /// Who sees to it; none for customers.
    pub owner: Option<String>,
    /// When it should be done; none for customers.
    pub due: Option<NaiveDate>,
    /// Whether it should be done by now.
    pub overdue: bool,
    /// Where it is tracked; none for customers.
    pub ticket: Option<String>,
    /// The pages of the incidents that it answers.
    pub pages: Vec<SiteLink>,
}

/// A link to an incident's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteLink {
    /// The page.
    pub page: String,
    /// What it is called.
    pub title: String,
}

string_enum! {
    /// How far an incident is, in the words of status pages.
    SiteProgress, "progress" {
        /// The cause is looked for.
        Investigating = "investigating",
        /// The cause is known.
        Identified = "identified",
        /// It hurts less, and is watched.
        Monitoring = "monitoring",
        /// It is over.
        Resolved = "resolved",
    }
}

string_enum! {
    /// How bad an incident is, in the words of status pages.
    SiteGrade, "impact" {
        /// Nobody was hurt.
        None = "none",
        /// Something was slow or partial.
        Minor = "minor",
        /// Something was down.
        Major = "major",
        /// The worst that the record knows.
        Critical = "critical",
    }
}

string_enum! {
    /// What sort of thing an incident is.
    SiteSort, "sort of incident" {
        /// An incident that counts.
        Incident = "incident",
        /// Planned work.
        Maintenance = "maintenance",
        /// A drill.
        Drill = "drill",
        /// It tells the same story as another.
        Duplicate = "duplicate",
        /// It was none.
        Canceled = "canceled",
    }
}

impl SiteIncident {
    /// Returns an incident as people inside read of it.
    pub fn internal(timeline: &Timeline<'_>, settings: &Settings) -> Self {
        internal::incident(timeline, settings)
    }

    /// Returns an incident as customers read of it, and the document that this is made from; none where nothing of
    /// it is public.
    pub fn public(timeline: &Timeline<'_>, settings: &Settings) -> Option<(Self, PublicDocument)> {
        public::incident(timeline, settings)
    }

    /// Numbers the pages of a name that another has already, on disks too that know no letter case.
    pub fn tell_apart<'i>(incidents: impl Iterator<Item = &'i mut Self>) {
        let mut taken: HashMap<String, usize> = HashMap::new();
        for incident in incidents {
            let count = taken.entry(incident.page.to_lowercase()).or_default();
            *count = count.saturating_add(1);
            if *count > 1
                && let Some(bare) = incident.page.strip_suffix(".html")
            {
                incident.page = format!("{bare}.{count}.html");
            }
        }
    }

    /// Returns whether it isn't over.
    pub fn is_open(&self) -> bool {
        self.progress != SiteProgress::Resolved
    }

    /// Returns when something was last told of it.
    pub fn updated(&self) -> Option<Instant> {
        self.updates
            .iter()
            .map(|update| update.moment.at)
            .max()
            .or(self.began.as_ref().map(|b| b.at))
    }

    fn link(&self) -> SiteLink {
        SiteLink { page: self.page.clone(), title: self.title.clone() }
    }
}

impl SiteFollowUp {
    /// Returns the actions of a public document that wait.
    pub fn public(document: &PublicDocument) -> Vec<Self> {
        let waits =
            |status: ActionStatus| matches!(status, ActionStatus::Open | ActionStatus::Doing);
        let open = document.actions.iter().filter(|action| waits(action.status));
        let one = |action: &super::public::PublicAction| Self {
            title: action.title.clone(),
            status: action.status,
            owner: None,
            due: None,
            overdue: false,
            ticket: None,
            pages: vec![],
        };
        open.map(one).collect()
    }

    /// Returns the same, answering one incident.
    #[must_use]
    pub fn answering(&self, incident: &SiteIncident) -> Self {
        Self { pages: vec![incident.link()], ..self.clone() }
    }

    /// Returns the actions that wait, with links to the incidents that they answer, as of today.
    pub fn internal(
        actions: &[ActionReport],
        incidents: &[SiteIncident],
        today: NaiveDate,
    ) -> Vec<Self> {
        let known: HashMap<&IncidentId, &SiteIncident> =
            incidents.iter().filter_map(|i| Some((i.id.as_ref()?, i))).collect();
        let one = |report: &ActionReport| {
            let all = std::iter::once(&report.incident).chain(&report.incidents);
            let action = &report.action;
            Self {
                title: action.title.clone(),
                status: action.status,
                owner: action.owner.clone(),
                due: action.due,
                overdue: report.is_overdue(today),
                ticket: action.ticket.clone(),
                pages: all.filter_map(|id| known.get(id)).map(|i| i.link()).collect(),
            }
        };
        actions.iter().filter(|action| action.waits()).map(one).collect()
    }
}

impl SiteReport {
    /// Returns a site of some incidents, which it puts in order.
    pub fn of(audience: Audience, settings: &Settings, mut incidents: Vec<SiteIncident>) -> Self {
        incidents.sort_by_cached_key(|i| (Reverse(i.began.as_ref().map(|b| b.at)), i.page.clone()));
        let name = |service: &crate::model::settings::ServiceSetting| match audience {
            Audience::Internal => Some(settings.service_name(&service.id).to_owned()),
            Audience::Public => service.public.clone(),
        };
        let mut services: Vec<String> = settings.services.iter().filter_map(name).collect();
        for service in incidents.iter().flat_map(|i| &i.services) {
            if !services.contains(service) {
                services.push(service.clone());
            }
        }
        let severities = match audience {
            Audience::Internal => settings.severities.iter().map(ToString::to_string).collect(),
            Audience::Public => vec![],
        };
        Self {
            audience,
            url: settings.site_url.clone(),
            zone: settings.zone,
            incidents,
            follow_ups: vec![],
            services,
            severities,
            untold: vec![],
            unreadable: 0,
        }
    }

    /// Returns what services are now, by the incidents that are open: those of which that can be said.
    pub fn standing(&self) -> Vec<(&str, State)> {
        let told = self.services.iter().filter(|service| !self.untold.contains(service));
        told.map(|service| (service.as_str(), self.state_now(service))).collect()
    }

    /// Returns the worst that a service is now.
    fn state_now(&self, service: &str) -> State {
        let told = self.incidents.iter().flat_map(|incident| &incident.now);
        let told = told.filter(|(name, _)| name == service).map(|(_, state)| *state);
        told.max().unwrap_or(State::Up)
    }

    /// Notes the services that the record knows to be other than the site says, by what they are.
    pub fn hold_against(&mut self, known: &[(String, State)]) {
        let mut worst: BTreeMap<&str, State> = BTreeMap::new();
        for (service, state) in known {
            let known = worst.entry(service).or_insert(*state);
            *known = (*known).max(*state);
        }
        let differs = |service: &&String| {
            let known = worst.get(service.as_str()).copied().unwrap_or(State::Up);
            known != self.state_now(service)
        };
        self.untold = self.services.iter().filter(differs).cloned().collect();
    }
}

/// Returns what services with a name for customers are now by the whole record, which customers may not read.
pub fn known_now(timeline: &Timeline<'_>, settings: &Settings) -> Vec<(String, State)> {
    let name = |service: &Name| settings.service(service.as_str())?.public.clone();
    internal::now(timeline).into_iter().filter_map(|(s, state)| Some((name(&s)?, state))).collect()
}

impl SiteSort {
    /// Returns whether it is an incident or planned work that customers may see.
    pub fn counts(self) -> bool {
        matches!(self, Self::Incident | Self::Maintenance)
    }
}
