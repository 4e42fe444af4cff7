//! Which doubtful lines are accepted, and why.

use crate::cli::CloseArgs;
use crate::compute::report::credits::CreditLineReport;
use crate::compute::report::credits::closing::AcceptedLine;
use crate::io::store::cannot_read;
use crate::io::store::files::{self, MOST_BYTES};
use crate::model::incident::IncidentId;
use crate::model::incident::names::nearest;
use crate::session::output::typed;
use crate::session::{Failure, Session};
use std::path::Path;

/// What was typed to accept doubtful lines.
pub(super) struct Acceptances {
    asked: Vec<AcceptedWhat>,
    reason: String,
}

/// What of the lines is accepted.
enum AcceptedWhat {
    Line(String),
    Incident(IncidentId),
    Policy(String),
}

/// The doubtful lines that were accepted, and those that were not.
pub(super) struct JudgedLines<'l> {
    pub(super) lines: Vec<AcceptedLine>,
    pub(super) doubtful: Vec<&'l CreditLineReport>,
}

impl Acceptances {
    /// Reads what was typed, and the files that it names.
    pub(super) fn read(session: &Session<'_>, args: &CloseArgs) -> Result<Self, Failure> {
        let mut words = vec![];
        for word in &args.accept {
            match word.strip_prefix('@') {
                Some(file) => words.extend(lines_of(session, file)?),
                None => words.push(word.clone()),
            }
        }
        let asked = words.into_iter().map(|word| AcceptedWhat::of(session, word));
        let reason = args.reason.as_deref().unwrap_or_default().trim();
        if !args.accept.is_empty() && reason.is_empty() {
            return Err(Failure::new("why are the lines right?").help("--reason TEXT says it"));
        }
        let reason = session.masked(reason.to_owned());
        Ok(Self { asked: asked.collect::<Result<_, _>>()?, reason })
    }

    /// Returns which doubtful lines are accepted.
    ///
    /// # Errors
    /// What was typed and fits no doubtful line: it would look as if something had been accepted.
    pub(super) fn of<'l>(&self, lines: &'l [CreditLineReport]) -> Result<JudgedLines<'l>, Failure> {
        let doubtful: Vec<_> = lines.iter().filter(|line| line.is_doubtful()).collect();
        if let Some(idle) = self.asked.iter().find(|what| !doubtful.iter().any(|l| what.fits(l))) {
            return Err(idle.fits_none(&doubtful));
        }
        let is_accepted = |line: &&CreditLineReport| self.asked.iter().any(|what| what.fits(line));
        let (accepted, doubtful): (Vec<_>, Vec<_>) = doubtful.into_iter().partition(is_accepted);
        let accepted = accepted.into_iter().map(|line| AcceptedLine {
            line: line.accepted_name(),
            status: line.status,
            reason: self.reason.clone(),
        });
        Ok(JudgedLines { lines: accepted.collect(), doubtful })
    }
}

impl AcceptedWhat {
    fn of(session: &Session<'_>, word: String) -> Result<Self, Failure> {
        match word.split_once(':') {
            Some(("incident", name)) => Ok(Self::Incident(session.find(name.trim())?)),
            Some(("policy", id)) => Ok(Self::Policy(id.trim().to_owned())),
            _ => Ok(Self::Line(word)),
        }
    }

    fn fits(&self, line: &CreditLineReport) -> bool {
        match self {
            Self::Line(name) => line.accepted_name() == *name,
            Self::Incident(id) => line.incidents.contains(id),
            Self::Policy(id) => line.policy.as_ref().is_some_and(|policy| policy.as_str() == id),
        }
    }

    fn fits_none(&self, doubtful: &[&CreditLineReport]) -> Failure {
        let word = match self {
            Self::Line(name) => format!("the name `{name}`"),
            Self::Incident(id) => format!("the incident {id}"),
            Self::Policy(id) => format!("the policy `{id}`"),
        };
        let failure = Failure::new(format!("no doubtful line has {word}"));
        let names: Vec<_> = doubtful.iter().map(|line| line.accepted_name()).collect();
        let near = match self {
            Self::Line(name) => nearest(name, names.iter().map(String::as_str)),
            _ => None,
        };
        match near {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None if names.is_empty() => failure.help("no line is doubtful: leave --accept out"),
            None => failure.help("`--dry-run` lists the doubtful lines"),
        }
    }
}

/// Returns what a file accepts, one a line.
fn lines_of(session: &Session<'_>, file: &str) -> Result<Vec<String>, Failure> {
    let path = typed(session.global, Path::new(file));
    let bytes = files::read_named(&path, MOST_BYTES).map_err(|error| cannot_read(&path, error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("{} is not text in UTF-8", path.display())))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(str::to_owned).collect())
}
