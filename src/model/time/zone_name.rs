//! The zone that a typed name means, or a refusal that offers the names that may have been meant.

use super::context::ParseContext;
use super::error::quote;
use super::zone::{Clocks, ZoneMeaning, abbreviation, meaning, offset_words};
use super::{EventTime, TimeError, TimeErrorReason, Zone};

/// Looks a time up on the clocks that `name` means, or on those of the context's zone where there is no name.
///
/// # Errors
///
/// Refuses names that mean several zones or none, with what `look_up` finds for each that may be meant.
pub(super) fn on<F>(
    name: Option<&str>,
    context: &ParseContext<'_>,
    look_up: &F,
) -> Result<EventTime, TimeError>
where
    F: Fn(Clocks) -> Result<EventTime, TimeError>,
{
    let Some(name) = name else { return look_up(Clocks::Zone(context.zone)) };
    if name.eq_ignore_ascii_case("local") {
        return look_up(Clocks::Zone(context.machine_zone.ok_or_else(|| no_machine(context))?));
    }
    match meaning(name) {
        ZoneMeaning::One(clocks) => look_up(clocks),
        ZoneMeaning::Several(places) => {
            let label = |(offset, zone)| {
                (Clocks::Offset(offset), format!("{} ({zone})", offset_words(offset)))
            };
            let readings: Vec<_> = places.into_iter().map(label).collect();
            match own(name, &readings, context, look_up) {
                Some(clocks) => look_up(clocks),
                None => Err(ambiguous(name, readings, context, look_up)),
            }
        }
        ZoneMeaning::Unknown(near) => {
            let label = |zone: Zone| (Clocks::Zone(zone), Clocks::Zone(zone).name());
            let readings: Vec<_> = near.into_iter().map(label).collect();
            Err(offered(unknown(name, &readings), &readings, look_up))
        }
    }
}

/// Returns the clocks that go by an abbreviation in the incident's zone or the record's, on the day that is meant.
fn own<F>(
    name: &str,
    readings: &[(Clocks, String)],
    context: &ParseContext<'_>,
    look_up: &F,
) -> Option<Clocks>
where
    F: Fn(Clocks) -> Result<EventTime, TimeError>,
{
    let goes_by = |zone: Zone, clocks: Clocks| {
        let is = |stamp: EventTime| {
            let at = stamp.moment(zone).earliest();
            abbreviation(at, zone).eq_ignore_ascii_case(name)
                && Clocks::Zone(zone).write(at) == clocks.write(at)
        };
        match look_up(clocks) {
            Ok(stamp) => is(stamp),
            Err(refusal) => refusal.choices().iter().any(|choice| is(choice.stamp)),
        }
    };
    let zones = [context.zone, context.record_zone].into_iter();
    let found = |zone| readings.iter().map(|(clocks, _)| *clocks).find(|c| goes_by(zone, *c));
    zones.filter_map(found).next()
}

/// Adds to a refusal what `look_up` finds on each of the clocks.
fn offered<F>(refusal: TimeError, readings: &[(Clocks, String)], look_up: &F) -> TimeError
where
    F: Fn(Clocks) -> Result<EventTime, TimeError>,
{
    readings.iter().fold(refusal, |refusal, (clocks, label)| match look_up(*clocks) {
        Ok(stamp) => refusal.or(stamp, label),
        // A reading that would be asked about is still one of the choices.
        Err(other) => match (other.reason(), other.choices().first()) {
            (TimeErrorReason::FarOff | TimeErrorReason::Future, Some(choice)) => {
                refusal.or(choice.stamp, label)
            }
            (_, _) => refusal,
        },
    })
}

/// Reads the name of a zone whose clocks follow its place, such as `Europe/Paris` or `UTC`.
///
/// # Errors
///
/// Refuses what names no zone, several of them, or an offset alone.
pub fn read_zone(text: &str) -> Result<Zone, TimeError> {
    let name = text.trim();
    match meaning(name) {
        ZoneMeaning::One(Clocks::Zone(zone)) => Ok(zone),
        ZoneMeaning::One(Clocks::Offset(offset)) if offset.local_minus_utc() == 0 => Ok(Zone::UTC),
        ZoneMeaning::Unknown(near) => {
            let near = near.into_iter().map(|z| (Clocks::Zone(z), z.name().to_owned()));
            Err(unknown(name, &near.collect::<Vec<_>>()))
        }
        ZoneMeaning::One(_) | ZoneMeaning::Several(_) => Err(unknown(name, &[])),
    }
}

/// Returns the names of all zones that [`read_zone`] takes, in order.
pub fn zone_names() -> Vec<&'static str> {
    let names = Zone::all().map(Zone::name).filter(|name| read_zone(name).is_ok());
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names
}

/// Returns the offsets from UTC, in seconds, that the name of a zone in a sentence can mean at an instant: of `CET`,
/// `Europe/Paris`, `Paris` or `Pacific`; none for a name that nobody knows.
pub fn named_offsets(name: &str, at: super::Instant) -> Vec<i64> {
    const AMERICAN: [(&str, &str); 6] = [
        ("PT", "America/Los_Angeles"),
        ("Pacific", "America/Los_Angeles"),
        ("Mountain", "America/Denver"),
        ("Central", "America/Chicago"),
        ("ET", "America/New_York"),
        ("Eastern", "America/New_York"),
    ];
    let on_clocks = |zone: Zone| zone.offset_until(at).0;
    let found = AMERICAN.iter().find(|(word, _)| *word == name).map_or(name, |(_, zone)| *zone);
    match meaning(found) {
        ZoneMeaning::One(Clocks::Zone(zone)) => vec![on_clocks(zone)],
        ZoneMeaning::One(Clocks::Offset(offset)) => vec![offset.local_minus_utc().into()],
        ZoneMeaning::Several(places) => {
            places.iter().map(|(offset, _)| offset.local_minus_utc().into()).collect()
        }
        ZoneMeaning::Unknown(near) => {
            let place = |zone: &Zone| zone.name().rsplit('/').next() == Some(found);
            near.into_iter().filter(place).map(on_clocks).collect()
        }
    }
}

/// Refuses an abbreviation of several places, with those of them that can be meant.
fn ambiguous<F>(
    name: &str,
    readings: Vec<(Clocks, String)>,
    context: &ParseContext<'_>,
    look_up: &F,
) -> TimeError
where
    F: Fn(Clocks) -> Result<EventTime, TimeError>,
{
    let can_be = |(clocks, _): &&(Clocks, String)| match look_up(*clocks) {
        Ok(stamp) => {
            let moment = stamp.moment(context.zone);
            let ahead = context.now.is_some_and(|now| moment.earliest() > now);
            (context.allow_future || !ahead)
                && context.around.far_before(moment).is_none()
                && context.around.far_after(moment).is_none()
        }
        Err(_) => context.now.is_none(),
    };
    let possible: Vec<_> = readings.iter().filter(can_be).cloned().collect();
    // Where none of them can be, the person has to see what was read.
    let readings = if possible.is_empty() { readings } else { possible };
    let labels: Vec<_> = readings.iter().map(|(_, label)| label.as_str()).collect();
    let message = format!("{} may be {}.", quote(name), labels.join(" or "));
    let refusal = TimeError::new(
        TimeErrorReason::AmbiguousZone,
        message,
        "Write the offset or the zone's name in its place.",
    );
    offered(refusal, &readings, look_up)
}

/// Refuses `local` where it can't be known or would mean another zone on another machine.
fn no_machine(context: &ParseContext<'_>) -> TimeError {
    let (reason, message) = match context.now {
        Some(_) => (TimeErrorReason::UnknownZone, "The zone of this machine isn't known."),
        None => (TimeErrorReason::Relative, "`local` depends on the machine that reads it."),
    };
    TimeError::new(reason, message, "Write an offset such as `+01:00`, or an IANA name.")
}

fn unknown(name: &str, readings: &[(Clocks, String)]) -> TimeError {
    let names: Vec<_> = readings.iter().map(|(_, label)| format!("`{label}`")).collect();
    let next = match names.as_slice() {
        [] => {
            "Write an offset such as `+01:00`, or an IANA name such as `Europe/Paris`.".to_owned()
        }
        names => format!("Did you mean {}?", names.join(" or ")),
    };
    TimeError::new(
        TimeErrorReason::UnknownZone,
        format!("{} is not a known zone.", quote(name)),
        next,
    )
}
