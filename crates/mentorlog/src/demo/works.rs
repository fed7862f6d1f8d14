//! What mentors do in cases, each school in its own way: some of it every so many weeks, some of it one after another.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, Utc};
use domain::calendar::{IsoWeek, Season, local_date};
use domain::event::Work;
use domain::event::pupil::{ContactDirection, ContactOutcome, ContactTopic};
use domain::event::school::SchoolYearSet;
use domain::id::EventId;
use domain::words::{
    AtRisk, Closing, HealthTeamMember, Invalid, LadderAction, LadderTrigger, OnwardTo, OutsideParty, PlanKind,
    ReferralConcern, ReportLevel, SafetyMatter, StepNumber, SubjectName, Team,
};

use super::calendar::{moment, school_days, yesterday};
use super::plan::{PlannedAssignment, PlannedPupil};
use super::schools::SCHOOLS;

/// What a piece of work is made from.
#[derive(Clone, Copy)]
pub(crate) struct Of {
    /// The event that it follows on; of no meaning for what follows on nothing.
    pub(crate) event: EventId,
    /// The day.
    pub(crate) day: NaiveDate,
}

/// How a piece of work is made.
pub(crate) type Making = fn(Of) -> Result<Work, Invalid>;

/// A piece of work, before it has ids.
pub(crate) struct PlannedWork {
    /// The pupil, by number.
    pub(crate) pupil: usize,
    /// Who logs it, by number among the staff.
    pub(crate) by: usize,
    /// When it happened, and is logged.
    pub(crate) at: DateTime<Utc>,
    /// What.
    pub(crate) making: Making,
    /// How long it took.
    pub(crate) minutes: u16,
    /// Which planned work it follows on.
    pub(crate) follows: Option<usize>,
    /// The day that it is about, where that is another than the day on which it is logged.
    pub(crate) about: Option<NaiveDate>,
}

impl PlannedWork {
    /// What it is made from, once it is known what it follows on.
    pub(crate) fn of(&self, event: EventId) -> Of {
        Of { event, day: self.about.unwrap_or_else(|| local_date(self.at)) }
    }
}

/// Something that is done every so many weeks.
struct Habit {
    weeks: usize,
    weekday: u64,
    minutes: u16,
    making: Making,
}

/// One link of what is done one after another: so many days after the first, and whether the principal does it.
struct Link {
    after: u64,
    minutes: u16,
    principal: bool,
    making: Making,
}

/// A school's way of working: habits, and what follows one after another for one in so many pupils.
struct Way {
    code: &'static str,
    habits: &'static [Habit],
    chains: &'static [(usize, &'static [Link])],
}

const fn habit(weeks: usize, weekday: u64, minutes: u16, making: Making) -> Habit {
    Habit { weeks, weekday, minutes, making }
}

const fn link(after: u64, minutes: u16, making: Making) -> Link {
    Link { after, minutes, principal: false, making }
}

const fn decided(after: u64, making: Making) -> Link {
    Link { after, minutes: 10, principal: true, making }
}

fn talk(topic: ContactTopic) -> Work {
    Work::PupilTalkedWith { topic }
}

fn outside(party: OutsideParty) -> Work {
    Work::OutsidePartyContacted { party, direction: ContactDirection::Outgoing, outcome: ContactOutcome::Reached }
}

fn mathematics() -> Result<SubjectName, Invalid> {
    SubjectName::try_new("Matematik")
}

const TALKED: Making = |_| Ok(talk(ContactTopic::Wellbeing));
const EVALUATED: Making = |of| Ok(Work::DayEvaluated { on: of.day });
const PLANNED: Making = |of| Ok(Work::WeeklyPlanMade { week: IsoWeek::of(of.day + Days::new(7)) });
const MET: Making = |_| Ok(Work::HealthTeamMet { team: Team::Health, mentor_present: true });

const CONFLICT: Making = |_| Ok(Work::ConflictHandled { pupils: 2 });

const BOOKED: Making = |of| Ok(Work::DevelopmentTalkBooked { on: of.day + Days::new(14) });
const HELD: Making = |of| Ok(Work::DevelopmentTalkHeld { of: of.event, guardian_present: true });
const HELD_ALONE: Making = |of| Ok(Work::DevelopmentTalkHeld { of: of.event, guardian_present: false });
/// Development talks that the mentor is at: one, and another in the term after.
const TALK: &[Link] = &[link(0, 5, BOOKED), link(14, 45, HELD)];
const NEXT_TALK: &[Link] = &[link(112, 5, BOOKED), link(126, 45, HELD)];

/// What goes to the student health team (elevhälsoteamet), at every school: taken on, an action agreed, and long under way.
const REFERRED: &[Link] = &[
    link(0, 20, |_| Ok(Work::ReferralOpened { team: Team::Health, concern: ReferralConcern::Absence })),
    decided(7, |of| Ok(Work::ReferralAccepted { of: of.event })),
    decided(14, |of| {
        let follow_up = of.day + Days::new(28);
        Ok(Work::ReferralActionAgreed { of: of.event, member: HealthTeamMember::Counsellor, follow_up })
    }),
    link(140, 5, |of| Ok(Work::ReferralClosed { of: of.event })),
];

/// Days that the principal has adapted, looked back on with the pupil.
const ARE: Way = Way {
    code: "ARE",
    habits: &[
        habit(1, 1, 15, |_| Ok(talk(ContactTopic::Schoolwork))),
        habit(1, 3, 10, EVALUATED),
        habit(2, 4, 20, PLANNED),
    ],
    chains: &[
        (
            1,
            &[
                decided(0, |of| {
                    Ok(Work::AdaptedStudiesDecided { first_day: of.day, review_on: of.day + Days::new(42) })
                }),
                link(42, 30, MET),
            ],
        ),
        (1, TALK),
        (1, NEXT_TALK),
        (2, REFERRED),
    ],
};

/// The school's voice to guardians and authorities; days evaluated, in the middle of the week and at its end.
const ELS: Way = Way {
    code: "ELS",
    habits: &[
        habit(1, 0, 20, TALKED),
        habit(1, 2, 15, EVALUATED),
        habit(1, 4, 15, EVALUATED),
        habit(4, 1, 25, |_| Ok(outside(OutsideParty::SocialServices))),
        habit(6, 3, 25, |_| Ok(outside(OutsideParty::ChildPsychiatry))),
    ],
    chains: &[
        (
            2,
            &[
                link(0, 60, |_| Ok(Work::CoordinatedPlanMeetingHeld { consent: true })),
                link(70, 60, |_| Ok(Work::CoordinatedPlanMeetingHeld { consent: true })),
            ],
        ),
        (6, &[link(0, 30, |_| Ok(Work::ConcernReported { in_writing: true }))]),
        (1, TALK),
        (1, NEXT_TALK),
        (2, REFERRED),
    ],
};

/// Warnings and resits, programmes, what must be documented, and some of the talks. Wrong absence is in `wrong`.
const LJU: Way = Way {
    code: "LJU",
    habits: &[
        habit(12, 0, 10, TALKED),
        habit(18, 1, 5, |_| Ok(Work::ResitReminded { subject: mathematics()? })),
        habit(36, 2, 15, |_| Ok(Work::IncidentNoted { matter: SafetyMatter::Other })),
    ],
    chains: &[
        (
            9,
            &[
                link(0, 10, |_| Ok(Work::SubjectAtRisk { subject: mathematics()?, risk: AtRisk::Failing })),
                link(1, 10, |_| Ok(Work::GradeWarningGiven { subject: mathematics()? })),
                link(5, 10, |_| Ok(Work::ExtraAdaptationNoted { subject: mathematics()? })),
            ],
        ),
        (
            30,
            &[
                link(0, 60, |_| Ok(Work::ActionProgrammeDrafted { plan: PlanKind::ActionProgramme })),
                decided(7, |of| Ok(Work::ActionProgrammeDecided { of: of.event, adopted: true })),
                link(63, 40, |of| Ok(Work::ActionProgrammeFollowedUp { of: of.event, ended: true })),
            ],
        ),
        (
            40,
            &[
                link(0, 30, |_| Ok(Work::HarassmentReported { level: ReportLevel::Principal, report: None })),
                decided(1, |of| Ok(Work::HarassmentReported { level: ReportLevel::Authority, report: Some(of.event) })),
            ],
        ),
        // In a corridor now and then.
        (60, &[link(0, 20, CONFLICT)]),
        (9, TALK),
        (35, REFERRED),
    ],
};

/// Talks, conflicts, and what happens in corridors.
const ÅNE: Way = Way {
    code: "ÅNE",
    habits: &[
        habit(3, 1, 15, TALKED),
        habit(4, 2, 30, CONFLICT),
        habit(18, 3, 20, |_| Ok(Work::IncidentNoted { matter: SafetyMatter::Order })),
    ],
    chains: &[(7, REFERRED)],
};

/// Student finance, placements, and talks that are booked.
const ALG: Way = Way {
    code: "ALG",
    habits: &[
        habit(18, 0, 10, |_| Ok(outside(OutsideParty::StudentFinance))),
        habit(18, 2, 40, |of| Ok(Work::PlacementVisited { on: of.day })),
    ],
    chains: &[
        (12, TALK),
        (40, REFERRED),
        (
            25,
            &[
                link(0, 10, |_| Ok(Work::StaffAlerted { all_subjects: true })),
                link(3, 15, |_| Ok(Work::DirectedOnward { onward_to: OnwardTo::CareersCounsellor })),
            ],
        ),
    ],
};

/// The ladder, a plan every Friday for some, two talks a year with everybody.
const BIR: Way = Way {
    code: "BIR",
    habits: &[habit(12, 1, 20, TALKED), habit(9, 4, 25, PLANNED)],
    chains: &[
        (1, &[link(0, 5, BOOKED), link(14, 45, HELD_ALONE)]),
        (
            15,
            &[
                link(0, 5, |_| {
                    Ok(Work::LadderStepOpened { step: StepNumber::try_new(1)?, trigger: LadderTrigger::FirstInvalid })
                }),
                link(1, 10, |of| Ok(Work::LadderActionDone { of: of.event, action: LadderAction::ContactGuardian })),
                link(4, 20, |of| Ok(Work::LadderActionDone { of: of.event, action: LadderAction::TalkWithPupil })),
                link(28, 5, |of| Ok(Work::LadderStepClosed { of: of.event, closing: Closing::AbsenceCeased })),
            ],
        ),
        (35, REFERRED),
        (1, &[link(112, 5, BOOKED), link(126, 45, HELD_ALONE)]),
        // Some come back to the ladder, and climb it.
        (
            30,
            &[
                link(42, 5, |_| {
                    Ok(Work::LadderStepOpened { step: StepNumber::try_new(2)?, trigger: LadderTrigger::ShareInWindow })
                }),
                link(47, 45, |of| Ok(Work::LadderActionDone { of: of.event, action: LadderAction::Meeting })),
                link(77, 5, |of| Ok(Work::LadderStepClosed { of: of.event, closing: Closing::AbsenceCeased })),
            ],
        ),
    ],
};

const WAYS: [Way; 6] = [ARE, ELS, LJU, ÅNE, ALG, BIR];

/// What is done in the cases of every assignment, in the second school year: the pilot's.
pub(crate) fn plan(
    years: &[SchoolYearSet; 2],
    pupils: &[PlannedPupil],
    assignments: &[PlannedAssignment],
) -> Result<Vec<PlannedWork>, Invalid> {
    let [_, year] = years;
    // Before the handover in June 2020, so that the mentor who had the pupil then is the one who logs.
    let until = yesterday()?;
    let mut days = school_days(year, Season::Autumn);
    days.extend(school_days(year, Season::Spring).into_iter().filter(|day| *day < until));
    let mut works = Vec::new();
    for assignment in assignments {
        let Some(pupil) = pupils.get(assignment.pupil) else { continue };
        let code = SCHOOLS.get(pupil.school).map_or("", |school| school.code);
        let way = WAYS.iter().find(|way| way.code == code);
        let (Some(way), [_, Some(_)]) = (way, &pupil.placements) else { continue };
        let from = days.get(days.partition_point(|day| *day < assignment.from)..).unwrap_or_default();
        habits(way, assignment, from, &mut works)?;
        chains(way, assignment, from, &mut works)?;
    }
    Ok(works)
}

fn habits(
    way: &Way,
    assignment: &PlannedAssignment,
    days: &[NaiveDate],
    works: &mut Vec<PlannedWork>,
) -> Result<(), Invalid> {
    for (number, habit) in (0_u32..).zip(way.habits) {
        let on = days.iter().filter(|day| u64::from(day.weekday().num_days_from_monday()) == habit.weekday);
        let turn = |day: &NaiveDate| usize::try_from(day.iso_week().week()).unwrap_or_default() + assignment.pupil;
        for day in on.filter(|day| turn(day).is_multiple_of(habit.weeks)) {
            works.push(PlannedWork {
                pupil: assignment.pupil,
                by: assignment.mentor,
                at: moment(*day, 9, 5 * number + 1)?,
                making: habit.making,
                minutes: habit.minutes,
                follows: None,
                about: None,
            });
        }
    }
    Ok(())
}

fn chains(
    way: &Way,
    assignment: &PlannedAssignment,
    days: &[NaiveDate],
    works: &mut Vec<PlannedWork>,
) -> Result<(), Invalid> {
    let Some(last) = days.last() else { return Ok(()) };
    for (number, (one_in, links)) in (0_u32..).zip(way.chains) {
        if !assignment.pupil.is_multiple_of(*one_in) {
            continue;
        }
        // Spread over the year, so that not everything begins on one day.
        let Some(first) = days.get(assignment.pupil % days.len().max(1)) else { continue };
        let opening = works.len();
        for link in *links {
            let day = *first + Days::new(link.after);
            if day > *last {
                break;
            }
            let follows = (works.len() > opening).then_some(opening);
            let at = moment(day, 10, 5 * number + 2)? + Duration::seconds(1);
            let by = if link.principal { assignment.principal } else { assignment.mentor };
            let (pupil, making, minutes) = (assignment.pupil, link.making, link.minutes);
            works.push(PlannedWork { pupil, by, at, making, minutes, follows, about: None });
        }
    }
    Ok(())
}
