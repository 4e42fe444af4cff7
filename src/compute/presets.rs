//! The durations of other vendors, by their own published definitions.

use crate::compute::metrics::{Anchor, DurationDefinition, MeasuredDuration};
use crate::model::incident::Milestone;
use crate::model::incident::names::string_enum;
use Milestone::{Acknowledged, Declared, Detected, Mitigated, Recovered, Resolved, Started};

string_enum! {
    /// A vendor that publishes what its durations mean.
    Preset, "preset" {
        /// FireHydrant, "Incident metrics", <https://docs.firehydrant.com/docs/analytics-mttx-analytics>
        /// (the formulas: <https://firehydrant.com/docs/managing-incidents/incident-metrics/>): all four
        /// count from the incident's start.
        Firehydrant = "firehydrant",
        /// Rootly, "Updating incident timestamps",
        /// <https://docs.rootly.com/incidents/updating-incident-timestamps>: all count from `started_at`; the
        /// incident's duration ends when it is mitigated.
        Rootly = "rootly",
        /// Datadog, "Incident management analytics",
        /// <https://docs.datadoghq.com/incident_response/incident_management/analytics_and_reporting/>: detection
        /// counts from the first customer impact, repair from detection to the last, resolution from declaration.
        Datadog = "datadog",
        /// PagerDuty, "Analytics" (`seconds_to_first_ack`, `seconds_to_resolve`),
        /// <https://support.pagerduty.com/main/docs/insights>: both count from the incident's creation, which an
        /// alert triggers, and which is `detected` here.
        Pagerduty = "pagerduty",
        /// DORA, "Software delivery performance metrics", <https://dora.dev/guides/dora-metrics/>: the time to
        /// recover from a failed deployment.
        Dora = "dora",
        /// FireFighter by ManoMano, `fixtures/incidents/metric_type.json`,
        /// <https://github.com/ManoManoTech/firefighter-incident>: "acknowledge" ends with the declaration, and
        /// repair and fix count from it.
        Firefighter = "firefighter",
    }
}

impl Preset {
    /// Returns the vendor's durations, under its own names for them.
    pub fn definitions(self) -> Vec<DurationDefinition> {
        let of = DurationDefinition::between;
        match self {
            Self::Firehydrant => vec![
                of("time_to_detection", Started, Detected),
                of("time_to_acknowledged", Started, Acknowledged),
                of("time_to_mitigation", Started, Mitigated),
                of("time_to_resolution", Started, Resolved),
            ],
            Self::Rootly => vec![
                of("time_to_detection", Started, Detected),
                of("time_to_acknowledge", Started, Acknowledged),
                of("time_to_mitigation", Started, Mitigated),
                of("time_to_resolution", Started, Resolved),
                of("incident_duration", Started, Mitigated),
            ],
            Self::Datadog => vec![
                DurationDefinition {
                    from: Anchor::FirstImpact,
                    ..of("time_to_detect", Started, Detected)
                },
                DurationDefinition {
                    to: Anchor::LastImpact,
                    ..of("time_to_repair", Detected, Recovered)
                },
                of("time_to_resolve", Declared, Resolved),
            ],
            Self::Pagerduty => vec![
                of("time_to_acknowledge", Detected, Acknowledged),
                of("time_to_resolve", Detected, Resolved),
            ],
            Self::Dora => vec![of("failed_deployment_recovery_time", Started, Recovered)],
            Self::Firefighter => vec![
                of("time_to_detect", Started, Detected),
                of("time_to_acknowledge", Started, Declared),
                of("time_to_repair", Declared, Mitigated),
                of("time_to_fix", Declared, Recovered),
                of("time_to_recovery", Started, Recovered),
                of("time_to_respond", Detected, Recovered),
                of("time_to_resolve", Started, Resolved),
            ],
        }
    }

    /// Returns the vendor's duration that answers a question, where it has one.
    fn answer(self, question: Question) -> Option<DurationDefinition> {
        use Question::{Acknowledge, Detect, Repair, Resolve};
        let name = match (self, question) {
            (Self::Firehydrant | Self::Rootly, Detect) => "time_to_detection",
            (Self::Datadog | Self::Firefighter, Detect) => "time_to_detect",
            (Self::Pagerduty | Self::Dora, Detect) => return None,
            (Self::Firehydrant, Acknowledge) => "time_to_acknowledged",
            (Self::Rootly | Self::Pagerduty | Self::Firefighter, Acknowledge) => {
                "time_to_acknowledge"
            }
            (Self::Datadog | Self::Dora, Acknowledge) => return None,
            (Self::Firehydrant | Self::Rootly, Repair) => "time_to_mitigation",
            (Self::Datadog | Self::Firefighter, Repair) => "time_to_repair",
            (Self::Pagerduty, Repair) => return None,
            (Self::Dora, Repair) => "failed_deployment_recovery_time",
            (Self::Firehydrant | Self::Rootly, Resolve) => "time_to_resolution",
            (Self::Datadog | Self::Pagerduty | Self::Firefighter, Resolve) => "time_to_resolve",
            (Self::Dora, Resolve) => return None,
        };
        self.definitions().into_iter().find(|d| d.name == name)
    }
}

string_enum! {
    /// What several vendors each have a duration for.
    Question, "question" {
        /// How long it took to notice.
        Detect = "detect",
        /// How long it took to answer.
        Acknowledge = "acknowledge",
        /// How long it took until the impact was gone, as the vendor means it (the R of many an MTTR).
        Repair = "repair",
        /// How long it took until the incident was over.
        Resolve = "resolve",
    }
}

impl Question {
    /// Returns the record's own duration that answers it.
    fn own(self) -> &'static str {
        match self {
            Self::Detect => "time_to_detect",
            Self::Acknowledge => "time_to_acknowledge",
            Self::Repair => "time_to_recover",
            Self::Resolve => "time_to_resolve",
        }
    }

    /// Returns every definition that answers it: the record's own under no vendor, then each vendor's.
    pub fn answers(self, own: &[DurationDefinition]) -> Vec<(Option<Preset>, DurationDefinition)> {
        let own = own.iter().find(|d| d.name == self.own()).map(|d| (None, d.clone()));
        let vendors = Preset::ALL.iter().copied();
        let vendors = vendors.filter_map(|p| Some((Some(p), p.answer(self)?)));
        own.into_iter().chain(vendors).collect()
    }
}

/// Why a conclusion about one incident depends on whose definition is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependence {
    /// The values lie so far apart that no uncertainty of the times explains it.
    Differs,
    /// Some definitions have a value and others none.
    PartlyAbsent,
}

impl Dependence {
    /// Returns whether what is said about an incident depends on which of these answers is taken.
    pub fn of(answers: &[MeasuredDuration<'_, '_>]) -> Option<Self> {
        let values: Vec<_> = answers.iter().filter_map(|m| m.value.as_ref().ok()).collect();
        let lowest = values.iter().map(|v| v.length.highest).min()?;
        let highest = values.iter().map(|v| v.length.lowest).max()?;
        if highest > lowest {
            return Some(Self::Differs);
        }
        (values.len() < answers.len()).then_some(Self::PartlyAbsent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::metrics::measure;
    use crate::compute::timeline::Timeline;
    use crate::model::settings::Settings;
    use crate::model::time::Instant;

    const TEXT: &str = "
title: x
events:
  - {at: 2019-01-24T12:00:00Z, mark: started, text: t}
  - {at: 2019-01-24T12:10:00Z, impact: {a: down}, text: t}
  - {at: 2019-01-24T12:20:00Z, mark: detected, text: t}
  - {at: 2019-01-24T12:25:00Z, mark: declared, text: t}
  - {at: 2019-01-24T13:00:00Z, mark: mitigated, impact: {a: degraded}, text: t}
  - {at: 2019-01-24T13:01:00Z, mark: mitigated, text: t}
  - {at: 2019-01-24T14:00:00Z, mark: recovered, text: t}
  - {at: 2019-01-24T15:00:00Z, mark: resolved, text: t}
";

    #[test]
    fn each_house_measures_the_same_incident_its_own_way() {
        let settings = Settings::default();
        let id = "2019-01-24-x".parse().unwrap();
        let facts = crate::io::yaml::incident::read(id, TEXT, &settings).unwrap().incident;
        let timeline = Timeline::of(&facts, &settings);
        let minutes = |question: Question| -> (Vec<_>, _) {
            let (vendors, definitions): (Vec<_>, Vec<_>) =
                question.answers(&DurationDefinition::built_in()).into_iter().unzip();
            let measured = measure(&timeline, &definitions, &settings, Instant::MAX);
            let minutes = measured.iter().map(|m| {
                m.value.as_ref().ok().map(|v| v.length.nominal_or_most().as_seconds() / 60)
            });
            let name = |p: Option<Preset>| p.map_or("own", Preset::as_str);
            let dependence = Dependence::of(&measured);
            (vendors.into_iter().map(name).zip(minutes).collect(), dependence)
        };
        let (repair, dependence) = minutes(Question::Repair);
        let expected = [
            ("own", Some(120)),
            ("firehydrant", Some(61)),
            ("rootly", Some(61)),
            ("datadog", Some(100)),
            ("dora", Some(120)),
            ("firefighter", Some(36)),
        ];
        assert_eq!((repair.as_slice(), dependence), (&expected[..], Some(Dependence::Differs)));
        let (detect, _) = minutes(Question::Detect);
        assert!(detect.contains(&("own", Some(20))) && detect.contains(&("datadog", Some(10))));
        let (_, acknowledge) = minutes(Question::Acknowledge);
        assert_eq!(acknowledge, Some(Dependence::PartlyAbsent));
    }
}
