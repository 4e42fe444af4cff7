//! The codes of all findings, each with what it means: the one table that `check --explain` prints.

use crate::model::diagnostic::Level;
use serde::Serialize;

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// The stable word.
    pub code: &'static str,
    /// How much its findings weigh. Errors can't be silenced: they are mended.
    #[serde(rename = "level")]
    pub weight: Level,
    /// Where its findings are mere warnings though it is an error; such ones can be silenced.
    pub warning_where: Option<&'static str>,
    /// What it is, in one line.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// How to mend it.
    pub mend: &'static str,
}

/// Returns what a code means.
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|c| c.code == code)
}

/// Returns the words of all codes.
pub fn words() -> Vec<&'static str> {
    CODES.iter().map(|c| c.code).collect()
}

const fn error(
    code: &'static str,
    title: &'static str,
    why: &'static str,
    mend: &'static str,
) -> Code {
    Code { code, weight: Level::Error, warning_where: None, title, why, mend }
}

const fn warning(
    code: &'static str,
    title: &'static str,
    why: &'static str,
    mend: &'static str,
) -> Code {
    Code { weight: Level::Warning, ..error(code, title, why, mend) }
}

/// All codes: those of files that cannot be read, of facts that cannot be true, of what is missing, of what
/// people wrote, of documents, and of the silences themselves.
pub const CODES: &[Code] = &[
    error(
        "syntax",
        "The file is not YAML",
        "Nothing in the file can be read, so every number that leans on it is missing. `log` still keeps events, in a spool beside the git folder.",
        "Correct the line that is shown: mostly an indentation, a tab, or a text that needs quotes.",
    ),
    error(
        "encoding",
        "The file is not UTF-8 text",
        "Nothing in the file can be read.",
        "Save the file as UTF-8 in your editor.",
    ),
    error(
        "unreadable",
        "The file cannot be opened",
        "Nothing in the file can be read.",
        "Look at what the system says: a missing file, or its permissions.",
    ),
    error(
        "missing-file",
        "A file that the last commit has is missing here",
        "What is read here is less than the record: numbers leave it out, and no money is reckoned.",
        "Bring the file back (`git sparse-checkout disable`, `git checkout -- PATH`), or stage its removal (`git rm`).",
    ),
    error(
        "second-document",
        "A second YAML document stands in the file",
        "The file is one incident or one set of settings; what stands behind `---` would be lost silently.",
        "Join the two, or move the second one to a file of its own.",
    ),
    error(
        "alias",
        "An alias of YAML stands for itself, or they stand for more than 16 MB",
        "A few lines of aliases can stand for gigabytes.",
        "Write the text out where the alias stands.",
    ),
    error(
        "too-large",
        "The file holds more than is read",
        "A file made to exhaust the machine would take down every verb that reads the record. 50,000 events and a million keys are more than any incident has.",
        "Divide the file: an incident into several, a list of settings into what is needed.",
    ),
    error(
        "key",
        "A key is not a word",
        "Keys name facts; a list or a map cannot.",
        "Write the key as a plain word.",
    ),
    error(
        "key-twice",
        "A key stands twice in one map",
        "Only one of the two values could count, and which one would be chance.",
        "Keep the right one.",
    ),
    error(
        "shape",
        "A list, a map or a text stands where another is expected",
        "The fact was not read, so it is missing from every number.",
        "Write it as the message says; `recount schema` gives your editor the shapes.",
    ),
    error(
        "value",
        "A value cannot be read",
        "The fact was not read, so it is missing from every number.",
        "Write it as the message says.",
    ),
    error(
        "missing-key",
        "A key that must be there is missing",
        "Without it the fact says nothing, and is left out.",
        "Add the key.",
    ),
    warning(
        "unknown-key",
        "A key that this version does not know",
        "It is a slip, and what it says is ignored; or a newer version wrote it. `credits` refuses the record until it is clear which.",
        "Correct the key. Keys of your own begin with `x-`.",
    ),
    warning(
        "unknown-field",
        "A field that the record doesn't have",
        "`fields` in `recount.yaml` names the facts of its own that incidents may have; this one is in no answer.",
        "Correct the name, or add the field to `recount.yaml` with what it holds.",
    ),
    warning(
        "unknown-kind",
        "A kind of event that this version does not know",
        "The event counts, and its kind is kept as it is; perhaps a newer version wrote it.",
        "Correct the word, or upgrade recount.",
    ),
    error(
        "unknown-service",
        "A service that the record does not list",
        "A slip in a name makes a second service, and the downtime of the right one is missing.",
        "Correct the name, or add it under `services` in recount.yaml.",
    ),
    error(
        "unknown-severity",
        "A severity that the record does not list",
        "It can neither be ranked nor held against the cadence.",
        "Correct the word, or add it under `severities` in recount.yaml.",
    ),
    error(
        "unknown-milestone",
        "A milestone that the record does not define",
        "No duration begins or ends at it, so the one that was meant is missing.",
        "Correct the word, or add it under `milestones` in recount.yaml.",
    ),
    error(
        "unknown-calendar",
        "A policy names a calendar that the record does not have",
        "Its hours and business days can't be counted, so no credit is reckoned.",
        "Correct the name, or add it under `calendars` in recount.yaml.",
    ),
    error(
        "unknown-duration",
        "A policy is about a duration that the record does not define",
        "Nothing could be held against its promise.",
        "Correct the name, or add it under `durations` in recount.yaml.",
    ),
    error(
        "same-id",
        "Two events share an id",
        "Corrections, merges and links name events by their ids, and would hit the wrong one.",
        "Remove the `id` of one; the next verb that writes gives it another.",
    ),
    warning(
        "order",
        "An event stands before an earlier one",
        "Time decides, not the place in the file; but people read from top to bottom, and a wrong date shows first as a wrong place.",
        "Move the event up, or correct its time.",
    ),
    Code {
        warning_where: Some("`recovered` is before `mitigated`"),
        ..error(
            "milestone-order",
            "A milestone comes before one that it must follow",
            "A service cannot recover before its impact began. The durations between the two are left out.",
            "Correct one of the two times, or move the mark to the right event.",
        )
    },
    warning(
        "late-recovery",
        "`recovered` is marked long after the last impact ended",
        "The time to recover and the downtime contradict each other: one was marked when somebody looked, or impact went on that no event tells of.",
        "Correct the time of the mark or of the impact's end, or record the impact that went on until then.",
    ),
    warning(
        "voided-milestone",
        "A milestone was marked, and later impact took it back",
        "Impact that is worse than at the mark says that the incident went on. The milestone is in no duration until it is marked again.",
        "Mark it again when it holds, or correct the time or the impact that came after it.",
    ),
    warning(
        "missing-attachment",
        "A file that an event names is not there",
        "The evidence is gone, and the document's link is dead.",
        "Bring the file back from git, or take the attachment off the event.",
    ),
    warning(
        "attachment-differs",
        "An attached file is not what was attached",
        "Evidence that changes after the fact proves nothing.",
        "Bring the first version back, or attach the new one to an event of its own.",
    ),
    warning(
        "unnamed-file",
        "A file beside an incident belongs to no event",
        "Nobody who reads the incident finds it.",
        "Attach it to an event with `recount log --attach FILE TEXT`.",
    ),
    warning(
        "unknown-hypothesis",
        "An event settles what no event supposes",
        "The hypothesis stays open for the next shift, though somebody has settled it.",
        "Correct the id in `refutes` or `confirms`.",
    ),
    warning(
        "impact-without-beginning",
        "Impact on a service ends, and no event begins it",
        "Since when the service was affected is unknown, and with it its downtime: credits are in review.",
        "Record since when it was affected with `recount impact SERVICE=STATE --at ...`; planned work is none of an incident's impact.",
    ),
    error(
        "broken-marker",
        "A marker of a document's generated part is broken",
        "Without both of its markers nobody can tell which part of the document is generated, so nothing in it is refreshed.",
        "Put the marker back as the other one shows, or remove both to keep the text as your own.",
    ),
    error(
        "template",
        "A template cannot be read or rendered",
        "No document can be made from it.",
        "Correct the line shown; `recount templates eject` writes a built-in template to begin from.",
    ),
    error(
        "lost-event",
        "An event was recorded, and the file lacks it",
        "Events are never deleted by the tool: an editor saved an old copy over the file.",
        "The next verb that writes brings it back. To take an event out on purpose, use `recount retract`.",
    ),
    warning(
        "inbox",
        "An event waits for its incident",
        "It was logged when no incident, or more than one, could be meant, and counts in no number yet.",
        "`recount amend EVENT --to INCIDENT` moves it.",
    ),
    error(
        "same-folder",
        "Two folders have the same id",
        "An incident's id is its folder's name. Only one of the two is read and written; the other counts in no number.",
        "Rename one folder, or remove it where it is a copy; `git log` tells which came first.",
    ),
    warning(
        "spool",
        "An event waits outside of the record",
        "The record could not take it when it was logged. Readers show it where they can read its incident; no commit has it yet.",
        "The next verb that writes puts it into the record; where it still waits then, its incident can't be read: correct that first.",
    ),
    warning(
        "unsettled",
        "A merge left two values",
        "Two people changed the same field. The later value counts; the other one stays under `was:` until a person has looked.",
        "Write the right value with `recount amend` or `recount set`, be it the one that stands, or remove it under `was:`.",
    ),
    error(
        "two-versions",
        "A merge left another version of a file beside it",
        "Both sides changed the same in it, and nobody can tell which one is right; no money is reckoned until one is gone.",
        "Keep what is right of both in the file, and remove the other one.",
    ),
    error(
        "lost-in-merge",
        "A merge lost an event that one side of it had",
        "The button of a host merges without recount, and takes one side where a person asks for that; what the other side logged is then in no number.",
        "Copy the event back from the version that the message names; if it was wrong, `recount retract` it then.",
    ),
    warning(
        "canceled-and-logged",
        "An incident was canceled by somebody who had not seen all of its events",
        "A cancellation holds for the events that its writer had seen, so that the incident is open and counts.",
        "`recount cancel` it again if it was none; else remove `canceled` under `was:`.",
    ),
    warning(
        "declared-twice",
        "An incident was declared twice",
        "Two people declared it on two machines; the earlier one counts, and durations that begin there may be too long.",
        "Take the mark from one of the two: `recount amend EVENT --clear mark`.",
    ),
    warning(
        "missing-impact",
        "Nothing says what the incident did to customers",
        "Its downtime is unknown: it is missing from the metrics, and its credits wait for a review.",
        "Record it with `recount impact SERVICE=STATE --at TIME`; if there was none, `recount set impact=none`.",
    ),
    warning(
        "missing-summary",
        "The summary says nothing",
        "The summary is what most readers read, and every document begins with it.",
        "`recount set summary=TEXT` writes one; an incident that is closed has one.",
    ),
    warning(
        "missing-causes",
        "The incident is over, and no cause is written down",
        "An incident whose causes nobody recorded will come again, and a review cannot be held.",
        "Add them under `causes` with `recount set --edit`: kind (root, trigger, contributing) and text.",
    ),
    warning(
        "action-without-owner",
        "An open action that nobody owns",
        "What everybody should do, nobody does: actions without an owner are the ones that are still open at the next outage.",
        "`recount action set ID --owner NAME`, or give it up: `--status dropped`.",
    ),
    warning(
        "action-without-due",
        "An open action without a date",
        "Without a date it is never overdue, and `action list --overdue` never shows it.",
        "`recount action set ID --due DATE`, or give it up: `--status dropped`.",
    ),
    warning(
        "missed-cadence",
        "The public heard nothing for longer than the cadence promises",
        "Customers forgive an outage sooner than silence. The time from when the incident was known to when it was over is held against `cadence` in recount.yaml, severity by severity; uncertain times count as you would wish.",
        "If something was said, record it: `recount log --at TIME --kind communication --public TEXT`. If not, it belongs in the review.",
    ),
    warning(
        "blaming-word",
        "A text blames people",
        "People who fear blame tell less, and the review then finds a culprit in place of what made the slip possible.",
        "Say what people saw and knew then, and what let the slip through. The list of words is yours: `check: {blaming: [...]}` in recount.yaml.",
    ),
    warning(
        "zero-length-impact",
        "Impact that ends when it begins",
        "It counts for nothing in the downtime, though somebody thought it worth recording.",
        "Correct a time, or say with `for` how long it lasted.",
    ),
    warning(
        "endless-impact",
        "Impact that nothing ends, though the incident is over",
        "The downtime of the service can't be computed, and its credits wait for a review.",
        "Record when it was up again: `recount impact SERVICE=up --at TIME`, or mark `recovered`.",
    ),
    warning(
        "far-event",
        "An event more than a year from every other",
        "Mostly its year is wrong, and every duration that leans on it is.",
        "Correct its time, or retract it.",
    ),
    warning(
        "same-event",
        "Two events say the same at the same time",
        "One was logged twice, perhaps by two people or by an import.",
        "`recount retract ID --reason TEXT` takes one back.",
    ),
    warning(
        "claim",
        "A stated duration that the events do not support",
        "What was told to customers or written in a review is not what happened, or an event is missing or wrong.",
        "Correct the event that is wrong, or the claim; the message names the two milestones that come nearest.",
    ),
    warning(
        "changed-after-closed",
        "The incident was changed after its review was closed (with `--audit`)",
        "What the review decided on is no longer what the record says.",
        "Look at `recount history`; where the change is right, mark `closed` again.",
    ),
    error(
        "shallow-history",
        "This clone's history ends after a review was closed (with `--audit`)",
        "What was changed between the two can't be told, so that an audit without findings would mean nothing.",
        "Bring the whole history: `git fetch --unshallow`; in GitHub's workflows, `fetch-depth: 0` of the checkout.",
    ),
    warning(
        "stale-document",
        "Generated parts of a document no longer say what the record says",
        "Somebody reads the old numbers, perhaps a customer.",
        "`recount draft INCIDENT` writes the generated parts anew, and touches nothing else.",
    ),
    warning(
        "changed-part",
        "A generated part of a document was changed by hand",
        "It is kept as it is, so it no longer follows the record.",
        "Take its markers away to make the passage yours, or `recount draft --force` to write it anew.",
    ),
    warning(
        "unknown-part",
        "A document asks for a generated part that the record doesn't have",
        "Nothing will ever fill it.",
        "Correct the name in its marker, or take the markers away.",
    ),
    warning(
        "unknown-audience",
        "A document with generated parts doesn't say who may read it",
        "What is generated depends on that, and the public must not get what is meant for inside.",
        "Write what the message says as its first line.",
    ),
    warning(
        "merge-conflict",
        "A merge left two versions of a passage in a document",
        "Both stand there, and readers cannot know which one is meant.",
        "Keep what is right of both, and take git's marks away.",
    ),
    warning(
        "empty-section",
        "A section or a field of a document in which nothing is written",
        "Readers take a heading or `Authors:` for a promise, and reviewers for a question that nobody asked.",
        "Write it, or take the heading or the field out.",
    ),
    warning(
        "prose-duration",
        "A length of time in a document that no events support",
        "Hand-written reviews are often wrong about their own timelines, and customers count again. The length was held against every two milestones, the downtime, what events lasted and what the record promises, as far as it may be rounded.",
        "Correct the sentence, or the event that is wrong; a value from the record never drifts: `<!-- recount:value time_to_recover --><!-- recount:end -->`.",
    ),
    warning(
        "prose-time",
        "A time of day in a document at which no event happened",
        "Either the sentence is wrong, or the record lacks an event that somebody remembers.",
        "Correct the sentence, or log the event: `recount log --at TIME TEXT`; an uncertain event supports a time within its bounds, and one of more than an hour at its bounds alone.",
    ),
    warning(
        "prose-date",
        "A date in a document that is another weekday, or on which no event happened",
        "Dates are copied from other pages and from memory, and readers count the days.",
        "Correct the date or its weekday, or log the event of that day.",
    ),
    error(
        "contradiction",
        "Two keys of a policy contradict each other",
        "A credit that is computed by a guess is worse than none, so the policy is not used.",
        "Keep the one that the contract says.",
    ),
    error(
        "no-column",
        "A table lacks a column",
        "Its rows can't be read, so the customers or measurements in them are missing from every credit.",
        "Add the column to the first row and to each row below it.",
    ),
    error(
        "unknown-column",
        "A table has a column that it may not have",
        "What stands in it would be read by nobody.",
        "Correct the column's name, or remove the column.",
    ),
    warning(
        "spare-column",
        "A column is taken for an attribute, and nearly has the name of a known one",
        "If its name is a slip, the line is reckoned without what stands in it.",
        "Correct the name; an attribute that policies test with `requires` may stay.",
    ),
    error(
        "csv",
        "A table is not written as CSV",
        "Its cells cannot be told apart.",
        "Separate cells with commas, and close every quotation mark.",
    ),
    error(
        "column-twice",
        "A column stands twice in a table",
        "Which of the two counts would be chance.",
        "Keep one.",
    ),
    error(
        "missing-column",
        "A table lacks a column that it needs",
        "None of its rows can be read.",
        "Add the column, or correct its name.",
    ),
    error(
        "missing-cell",
        "A row lacks a cell that it needs",
        "The row cannot be read, and no row is dropped silently.",
        "Fill the cell.",
    ),
    error(
        "row",
        "A row has too many or too few cells, or cannot be so",
        "The row cannot be read, and no row is dropped silently.",
        "Correct the row that is shown.",
    ),
    warning(
        "hole",
        "No band of a policy is for some uptimes",
        "A line there is in review: nobody can say what is owed.",
        "State a band for them, with `percent: 0` where nothing is owed.",
    ),
    warning(
        "overlap",
        "Two bands of a policy hold at the same uptime",
        "A line there is in review: nobody can say which one counts.",
        "Let one band end where the other begins.",
    ),
    warning(
        "unreachable",
        "A band of a policy that no breach can reach",
        "What it promises is never paid.",
        "Raise the commitment, or drop the band.",
    ),
    warning(
        "dead-band",
        "A breach for which a policy owes nothing",
        "Customers may read the commitment as a promise of credit.",
        "State it outright by a band with `percent: 0`.",
    ),
    warning(
        "no-effect",
        "A key of a policy has no effect",
        "Whoever wrote it relies on something that is not reckoned.",
        "Remove it, or write what gives it effect.",
    ),
    warning(
        "stacking",
        "Policies of one group say differently how they stack",
        "How their lines compete would be chance.",
        "Give all of them the same `stacking`.",
    ),
    error(
        "policy-of-unknown-service",
        "A policy is for a service that the record does not list",
        "No row and no impact can be meant by it, so that no credit is reckoned.",
        "Correct the name, or add it to `services` in recount.yaml.",
    ),
    warning(
        "unreferenced-service",
        "A row is for a service that nothing else in the record names",
        "If its name is a slip, nothing ever counts for the row.",
        "Correct the name; a record that lists its `services` in recount.yaml takes no other.",
    ),
    warning(
        "unmatched-scope",
        "Impact is on a region, a resource or a customer that no row has",
        "If the name is a slip, the customers who were hit get nothing.",
        "Correct the name, here or in customers.csv.",
    ),
    error(
        "measured-twice",
        "Two rows of measurements are for one service and one time",
        "To add both would count the same requests twice, and which of them is right nobody can tell.",
        "Remove one of the two rows that the message names.",
    ),
    error(
        "off-grid",
        "A row of measurements begins off the grid of a policy's interval",
        "An error rate is the mean of intervals of one length, and such a row lies in two of them.",
        "Correct its time, or the `interval` of the policy.",
    ),
    warning(
        "unknown-incident",
        "A table or a policy names an incident that is not there",
        "What it says of it counts for nothing.",
        "Correct the id: `recount list` shows them.",
    ),
    warning(
        "no-customer",
        "A row names a customer without a subscription",
        "The row counts for nobody.",
        "Correct the name, or add the subscription.",
    ),
    warning(
        "no-subscription",
        "A row is for a service that its customer does not subscribe to",
        "The row counts for nothing.",
        "Correct the service, or add the subscription.",
    ),
    warning(
        "other-currency",
        "An adjustment is in another currency than its customer's fees",
        "Amounts of different currencies are never added up.",
        "Correct the currency, if it is a slip.",
    ),
    error(
        "policy-twice",
        "Two policies of one name are in force from the same day",
        "Which of them counts would be chance.",
        "Give one of them another `id`, or let it take effect from another day.",
    ),
    error(
        "customer-again",
        "Rows of one customer stand apart",
        "Lines are written customer by customer, and two halves of one would be told as two.",
        "Put all rows of a customer together.",
    ),
    error(
        "subscription-twice",
        "Two rows are the same subscription at the same time",
        "The customer would be credited twice.",
        "Let one row end before the other begins, or let them differ in region, resource or plan.",
    ),
    warning(
        "secret",
        "A text looks like a credential",
        "Whoever can read the record, or a clone of it, can use it; verbs mask such text, an editor doesn't.",
        "Make it worthless where it was given out; then take it out with `recount redact`. `secrets: off` in recount.yaml asks for no such finding.",
    ),
    error(
        "unknown-code",
        "A silence names a code that does not exist",
        "It silences nothing, though somebody relies on it.",
        "Correct the code; `recount check --explain` lists them.",
    ),
    error(
        "silenced-error",
        "A silence names an error",
        "Errors are facts that could not be read or cannot be true; the numbers are wrong until they are mended.",
        "Remove the silence, and mend what it was meant to hide.",
    ),
    warning(
        "unused-silence",
        "A silence matches no finding",
        "What it accepted is gone; left standing, it would hide the next one.",
        "Remove it.",
    ),
];
