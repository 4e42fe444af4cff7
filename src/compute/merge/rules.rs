//! By which rule each key of an incident, an event and an action merges.

/// How the value of a key merges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MergeRule {
    /// As one value: the later one stands, and the other is kept beside it.
    Field,
    /// Member by member, in a list of values.
    Set,
    /// Key by key, each as a field.
    Members,
    /// Service by service, and scope by scope.
    Impact,
    /// As what a public document may say.
    Public,
    /// Item by item, by id.
    Items(OwnerKind),
    /// Field by field, each with its latest time.
    Edited,
    /// Value by value.
    Was,
}

/// What has fields, each with the time at which it was last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OwnerKind {
    Incident,
    Event,
    Action,
}

/// The keys of an incident, in the order in which the tool writes them.
const INCIDENT: &[&str] = &[
    "title",
    "severity",
    "kind",
    "class",
    "timezone",
    "services",
    "unaffected",
    "attribution",
    "duplicate_of",
    "canceled",
    "related",
    "impact",
    "fields",
    "summary",
    "edited",
    "was",
    "causes",
    "claims",
    "public",
    "links",
    "actions",
    "events",
];

/// The keys of an event, in the order in which the tool writes them.
const EVENT: &[&str] = &[
    "id",
    "at",
    "within",
    "between",
    "for",
    "logged",
    "by",
    "kind",
    "mark",
    "impact",
    "severity",
    "attribution",
    "roles",
    "progress",
    "audience",
    "links",
    "attachments",
    "refutes",
    "confirms",
    "moved",
    "edited",
    "source",
    "redacted",
    "retracted",
    "was",
    "text",
];

/// The keys of an action, in the order in which the tool writes them.
const ACTION: &[&str] = &[
    "id",
    "title",
    "kind",
    "owner",
    "due",
    "status",
    "done_on",
    "ticket",
    "incidents",
    "edited",
    "was",
];

/// The keys that tell one time together.
pub(super) const TIME: [&str; 3] = ["at", "within", "between"];

impl OwnerKind {
    /// Returns how a key merges.
    pub(super) fn rule(self, key: &str) -> MergeRule {
        match (self, key) {
            (_, "edited") => MergeRule::Edited,
            (_, "was") => MergeRule::Was,
            (Self::Incident, "events") => MergeRule::Items(Self::Event),
            (Self::Incident, "actions") => MergeRule::Items(Self::Action),
            (Self::Incident, "fields") | (Self::Event, "roles" | "progress") => MergeRule::Members,
            (Self::Incident, "public") => MergeRule::Public,
            (Self::Incident, "services" | "unaffected" | "related" | "causes" | "claims")
            | (Self::Incident | Self::Event, "links")
            | (Self::Event, "attachments")
            | (Self::Action, "incidents") => MergeRule::Set,
            (Self::Event, "impact") => MergeRule::Impact,
            _ => MergeRule::Field,
        }
    }

    /// Returns the place of a key in the order in which the tool writes them; those that it doesn't know come last.
    pub(super) fn order(self, key: &str) -> usize {
        let keys = self.keys();
        keys.iter().position(|known| *known == key).unwrap_or(keys.len())
    }

    /// Returns whether a new key that a merge writes comes before this one.
    pub(super) fn is_last(self, key: &str) -> bool {
        match self {
            Self::Incident => ["actions", "events"].contains(&key),
            Self::Event => key == "text",
            Self::Action => false,
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Incident => INCIDENT,
            Self::Event => EVENT,
            Self::Action => ACTION,
        }
    }
}
