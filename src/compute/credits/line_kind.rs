//! What a line of credits comes of.

use crate::model::incident::names::string_enum;

string_enum! {
    /// What a line comes of.
    LineKind, "kind of line" {
        /// A promise.
        Policy = "policy",
        /// A policy that gives of free will.
        Goodwill = "goodwill",
        /// An amount that was booked by hand.
        Adjustment = "adjustment",
        /// What a later change makes of a line of a period that was closed before.
        Correction = "correction",
    }
}
