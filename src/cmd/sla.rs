//! `recount sla`: the policies, and what is wrong with them.

use super::answer::Answer;
use crate::cli::{Global, SlaVerb};
use crate::cmd::Failure;

/// Lists or checks the policies.
pub(super) fn run(verb: &SlaVerb, _global: &Global) -> Result<Answer, Failure> {
    match verb {
        SlaVerb::List | SlaVerb::Check => Err(Failure::new("not yet")),
    }
}
