//! Messages to guardians: what follows from each step of sending one. Sending itself is done elsewhere, and only by what
//! has been claimed here.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{Draft, Ruling, plausible, refuse};
use crate::actor::Actor;
use crate::command::DigestAct;
use crate::digest::{NotAddressed, addressed};
use crate::event::{DigestMatter, GuardianEvent};
use crate::id::{GuardianId, PupilId};
use crate::recorded::StreamRef;
use crate::refusal::{Code, Refusal};
use crate::state::outbox::{MOST_UNANSWERED, Message, Outbox, Standing};
use crate::words::{ChosenBy, DeliveryFailure, DigestFrequency, MessageClass, NotSent, Reference, SpeaksOf};

/// Longest that a sender may hold a message.
const LONGEST_CLAIM: Duration = Duration::minutes(15);

/// How often a guardian may say in a day what they want: whoever has their link can write no more than this. Digests can always be
/// stopped, and only what was asked for again can be stopped again.
const MOST_SAID_A_DAY: u8 = 10;

/// Which message.
type Named = (MessageClass, NaiveDate);

pub(super) fn act(draft: &mut Draft<'_>, guardian: GuardianId, act: &DigestAct) -> Ruling {
    let known = draft.world.guardian(guardian).ok_or(Refusal::at(Code::NotFound, "guardian"))?;
    let outbox = &known.outbox;
    draft.rests_on(StreamRef::Guardian(guardian));
    let matter = match act {
        DigestAct::SetAddress { email } => DigestMatter::GuardianAddressSet { email: email.clone() },
        DigestAct::ConfirmAddress { address, by } => {
            said_by(draft, *by)?;
            if outbox.address.is_none() {
                return refuse(Code::NotSo, "address");
            }
            // A link that was sent to an older address confirms nothing.
            if address.is_some_and(|address| outbox.address != Some(address)) {
                return refuse(Code::NotFound, "address");
            }
            let vouches = *by == ChosenBy::Staff && outbox.can_vouch(draft.actor.staff());
            so(!outbox.confirmed || outbox.bounced || vouches, Code::AlreadySo, "address")?;
            DigestMatter::GuardianAddressConfirmed { by: *by }
        }
        DigestAct::SetPreference { preference, by } => {
            said_by(draft, *by)?;
            so(outbox.preference != Some(*preference) || outbox.stopped, Code::AlreadySo, "preference")?;
            let may = *by == ChosenBy::Staff || outbox.said_on(draft.today()) < MOST_SAID_A_DAY;
            so(may, Code::TooManyToday, "preference")?;
            DigestMatter::DigestPreferenceSet {
                frequency: preference.frequency,
                language: preference.language,
                plain_text: preference.plain_text,
                by: *by,
            }
        }
        DigestAct::Stop { by } => {
            said_by(draft, *by)?;
            so(!outbox.stopped, Code::AlreadySo, "guardian")?;
            DigestMatter::DigestStopped { by: *by }
        }
        DigestAct::Prepare { message, period, since } => {
            plausible(*period, "period")?;
            // Periods only go forward: what was prepared once is never prepared again. But what was refused, and certainly has not
            // gone, may be prepared anew while its period lasts: what was in the way may be so no more.
            let again = |newest: &Message| {
                let goes_on = match message {
                    // What it tells is worked out when it is claimed.
                    MessageClass::Digest => true,
                    MessageClass::SameDay => newest.since == *since,
                    MessageClass::Confirmation => false,
                };
                newest.period == *period && newest.was_only_refused() && goes_on
            };
            // And what becomes known after the day's message went is told in one more: of that message, and of no later one.
            let more = |newest: &Message| {
                let sent = newest.period == *period && newest.standing == Standing::Sent;
                *message == MessageClass::SameDay && sent && newest.claimed == *since
            };
            let may = |newest: &Message| newest.period < *period || again(newest) || more(newest);
            so(outbox.newest(*message).is_none_or(may), Code::AlreadySo, "period")?;
            DigestMatter::DigestPrepared { message: *message, period: *period, since: *since }
        }
        DigestAct::PassOver { message, period, reason } => {
            plausible(*period, "period")?;
            so(outbox.newest(*message).is_none_or(|newest| newest.period < *period), Code::NotSo, "period")?;
            so(is_passed_over(outbox, *reason), Code::NotSo, "reason")?;
            so(!outbox.was_passed_over((*message, *period), *reason), Code::AlreadySo, "reason")?;
            DigestMatter::DigestPassedOver { message: *message, period: *period, reason: *reason }
        }
        DigestAct::Claim { message, period, sender, until, template, about } => {
            return claim(draft, guardian, (*message, *period), sender, (*until, *template), about);
        }
        DigestAct::Sent { message, period, attempt } => {
            claimed(outbox, (*message, *period), *attempt)?;
            DigestMatter::DigestSent { message: *message, period: *period, attempt: *attempt }
        }
        DigestAct::Failed { message, period, attempt, failure, again } => {
            let held = claimed(outbox, (*message, *period), *attempt)?;
            failed((*message, *period), held, *failure, *again)
        }
        DigestAct::Bounced { message, period, status } => {
            let of = status.speaks_of();
            so(named(outbox, (*message, *period))?.is_news(of), Code::AlreadySo, "message")?;
            let status = status.reference().map_err(|_| Refusal::at(Code::InvalidInput, "status"))?;
            let permanent = of == SpeaksOf::Address;
            DigestMatter::DigestBounced { message: *message, period: *period, permanent, status }
        }
        DigestAct::Acknowledge { message, period, since } => {
            let known = named(outbox, (*message, *period))?;
            so(known.can_still_be_seen(*since), Code::NotSo, "message")?;
            let seen = known.can_be_seen();
            so(!seen.is_empty(), Code::NotSo, "message")?;
            so(seen.iter().any(|pupil| !known.seen.contains(pupil)), Code::AlreadySo, "message")?;
            DigestMatter::DigestAcknowledged { message: *message, period: *period }
        }
    };
    draft.happens(StreamRef::Guardian(guardian), GuardianEvent::Digest(matter));
    Ok(())
}

/// Whether no message is prepared for such a reason, and it is so. For every other reason one is, and is refused when it is claimed.
fn is_passed_over(outbox: &Outbox, reason: NotSent) -> bool {
    match reason {
        NotSent::NoAddress => outbox.address.is_none(),
        NotSent::Stopped => outbox.stopped,
        NotSent::SwitchedOff => outbox.preference.unwrap_or_default().frequency == DigestFrequency::Off,
        NotSent::AlreadySent => outbox.last_digest().is_some(),
        NotSent::AddressNotConfirmed
        | NotSent::AddressBounced
        | NotSent::NoPupil
        | NotSent::NoCustody
        | NotSent::ContactBanned
        | NotSent::OfAge
        | NotSent::AgeUnknown
        | NotSent::IdentityProtected
        | NotSent::NotEnrolled
        | NotSent::Withheld
        | NotSent::SchoolBreak
        | NotSent::ScheduleOff
        | NotSent::NoPortal
        | NotSent::NothingNew
        | NotSent::TooLate
        | NotSent::Superseded => false,
    }
}

/// Takes a message on, if it may be sent now; otherwise it is refused, and that is on record.
fn claim(
    draft: &mut Draft<'_>,
    guardian: GuardianId,
    (class, period): Named,
    sender: &Reference,
    (until, template): (DateTime<Utc>, u16),
    about: &[PupilId],
) -> Ruling {
    let now = draft.moment.0;
    let outbox = &draft.world.guardian(guardian).ok_or(Refusal::at(Code::NotFound, "guardian"))?.outbox;
    let message = named(outbox, (class, period))?;
    if until <= now || until - now > LONGEST_CLAIM {
        return refuse(Code::InvalidInput, "until");
    }
    so(message.is_waiting(now), Code::NotSo, "message")?;
    let matter = if outbox.is_superseded((class, period)) {
        let (reason, left_out) = (NotSent::Superseded, Vec::new());
        DigestMatter::DigestRefused { message: class, period, reason, left_out }
    } else if message.unanswered >= MOST_UNANSWERED {
        DigestMatter::DigestGivenUp { message: class, period, failure: DeliveryFailure::AnswerLost }
    } else {
        // What it is decided from may not change before it is on record: custody, bans, protection, schools.
        for pupil in draft.world.children_of(guardian) {
            draft.rests_on(StreamRef::Pupil(*pupil));
            if let Some(case) = draft.world.case(*pupil) {
                draft.rests_on(StreamRef::School(case.latest.school));
            }
        }
        match addressed(draft.world, guardian, (class, period), about, draft.today()) {
            Err(NotAddressed { reason, left_out }) => {
                DigestMatter::DigestRefused { message: class, period, reason, left_out }
            }
            Ok(addressed) => DigestMatter::DigestClaimed {
                message: class,
                period,
                attempt: message.attempts.saturating_add(1),
                sender: sender.clone(),
                until,
                content: addressed.content,
                language: addressed.language,
                template,
                pupils: addressed.pupils.iter().map(|(pupil, _)| *pupil).collect(),
                left_out: addressed.left_out,
            },
        }
    };
    draft.happens(StreamRef::Guardian(guardian), GuardianEvent::Digest(matter));
    Ok(())
}

fn failed(
    (message, period): Named,
    held: &Message,
    failure: DeliveryFailure,
    again: Option<DateTime<Utc>>,
) -> DigestMatter {
    let lost = failure == DeliveryFailure::AnswerLost && held.unanswered >= MOST_UNANSWERED;
    match again {
        Some(again) if !lost => DigestMatter::DigestFailed { message, period, attempt: held.attempts, failure, again },
        Some(_) | None => DigestMatter::DigestGivenUp { message, period, failure },
    }
}

/// Staff speak for themselves; only a link speaks for the guardian.
fn said_by(draft: &Draft<'_>, by: ChosenBy) -> Ruling {
    match (draft.actor, by) {
        (Actor::Staff(_), ChosenBy::Staff) | (Actor::Setup, ChosenBy::Staff | ChosenBy::Guardian) => Ok(()),
        (Actor::Staff(_), ChosenBy::Guardian) => refuse(Code::InvalidInput, "by"),
    }
}

fn named(outbox: &Outbox, (class, period): Named) -> Result<&Message, Refusal> {
    outbox.message(class, period).ok_or(Refusal::at(Code::NotFound, "message"))
}

/// The message, when this attempt holds it.
fn claimed(outbox: &Outbox, of: Named, attempt: u8) -> Result<&Message, Refusal> {
    let message = named(outbox, of)?;
    match message.standing {
        Standing::Claimed { attempt: held, .. } if held == attempt => Ok(message),
        Standing::Claimed { .. }
        | Standing::Prepared
        | Standing::Failed { .. }
        | Standing::Sent
        | Standing::Refused(_)
        | Standing::GivenUp(_)
        | Standing::Bounced(_) => refuse(Code::NotSo, "attempt"),
    }
}

const fn so(holds: bool, otherwise: Code, field: &'static str) -> Ruling {
    if holds { Ok(()) } else { refuse(otherwise, field) }
}
