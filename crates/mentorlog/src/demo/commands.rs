//! A step of the script as a command, once the ids that it needs are known.

use std::collections::HashMap;

use casework::Created;
use domain::Personal;
use domain::actor::{Actor, Grant, Role};
use domain::command::{Command, ContactToLog, GuardianChoice, WorkToLog};
use domain::event::SchoolMatter;
use domain::event::pupil::{Guardianship, LeavingReason};
use domain::event::school::{Responsibility, SchoolRegistered};
use domain::id::{AssignmentId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::words::{Committee, Grade, Invalid, Minutes, Name, Note, ProgrammeCode, SchoolCode, SchoolUnitCode};

use super::dice::Dice;
use super::letters::SCHOOLS_THAT_WRITE;
use super::people;
use super::plan::{DemoPlan, PlannedAssignment, Post};
use super::schools::{COMMITTEES, SCHOOLS};
use super::script::{Step, links_anew};

/// What the next mentor is told: invented, and harmless.
const HANDED_OVER: [&str; 6] = [
    "Vill bli hämtad vid entrén de första veckorna. Vårdnadshavaren nås bäst på kvällen.",
    "Trivs i klassen. Veckoplaneringen på fredagar fungerar bra, fortsätt med den.",
    "Vi har setts varje måndag. Matematiken är det som tar mest kraft.",
    "Vårdnadshavaren vill ha ett samtal i början av terminen. Mejl går bra.",
    "Inget särskilt: närvaron är god och studieplanen är klar.",
    "Behöver påminnas om omprov. Har gärna planeringen på papper.",
];

/// Which id each number of the plan has got.
#[derive(Default)]
pub(crate) struct Ids {
    schools: HashMap<usize, SchoolId>,
    staff: HashMap<usize, StaffId>,
    pupils: HashMap<usize, PupilId>,
    guardians: HashMap<usize, GuardianId>,
    assignments: HashMap<usize, AssignmentId>,
    opened: HashMap<usize, EventId>,
}

impl Ids {
    /// Notes what a step brought into being.
    pub(crate) fn learn(&mut self, step: Step, created: &[Created]) {
        for one in created {
            match (step, *one) {
                (Step::School(number), Created::School(id)) => drop(self.schools.insert(number, id)),
                (Step::Join(number), Created::Staff(id)) => drop(self.staff.insert(number, id)),
                (Step::Enrol(number, _), Created::Pupil(id)) => drop(self.pupils.insert(number, id)),
                (Step::Link(_, number), Created::Guardian(id)) => drop(self.guardians.insert(number, id)),
                (Step::Assign(number), Created::Assignment(id)) => drop(self.assignments.insert(number, id)),
                _ => {}
            }
        }
    }

    /// Notes the event of a piece of work that others follow on.
    pub(crate) fn opened(&mut self, step: Step, event: Option<&EventId>) {
        if let (Step::Work(number), Some(event)) = (step, event) {
            self.opened.insert(number, *event);
        }
    }

    /// The school with this number.
    pub(crate) fn school(&self, number: usize) -> Option<SchoolId> {
        self.schools.get(&number).copied()
    }

    /// The staff member with this number.
    pub(crate) fn staff(&self, number: usize) -> Option<StaffId> {
        self.staff.get(&number).copied()
    }

    /// The pupil with this number.
    pub(crate) fn pupil(&self, number: usize) -> Option<PupilId> {
        self.pupils.get(&number).copied()
    }

    /// The guardian with this number.
    pub(crate) fn guardian(&self, number: usize) -> Option<GuardianId> {
        self.guardians.get(&number).copied()
    }

    /// The assignment with this number, when this start of the program made it.
    pub(crate) fn assignment(&self, number: usize) -> Option<AssignmentId> {
        self.assignments.get(&number).copied()
    }
}

/// Who asks for what in a step. `None`: something that it needs is not there. `assignment`: the one that is handed over or covered.
pub(crate) fn command(
    plan: &DemoPlan,
    ids: &Ids,
    step: Step,
    assignment: Option<AssignmentId>,
) -> Result<Option<(Actor, Command)>, Invalid> {
    if let Step::Contact(number) = step {
        return Ok(contact(plan, ids, number));
    }
    if let Step::Correct(number) = step {
        return Ok(correct(plan, ids, number));
    }
    if let Step::Work(number) = step {
        return work(plan, ids, number);
    }
    if let Step::Arrange(number) = step {
        return plan.arrangements.get(number).map_or(Ok(None), |(_, arrangement)| arrangement.command(ids));
    }
    if let Step::Letter(number) = step {
        return plan.letters.get(number).map_or(Ok(None), |(_, letter)| letter.command(ids));
    }
    let command = match step {
        Step::School(number) => Some(register(number)?),
        Step::Committee(school) => place(ids, school)?,
        Step::Year(school, year) => set_year(plan, ids, school, year),
        Step::Join(number) => {
            let staff = plan.staff.get(number);
            staff.map(|staff| Ok(Command::JoinStaff { name: staff.name.to_name()? })).transpose()?
        }
        Step::Grant(number) => grant(plan, ids, number),
        Step::Watch(number) => watch(plan, ids, number),
        Step::Withdraw(number) => withdraw(plan, ids, number),
        Step::Responsible(number, programme) => responsible(plan, ids, number, programme)?,
        Step::Enrol(number, year) => enrol(plan, ids, number, year)?,
        Step::Link(pupil, guardian) => link(plan, ids, pupil, guardian)?,
        Step::Assign(number) => plan.assignments.get(number).and_then(|planned| assign(ids, planned)),
        Step::HandOver(number) => hand_over(plan, ids, number, assignment),
        Step::Cover(number) => cover(plan, ids, number, assignment),
        Step::Move(number) => move_on(plan, ids, number),
        Step::Leave(number) => leave(plan, ids, number),
        Step::Attendance(number) => plan.attendance.get(number).and_then(|week| {
            Some(Command::RegisterAttendance { pupil: ids.pupil(week.pupil)?, days: week.days.clone() })
        }),
        Step::Correct(_) | Step::Contact(_) | Step::Work(_) | Step::Arrange(_) | Step::Letter(_) | Step::Digests => {
            None
        }
    };
    Ok(command.map(|command| (Actor::Setup, command)))
}

fn register(number: usize) -> Result<Command, Invalid> {
    let school = SCHOOLS.get(number).ok_or(Invalid { what: "school", why: "not one of the six" })?;
    Ok(Command::RegisterSchool(SchoolRegistered {
        code: SchoolCode::try_new(school.code)?,
        unit_code: SchoolUnitCode::try_new(school.unit_code)?,
        name: Name::try_new(school.name)?,
        form: school.form,
        grades: (Grade::try_new(school.grades.0)?, Grade::try_new(school.grades.1)?),
    }))
}

fn place(ids: &Ids, number: usize) -> Result<Option<Command>, Invalid> {
    let Some((school, data)) = ids.school(number).zip(SCHOOLS.get(number)) else { return Ok(None) };
    let (code, name) = data.committee();
    let (committee, name) = (Committee::try_new(code)?, Name::try_new(name)?);
    let matter = SchoolMatter::PlacedUnderCommittee { committee, name };
    Ok(Some(Command::SettleSchool { school, matter }))
}

fn set_year(plan: &DemoPlan, ids: &Ids, school: usize, year: usize) -> Option<Command> {
    Some(Command::SetSchoolYear { school: ids.school(school)?, year: plan.years.get(year)?.clone() })
}

fn grant(plan: &DemoPlan, ids: &Ids, number: usize) -> Option<Command> {
    let (role, school) = match plan.staff.get(number)?.post {
        Post::Authority(one) => {
            let committee = COMMITTEES.get(one).and_then(|(code, _)| Committee::try_new(code).ok())?;
            let grant = Grant { role: Role::Authority, school: None, committee: Some(committee) };
            return Some(Command::GrantRole { staff: ids.staff(number)?, grant });
        }
        Post::Mentor(school, _) | Post::Leaver(school) => (Role::Mentor, Some(ids.school(school)?)),
        Post::Principal(school, _) => (Role::Principal, Some(ids.school(school)?)),
        Post::Coordinator(school) => (Role::Coordinator, Some(ids.school(school)?)),
        Post::HealthTeam(school) => (Role::HealthTeam, Some(ids.school(school)?)),
        Post::SafetyTeam(school) => (Role::SafetyTeam, Some(ids.school(school)?)),
        Post::Administrator => (Role::Administrator, None),
    };
    Some(Command::GrantRole { staff: ids.staff(number)?, grant: Grant { role, school, committee: None } })
}

/// A mentor who checks every pupil's absence, besides having pupils.
fn watch(plan: &DemoPlan, ids: &Ids, number: usize) -> Option<Command> {
    let Post::Mentor(school, _) = plan.staff.get(number)?.post else { return None };
    let grant = Grant::at(Role::AttendanceWatch, ids.school(school)?);
    Some(Command::GrantRole { staff: ids.staff(number)?, grant })
}

/// Who has left is no mentor any longer.
fn withdraw(plan: &DemoPlan, ids: &Ids, number: usize) -> Option<Command> {
    let Post::Leaver(school) = plan.staff.get(number)?.post else { return None };
    let grant = Grant::at(Role::Mentor, ids.school(school)?);
    Some(Command::WithdrawRole { staff: ids.staff(number)?, grant })
}

fn responsible(
    plan: &DemoPlan,
    ids: &Ids,
    number: usize,
    programme: Option<&'static str>,
) -> Result<Option<Command>, Invalid> {
    let responsibility = match programme {
        Some(code) => Responsibility::Programme(ProgrammeCode::try_new(code)?),
        None => Responsibility::Unit,
    };
    let Some(Post::Principal(school, _)) = plan.staff.get(number).map(|staff| staff.post) else { return Ok(None) };
    let parts = (ids.school(school), ids.staff(number), plan.years.first());
    let (Some(school), Some(principal), Some(year)) = parts else { return Ok(None) };
    let from = year.autumn.first();
    Ok(Some(Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None }))
}

fn enrol(plan: &DemoPlan, ids: &Ids, number: usize, year: usize) -> Result<Option<Command>, Invalid> {
    let Some(pupil) = plan.pupils.get(number) else { return Ok(None) };
    let placement = pupil.placements.get(year).cloned().flatten();
    let parts = (ids.school(pupil.school), placement, plan.years.get(year));
    let (Some(school), Some(placement), Some(set)) = parts else { return Ok(None) };
    let name = pupil.name.to_name()?;
    Ok(Some(Command::EnrolPupil { pupil: None, school, name, placement, from: set.autumn.first(), protection: None }))
}

fn link(plan: &DemoPlan, ids: &Ids, pupil: usize, guardian: usize) -> Result<Option<Command>, Invalid> {
    let (Some(id), Some(planned)) = (ids.pupil(pupil), plan.guardians.get(guardian)) else { return Ok(None) };
    let choice = if links_anew(plan, pupil, guardian) {
        let mut dice = Dice::new(guardian as u64, "telephone");
        GuardianChoice::New {
            name: planned.name.to_name()?,
            phone: Some(people::telephone(&mut dice)?),
            email: if dice.permille(800) && !is_arranged(plan, pupil) { Some(people::email(guardian)?) } else { None },
        }
    } else {
        let Some(known) = ids.guardians.get(&guardian) else { return Ok(None) };
        GuardianChoice::Known(*known)
    };
    let guardianship = Guardianship::Custodian;
    Ok(Some(Command::LinkGuardian { pupil: id, guardian: choice, guardianship, household: None }))
}

/// Whether guardians at the pupil's school have their addresses later, so that only some are written to.
fn is_arranged(plan: &DemoPlan, pupil: usize) -> bool {
    let school = plan.pupils.get(pupil).and_then(|pupil| SCHOOLS.get(pupil.school));
    school.is_some_and(|school| SCHOOLS_THAT_WRITE.iter().any(|(code, _)| *code == school.code))
}

fn assign(ids: &Ids, planned: &PlannedAssignment) -> Option<Command> {
    Some(Command::AssignMentor {
        pupil: ids.pupil(planned.pupil)?,
        mentor: ids.staff(planned.mentor)?,
        kind: planned.kind,
        principal: ids.staff(planned.principal)?,
        from: planned.from,
    })
}

fn hand_over(plan: &DemoPlan, ids: &Ids, number: usize, assignment: Option<AssignmentId>) -> Option<Command> {
    let planned = &plan.handovers.get(number)?.begins;
    Some(Command::HandOver {
        pupil: ids.pupil(planned.pupil)?,
        assignment: assignment?,
        mentor: ids.staff(planned.mentor)?,
        from: planned.from,
        note: HANDED_OVER.get(number % HANDED_OVER.len()).and_then(|note| Note::try_new(*note).ok()).map(Personal::new),
    })
}

fn cover(plan: &DemoPlan, ids: &Ids, number: usize, assignment: Option<AssignmentId>) -> Option<Command> {
    let planned = plan.covers.get(number)?;
    Some(Command::StartCover {
        pupil: ids.pupil(plan.assignments.get(planned.assignment)?.pupil)?,
        assignment: assignment?,
        deputy: ids.staff(planned.deputy)?,
        from: planned.from,
        until: planned.until,
    })
}

fn move_on(plan: &DemoPlan, ids: &Ids, number: usize) -> Option<Command> {
    let [_, placement] = &plan.pupils.get(number)?.placements;
    let from = plan.years.get(1)?.autumn.first();
    Some(Command::MovePupil { pupil: ids.pupil(number)?, placement: placement.clone()?, from })
}

fn leave(plan: &DemoPlan, ids: &Ids, number: usize) -> Option<Command> {
    let last_day = plan.years.first()?.spring.last();
    let pupil = ids.pupil(number)?;
    Some(Command::PupilLeaves { pupil, reason: LeavingReason::Completed, last_day, destination: None })
}

/// What was registered wrongly is put right by the mentor who found it, or by the attendance system.
fn correct(plan: &DemoPlan, ids: &Ids, number: usize) -> Option<(Actor, Command)> {
    let week = plan.attendance.get(number)?;
    let command = Command::CorrectAttendance { pupil: ids.pupil(week.pupil)?, day: week.correction? };
    let actor = match week.found {
        Some((mentor, _)) => Actor::Staff(ids.staff(mentor)?),
        None => Actor::Setup,
    };
    Some((actor, command))
}

/// Contacts are logged by the mentor who had them.
fn contact(plan: &DemoPlan, ids: &Ids, number: usize) -> Option<(Actor, Command)> {
    let planned = plan.contacts.get(number)?;
    let contact = ContactToLog {
        pupil: ids.pupil(planned.pupil)?,
        with: Vec::new(),
        guardian: *ids.guardians.get(&planned.guardian)?,
        occurred: Some(planned.occurred),
        channel: planned.sort.channel,
        direction: planned.sort.direction,
        outcome: planned.sort.outcome,
        topic: planned.sort.topic,
        minutes: Some(planned.minutes),
        note: planned.note.clone(),
    };
    Some((Actor::Staff(ids.staff(planned.mentor)?), Command::LogGuardianContact(contact)))
}

/// Work is logged by whoever does it, as it is done.
fn work(plan: &DemoPlan, ids: &Ids, number: usize) -> Result<Option<(Actor, Command)>, Invalid> {
    let Some(planned) = plan.works.get(number) else { return Ok(None) };
    let event = match planned.follows {
        None => Some(EventId::from_bits([0; 16])),
        Some(first) => ids.opened.get(&first).copied(),
    };
    let (Some(event), Some(pupil), Some(by)) = (event, ids.pupil(planned.pupil), ids.staff(planned.by)) else {
        return Ok(None);
    };
    let work = (planned.making)(planned.of(event))?;
    let minutes = Some(Minutes(planned.minutes));
    let logged = WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes, note: None };
    Ok(Some((Actor::Staff(by), Command::LogWork(logged))))
}
