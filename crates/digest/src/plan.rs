//! What is due: pure, from what is known and the time. A plan decides nothing: whether a message may be sent is decided when
//! it is claimed.

use casework::post::{Named, PostFacts};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use domain::calendar::{home_zone, local_date};
use domain::digest::Schedule;
use domain::id::{GuardianId, PupilId, SchoolId};
use domain::state::Outbox;
use domain::state::outbox::{Message, Standing};
use domain::words::{DigestFrequency, DigestRhythm, MessageClass, NotSent};

/// A message that is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// To whom.
    pub guardian: GuardianId,
    /// Which message.
    pub named: Named,
    /// Position in the log that it goes on from.
    pub since: u64,
}

/// A guardian for whom no message is prepared although there is something to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PassedOver {
    /// Who.
    pub guardian: GuardianId,
    /// Which message it would have been.
    pub named: Named,
    /// Why.
    pub reason: NotSent,
}

/// A school for whose guardians no digest is prepared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SchoolPassedOver {
    /// Which.
    pub school: SchoolId,
    /// What it would have stood for.
    pub period: NaiveDate,
    /// Why.
    pub reason: NotSent,
}

/// Notices of today's absences that are due now: they wait for nothing else.
pub fn urgent(facts: &PostFacts, now: DateTime<Utc>) -> Vec<Planned> {
    let guardians = facts.guardians().into_iter();
    guardians.filter_map(|(guardian, outbox)| same_day(facts, guardian, outbox, local_date(now))).collect()
}

fn same_day(facts: &PostFacts, guardian: GuardianId, outbox: &Outbox, today: NaiveDate) -> Option<Planned> {
    outbox.address?;
    let named = (MessageClass::SameDay, today);
    let newest = outbox.newest(MessageClass::SameDay).filter(|newest| newest.period >= today);
    let since = match newest {
        None => 0,
        // One that could not be sent earlier in the day does not stand in the way of one that can be now.
        Some(Message { standing: Standing::Refused(_), unanswered: 0, since, .. }) => *since,
        // Of whom the day's message did not tell is told in one more.
        Some(Message { standing: Standing::Sent, claimed, .. }) => *claimed,
        Some(_) => return None,
    };
    let about = facts.about(guardian, MessageClass::SameDay, facts.position(), today);
    let may = || newest.is_none() || facts.would_be(guardian, named, &about, today).is_ok();
    (!about.is_empty() && may()).then_some(Planned { guardian, named, since })
}

/// Everything that is due now and has not been prepared. One message for a guardian and period, for all their children.
pub fn plan(facts: &PostFacts, now: DateTime<Utc>) -> Vec<Planned> {
    let today = local_date(now);
    let mut planned = Vec::new();
    for (guardian, outbox) in facts.guardians() {
        let Some(address) = outbox.address else { continue };
        let children = facts.children(guardian);
        let new_period = |class, period| outbox.newest(class).is_none_or(|newest| newest.period < period);
        // One message asks whether the address is theirs, as soon as there is a time at which they would be written to. One that
        // might not go asked nothing: it is another day's, once it may.
        let named = (MessageClass::Confirmation, today);
        let may_ask = match outbox.newest(named.0).filter(|newest| asks_about(newest, address)) {
            None => true,
            Some(newest) if matches!(newest.standing, Standing::Refused(_)) && newest.unanswered == 0 => {
                facts.would_be(guardian, named, &[], today).is_ok()
            }
            Some(_) => false,
        };
        let written_to = || children.iter().any(|pupil| facts.is_written_to(*pupil, today));
        if !outbox.confirmed && new_period(named.0, today) && is_day(now) && written_to() && may_ask {
            planned.push(Planned { guardian, named, since: address });
        }
        if no_digests(outbox).is_none()
            && let Some((period, hour)) = digest_due(facts, guardian, now)
            && !told_of_late(outbox, period)
        {
            // Whoever had nothing to hear at the hour waits for the next one: what is known later makes no digest late.
            let (named, about) =
                ((MessageClass::Digest, period), facts.heard_of(guardian, facts.end_of_minute(hour), today));
            if !about.is_empty() && may_be_prepared(facts, (guardian, outbox), (period, &about), (now, hour)) {
                let since = about.iter().map(|pupil| outbox.told_of(*pupil)).min().unwrap_or_default();
                planned.push(Planned { guardian, named, since });
            }
        }
        planned.extend(same_day(facts, guardian, outbox, today));
    }
    planned
}

/// Whether a digest for a period may be prepared, about those of whom something was known at its hour: none has been, or what was
/// refused may go now, on a later day at its hour or after it, by day. What would be refused again is not prepared again.
fn may_be_prepared(
    facts: &PostFacts,
    (guardian, outbox): (GuardianId, &Outbox),
    (period, about): (NaiveDate, &[PupilId]),
    (now, hour): (DateTime<Utc>, DateTime<Utc>),
) -> bool {
    let named = (MessageClass::Digest, period);
    let of_day = |moment: DateTime<Utc>| moment.with_timezone(&home_zone()).time();
    match outbox.newest(named.0).filter(|newest| newest.period >= period) {
        None => is_an_hour_for(named.0, hour, now),
        Some(newest) if newest.period == period && newest.was_only_refused() => {
            let since_the_hour = of_day(now) - of_day(hour);
            since_the_hour >= TimeDelta::zero()
                && is_an_hour_for(named.0, now - since_the_hour, now)
                && facts.would_be(guardian, named, about, local_date(now)).is_ok()
        }
        Some(_) => false,
    }
}

/// Whom planning passes over now, and why, as far as it is not on record yet: once for a guardian, a period and a reason. Whoever has
/// heard of everything is not passed over, and what is decided when a message is claimed is refused then.
pub fn passed_over(facts: &PostFacts, now: DateTime<Utc>) -> Vec<PassedOver> {
    let today = local_date(now);
    let of = |(guardian, outbox): (GuardianId, &Outbox)| {
        let passed = |(class, period), reason: NotSent, until| {
            let prepared = outbox.newest(class).is_some_and(|newest| newest.period >= period);
            let named = (class, period);
            let told = || facts.about(guardian, class, until, today).is_empty();
            let silent = prepared || outbox.was_passed_over(named, reason) || told();
            (!silent).then_some(PassedOver { guardian, named, reason })
        };
        let notice = outbox.address.is_none().then_some(NotSent::NoAddress);
        let notice = notice.and_then(|reason| passed((MessageClass::SameDay, today), reason, facts.position()));
        let digest = || {
            // Most are not passed over: no day is worked out for them.
            let at_all = no_digests(outbox);
            at_all.or(outbox.last_digest().map(|_| NotSent::AlreadySent))?;
            let (period, hour) = digest_due(facts, guardian, now)?;
            let reason = at_all.or(told_of_late(outbox, period).then_some(NotSent::AlreadySent))?;
            passed((MessageClass::Digest, period), reason, facts.end_of_minute(hour))
        };
        notice.into_iter().chain(digest()).collect::<Vec<_>>()
    };
    facts.guardians().into_iter().flat_map(of).collect()
}

/// The schools whose digest for the day that is due now goes to nobody, as far as it is not on record yet: a record for each guardian
/// would say the same of them all.
pub fn schools_passed_over(facts: &PostFacts, now: DateTime<Utc>) -> Vec<SchoolPassedOver> {
    let of = |school: SchoolId| {
        let period = period_due(&facts.schedule(school, local_date(now))?, now)?;
        let reason = NotSent::SchoolBreak;
        let silent = facts.in_term(school, period) || facts.digests_passed_over(school, period) == Some(reason);
        (!silent).then_some(SchoolPassedOver { school, period, reason })
    };
    facts.schools().into_iter().filter_map(of).collect()
}

/// What has been prepared, or has failed, and can be sent now: whether it may go is decided when it is claimed.
pub fn waiting(facts: &PostFacts, now: DateTime<Utc>) -> Vec<Planned> {
    let of = |(guardian, outbox): (GuardianId, &Outbox)| -> Vec<Planned> {
        let waiting = outbox.messages.iter().filter(|message| may_be_claimed(message, now));
        let named = waiting.map(|message| ((message.class, message.period), message.since));
        named.map(|(named, since)| Planned { guardian, named, since }).collect()
    };
    facts.guardians().into_iter().flat_map(of).collect()
}

/// Whether a message waits, and this is an hour for it.
pub(crate) fn may_be_claimed(message: &Message, now: DateTime<Utc>) -> bool {
    message.is_waiting(now) && is_an_hour_for(message.class, message.at, now)
}

/// Whether a message of a class may go now that was due, or came to stand where it stands, at a moment. What is not urgent goes within
/// the hour, whichever the school has set, or else by day: after a stop of the service or of the relay nobody is written to at night.
fn is_an_hour_for(class: MessageClass, due: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    class == MessageClass::SameDay || is_day(now) || now - due < TimeDelta::hours(1)
}

/// When a message of a class is tried again that was to be at some moment: what is not urgent by day, whatever hour the school has
/// set, so that the pauses between trials do not add up into the night.
pub(crate) fn by_day(class: MessageClass, again: DateTime<Utc>) -> DateTime<Utc> {
    if class == MessageClass::SameDay || is_day(again) {
        return again;
    }
    let here = again.with_timezone(&home_zone());
    let day = if here.hour() < DAY_BEGINS { here.date_naive() } else { here.date_naive() + Days::new(1) };
    let begins = NaiveTime::from_hms_opt(DAY_BEGINS, 0, 0).map(|begins| NaiveDateTime::new(day, begins));
    begins.and_then(|begins| moment(home_zone(), begins)).unwrap_or(again)
}

/// Whether people are up: nobody is asked at night whether an address is theirs.
fn is_day(now: DateTime<Utc>) -> bool {
    (DAY_BEGINS..DAY_ENDS).contains(&now.with_timezone(&home_zone()).hour())
}

/// Whether a message asks about an address: it was prepared for it, or claimed when it had taken another's place.
fn asks_about(message: &Message, address: u64) -> bool {
    message.since >= address || message.address == Some(address)
}

/// Why no digest is prepared for a guardian, whatever there is to say; `None`: one may be.
fn no_digests(outbox: &Outbox) -> Option<NotSent> {
    if outbox.address.is_none() {
        Some(NotSent::NoAddress)
    } else if outbox.stopped {
        Some(NotSent::Stopped)
    } else {
        let off = outbox.preference.unwrap_or_default().frequency == DigestFrequency::Off;
        off.then_some(NotSent::SwitchedOff)
    }
}

/// Whether the guardian has had a digest so lately that they want no other yet: siblings' schools may have other days. What was
/// refused, or came back, does not count.
fn told_of_late(outbox: &Outbox, period: NaiveDate) -> bool {
    let Some(last) = outbox.last_digest() else { return false };
    match outbox.preference.unwrap_or_default().frequency {
        DigestFrequency::Off => true,
        DigestFrequency::Monthly => (last.year(), last.month()) == (period.year(), period.month()),
        DigestFrequency::Weekly => (period - last).num_days() < 7,
    }
}

/// The latest period of any of the children's schools, and its hour: siblings at two schools are one message. Only where none of them
/// may be told of, the schools of them all count: then it is put on record why.
fn digest_due(facts: &PostFacts, guardian: GuardianId, now: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let (today, children) = (local_date(now), facts.children(guardian));
    let of_school = |pupil: &PupilId| {
        let school = facts.school(*pupil, today)?;
        let due = due(&facts.schedule(school, today)?, now)?;
        // The hour of a school to which the pupil did not go then yet is none of theirs.
        (facts.in_term(school, due.0) && facts.school(*pupil, due.0) == Some(school)).then_some(due)
    };
    let told: Vec<&PupilId> = children.iter().filter(|pupil| facts.may_tell(guardian, **pupil, today)).collect();
    if told.is_empty() {
        children.iter().filter_map(of_school).max()
    } else {
        told.into_iter().filter_map(of_school).max()
    }
}

/// The day whose digest is due: the latest day of the schedule that has come, at its time by its own clock. After a stop of
/// the service it is that one alone: what lies further back is in it.
///
/// Clocks are moved: a time that is skipped in spring has come when the clock shows a later one, and one that comes twice in
/// autumn has come the first time.
pub fn period_due(schedule: &Schedule, now: DateTime<Utc>) -> Option<NaiveDate> {
    due(schedule, now).map(|(day, _)| day)
}

/// The same, and the moment of the school's hour on that day.
fn due(schedule: &Schedule, now: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let zone = schedule.zone.zone();
    let here = now.with_timezone(&zone).naive_local();
    let at = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(schedule.at.minutes()) * 60, 0)?;
    let back = |days: u64| here.date().checked_sub_days(Days::new(days));
    let days = (0..LONGEST_RHYTHM).filter_map(back).take_while(|day| *day >= schedule.first_day);
    let come = |day| Some((day, moment(zone, NaiveDateTime::new(day, at)).filter(|moment| *moment <= now)?));
    days.filter_map(come).find(|(day, _)| is_of(schedule, *day))
}

/// The first moment at which the clock shows this time, or, where it is skipped, a later one.
fn moment(zone: Tz, shown: NaiveDateTime) -> Option<DateTime<Utc>> {
    let minutes = (0..LONGEST_SKIP).filter_map(|minutes| shown.checked_add_signed(TimeDelta::minutes(minutes)));
    minutes.filter_map(|shown| zone.from_local_datetime(&shown).earliest()).map(|moment| moment.to_utc()).next()
}

/// The hours of the day in Sweden between which whatever is not urgent goes.
const DAY_BEGINS: u32 = 7;
const DAY_ENDS: u32 = 21;
/// More minutes than any clock skips when it is moved, a whole day at the date line included.
const LONGEST_SKIP: i64 = 25 * 60;
/// More days than lie between two days of any rhythm.
const LONGEST_RHYTHM: u64 = 36;

fn is_of(schedule: &Schedule, day: NaiveDate) -> bool {
    day.weekday() == schedule.weekday.weekday()
        && match schedule.rhythm {
            DigestRhythm::Off => false,
            DigestRhythm::Weekly => true,
            DigestRhythm::EverySecondWeek => (day - schedule.first_day).num_days() / 7 % 2 == 0,
            DigestRhythm::Monthly => day.day() <= 7,
        }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use chrono::Duration;
    use domain::words::{ClockTime, DayOfWeek, ZoneName};

    use super::*;

    fn schedule(rhythm: DigestRhythm, weekday: u8, minutes: u16) -> Schedule {
        Schedule {
            first_day: "2019-08-20".parse().unwrap(),
            rhythm,
            weekday: DayOfWeek::try_new(weekday).unwrap(),
            at: ClockTime::try_new(minutes).unwrap(),
            zone: ZoneName::try_new("Europe/Stockholm").unwrap(),
            portal: None,
        }
    }

    /// The moments at which another period becomes due, minute by minute.
    fn changes(schedule: &Schedule, from: &str, minutes: i64) -> Vec<(String, NaiveDate)> {
        let from: DateTime<Utc> = from.parse().unwrap();
        let mut before = period_due(schedule, from - Duration::minutes(1));
        let mut found = Vec::new();
        for minute in 0..minutes {
            let now = from + Duration::minutes(minute);
            let due = period_due(schedule, now);
            if due != before {
                let here = chrono_tz::Europe::Stockholm.from_utc_datetime(&now.naive_utc());
                found.push((here.format("%H:%M").to_string(), due.unwrap()));
                before = due;
            }
        }
        found
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_digest_becomes_due_once_at_its_time_on_each_minute_of_both_days_when_clocks_are_moved() {
        for minutes in 0..24 * 60 {
            let sunday = schedule(DigestRhythm::Weekly, 7, minutes);
            let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
            let spring = changes(&sunday, "2020-03-28T23:00:00Z", 23 * 60);
            let skipped = (120..180).contains(&minutes);
            let comes = if skipped { "03:00".to_owned() } else { time.clone() };
            assert_eq!(spring, [(comes, day("2020-03-29"))], "spring, {time}");
            let autumn = changes(&sunday, "2019-10-26T22:00:00Z", 25 * 60);
            assert_eq!(autumn, [(time, day("2019-10-27"))], "autumn");
        }
    }

    #[test]
    fn every_second_week_counts_from_the_first_day_and_monthly_is_the_first_such_day() {
        let at = |schedule: &Schedule, now: &str| period_due(schedule, now.parse().unwrap());
        let second = schedule(DigestRhythm::EverySecondWeek, 5, 930);
        assert_eq!(at(&second, "2019-08-23T13:29:00Z"), None);
        assert_eq!(at(&second, "2019-08-23T13:30:00Z"), Some(day("2019-08-23")));
        assert_eq!(at(&second, "2019-08-30T20:00:00Z"), Some(day("2019-08-23")));
        assert_eq!(at(&second, "2019-09-06T20:00:00Z"), Some(day("2019-09-06")));
        let monthly = schedule(DigestRhythm::Monthly, 5, 930);
        assert_eq!(at(&monthly, "2020-02-29T20:00:00Z"), Some(day("2020-02-07")), "also on the 29th of February");
        assert_eq!(at(&schedule(DigestRhythm::Off, 5, 930), "2019-09-06T20:00:00Z"), None);
    }

    #[test]
    fn after_weeks_without_the_service_one_digest_is_due_and_no_more() {
        let weekly = schedule(DigestRhythm::Weekly, 5, 930);
        let now = "2019-10-24T12:00:00Z".parse().unwrap();
        assert_eq!(period_due(&weekly, now), Some(day("2019-10-18")));
    }
}
