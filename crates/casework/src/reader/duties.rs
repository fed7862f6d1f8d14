//! What a school has that the authority must be told of (anmälan till huvudmannen): what kind, and on which day; never whose.
//! Whose it is stands in the trace: each line is of one pupil's case.

use chrono::NaiveDate;
use domain::access::{Subject, View};
use domain::calendar::local_date;
use domain::event::{Event, EventKind, PupilEvent, Work};
use domain::id::SchoolId;
use domain::projection::AsOf;
use domain::projection::timeline::Entry;
use domain::recorded::Body;
use domain::refusal::{Code, Refusal};
use domain::words::{ReportLevel, SchoolForm, StepNumber};

use super::figures::Audience;
use super::ledger::Of;
use super::readings::of;
use super::timeline::Told;
use super::{Reader, Seen};
use crate::answer::{Duty, DutyKind};
use crate::stored::decode;

/// Longest time that one question may be about, in days.
const LONGEST: i64 = 366;

impl Reader {
    /// What happened in a period that the authority must be told of, by day: as far as it had happened and was known. Each
    /// has a number by which the school finds it, and which says nothing by itself. The school's own principals are told nothing of a
    /// pupil who is not there for them; the authority is told of every one, for it must be told.
    pub async fn duties(
        &self,
        school: SchoolId,
        (first, last): (NaiveDate, NaiveDate),
        at: AsOf,
    ) -> Result<Option<Seen<Vec<Duty>>>, Refusal> {
        let audience = self.audience(Subject::Duties(school));
        let told = audience.and_then(|audience| Some((audience, self.view.school(school, at)?)));
        let Some((audience, unit)) = told else {
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
        for (pupil, facts) in self.view.ever_at_school(school, at) {
            let Some(case) = self.view.world.case(pupil) else { continue };
            // A kind and a day would tell that there is such a pupil.
            if audience == Audience::School && self.hidden_at(pupil, school) {
                continue;
            }
            for enrolment in facts.enrolments_at(school) {
                let all = self.places(pupil, enrolment.id, View::ALL, (at, Told::WhatCounts));
                let of = of(pupil, case, enrolment.id);
                places.extend(all.into_iter().filter(within).map(|entry| (entry, of)));
            }
        }
        places.sort_unstable_by_key(|(entry, _)| entry.key);
        let (places, of): (Vec<Entry>, Vec<Of>) = places.into_iter().unzip();
        let mut duties = Vec::new();
        for (event, of) in self.read(&places).await?.iter().zip(of) {
            let recorded = decode(event).map_err(|_| Refusal::new(Code::Internal))?;
            let (Body::Known(event), Some(occurred)) = (recorded.body, recorded.occurred) else { continue };
            let day = local_date(occurred);
            if let Some(kind) = duty(&event, unit.details.form, unit.inquiry_on(day)) {
                self.ledger.list_of(of);
                duties.push(Duty { kind, day, number: recorded.position });
            }
        }
        Ok(Some(Seen(duties)))
    }
}

/// From the step on that is the inquiry, by the policy in force on the day, the authority is told of absence.
fn duty(event: &Event, form: SchoolForm, inquiry: StepNumber) -> Option<DutyKind> {
    let Event::Pupil(PupilEvent::Worked(worked)) = event else { return None };
    if let Work::HarassmentReported { level: ReportLevel::Authority, .. } = &worked.work {
        Some(DutyKind::HarassmentPassedOn)
    } else if let Work::LadderStepOpened { step, .. } = &worked.work
        && *step >= inquiry
    {
        Some(match form {
            SchoolForm::UpperSecondary => DutyKind::AbsenceInUpperSecondary,
            SchoolForm::Compulsory => DutyKind::AbsenceInquiryOpened,
        })
    } else {
        None
    }
}
