//! The interview before a draft.

use super::desk::Desk;
use crate::cmd::Failure;
use crate::incident::{Audience, IncidentId};

/// Asks for what is missing, and writes each answer into the record as it is given.
pub(super) fn hold(
    _desk: &Desk<'_>,
    _id: Option<&IncidentId>,
    _audience: Option<Audience>,
) -> Result<(), Failure> {
    Ok(())
}
