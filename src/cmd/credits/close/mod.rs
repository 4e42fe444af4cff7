//! `recount credits close`: a period's lines are written down for good; what changes later comes as corrections.

mod acceptances;
mod gate;
mod reckoning;

use super::closed_files::ClosedFiles;
use crate::cli::{CloseArgs, Format, Global};
use crate::compute::report::credits::closing::{
    AcceptedLine, CloseReport, CloseState, Closing, closing_file, lines_file,
};
use crate::io::render::close as render;
use crate::io::tables::closed_lines;
use crate::io::yaml::closing::written;
use crate::model::digest;
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::transaction::Saved;
use crate::session::written::FileWrite;
use crate::session::{Failure, Session};
use acceptances::Acceptances;
use reckoning::{ClosingBooks, ReckonedPeriod};

/// Closes a period, or shows what that would be.
pub(super) fn run(args: &CloseArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    session.may_count()?;
    let approved_by = approver(&session, args)?;
    let mut books = ClosingBooks::open(&session)?;
    let before = books.take_closed(args.period);
    let reckoned = books.reckon(args.period)?;
    let close = PeriodClose { session: &session, args, books: &books, before, approved_by };
    let report = close.report(&reckoned)?;
    let (report, remarks) = match report.state {
        CloseState::Closed => close.write(report, &reckoned)?,
        _ => (report, String::new()),
    };
    let no = report.state == CloseState::WouldRefuse;
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(render::table(&report, session.style())),
    };
    let wrote = report.state == CloseState::Closed;
    Ok(Output { no, wrote, ..answer }
        .remark(&session.remarks)
        .remark(&books.loaded.remarks)
        .remark(&reckoned.remarks)
        .remark(remarks))
}

/// Returns who approves, in one line; a dry run may leave it open.
fn approver(session: &Session<'_>, args: &CloseArgs) -> Result<String, Failure> {
    let typed = args.approved_by.clone();
    let name = match args.dry_run {
        true => typed.unwrap_or_default(),
        false => session.or_ask(typed, "Who approves it", "--approved-by NAME")?,
    };
    Ok(session.masked(name.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// A period that is to be closed.
struct PeriodClose<'a> {
    session: &'a Session<'a>,
    args: &'a CloseArgs,
    books: &'a ClosingBooks<'a>,
    /// What it was closed as before.
    before: Option<ClosedFiles>,
    approved_by: String,
}

impl PeriodClose<'_> {
    /// Returns what is to be written, unless it stands already or something is in the way.
    fn report(&self, reckoned: &ReckonedPeriod) -> Result<CloseReport, Failure> {
        if let Some(before) = &self.before {
            return self.again(before, reckoned);
        }
        let acceptances = Acceptances::read(self.session, self.args)?;
        let accepted = acceptances.of(&reckoned.lines)?;
        let closing = self.closing(reckoned, accepted.lines)?;
        let obstacles = self.obstacles(reckoned, &accepted.doubtful)?;
        let doubtful = accepted.doubtful.iter().map(|line| line.accepted_name()).collect();
        let state = match (obstacles.is_empty(), self.args.dry_run) {
            (true, true) => CloseState::WouldClose,
            (false, true) => CloseState::WouldRefuse,
            (true, false) => CloseState::Closed,
            (false, false) => return Err(gate::refused(self.args.period, &obstacles)),
        };
        let report = CloseReport::of(closing, reckoned.lines.clone(), state);
        let is_dirty = self.books.record.dirty;
        Ok(CloseReport { obstacles, doubtful, is_dirty, ..report })
    }

    /// Answers where the period is closed already: with the same lines nothing changes, and others are refused.
    fn again(
        &self,
        before: &ClosedFiles,
        reckoned: &ReckonedPeriod,
    ) -> Result<CloseReport, Failure> {
        let ClosedFiles { closing, .. } = before;
        let period = closing.period;
        let path = self.session.store.root().join(lines_file(period));
        let text = self.session.store.text(&path)?.unwrap_or_default();
        let is_same = closed_lines::says_the_same(&text, &reckoned.text);
        let by_another = !self.approved_by.is_empty() && self.approved_by != closing.approved_by;
        let failure = |why: String| {
            let closed = closing.closed.rfc3339();
            Failure::new(format!("{period} was closed on {closed}: {why}"))
        };
        if is_same && !by_another {
            let (closing, lines) = (closing.clone(), reckoned.lines.clone());
            return Ok(CloseReport::of(closing, lines, CloseState::Unchanged));
        }
        if is_same {
            return Err(failure(format!("`{}` approved it", closing.approved_by))
                .help("its lines are the same now, and nothing was written"));
        }
        Err(failure("its lines would be others now".to_owned())
            .help("a closed period stays as it is: what changed since comes as corrections with the period that is closed next")
            .help(format!("see them by a dry run of that one, and what {period} is now: recount credits --period {period}")))
    }

    /// Writes both files in one commit, if the record is still what the lines were computed from.
    fn write(
        &self,
        report: CloseReport,
        reckoned: &ReckonedPeriod,
    ) -> Result<(CloseReport, String), Failure> {
        let root = self.session.store.root();
        let period = report.period;
        let note = CommitNote::documents("credits", format!("close {period}"));
        let Saved { commit, remarks, .. } = self.session.transact(|transaction| {
            transaction.may_change_files()?;
            self.books.still_stand()?;
            let lines = root.join(lines_file(period));
            let beside = root.join(closing_file(period));
            let files = [
                FileWrite::plain(lines, None, reckoned.text.clone()),
                FileWrite::plain(beside, None, written(&report.closing)),
            ];
            transaction.save_files(&files, None, None, &note)
        })?;
        Ok((CloseReport { commit, ..report }, remarks))
    }

    fn closing(
        &self,
        reckoned: &ReckonedPeriod,
        accepted: Vec<AcceptedLine>,
    ) -> Result<Closing, Failure> {
        let heading = &reckoned.heading;
        Ok(Closing {
            period: self.args.period,
            closed: self.session.now,
            by: self.session.person().unwrap_or_default(),
            approved_by: self.approved_by.clone(),
            commit: heading.record.commit.clone().unwrap_or_default(),
            tree: self.books.tree()?,
            tool: heading.tool.to_owned(),
            tzdata: heading.tzdata.to_owned(),
            inputs: heading.inputs.clone(),
            lines_sha256: digest::sha256(reckoned.text.as_bytes()),
            totals: CloseReport::totals(&reckoned.lines).totals,
            accepted,
            supersedes: None,
        })
    }
}
