//! A command and its sender as bytes that are equal exactly when those are: what a command id is checked against when it
//! comes a second time (invariant 5). Only a keyed fingerprint of them is kept.

mod digest;

use std::collections::BTreeSet;

use domain::actor::Actor;
use domain::command::{
    Command, ContactToLog, DaysToCorrect, EntryToCorrect, EntryToHandOn, GuardianChoice, RightDays, WorkToLog,
};
use domain::event::pupil::Placement;
use domain::event::school::{Responsibility, SchoolRegistered};
use domain::event::{CaseWork, SchoolMatter};
use domain::id::{EnrolmentId, PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::retention::{Due, Records, Subject};
use domain::words::{ContactDetail, DateSpan, Name, Reference};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::stored::forms::case_words::{
    HouseholdName, IncomparableReasonName, MentoringModelName, ProtectionLevelName, TalkDutyName, TeacherTaskName,
    TimeCategoryName,
};
use crate::stored::forms::pupil::{DayV1, PlacementV1};
use crate::stored::forms::staff::RoleV2;
use crate::stored::forms::words::{
    AssignmentEndReasonName, AssignmentKindName, ContactChannelName, ContactDirectionName, ContactOutcomeName,
    ContactTopicName, GuardianshipName, LeavingReasonName, RoleName, SchoolFormName,
};
use crate::stored::forms::{matter, work};

/// The bytes.
pub(crate) fn content(actor: Actor, command: &Command) -> Zeroizing<Vec<u8>> {
    let actor = match actor {
        Actor::Setup => "setup".to_owned(),
        Actor::Staff(staff) => staff.to_string(),
    };
    Zeroizing::new(json!([actor, told(command)]).to_string().into_bytes())
}

/// Everybody whom a command names by id, each once.
pub(crate) fn named(command: &Command) -> BTreeSet<Subject> {
    let mut found = BTreeSet::new();
    collect(&told(command), &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<Subject>) {
    match value {
        Value::String(text) => found.extend(text.parse::<Subject>()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| collect(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn name(name: &Personal<Name>) -> &str {
    name.reveal().as_str()
}

fn detail(detail: Option<&Personal<ContactDetail>>) -> Option<&str> {
    detail.map(|detail| detail.reveal().as_str())
}

fn span(span: DateSpan) -> Value {
    json!([span.first(), span.last()])
}

fn placement(placement: &Placement) -> PlacementV1 {
    placement.into()
}

fn responsibility(responsibility: &Responsibility) -> Value {
    match responsibility {
        Responsibility::Unit => json!(["unit"]),
        Responsibility::Programme(code) => json!(["programme", code.as_str()]),
        Responsibility::Class(class) => json!(["class", class.as_str()]),
    }
}

fn records(records: &Records) -> Value {
    json!([records.subject.to_string(), records.class.name(), records.period])
}

fn begun(
    (decision, approved_by): (&Reference, Option<StaffId>),
    (due, kept, again): (&[Due], &[Records], bool),
    told: &[(SchoolId, SchoolMatter)],
) -> Value {
    let due: Vec<_> = due
        .iter()
        .map(|due| json!([due.school.to_string(), records(&due.records), due.plan_item.as_str(), due.since, due.last]))
        .collect();
    let kept: Vec<_> = kept.iter().map(records).collect();
    let told: Vec<_> =
        told.iter().map(|(school, kept)| json!([school.to_string(), plain(matter::school::written(kept))])).collect();
    let approved_by = approved_by.map(|staff| staff.to_string());
    json!(["begin-erasure", decision.as_str(), approved_by, due, kept, told, again])
}

fn registered(school: &SchoolRegistered) -> Value {
    json!([
        "register-school",
        school.code.as_str(),
        school.unit_code.as_str(),
        school.name.as_str(),
        SchoolFormName::from(school.form),
        school.grades.0.number(),
        school.grades.1.number()
    ])
}

fn told(command: &Command) -> Value {
    match command {
        Command::RegisterSchool(school) => registered(school),
        Command::SetSchoolYear { school, year } => json!([
            "set-school-year",
            school.to_string(),
            year.starts_in,
            span(year.autumn),
            span(year.spring),
            year.breaks.iter().map(|days| span(*days)).collect::<Vec<_>>()
        ]),
        Command::JoinStaff { name: person } => json!(["join-staff", name(person)]),
        Command::GrantRole { staff, grant } => json!([
            "grant-role",
            staff.to_string(),
            RoleName::from(grant.role),
            grant.school.map(|school| school.to_string())
        ]),
        Command::WithdrawRole { staff, grant } => json!(["withdraw-role", staff.to_string(), RoleV2::from(*grant)]),
        Command::ArrangeStaff { staff, matter } => {
            json!(["arrange-staff", staff.to_string(), matter.kind().name(), plain(matter::staff::written(matter))])
        }
        Command::SettleSchool { school, matter } => {
            json!(["settle-school", school.to_string(), matter.kind().name(), plain(matter::school::written(matter))])
        }
        Command::BeginErasure { decision, approved_by, due, kept, told, again } => {
            begun((decision, *approved_by), (due, kept, *again), told)
        }
        Command::FinishErasure { done } => {
            let done: Vec<_> = done.iter().map(|(school, one)| json!([school.to_string(), records(one)])).collect();
            json!(["finish-erasure", done])
        }
        Command::RollYearOver { school, first_day, moves } => {
            let moves: Vec<_> =
                moves.iter().map(|(pupil, place)| json!([pupil.to_string(), placement(place)])).collect();
            json!(["roll-year-over", school.to_string(), first_day, moves])
        }
        Command::MakePrincipalResponsible { school, principal, responsibility: what, from, until } => json!([
            "make-principal-responsible",
            school.to_string(),
            principal.to_string(),
            responsibility(what),
            from,
            until
        ]),
        Command::AdoptMission { school, mission } => {
            let within: Vec<_> = mission.within.iter().map(TimeCategoryName::from).collect();
            json!(["adopt-mission", school.to_string(), mission.from, TalkDutyName::from(mission.talks), within])
        }
        Command::ChooseMentoringModel { school, chosen } => {
            json!(["choose-mentoring-model", school.to_string(), chosen.from, MentoringModelName::from(chosen.model)])
        }
        Command::MarkTermNotComparable { school, marked } => json!([
            "mark-term-not-comparable",
            school.to_string(),
            marked.term.to_string(),
            IncomparableReasonName::from(marked.reason),
        ]),
        Command::SetWorkingTime { staff, set } => {
            json!(["set-working-time", staff.to_string(), set.from, set.weekly.0, set.share.percent()])
        }
        Command::LogTime { staff, time } => json!([
            "log-time",
            staff.to_string(),
            time.on,
            TimeCategoryName::from(time.category),
            time.minutes.0,
            time.within_mission,
            time.preventive,
            time.sampled,
        ]),
        Command::TakeTaskOver { staff, taken } => json!([
            "take-task-over",
            staff.to_string(),
            taken.on,
            TeacherTaskName::from(taken.task),
            taken.minutes.map(|minutes| minutes.0),
        ]),
        Command::Digest { guardian, act } => digest::told(*guardian, act),
        Command::CorrectGuardian { guardian, name: to, phone } => {
            json!(["correct-guardian", guardian.to_string(), to.as_ref().map(name), detail(phone.as_ref())])
        }
        Command::EnrolPupil { .. }
        | Command::MovePupil { .. }
        | Command::PupilLeaves { .. }
        | Command::LinkGuardian { .. }
        | Command::AssignMentor { .. }
        | Command::EndAssignment { .. }
        | Command::HandOver { .. }
        | Command::StartCover { .. }
        | Command::EndCover { .. }
        | Command::LogGuardianContact(_)
        | Command::LogWork(_)
        | Command::HandOn(_)
        | Command::CorrectEntry(_)
        | Command::CorrectEnrolmentDays(_)
        | Command::CorrectPupilName { .. }
        | Command::RegisterAttendance { .. }
        | Command::CorrectAttendance { .. } => told_of_pupil(command),
    }
}

fn contact(contact: &ContactToLog) -> Value {
    json!([
        "log-guardian-contact",
        contact.pupil.to_string(),
        contact.with.iter().map(ToString::to_string).collect::<Vec<_>>(),
        contact.guardian.to_string(),
        contact.occurred.map(|occurred| occurred.timestamp_micros()),
        ContactChannelName::from(contact.channel),
        ContactDirectionName::from(contact.direction),
        ContactOutcomeName::from(contact.outcome),
        ContactTopicName::from(contact.topic),
        contact.minutes.map(|minutes| minutes.0),
        contact.note.as_ref().map(|note| note.reveal().as_str())
    ])
}

fn told_of_pupil(command: &Command) -> Value {
    match command {
        Command::EnrolPupil { pupil, school, name: person, placement: place, from, protection } => json!([
            "enrol-pupil",
            pupil.map(|pupil| pupil.to_string()),
            school.to_string(),
            name(person),
            placement(place),
            from,
            protection.map(ProtectionLevelName::from)
        ]),
        Command::MovePupil { pupil, placement: place, from } => {
            json!(["move-pupil", pupil.to_string(), placement(place), from])
        }
        Command::PupilLeaves { pupil, reason, last_day, destination } => json!([
            "pupil-leaves",
            pupil.to_string(),
            LeavingReasonName::from(*reason),
            last_day,
            destination.as_ref().map(Reference::as_str),
        ]),
        Command::LinkGuardian { pupil, guardian, guardianship, household } => {
            let guardian = match guardian {
                GuardianChoice::Known(guardian) => json!(["known", guardian.to_string()]),
                GuardianChoice::New { name: person, phone, email } => {
                    json!(["new", name(person), detail(phone.as_ref()), detail(email.as_ref())])
                }
            };
            let household = household.map(HouseholdName::from);
            json!(["link-guardian", pupil.to_string(), guardian, GuardianshipName::from(*guardianship), household])
        }
        Command::AssignMentor { pupil, mentor, kind, principal, from } => json!([
            "assign-mentor",
            pupil.to_string(),
            mentor.to_string(),
            AssignmentKindName::from(*kind),
            principal.to_string(),
            from
        ]),
        Command::EndAssignment { pupil, assignment, reason, last_day } => json!([
            "end-assignment",
            pupil.to_string(),
            assignment.to_string(),
            AssignmentEndReasonName::from(*reason),
            last_day
        ]),
        Command::HandOver { pupil, assignment, mentor, from, note } => json!([
            "hand-over",
            pupil.to_string(),
            assignment.to_string(),
            mentor.to_string(),
            from,
            note.as_ref().map(|note| note.reveal().as_str()),
        ]),
        Command::StartCover { pupil, assignment, deputy, from, until } => {
            json!(["start-cover", pupil.to_string(), assignment.to_string(), deputy.to_string(), from, until,])
        }
        Command::EndCover { pupil, assignment, deputy, last_day } => {
            json!(["end-cover", pupil.to_string(), assignment.to_string(), deputy.to_string(), last_day])
        }
        Command::CorrectEntry(entry) => wrong_entry(entry),
        Command::CorrectEnrolmentDays(wrong) => wrong_days(wrong),
        Command::CorrectPupilName { pupil, school, name: to } => wrong_name(*pupil, *school, to),
        Command::LogGuardianContact(logged) => contact(logged),
        Command::LogWork(logged) | Command::HandOn(EntryToHandOn { logged, .. }) => json!([
            "log-work",
            logged.pupil.to_string(),
            logged.with.iter().map(ToString::to_string).collect::<Vec<_>>(),
            logged.occurred,
            logged.work.kind().name(),
            work_form(logged),
            logged.note.as_ref().map(|note| note.reveal().as_str()),
        ]),
        Command::RegisterAttendance { pupil, days } => {
            let days: Vec<DayV1> = days.iter().map(Into::into).collect();
            json!(["register-attendance", pupil.to_string(), days])
        }
        Command::CorrectAttendance { pupil, day } => {
            json!(["correct-attendance", pupil.to_string(), DayV1::from(day)])
        }
        Command::RegisterSchool(_)
        | Command::SetSchoolYear { .. }
        | Command::JoinStaff { .. }
        | Command::GrantRole { .. }
        | Command::MakePrincipalResponsible { .. }
        | Command::AdoptMission { .. }
        | Command::ChooseMentoringModel { .. }
        | Command::MarkTermNotComparable { .. }
        | Command::SetWorkingTime { .. }
        | Command::LogTime { .. }
        | Command::TakeTaskOver { .. }
        | Command::WithdrawRole { .. }
        | Command::ArrangeStaff { .. }
        | Command::SettleSchool { .. }
        | Command::RollYearOver { .. }
        | Command::CorrectGuardian { .. }
        | Command::Digest { .. }
        | Command::BeginErasure { .. }
        | Command::FinishErasure { .. } => Value::Null,
    }
}

fn wrong_entry(entry: &EntryToCorrect) -> Value {
    json!(["correct-entry", entry.pupil.to_string(), entry.position, entry.reason.reveal().as_str()])
}

fn wrong_name(pupil: PupilId, school: Option<SchoolId>, right: &Personal<Name>) -> Value {
    json!(["correct-pupil-name", pupil.to_string(), school.map(|school| school.to_string()), name(right)])
}

fn wrong_days(wrong: &DaysToCorrect) -> Value {
    let right = match wrong.right {
        RightDays::Were { from, last_day } => json!([from, last_day]),
        RightDays::NotLeft => json!("not-left"),
        RightDays::NeverCame => json!("never-came"),
    };
    json!([
        "correct-enrolment-days",
        wrong.pupil.to_string(),
        wrong.school.to_string(),
        wrong.enrolled_from,
        right,
        wrong.reason.reveal().as_str()
    ])
}

/// What was done and how long it took, in its stored form; which enrolment it belongs to is decided, not asked for.
fn work_form(logged: &WorkToLog) -> Value {
    let nowhere = EnrolmentId::from_bits([0; 16]);
    let event = CaseWork { enrolment: nowhere, work: logged.work.clone(), minutes: logged.minutes, note: None };
    plain(work::written(&event).1)
}

/// A stored form as a value. Every form is a plain object: there is nothing that could not be written.
fn plain(form: impl serde::Serialize) -> Value {
    serde_json::to_value(form).unwrap_or_default()
}
