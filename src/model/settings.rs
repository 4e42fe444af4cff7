//! The settings of a record, as `recount.yaml` gives them.

use crate::model::diagnostic::{Location, Spanned};
use crate::model::incident::{CustomFieldKind, IncidentId, Milestone, Name, UnknownValue, names};
use crate::model::time::{Span, Zone};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::str::FromStr;

/// The newest version of the files whose numbers this program counts.
pub const FORMAT: u32 = 2;

names::string_enum! {
    /// What is done with text that looks like a credential, before it is on the disk.
    SecretHandling, "way to treat secrets" {
        /// It is masked, and that is said.
        Mask = "mask",
        /// It is written as it is, and that is said.
        Warn = "warn",
        /// It is written as it is.
        Off = "off",
    }
}

/// The settings of a record; an empty file gives the defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The zone of bare times and for display; UTC by default.
    pub zone: Zone,
    /// The services that events may name; none means that any name will do.
    pub services: Vec<ServiceSetting>,
    /// The severities, worst first.
    pub severities: Vec<Name>,
    /// Milestones beyond the built-in ones.
    pub milestones: Vec<Name>,
    /// Durations beyond, or in place of, the built-in ones.
    pub durations: Vec<DurationSetting>,
    /// Working hours that a duration's clock may name.
    pub calendars: Vec<(Name, Calendar)>,
    /// What a class of failure should not exceed, by duration or `downtime`.
    pub objectives: Vec<(Name, Vec<(Name, Span)>)>,
    /// How often the public hears something, by severity.
    pub cadence: Vec<(Name, Span)>,
    /// What `~` before a time means, either way.
    pub approximate: Span,
    /// Facts of its own that the record's incidents have.
    pub fields: Vec<CustomFieldSetting>,
    /// The version of the files, which says what a reader must know to count.
    pub format: u32,
    /// What is done with text that looks like a credential.
    pub secrets: SecretHandling,
    /// Which severity another system's words mean in an import.
    pub import_severities: Vec<(String, Name)>,
    /// Whether verbs commit what they write.
    pub commit: bool,
    /// Where `sync` brings the record, and whether it does so by itself.
    pub sync: SyncSettings,
    /// Where `site` is published; without it there are no feeds.
    pub site_url: Option<String>,
    /// What `check` passes over, and the words that it takes for blame.
    pub check: Checks,
}

impl Default for Settings {
    fn default() -> Self {
        let severities = ["sev1", "sev2", "sev3", "sev4", "sev5"];
        Self {
            zone: Zone::UTC,
            services: vec![],
            severities: severities.iter().filter_map(|s| s.parse().ok()).collect(),
            milestones: vec![],
            durations: vec![],
            calendars: vec![],
            objectives: vec![],
            cadence: vec![],
            approximate: Span::minutes(15),
            fields: vec![],
            format: 1,
            secrets: SecretHandling::Mask,
            import_severities: vec![],
            commit: true,
            sync: SyncSettings::default(),
            site_url: None,
            check: Checks::default(),
        }
    }
}

impl Settings {
    /// Returns the calendar of that name.
    pub fn calendar(&self, name: &Name) -> Option<&Calendar> {
        self.calendars.iter().find(|(known, _)| known == name).map(|(_, calendar)| calendar)
    }

    /// Returns the service of that name, where the record lists it.
    pub fn service(&self, name: &str) -> Option<&ServiceSetting> {
        self.services.iter().find(|s| s.id.as_str() == name)
    }

    /// Returns what responders call the service.
    pub fn service_name<'a>(&'a self, id: &'a Name) -> &'a str {
        self.service(id.as_str()).and_then(|s| s.name.as_deref()).unwrap_or(id.as_str())
    }

    /// Reads a service's name and checks it against the record's list.
    ///
    /// # Errors
    /// A name that is not on the list, with the nearest one that is.
    pub fn known_service(&self, text: &str) -> Result<Name, UnknownValue> {
        let known: Vec<_> = self.services.iter().map(|s| s.id.as_str()).collect();
        known_in("service", text, &known)
    }

    /// Reads a severity and checks it against the record's list.
    ///
    /// # Errors
    /// A severity that is not on the list, with the nearest one that is.
    pub fn known_severity(&self, text: &str) -> Result<Name, UnknownValue> {
        let known: Vec<_> = self.severities.iter().map(Name::as_str).collect();
        known_in("severity", text, &known)
    }

    /// Reads a milestone, built in or defined by the record.
    ///
    /// # Errors
    /// A milestone that is neither, with the nearest one that is.
    pub fn known_milestone(&self, text: &str) -> Result<Milestone, UnknownValue> {
        let known: Vec<_> = self.all_milestones().map(|m| m.to_string()).collect();
        let known: Vec<_> = known.iter().map(String::as_str).collect();
        known_in("milestone", text, &known)?;
        text.parse()
    }

    /// Returns every milestone that can be marked, built-in ones first.
    pub fn all_milestones(&self) -> impl Iterator<Item = Milestone> + '_ {
        let own = self.milestones.iter().cloned().map(Milestone::Custom);
        Milestone::BUILT_IN.into_iter().chain(own)
    }
}

impl Settings {
    /// Returns the field of the record's own of that name.
    ///
    /// # Errors
    /// A name that `fields` doesn't have, with the nearest one that it has.
    pub fn known_field(&self, text: &str) -> Result<&CustomFieldSetting, UnknownValue> {
        let known: Vec<_> = self.fields.iter().map(|f| f.name.as_str()).collect();
        let found = self.fields.iter().find(|f| f.name.as_str() == text);
        found.ok_or_else(|| match known.is_empty() {
            true => UnknownValue(format!(
                "there is no field `{text}`: `recount.yaml` names the record's own under `fields`"
            )),
            false => UnknownValue(names::unknown("field", text, &known)),
        })
    }
}

fn known_in(what: &str, text: &str, known: &[&str]) -> Result<Name, UnknownValue> {
    let name = Name::from_str(text)?;
    if known.is_empty() || known.contains(&text) {
        return Ok(name);
    }
    Err(UnknownValue(names::unknown(what, text, known)))
}

/// Where `sync` brings the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncSettings {
    /// The remote; that of the branch where absent.
    pub remote: Option<String>,
    /// The branch there, where it is not the one that the current branch follows.
    pub branch: Option<String>,
    /// Whether each verb that writes starts a `sync` behind itself.
    pub auto: bool,
}

/// A field of the record's own, which its incidents may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomFieldSetting {
    /// Its name.
    pub name: Name,
    /// What it holds.
    pub kind: CustomFieldKind,
}

/// A service of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSetting {
    /// The name that files and commands use.
    pub id: Name,
    /// What responders call it.
    pub name: Option<String>,
    /// What customers call it.
    pub public: Option<String>,
    /// The services that must be back before it can be.
    pub after: Vec<Name>,
}

/// A duration: a span between two milestones, on the wall's clock or a calendar's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurationSetting {
    /// Its name.
    pub name: Name,
    /// Where it begins.
    pub from: Milestone,
    /// Where it ends.
    pub to: Milestone,
    /// The calendar whose hours count; the wall's clock where absent.
    pub clock: Option<Name>,
}

/// Working hours: the time of some days of the week between two times of day, without holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The hours of the working days.
    pub hours: Hours,
    /// The zone of those hours; the record's where absent.
    pub zone: Option<Zone>,
    /// Days on which nobody works.
    pub holidays: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// Returns whether people work on a day, at whatever hours.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.hours.has(chrono::Datelike::weekday(&day)) && !self.holidays.contains(&day)
    }
}

/// Some days of the week between two times of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    days: [bool; 7],
    from: u32,
    to: u32,
}

impl Hours {
    /// Returns hours on the days given (Monday first), in minutes of the day; none where they are empty
    /// or reach past 24:00.
    pub fn new(days: [bool; 7], from: u32, to: u32) -> Option<Self> {
        (from < to && to <= 24 * 60).then_some(Self { days, from, to })
    }

    /// Returns whether that day of the week counts.
    pub fn has(&self, day: chrono::Weekday) -> bool {
        let index = usize::try_from(day.num_days_from_monday()).unwrap_or(0);
        self.days.get(index).copied().unwrap_or(false)
    }

    /// Returns the minute of the day at which the hours begin.
    pub fn from(&self) -> u32 {
        self.from
    }

    /// Returns the minute of the day at which the hours end; 1440 is midnight.
    pub fn to(&self) -> u32 {
        self.to
    }
}

/// What `check` passes over, and the words that it takes for blame.
#[derive(Clone, Debug)]
pub struct Checks {
    /// Findings that the record accepts, each with its reason.
    pub silences: Vec<AcceptedFinding>,
    /// Words and phrases that blame people.
    pub blaming: Vec<String>,
}

impl Default for Checks {
    fn default() -> Self {
        Self { silences: vec![], blaming: BLAMING.map(str::to_owned).to_vec() }
    }
}

/// Words that speak of a person where a review looks for what made the slip possible.
const BLAMING: [&str; 21] = [
    "human error",
    "operator error",
    "user error",
    "pilot error",
    "to blame",
    "blame for",
    "careless",
    "carelessly",
    "carelessness",
    "negligent",
    "negligence",
    "incompetent",
    "incompetence",
    "reckless",
    "sloppy",
    "stupid",
    "idiot",
    "should have known",
    "should have noticed",
    "forgot to",
    "neglected to",
];

/// Findings that the record accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedFinding {
    /// The code of the findings.
    pub code: Spanned<Name>,
    /// The incident that they are about; any where absent.
    pub incident: Option<IncidentId>,
    /// The event or action that they are about; any where absent.
    pub id: Option<Name>,
    /// The policy that they are about; any where absent.
    pub policy: Option<Name>,
    /// Why they are accepted.
    pub reason: String,
    /// Where the file says it.
    pub place: Location,
}
