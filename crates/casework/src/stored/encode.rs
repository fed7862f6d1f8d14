//! From what happened to what is stored.

use chrono::{DateTime, Utc};
use domain::actor::{Actor, Role};
use domain::decide::Decided;
use domain::event::pupil::{GuardianContacted, PupilEnrolled};
use domain::event::school::Responsibility;
use domain::event::{CaseWork, Event, GuardianEvent, PupilEvent, SchoolEvent, StaffEvent, StaffMatter};
use domain::personal::{Erasable, Personal};
use domain::recorded::StreamRef;
use domain::words::{Name, Note};
use serde::Serialize;
use storage::{KeyRef, NewEvent, NewPart, RecordClass};
use zeroize::Zeroizing;

use super::classes::{self, RELATION, school_year};
use super::forms::guardian::{GuardianCorrectedV1, GuardianRegisteredV1};
use super::forms::pupil::{
    AssignmentEndedV1, AssignmentHandedOverV1, AttendanceCorrectedV1, AttendanceRegisteredV1, CoverEndedV1,
    CoverStartedV1, EnrolmentDaysCorrectedV1, EntryCorrectedV1, GuardianContactedV1, GuardianLinkedV2,
    MentorAssignedV1, PlacementV1, PupilEnrolledV1, PupilLeftV2, PupilMovedClassV1, PupilNameCorrectedV1,
};
use super::forms::school::{
    MentoringModelChosenV1, MissionAdoptedV2, PrincipalMadeResponsibleV1, ResponsibilityV1, SchoolRegisteredV1,
    SchoolYearSetV1, TermMarkedNotComparableV1,
};
use super::forms::staff::{RoleV2, StaffJoinedV1, TaskTakenOverV1, TimeLoggedV2, WorkingTimeSetV1};
use super::forms::{Nothing, Open, Sealed, TextPart, digest, matter, work};
use super::{form, stream_id};

/// An event in its stored form, to be sealed. The error is serde's: no value that the domain allows gives one.
pub fn encode(decided: &Decided, actor: Actor, role: Option<Role>) -> Result<NewEvent, serde_json::Error> {
    let writer = Writer { actor, role, occurred: decided.occurred, subject: subject(decided.stream) };
    let (open, parts) = match &decided.event {
        Event::School(event) => writer.school(event)?,
        Event::Staff(event) => writer.staff(event)?,
        Event::Pupil(event) => writer.pupil(event)?,
        Event::Guardian(event) => writer.guardian(event)?,
    };
    Ok(NewEvent {
        stream: stream_id(decided.stream),
        event_id: decided.id.bits(),
        kind: decided.event.kind().name().to_owned(),
        form: form(decided.event.kind()),
        open,
        parts,
    })
}

const fn subject(stream: StreamRef) -> [u8; 16] {
    stream_id(stream).id
}

type Stored = Result<(Vec<u8>, Vec<NewPart>), serde_json::Error>;

struct Writer {
    actor: Actor,
    role: Option<Role>,
    occurred: DateTime<Utc>,
    subject: [u8; 16],
}

impl Writer {
    fn school(&self, event: &SchoolEvent) -> Stored {
        match event {
            SchoolEvent::Registered(event) => self.open(SchoolRegisteredV1 {
                code: event.code.as_str().to_owned(),
                unit_code: event.unit_code.as_str().to_owned(),
                name: event.name.as_str().to_owned(),
                form: event.form.into(),
                lowest_grade: event.grades.0.number(),
                highest_grade: event.grades.1.number(),
            }),
            SchoolEvent::MissionAdopted(event) => {
                let within = event.within.iter().map(Into::into).collect();
                self.open(MissionAdoptedV2 { from: event.from, talks: event.talks.into(), within })
            }
            SchoolEvent::MentoringModelChosen(event) => {
                self.open(MentoringModelChosenV1 { from: event.from, model: event.model.into() })
            }
            SchoolEvent::TermMarkedNotComparable(event) => {
                self.open(TermMarkedNotComparableV1 { term: event.term.to_string(), reason: event.reason.into() })
            }
            SchoolEvent::Settled(matter) => self.open(matter::school::written(matter)),
            SchoolEvent::YearSet(event) => self.open(SchoolYearSetV1 {
                starts_in: event.starts_in,
                autumn: event.autumn.into(),
                spring: event.spring.into(),
                breaks: event.breaks.iter().map(|span| (*span).into()).collect(),
            }),
            SchoolEvent::PrincipalMadeResponsible(event) => self.open(PrincipalMadeResponsibleV1 {
                principal: event.principal.to_string(),
                responsibility: match &event.responsibility {
                    Responsibility::Unit => ResponsibilityV1::Unit,
                    Responsibility::Programme(code) => ResponsibilityV1::Programme(code.as_str().to_owned()),
                    Responsibility::Class(name) => ResponsibilityV1::Class(name.as_str().to_owned()),
                },
                from: event.from,
                until: event.until,
            }),
        }
    }

    fn staff(&self, event: &StaffEvent) -> Stored {
        match event {
            StaffEvent::Joined(event) => {
                self.sealed(classes::STAFF, RELATION, StaffJoinedV1 { name: event.name.reveal().as_str().to_owned() })
            }
            StaffEvent::WorkingTimeSet(event) => self.sealed(
                classes::WORKING_TIME,
                RELATION,
                WorkingTimeSetV1 {
                    from: event.from,
                    weekly_minutes: event.weekly.0,
                    share_percent: event.share.percent(),
                },
            ),
            StaffEvent::TimeLogged(event) => self.sealed(
                classes::WORKING_TIME,
                school_year(self.occurred),
                TimeLoggedV2 {
                    on: event.on,
                    category: event.category.into(),
                    minutes: event.minutes.0,
                    within_mission: event.within_mission,
                    preventive: event.preventive,
                    sampled: event.sampled,
                },
            ),
            StaffEvent::TaskTakenOver(event) => self.sealed(
                classes::WORKING_TIME,
                school_year(self.occurred),
                TaskTakenOverV1 {
                    on: event.on,
                    task: event.task.into(),
                    minutes: event.minutes.map(|minutes| minutes.0),
                },
            ),
            StaffEvent::RoleGranted(event) => self.open(RoleV2::from(event.grant)),
            StaffEvent::RoleWithdrawn(event) => self.open(RoleV2::from(event.grant)),
            StaffEvent::Arranged(matter) => {
                let held = matches!(matter, StaffMatter::GroupActivityHeld { .. });
                let period = if held { school_year(self.occurred) } else { RELATION };
                self.sealed(classes::WORKING_TIME, period, matter::staff::written(matter))
            }
        }
    }

    fn guardian(&self, event: &GuardianEvent) -> Stored {
        match event {
            GuardianEvent::Digest(matter) => {
                let (class, period) = digest::kept(matter, school_year(self.occurred));
                self.sealed(class, period, digest::guardian::written(matter))
            }
            GuardianEvent::Corrected(event) => self.sealed(
                classes::GUARDIAN,
                RELATION,
                GuardianCorrectedV1 {
                    name: event.name.as_ref().map(|name| name.reveal().as_str().to_owned()),
                    phone: event.phone.as_ref().map(|phone| phone.reveal().as_str().to_owned()),
                },
            ),
            GuardianEvent::Registered(event) => self.sealed(
                classes::GUARDIAN,
                RELATION,
                GuardianRegisteredV1 {
                    name: event.name.reveal().as_str().to_owned(),
                    phone: event.phone.as_ref().map(|phone| phone.reveal().as_str().to_owned()),
                    email: event.email.as_ref().map(|email| email.reveal().as_str().to_owned()),
                },
            ),
        }
    }

    fn pupil(&self, event: &PupilEvent) -> Stored {
        let year = school_year(self.occurred);
        let enrolment = event.enrolment().to_string();
        match event {
            PupilEvent::Enrolled(event) => self.enrolled(event),
            PupilEvent::MovedClass(event) => {
                let placement = PlacementV1::from(&event.placement);
                self.sealed(classes::ENROLMENT, RELATION, PupilMovedClassV1 { enrolment, placement, from: event.from })
            }
            PupilEvent::Left(event) => {
                let (reason, last_day) = (event.reason.into(), event.last_day);
                let destination = event.destination.as_ref().map(|place| place.as_str().to_owned());
                let form = PupilLeftV2 { enrolment, reason, last_day, destination };
                self.sealed(classes::ENROLMENT, RELATION, form)
            }
            PupilEvent::GuardianLinked(event) => {
                let (guardian, guardianship) = (event.guardian.to_string(), event.guardianship.into());
                let household = event.household.map(Into::into);
                let form = GuardianLinkedV2 { enrolment, guardian, guardianship, household };
                self.sealed(classes::ENROLMENT, RELATION, form)
            }
            PupilEvent::MentorAssigned(event) => {
                let form = MentorAssignedV1 {
                    enrolment,
                    assignment: event.assignment.to_string(),
                    mentor: event.mentor.to_string(),
                    kind: event.kind.into(),
                    principal: event.principal.to_string(),
                    from: event.from,
                };
                self.sealed(classes::CASELOAD, year, form)
            }
            PupilEvent::AssignmentEnded(event) => {
                let (reason, last_day) = (event.reason.into(), event.last_day);
                let assignment = event.assignment.to_string();
                self.sealed(classes::CASELOAD, year, AssignmentEndedV1 { enrolment, assignment, reason, last_day })
            }
            PupilEvent::AssignmentHandedOver(event) => {
                let (from, to) = (event.from.to_string(), event.to.to_string());
                let form = AssignmentHandedOverV1 { enrolment, from, to };
                self.noted(classes::CASELOAD, year, form, event.note.as_ref())
            }
            PupilEvent::CoverStarted(event) => {
                let (assignment, deputy) = (event.assignment.to_string(), event.deputy.to_string());
                let (from, until) = (event.from, event.until);
                self.sealed(classes::CASELOAD, year, CoverStartedV1 { enrolment, assignment, deputy, from, until })
            }
            PupilEvent::CoverEnded(event) => {
                let (assignment, deputy) = (event.assignment.to_string(), event.deputy.to_string());
                let last_day = event.last_day;
                self.sealed(classes::CASELOAD, year, CoverEndedV1 { enrolment, assignment, deputy, last_day })
            }
            PupilEvent::GuardianContacted(event) => self.contacted(event, year),
            PupilEvent::Worked(event) => self.worked(event, year),
            PupilEvent::EntryCorrected(event) => {
                let form = EntryCorrectedV1 {
                    enrolment,
                    of: event.of.to_string(),
                    position: event.position,
                    kind: event.kind.name().to_owned(),
                    author: event.author.map(|staff| staff.to_string()),
                };
                self.noted(work::class(event.kind), year, form, event.note.as_ref())
            }
            PupilEvent::DaysCorrected(event) => {
                let (days, instead_of) = (event.days.map(Into::into), event.instead_of.into());
                let form = EnrolmentDaysCorrectedV1 { enrolment, days, instead_of };
                self.noted(classes::ENROLMENT, RELATION, form, event.note.as_ref())
            }
            PupilEvent::NameCorrected(event) => {
                self.named(PupilNameCorrectedV1 { enrolment }, &[&event.name, &event.instead_of])
            }
            PupilEvent::AttendanceRegistered(event) => {
                let days = event.days.iter().map(Into::into).collect();
                self.sealed(classes::ATTENDANCE, year, AttendanceRegisteredV1 { enrolment, days })
            }
            PupilEvent::AttendanceCorrected(event) => {
                let day = (&event.day).into();
                self.sealed(classes::ATTENDANCE, year, AttendanceCorrectedV1 { enrolment, day })
            }
        }
    }

    fn enrolled(&self, event: &PupilEnrolled) -> Stored {
        let form = PupilEnrolledV1 {
            enrolment: event.enrolment.to_string(),
            school: event.school.to_string(),
            placement: (&event.placement).into(),
            from: event.from,
        };
        self.named(form, &[&event.name])
    }

    /// What is kept of an enrolment, with the pupil's name, or more than one spelling of it, each in a part of its own.
    fn named(&self, form: impl Serialize, names: &[&Erasable<Personal<Name>>]) -> Stored {
        let (open, mut parts) = self.sealed(classes::ENROLMENT, RELATION, form)?;
        for name in names {
            let text = name.present().map(Personal::reveal).map(Name::as_str);
            parts.push(self.text_part(classes::IDENTITY, RELATION, text)?);
        }
        Ok((open, parts))
    }

    fn contacted(&self, event: &GuardianContacted, year: u16) -> Stored {
        let form = GuardianContactedV1 {
            enrolment: event.enrolment.to_string(),
            guardian: event.guardian.to_string(),
            channel: event.channel.into(),
            direction: event.direction.into(),
            outcome: event.outcome.into(),
            topic: event.topic.into(),
            minutes: event.minutes.map(|minutes| minutes.0),
        };
        self.noted(classes::CONTACT, year, form, event.note.as_ref())
    }

    fn worked(&self, event: &CaseWork, year: u16) -> Stored {
        let (class, form) = work::written(event);
        self.noted(class, year, form, event.note.as_ref())
    }

    /// An event about a pupil, with what was noted in a part of its own.
    fn noted(
        &self,
        class: RecordClass,
        period: u16,
        form: impl Serialize,
        note: Option<&Erasable<Personal<Note>>>,
    ) -> Stored {
        let (open, mut parts) = self.sealed(class, period, form)?;
        if let Some(note) = note {
            let text = note.present().map(Personal::reveal).map(Note::as_str);
            parts.push(self.text_part(classes::NOTE, school_year(self.occurred), text)?);
        }
        Ok((open, parts))
    }

    /// An event about no person: all of it open under the log's key.
    fn open(&self, body: impl Serialize) -> Stored {
        let open = Open {
            actor: self.actor.into(),
            role: self.role.map(Into::into),
            occurred_micros: Some(self.occurred.timestamp_micros()),
            body: Some(body),
        };
        Ok((serde_json::to_vec(&open)?, Vec::new()))
    }

    /// An event about a person: sealed under a key of theirs.
    fn sealed(&self, class: RecordClass, period: u16, body: impl Serialize) -> Stored {
        let open = Open::<Nothing> {
            actor: self.actor.into(),
            role: self.role.map(Into::into),
            occurred_micros: None,
            body: None,
        };
        let sealed = Sealed { occurred_micros: self.occurred.timestamp_micros(), body };
        let part = NewPart { key: self.key(class, period), plain: Zeroizing::new(serde_json::to_vec(&sealed)?) };
        Ok((serde_json::to_vec(&open)?, vec![part]))
    }

    /// A text that is kept for a time of its own. One that has been erased already is written as empty: it is never
    /// decided anew, since decisions make only what is present.
    fn text_part(&self, class: RecordClass, period: u16, text: Option<&str>) -> Result<NewPart, serde_json::Error> {
        let part = TextPart { text: text.unwrap_or_default().to_owned() };
        Ok(NewPart { key: self.key(class, period), plain: Zeroizing::new(serde_json::to_vec(&part)?) })
    }

    const fn key(&self, class: RecordClass, period: u16) -> KeyRef {
        classes::key(self.subject, class, period)
    }
}
