//! Work in a case: what may follow on what, and who answers for it.

use chrono::{Days, NaiveDate};

use super::{Draft, Ruling, caseload, plausible, refuse, within_a_days_work};
use crate::access::{case_left, keeps_present_records};
use crate::actor::{Actor, Role};
use crate::calendar::local_date;
use crate::command::{EntryToHandOn, WorkToLog};
use crate::event::PupilEvent;
use crate::event::pupil::AssignmentKind;
use crate::event::work::{CaseWork, Work};
use crate::id::{EnrolmentId, EventId, PupilId, StaffId};
use crate::personal::Erasable;
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::state::work::{Opened, PlanStanding, ReferralStanding};
use crate::state::{Enrolment, HandedOn, PupilCase};
use crate::words::{MentoringModel, Minutes, ReportLevel, SchoolForm, StepNumber};

/// What a piece of work needs besides being true.
struct Rule {
    /// It follows on what is open, so the case's version is held. Otherwise it is a pure addition.
    follows: bool,
    /// Whether there must be a note, may be one, or may not.
    note: NoteRule,
}

enum NoteRule {
    May,
    /// The reason stands there.
    Must,
    /// Its text is never kept here.
    Never,
}

const FREE: Rule = Rule { follows: false, note: NoteRule::May };
const FOLLOWS: Rule = Rule { follows: true, note: NoteRule::May };
const REASONED: Rule = Rule { follows: true, note: NoteRule::Must };

/// How far ahead a pupil's week is planned: a slip of the finger is seen.
const PLANNED_AHEAD: Days = Days::new(8 * 7);
/// Most pupils that a piece of work can be logged for at once.
const MOST_PUPILS: usize = 40;

/// An entry is handed on that stands in the case which was left. One that does not, be it another school's, another pupil's or
/// nobody's, is missing: the three are not told apart.
pub(super) fn hand_on(draft: &mut Draft<'_>, entry: &EntryToHandOn) -> Ruling {
    so(entry.stands, Code::NotFound, "of")?;
    log_all(draft, &entry.logged)
}

pub(super) fn log(draft: &mut Draft<'_>, logged: &WorkToLog) -> Ruling {
    // Without a look into the log nobody knows of an entry that it stands there.
    let looked_up = !matches!(logged.work, Work::EntryHandedOn { .. }) || !logged.with.is_empty();
    so(looked_up, Code::NotFound, "of")?;
    log_all(draft, logged)
}

fn log_all(draft: &mut Draft<'_>, logged: &WorkToLog) -> Ruling {
    within_a_days_work(logged.minutes)?;
    let mut everybody = vec![logged.pupil];
    for pupil in &logged.with {
        if everybody.contains(pupil) || everybody.len() == MOST_PUPILS {
            return refuse(Code::InvalidInput, "alsoPupilIds");
        }
        everybody.push(*pupil);
    }
    for (number, pupil) in everybody.iter().enumerate() {
        // The time was spent once.
        let minutes = if number == 0 { logged.minutes } else { logged.minutes.map(|_| Minutes(0)) };
        log_for(draft, *pupil, logged, minutes, everybody.len() > 1)?;
    }
    Ok(())
}

fn log_for(
    draft: &mut Draft<'_>,
    pupil: PupilId,
    logged: &WorkToLog,
    minutes: Option<Minutes>,
    several: bool,
) -> Ruling {
    let case = draft.case(pupil)?;
    let occurred = logged.occurred.unwrap_or(draft.moment.0);
    if occurred > draft.moment.0 {
        return refuse(Code::InTheFuture, "occurred");
    }
    let day = local_date(occurred);
    plausible(day, "occurred")?;
    // What is handed on is of the enrolment that the pupil has left, what changes what is so of the present one. What everybody must
    // report is never refused for its day, which would tell when the pupil came, and stands where those see it who have the pupil now.
    let left = || case_left(draft.world, draft.actor, pupil, draft.today()).and_then(|left| case.enrolment(left));
    let of = if matches!(logged.work, Work::EntryHandedOn { .. }) {
        // Who never came has left nothing that a next school needs.
        let left = left().filter(|left| !left.never_came());
        so(left.is_some(), Code::NotFound, "of")?;
        left
    } else if let Some(former) = former_records(draft, pupil, &logged.work).and_then(|former| case.enrolment(former)) {
        Some(former).filter(|former| former.from <= day)
    } else if logged.work.is_report() {
        Some(&case.latest)
    } else if logged.work.changes_facts() {
        // What keeps somebody safe holds from today on, also before the pupil comes, and when they have left.
        let at_once = logged.work.safeguards() && (case.latest.from <= day || draft.today() <= day);
        Some(&case.latest).filter(|latest| latest.covers(day) || at_once)
    } else {
        let had_left = |latest: &&Enrolment| latest.last_day().is_some_and(|last_day| last_day < day);
        let after = || Some(&case.latest).filter(had_left).filter(|_| logged.work.outlasts_enrolment());
        case.enrolment_here_on(day).or_else(after)
    };
    let Some(enrolment) = of else {
        return refuse(Code::OutsidePeriod, "occurred");
    };
    // Whoever looks for it finds it on the day on which the case was open.
    if matches!(logged.work, Work::EmergencyAccessTaken { on, .. } if on != day) {
        return refuse(Code::OutsidePeriod, "occurred");
    }
    let rule = if logged.work.changes_facts() {
        settle(draft, (pupil, case), enrolment, &logged.work)?
    } else {
        follows_in_time(&case.opened, &logged.work, day)?;
        rule(draft, &case.opened, enrolment, &logged.work)?
    };
    match (rule.note, &logged.note) {
        (NoteRule::Must, None) => return refuse(Code::ReasonMissing, "note"),
        (NoteRule::Never, Some(_)) => return refuse(Code::TextNotKeptHere, "note"),
        (NoteRule::May | NoteRule::Must | NoteRule::Never, _) => {}
    }
    let stream = StreamRef::Pupil(pupil);
    if rule.follows && several {
        return refuse(Code::NotForSeveral, "alsoPupilIds");
    }
    if rule.follows {
        draft.rests_on(stream);
    } else {
        draft.adds_to(stream);
    }
    let work = CaseWork {
        enrolment: enrolment.id,
        work: logged.work.clone(),
        minutes,
        note: logged.note.clone().map(Erasable::Present),
    };
    // What is so from a day on happened on that day, whenever it is logged.
    match settled_on(&logged.work) {
        Some(day) => draft.happened_on(stream, day, PupilEvent::Worked(work)),
        None => draft.happened_at(stream, occurred, PupilEvent::Worked(work)),
    }
    if let Work::OfferAccepted { of } = logged.work {
        assign_offered(draft, pupil, of)?;
    }
    Ok(())
}

/// The enrolment that was left whose records work is about, when it is about those: whoever gives an extract out answers for it.
fn former_records(draft: &Draft<'_>, pupil: PupilId, work: &Work) -> Option<EnrolmentId> {
    let (world, actor, today) = (draft.world, draft.actor, draft.today());
    let former = matches!(work, Work::ExtractGiven { .. }) && !keeps_present_records(world, actor, pupil, today);
    if former { case_left(world, actor, pupil, today) } else { None }
}

/// The day from which something is so, when the work names one.
const fn settled_on(work: &Work) -> Option<NaiveDate> {
    if let Work::ProgrammeChanged { first_day, .. } = work {
        Some(*first_day)
    } else if let Work::IdentityProtectionEnded { on } = work {
        Some(*on)
    } else {
        None
    }
}

/// An accepted offer becomes an assignment in the same decision, from today, unless the mentor has the pupil already: for
/// the principal who made it, or else for one who answers for the pupil.
fn assign_offered(draft: &mut Draft<'_>, pupil: PupilId, of: EventId) -> Ruling {
    let case = draft.case(pupil)?;
    let today = draft.today();
    let Some(offer) = case.opened.offers.iter().find(|offer| offer.made == of) else {
        return refuse(Code::OfferNotOpen, "of");
    };
    let here = case.latest.id;
    let meets = || case.assignments.iter().filter(move |other| other.enrolment == here && other.reaches(today));
    if meets().any(|other| other.mentor == offer.mentor) {
        return Ok(());
    }
    let school = draft.school(case.latest.school)?;
    let day = today.max(case.latest.from);
    let Some(placement) = case.latest.placement_on(day) else { return refuse(Code::NotEnrolled, "of") };
    let answers = |principal: &StaffId| school.answers_for(*principal, placement, day);
    let others = || school.responsibilities.iter().map(|made| made.principal).find(answers);
    let Some(principal) = offer.by.filter(answers).or_else(others) else {
        return refuse(Code::PrincipalNotResponsible, "of");
    };
    let kind = if school.model_on(day).is_some_and(|chosen| chosen.model == MentoringModel::Targeted) {
        AssignmentKind::Targeted
    } else if meets().any(|other| other.kind == AssignmentKind::Primary) {
        AssignmentKind::Additional
    } else {
        AssignmentKind::Primary
    };
    caseload::assign(draft, pupil, (offer.mentor, kind), principal, day)
}

/// What ends something, or goes on with it, did not happen before it began: as of a day in between it would have ended before
/// it was there. What a step asks for may have been done before the step was opened.
fn follows_in_time(opened: &Opened, work: &Work, day: NaiveDate) -> Ruling {
    let since = if let Work::LadderStepClosed { of, .. } | Work::LadderStepRetracted { of } = work {
        opened.step(*of).map(|step| step.since)
    } else if let Some(of) = work.on_referral() {
        opened.referral(of).map(|referral| referral.since)
    } else if let Work::DevelopmentTalkHeld { of, .. } = work {
        opened.talk(*of).map(|talk| talk.since)
    } else if let Work::ActionProgrammeDecided { of, .. } | Work::ActionProgrammeFollowedUp { of, .. } = work {
        opened.plan(*of).map(|plan| plan.since)
    } else {
        None
    };
    so(since.is_none_or(|since| since <= day), Code::BeforeItBegan, "occurred")
}

fn rule(draft: &Draft<'_>, opened: &Opened, enrolment: &Enrolment, work: &Work) -> Result<Rule, crate::Refusal> {
    match work {
        Work::LadderStepProposed { .. }
        | Work::PupilTalkedWith { .. }
        | Work::DirectedOnward { .. }
        | Work::OutsidePartyContacted { .. }
        | Work::HealthTeamMet { .. }
        | Work::SubjectAtRisk { .. }
        | Work::ExtraAdaptationNoted { .. }
        | Work::GradeWarningGiven { .. }
        | Work::ResitReminded { .. }
        | Work::IncidentNoted { .. }
        | Work::ActionProgrammeDrafted { .. }
        | Work::ReferralOpened { .. }
        | Work::ExtractGiven { .. }
        | Work::DiaryNumberRecorded { .. } => Ok(FREE),
        Work::HarassmentReported { level, report } => harassment(opened, enrolment, *level, *report),
        Work::WeeklyPlanMade { week } => {
            let near = week.days().is_some_and(|(monday, _)| monday <= draft.today() + PLANNED_AHEAD);
            so(near, Code::OutsidePeriod, "week").map(|()| FREE)
        }
        Work::ConcernReported { .. } => Ok(Rule { follows: false, note: NoteRule::Never }),
        Work::CoordinatedPlanMeetingHeld { consent } => {
            if *consent {
                Ok(FREE)
            } else {
                refuse(Code::ConsentMissing, "consent")
            }
        }
        Work::ConflictHandled { pupils } => {
            if *pupils >= 2 {
                Ok(FREE)
            } else {
                refuse(Code::InvalidInput, "pupils")
            }
        }
        Work::LadderStepOpened { step, .. } => open_step(opened, enrolment, *step),
        Work::LadderActionDone { of, .. } | Work::LadderStepClosed { of, .. } | Work::LadderStepRetracted { of } => {
            step_is_open(opened, enrolment, *of).map(|()| FOLLOWS)
        }
        Work::LadderActionWaived { of, .. } => step_is_open(opened, enrolment, *of).map(|()| REASONED),
        Work::ReferralAccepted { of } => referral(opened, enrolment, *of, &[ReferralStanding::Opened], FOLLOWS),
        Work::ReferralReturned { of } | Work::ReferralDeclined { of } => {
            referral(opened, enrolment, *of, &[ReferralStanding::Opened], REASONED)
        }
        Work::ReferralResubmitted { of } => referral(opened, enrolment, *of, &[ReferralStanding::Returned], FOLLOWS),
        Work::ReferralActionAgreed { of, follow_up, .. } => {
            plausible(*follow_up, "followUp")?;
            referral(opened, enrolment, *of, &[ReferralStanding::Accepted], FOLLOWS)
        }
        Work::ReferralClosed { of } => {
            let from = [ReferralStanding::Opened, ReferralStanding::Returned, ReferralStanding::Accepted];
            referral(opened, enrolment, *of, &from, FOLLOWS)
        }
        Work::DevelopmentTalkBooked { on } => plausible(*on, "on").map(|()| FREE),
        Work::DevelopmentTalkHeld { of, .. } => match opened.talk(*of) {
            Some(talk) if talk.enrolment == enrolment.id && !talk.held => Ok(FOLLOWS),
            Some(_) | None => refuse(Code::TalkNotBooked, "of"),
        },
        Work::StaffAlerted { .. } => upper_secondary(draft, enrolment),
        Work::PlacementVisited { on } => {
            draft.not_ahead(*on, "on")?;
            upper_secondary(draft, enrolment)
        }
        Work::DayEvaluated { on } | Work::WrittenWarningGiven { on } | Work::ObligationMetElsewhere { on, .. } => {
            draft.not_ahead(*on, "on").map(|()| FREE)
        }
        Work::LeaveDecided { first_day, last_day, .. } => in_order(*first_day, *last_day, "lastDay"),
        Work::AdaptedStudiesDecided { first_day, review_on } => in_order(*first_day, *review_on, "reviewOn"),
        Work::ActionProgrammeDecided { of, .. } => plan(opened, enrolment, *of, PlanStanding::Drafted),
        Work::ActionProgrammeFollowedUp { of, .. } => plan(opened, enrolment, *of, PlanStanding::Adopted),
        Work::CorrectionRequested { on } => draft.not_ahead(*on, "on").map(|()| FREE),
        Work::DecisionExported { of } => {
            if opened.decisions.contains(&(*of, enrolment.id)) {
                Ok(FOLLOWS)
            } else {
                refuse(Code::DecisionNotFound, "of")
            }
        }
        Work::AssignmentOffered { mentor } => offer(draft, opened, enrolment, *mentor),
        Work::OfferAccepted { of } | Work::OfferRefused { of } => {
            let open = opened.offers.iter().any(|offer| offer.made == *of && offer.enrolment == enrolment.id);
            if open { Ok(FOLLOWS) } else { refuse(Code::OfferNotOpen, "of") }
        }
        // Decided by what is so in the case.
        Work::ConsentGiven { .. }
        | Work::ConsentWithdrawn { .. }
        | Work::ContactBanned { .. }
        | Work::ContactBanLifted { .. }
        | Work::GuardianProtected { .. }
        | Work::GuardianProtectionEnded { .. }
        | Work::IdentityProtected { .. }
        | Work::IdentityProtectionEnded { .. }
        | Work::GuardianUnlinked { .. }
        | Work::ProgrammeChanged { .. }
        | Work::BirthDateRecorded { .. }
        | Work::TellingWithheld { .. }
        | Work::TellingResumed { .. }
        | Work::StaffNamed { .. }
        | Work::EmergencyAccessTaken { .. }
        | Work::EntryHandedOn { .. } => Ok(FOLLOWS),
    }
}

/// What is so in a case is settled anew.
fn settle(
    draft: &Draft<'_>,
    (pupil, case): (PupilId, &PupilCase),
    enrolment: &Enrolment,
    work: &Work,
) -> Result<Rule, crate::Refusal> {
    let linked = |guardian| so(draft.has_guardian(pupil, guardian), Code::GuardianNotLinked, "guardian");
    if let Work::GuardianUnlinked { guardian } = work {
        linked(*guardian)?;
        return Ok(REASONED);
    } else if let Work::ContactBanned { guardian } = work {
        linked(*guardian)?;
        so(!case.bans.contains(guardian), Code::AlreadySo, "guardian")?;
    } else if let Work::ContactBanLifted { guardian } = work {
        // What another school said of one whom nobody linked here is that school's.
        so(case.bans.contains(guardian) && draft.has_guardian(pupil, *guardian), Code::NotSo, "guardian")?;
    } else if let Work::GuardianProtected { guardian } = work {
        linked(*guardian)?;
        so(!case.guardians_protected.contains(guardian), Code::AlreadySo, "guardian")?;
    } else if let Work::GuardianProtectionEnded { guardian } = work {
        so(case.guardians_protected_here().any(|protected| protected == *guardian), Code::NotSo, "guardian")?;
    } else if let Work::ConsentGiven { guardian, last_day } = work {
        linked(*guardian)?;
        plausible(*last_day, "lastDay")?;
        so(*last_day >= draft.today(), Code::OutsidePeriod, "lastDay")?;
        // Before that guardians are told without asking, and nobody can consent to it.
        so(case.of_age(draft.today()), Code::NotOfAge, "guardian")?;
    } else if let Work::ConsentWithdrawn { guardian } = work {
        let stands = case.consents.iter().any(|(told, _)| told == guardian);
        so(stands && draft.has_guardian(pupil, *guardian), Code::NotSo, "guardian")?;
    } else if let Work::IdentityProtected { level } = work {
        so(case.protection != Some(*level), Code::AlreadySo, "level")?;
    } else if let Work::IdentityProtectionEnded { on } = work {
        draft.not_ahead(*on, "on")?;
        so(case.protection.is_some(), Code::NotSo, "on")?;
    } else if let Work::ProgrammeChanged { programme, first_day } = work {
        upper_secondary(draft, enrolment)?;
        plausible(*first_day, "firstDay")?;
        let Some(placement) = enrolment.placement_on(*first_day) else {
            return refuse(Code::OutsidePeriod, "firstDay");
        };
        so(placement.programme.as_ref() != Some(programme), Code::AlreadySo, "programme")?;
    } else if let Work::BirthDateRecorded { born } = work {
        draft.not_ahead(*born, "born")?;
        so(case.born != Some(*born), Code::AlreadySo, "born")?;
    } else if let Work::TellingWithheld { guardian } = work {
        linked(*guardian)?;
        so(!case.withheld.contains(guardian), Code::AlreadySo, "guardian")?;
        return Ok(REASONED);
    } else if let Work::TellingResumed { guardian } = work {
        so(case.withheld.contains(guardian) && draft.has_guardian(pupil, *guardian), Code::NotSo, "guardian")?;
    } else if let Work::StaffNamed { staff, last_day } = work {
        so(case.protection.is_some() || case.guardians_protected_here().next().is_some(), Code::NotSo, "staff")?;
        plausible(*last_day, "lastDay")?;
        so(*last_day >= draft.today(), Code::OutsidePeriod, "lastDay")?;
        so(draft.works_at(*staff, enrolment.school), Code::RoleMissing, "staff")?;
    } else if let Work::EmergencyAccessTaken { staff, on } = work {
        // It is one's own act, of the day on which one answers for it.
        so(draft.actor == Actor::Staff(*staff), Code::NotAllowed, "staff")?;
        so(*on == draft.today(), Code::OutsidePeriod, "on")?;
        return Ok(REASONED);
    } else if let Work::EntryHandedOn { of } = work {
        so(enrolment.left.is_some(), Code::NotSo, "of")?;
        let already = |one: &HandedOn| !one.void && (one.from, one.of) == (enrolment.id, *of);
        let already = case.handed_on.iter().any(already);
        so(!already, Code::AlreadySo, "of")?;
    }
    Ok(FOLLOWS)
}

const fn so(holds: bool, otherwise: Code, field: &'static str) -> Ruling {
    if holds { Ok(()) } else { refuse(otherwise, field) }
}

/// What was reported to the principal is reported on to the authority: the chain is kept.
fn harassment(
    opened: &Opened,
    enrolment: &Enrolment,
    level: ReportLevel,
    report: Option<EventId>,
) -> Result<Rule, crate::Refusal> {
    match (level, report) {
        (ReportLevel::Principal, None) => Ok(FREE),
        (ReportLevel::Principal, Some(_)) => refuse(Code::InvalidInput, "report"),
        (ReportLevel::Authority, Some(report)) if opened.reported.contains(&(report, enrolment.id)) => Ok(FOLLOWS),
        (ReportLevel::Authority, Some(_) | None) => refuse(Code::ReportMissing, "report"),
    }
}

/// A mentor who works at the school, and whom the pupil has not been offered already.
fn offer(draft: &Draft<'_>, opened: &Opened, enrolment: &Enrolment, mentor: StaffId) -> Result<Rule, crate::Refusal> {
    caseload::holds(draft, mentor, Role::Mentor, "mentor", enrolment.school)?;
    let offered = opened.offers.iter().any(|offer| offer.enrolment == enrolment.id && offer.mentor == mentor);
    so(!offered, Code::AlreadySo, "mentor")?;
    Ok(FOLLOWS)
}

/// Never the same step twice nor one below an open one. A step may be skipped upward, for a reason that is written down.
fn open_step(opened: &Opened, enrolment: &Enrolment, step: StepNumber) -> Result<Rule, crate::Refusal> {
    let highest = opened.open_steps(enrolment.id).map(|open| open.step).max();
    if highest.is_some_and(|highest| highest >= step) {
        return refuse(Code::LadderStepOpenAlready, "step");
    }
    let climbed = opened.steps.iter().filter(|known| known.enrolment == enrolment.id).map(|known| known.step).max();
    let next = climbed.map_or(1, |climbed| climbed.number() + 1);
    Ok(if step.number() > next { REASONED } else { FOLLOWS })
}

fn step_is_open(opened: &Opened, enrolment: &Enrolment, of: EventId) -> Ruling {
    match opened.step(of) {
        Some(step) if step.open && step.enrolment == enrolment.id => Ok(()),
        Some(_) | None => refuse(Code::LadderStepNotOpen, "of"),
    }
}

fn referral(
    opened: &Opened,
    enrolment: &Enrolment,
    of: EventId,
    from: &[ReferralStanding],
    rule: Rule,
) -> Result<Rule, crate::Refusal> {
    match opened.referral(of) {
        Some(known) if known.enrolment == enrolment.id && from.contains(&known.standing) => Ok(rule),
        Some(_) | None => refuse(Code::ReferralStandsElsewhere, "of"),
    }
}

fn plan(opened: &Opened, enrolment: &Enrolment, of: EventId, from: PlanStanding) -> Result<Rule, crate::Refusal> {
    match opened.plan(of) {
        Some(known) if known.enrolment == enrolment.id && known.standing == from => Ok(FOLLOWS),
        Some(_) | None => refuse(Code::PlanStandsElsewhere, "of"),
    }
}

fn upper_secondary(draft: &Draft<'_>, enrolment: &Enrolment) -> Result<Rule, crate::Refusal> {
    match draft.school(enrolment.school)?.details.form {
        SchoolForm::UpperSecondary => Ok(FREE),
        SchoolForm::Compulsory => Err(crate::Refusal::new(Code::OtherSchoolForm)),
    }
}

fn in_order(first: NaiveDate, last: NaiveDate, field: &'static str) -> Result<Rule, crate::Refusal> {
    plausible(first, "firstDay")?;
    plausible(last, field)?;
    if last < first { refuse(Code::InvalidInput, field) } else { Ok(FREE) }
}
