//! What is open in a case: steps of the ladder, referrals, booked talks, plans. Named by the events that opened them.

use chrono::NaiveDate;

use crate::actor::Actor;
use crate::calendar::local_date;
use crate::event::pupil::EntryCorrected;
use crate::event::work::{CaseWork, Work};
use crate::id::{EnrolmentId, EventId, StaffId};
use crate::recorded::Recorded;
use crate::words::{ReportLevel, StepNumber, Team};

/// Where something that was opened stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReferralStanding {
    /// With the team, not yet answered.
    Opened,
    /// Sent back for more.
    Returned,
    /// Taken on.
    Accepted,
    /// Declined.
    Declined,
    /// Closed.
    Closed,
}

/// A step of the ladder that was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LadderStep {
    /// The event that opened it.
    pub opened: EventId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// Which step.
    pub step: StepNumber,
    /// The day on which it was opened.
    pub since: NaiveDate,
    /// Whether it is open still.
    pub open: bool,
}

/// A referral that was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Referral {
    /// The event that opened it.
    pub opened: EventId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// With which team.
    pub team: Team,
    /// The day on which it was made.
    pub since: NaiveDate,
    /// Where it stands.
    pub standing: ReferralStanding,
}

/// A development talk that was booked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BookedTalk {
    /// The event that booked it.
    pub booked: EventId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The day on which it was booked.
    pub since: NaiveDate,
    /// The day that it was booked for.
    pub on: NaiveDate,
    /// Whether it has been held.
    pub held: bool,
}

/// Where a plan of support stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PlanStanding {
    /// Drafted.
    Drafted,
    /// The principal decided that it holds.
    Adopted,
    /// The principal decided that there shall be none.
    Rejected,
    /// Followed up and ended.
    Ended,
}

/// A plan of support that was drafted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The event that drafted it.
    pub drafted: EventId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The day on which it was drafted.
    pub since: NaiveDate,
    /// Where it stands.
    pub standing: PlanStanding,
}

/// A mentor offered to a pupil, not yet answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offer {
    /// The event that made the offer.
    pub made: EventId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// Who is offered.
    pub mentor: StaffId,
    /// Who made the offer; `None`: the program's own set-up.
    pub by: Option<StaffId>,
}

/// Harassment, an incident or a conflict that was noted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SafetyNote {
    /// The event that noted it.
    pub noted: EventId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// Who noted it; `None`: the program's own set-up.
    pub by: Option<StaffId>,
}

/// Everything that was opened in a case, in the order opened.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Opened {
    /// Steps of the ladder.
    pub steps: Vec<LadderStep>,
    /// Referrals.
    pub referrals: Vec<Referral>,
    /// Booked talks.
    pub talks: Vec<BookedTalk>,
    /// Plans of support.
    pub plans: Vec<Plan>,
    /// Events that recorded decisions, each with its enrolment.
    pub decisions: Vec<(EventId, EnrolmentId)>,
    /// Offers of a mentor that have not been answered.
    pub offers: Vec<Offer>,
    /// What was noted of harassment, incidents and conflicts: the safety team's.
    pub safety: Vec<SafetyNote>,
    /// Events that reported harassment to the principal, each with its enrolment: what can be reported on to the authority.
    pub reported: Vec<(EventId, EnrolmentId)>,
    /// Talks that were held, each by the event that says so and the one that booked it.
    pub held: Vec<(EventId, EventId)>,
    /// Positions of the entries that were corrected.
    pub corrected: Vec<u64>,
}

impl Opened {
    /// The step that the event opened.
    pub fn step(&self, opened: EventId) -> Option<&LadderStep> {
        self.steps.iter().find(|step| step.opened == opened)
    }

    /// The steps that are open in an enrolment.
    pub fn open_steps(&self, enrolment: EnrolmentId) -> impl Iterator<Item = &LadderStep> {
        self.steps.iter().filter(move |step| step.open && step.enrolment == enrolment)
    }

    /// The referral that the event opened.
    pub fn referral(&self, opened: EventId) -> Option<&Referral> {
        self.referrals.iter().find(|referral| referral.opened == opened)
    }

    /// The team that work with a referral is with, or that met; `None`: it is of none, or the referral was taken back.
    pub fn team_of(&self, work: &Work) -> Option<Team> {
        if let Work::ReferralOpened { team, .. } | Work::HealthTeamMet { team, .. } = work {
            Some(*team)
        } else {
            work.on_referral().and_then(|of| self.referral(of)).map(|referral| referral.team)
        }
    }

    /// The referrals of an enrolment to a team that are neither declined nor closed.
    pub fn open_referrals(&self, enrolment: EnrolmentId, team: Team) -> impl Iterator<Item = &Referral> {
        let ended =
            |referral: &Referral| matches!(referral.standing, ReferralStanding::Declined | ReferralStanding::Closed);
        self.referrals
            .iter()
            .filter(move |referral| referral.enrolment == enrolment && referral.team == team && !ended(referral))
    }

    /// The talk that the event booked.
    pub fn talk(&self, booked: EventId) -> Option<&BookedTalk> {
        self.talks.iter().find(|talk| talk.booked == booked)
    }

    /// The plan that the event drafted.
    pub fn plan(&self, drafted: EventId) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.drafted == drafted)
    }

    /// Takes in work of a day. What follows on something whose beginning has been erased changes nothing.
    pub(super) fn take_in(&mut self, recorded: &Recorded, event: &CaseWork) {
        let (id, since) = (recorded.id, || recorded.occurred.map_or(NaiveDate::MIN, local_date));
        let enrolment = event.enrolment;
        match &event.work {
            Work::LadderStepOpened { step, .. } => {
                self.steps.push(LadderStep { opened: id, enrolment, step: *step, since: since(), open: true });
            }
            Work::LadderStepClosed { of, .. } | Work::LadderStepRetracted { of } => {
                self.steps.iter_mut().filter(|step| step.opened == *of).for_each(|step| step.open = false);
            }
            Work::ReferralOpened { team, .. } => {
                let standing = ReferralStanding::Opened;
                self.referrals.push(Referral { opened: id, enrolment, team: *team, since: since(), standing });
            }
            Work::ReferralAccepted { of } => self.refer(*of, ReferralStanding::Accepted),
            Work::ReferralReturned { of } => self.refer(*of, ReferralStanding::Returned),
            Work::ReferralResubmitted { of } => self.refer(*of, ReferralStanding::Opened),
            Work::ReferralDeclined { of } => self.refer(*of, ReferralStanding::Declined),
            Work::ReferralClosed { of } => self.refer(*of, ReferralStanding::Closed),
            Work::DevelopmentTalkBooked { on } => {
                self.talks.push(BookedTalk { booked: id, enrolment, since: since(), on: *on, held: false });
            }
            Work::DevelopmentTalkHeld { of, .. } => {
                self.held.push((id, *of));
                self.hold(*of, true);
            }
            Work::ActionProgrammeDrafted { .. } => {
                self.plans.push(Plan { drafted: id, enrolment, since: since(), standing: PlanStanding::Drafted });
            }
            Work::ActionProgrammeDecided { of, adopted } => {
                self.decisions.push((id, enrolment));
                self.plan_for(*of, if *adopted { PlanStanding::Adopted } else { PlanStanding::Rejected });
            }
            Work::LeaveDecided { .. } | Work::AdaptedStudiesDecided { .. } | Work::WrittenWarningGiven { .. } => {
                self.decisions.push((id, enrolment));
            }
            Work::HarassmentReported { level, .. } => {
                self.safety.push(SafetyNote { noted: id, enrolment, by: by(recorded) });
                if *level == ReportLevel::Principal {
                    self.reported.push((id, enrolment));
                }
            }
            Work::IncidentNoted { .. } | Work::ConflictHandled { .. } => {
                self.safety.push(SafetyNote { noted: id, enrolment, by: by(recorded) });
            }
            Work::AssignmentOffered { mentor } => {
                self.offers.push(Offer { made: id, enrolment, mentor: *mentor, by: by(recorded) });
            }
            Work::OfferAccepted { of } | Work::OfferRefused { of } => self.offers.retain(|offer| offer.made != *of),
            Work::ActionProgrammeFollowedUp { of, ended: true } => self.plan_for(*of, PlanStanding::Ended),
            Work::ActionProgrammeFollowedUp { ended: false, .. }
            | Work::PupilTalkedWith { .. }
            | Work::DirectedOnward { .. }
            | Work::OutsidePartyContacted { .. }
            | Work::CoordinatedPlanMeetingHeld { .. }
            | Work::LadderStepProposed { .. }
            | Work::LadderActionDone { .. }
            | Work::LadderActionWaived { .. }
            | Work::ReferralActionAgreed { .. }
            | Work::HealthTeamMet { .. }
            | Work::SubjectAtRisk { .. }
            | Work::StaffAlerted { .. }
            | Work::ExtraAdaptationNoted { .. }
            | Work::GradeWarningGiven { .. }
            | Work::ResitReminded { .. }
            | Work::WeeklyPlanMade { .. }
            | Work::DayEvaluated { .. }
            | Work::PlacementVisited { .. }
            | Work::ConcernReported { .. }
            | Work::ObligationMetElsewhere { .. }
            | Work::DiaryNumberRecorded { .. }
            | Work::ExtractGiven { .. }
            | Work::CorrectionRequested { .. }
            | Work::DecisionExported { .. }
            | Work::ConsentGiven { .. }
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
            | Work::EntryHandedOn { .. } => {}
        }
    }

    /// Takes out what a corrected entry had opened or noted.
    pub(super) fn undo(&mut self, corrected: &EntryCorrected) {
        let of = corrected.of;
        self.corrected.push(corrected.position);
        self.steps.retain(|step| step.opened != of);
        self.referrals.retain(|referral| referral.opened != of);
        self.talks.retain(|talk| talk.booked != of);
        self.plans.retain(|plan| plan.drafted != of);
        self.offers.retain(|offer| offer.made != of);
        self.decisions.retain(|(decision, _)| *decision != of);
        self.safety.retain(|note| note.noted != of);
        self.reported.retain(|(noted, _)| *noted != of);
        let booked: Vec<EventId> =
            self.held.iter().filter(|(held, _)| *held == of).map(|(_, booked)| *booked).collect();
        self.held.retain(|(held, _)| *held != of);
        for booked in booked {
            self.hold(booked, false);
        }
    }

    /// Whether nothing has followed on what the event opened: only then can it be corrected. True when it opened nothing.
    pub(crate) fn stands_as_opened(&self, of: EventId) -> bool {
        let step = self.step(of).is_none_or(|step| step.open);
        let referral = self.referral(of).is_none_or(|referral| referral.standing == ReferralStanding::Opened);
        let talk = self.talk(of).is_none_or(|talk| !talk.held);
        let plan = self.plan(of).is_none_or(|plan| plan.standing == PlanStanding::Drafted);
        step && referral && talk && plan
    }

    /// Whether somebody else has noted harassment, an incident or a conflict in an enrolment: whoever may report may not read, and
    /// nobody lets themselves in by a report of their own.
    pub(crate) fn is_for_safety(&self, enrolment: EnrolmentId, staff: StaffId) -> bool {
        self.safety.iter().any(|note| note.enrolment == enrolment && note.by != Some(staff))
    }

    fn hold(&mut self, booked: EventId, held: bool) {
        self.talks.iter_mut().filter(|talk| talk.booked == booked).for_each(|talk| talk.held = held);
    }

    fn refer(&mut self, of: EventId, standing: ReferralStanding) {
        self.referrals.iter_mut().filter(|one| one.opened == of).for_each(|one| one.standing = standing);
    }

    fn plan_for(&mut self, of: EventId, standing: PlanStanding) {
        self.plans.iter_mut().filter(|one| one.drafted == of).for_each(|one| one.standing = standing);
    }
}

const fn by(recorded: &Recorded) -> Option<StaffId> {
    match recorded.actor {
        Actor::Staff(staff) => Some(staff),
        Actor::Setup => None,
    }
}
