//! What a school has that the authority must be told of (anmälan till huvudmannen): what kind, and on which day; never whose.
//! Whose it is stands in the trace: each line is of one pupil's case.

use chrono::NaiveDate;
use domain::access::{Subject, View};
use domain::calendar::local_date;
use domain::event::{Event, EventKind, PupilEvent, Work};
use domain::id::{PupilId, SchoolId};
use domain::projection::timeline::Entry;
use domain::recorded::Body;
use domain::refusal::{Code, Refusal};
use domain::words::{ReportLevel, SchoolForm};

use super::timeline::Told;
use super::{Reader, Seen};
use crate::answer::{Duty, DutyKind};
use crate::stored::decode;

/// The step of the ladder on which absence is looked into (utredning): from it on the authority is told.
const INQUIRY: u8 = 3;
/// Longest time that one question may be about, in days.
const LONGEST: i64 = 366;

impl Reader {
    /// What happened in a period that the authority must be told of, by day. Each has a number by which the school finds it,
    /// and which says nothing by itself.
    pub async fn duties(
        &self,
        school: SchoolId,
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<Option<Seen<Vec<Duty>>>, Refusal> {
        let form = self.view.world.school(school).map(|unit| unit.details.form);
        let Some(form) = form.filter(|_| self.decides(Subject::Duties(school))) else {
            self.ledger.refuse(school.to_string());
            return Ok(None);
        };
        if first > last || (last - first).num_days() >= LONGEST {
            return Err(Refusal::at(Code::InvalidInput, "lastDay"));
        }
        let kinds = [EventKind::HarassmentReported, EventKind::LadderStepOpened];
        let within =
            |entry: &Entry| kinds.contains(&entry.kind) && (first..=last).contains(&local_date(entry.key.occurred));
        let mut places = Vec::new();
        for (pupil, facts) in self.view.ever_at_school(school, self.now()) {
            for enrolment in facts.enrolments().filter(|enrolment| enrolment.school == school) {
                let all = self.places(pupil, enrolment.id, View::ALL, (self.now(), Told::WhatCounts));
                places.extend(all.into_iter().filter(within).map(|entry| (entry, pupil)));
            }
        }
        places.sort_unstable_by_key(|(entry, _)| entry.key);
        let (places, pupils): (Vec<Entry>, Vec<PupilId>) = places.into_iter().unzip();
        let mut duties = Vec::new();
        for (event, pupil) in self.read(&places).await?.iter().zip(pupils) {
            let recorded = decode(event).map_err(|_| Refusal::new(Code::Internal))?;
            let (Body::Known(event), Some(occurred)) = (recorded.body, recorded.occurred) else { continue };
            if let Some(kind) = duty(&event, form) {
                self.ledger.list(pupil);
                duties.push(Duty { kind, day: local_date(occurred), number: recorded.position });
            }
        }
        Ok(Some(Seen(duties)))
    }
}

fn duty(event: &Event, form: SchoolForm) -> Option<DutyKind> {
    let Event::Pupil(PupilEvent::Worked(worked)) = event else { return None };
    if let Work::HarassmentReported { level: ReportLevel::Authority, .. } = &worked.work {
        Some(DutyKind::HarassmentPassedOn)
    } else if let Work::LadderStepOpened { step, .. } = &worked.work
        && step.number() >= INQUIRY
    {
        Some(match form {
            SchoolForm::UpperSecondary => DutyKind::AbsenceInUpperSecondary,
            SchoolForm::Compulsory => DutyKind::AbsenceInquiryOpened,
        })
    } else {
        None
    }
}
