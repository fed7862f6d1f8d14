//! What a mentor's weeks hold, and which pupils nobody has talked with. Each as of a past day, when one is asked for.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{Days, NaiveDate};
use domain::access::{Part, Subject, relation};
use domain::actor::Actor;
use domain::calendar::{IsoWeek, Season, Term};
use domain::event::EventKind;
use domain::id::{PupilId, SchoolId, StaffId};
use domain::projection::AsOf;
use domain::projection::workload::Span;
use domain::recorded::StreamRef;
use domain::refusal::{Code, Refusal};
use domain::words::TalkDuty;

use super::{Reader, Seen};
use crate::answer::{CaseloadRow, Page, PageRequest, WeekOfWork};

impl Reader {
    /// What a mentor's week holds: their own, or that of a mentor at the principal's school. The last day told of is that of
    /// the question.
    pub fn workload(&self, mentor: StaffId, week: IsoWeek, at: AsOf) -> Result<Option<Seen<WeekOfWork>>, Refusal> {
        if !self.decides(Subject::Workload(mentor)) {
            self.ledger.refuse(mentor.to_string());
            return Ok(None);
        }
        let Some((first, last)) = week.days() else { return Err(Refusal::at(Code::InvalidInput, "week")) };
        if first > at.day {
            return Err(Refusal::at(Code::InTheFuture, "week"));
        }
        Ok(Some(Seen(self.week_of(mentor, week, first, AsOf { day: last.min(at.day), ..at }))))
    }

    fn week_of(&self, mentor: StaffId, week: IsoWeek, first: NaiveDate, at: AsOf) -> WeekOfWork {
        let AsOf { day: last, known } = at;
        let held: Vec<_> = self.view.caseload.of_mentor(mentor, at).collect();
        let open = |kind| held.iter().map(|held| self.view.workload.open(held.pupil, kind, last, known)).sum();
        let visible = held.iter().filter(|held| self.related(held.pupil)).count();
        let talks = |pupil| self.talks_due(pupil, at);
        let member = self.view.world.staff_member(mentor);
        let set = member.and_then(|member| member.working_time(last, known));
        WeekOfWork {
            week,
            pupils: visible,
            pupils_for_others: held.iter().filter(|held| !self.hidden(held.pupil)).count() - visible,
            load: self.view.workload.of(mentor, Span { first, last, known }),
            talks_due: held.iter().map(|held| talks(held.pupil)).sum(),
            talks_held: self.talks_held(mentor, at),
            open_steps: open(EventKind::LadderStepOpened),
            open_referrals: open(EventKind::ReferralOpened),
            working_minutes: set.map(|set| u32::from(set.weekly.0) * u32::from(set.share.percent()) / 100),
        }
    }

    /// What everything that a mentor has and does is made from: another number when any of it has changed, or the asker's
    /// own rights, or the day. Tells nothing but that.
    pub fn stamp_of(&self, mentor: StaffId) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        let world = &self.view.world;
        self.today.hash(&mut hasher);
        world.version(StreamRef::Staff(mentor)).hash(&mut hasher);
        // What they did for others' pupils, and what was corrected of it when the pupil is no longer theirs.
        self.view.workload.amount_of(mentor).hash(&mut hasher);
        if let Actor::Staff(asker) = self.actor {
            world.version(StreamRef::Staff(asker)).hash(&mut hasher);
        }
        for (school, _) in world.schools() {
            world.version(StreamRef::School(school)).hash(&mut hasher);
        }
        let held = self.view.caseload.of_mentor(mentor, self.now()).map(|held| held.pupil);
        let covered = self.view.covered_by(mentor, self.now()).into_iter().map(|(pupil, _)| pupil);
        for pupil in held.chain(covered) {
            (pupil, world.version(StreamRef::Pupil(pupil))).hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    fn related(&self, pupil: PupilId) -> bool {
        match self.actor {
            Actor::Setup => true,
            Actor::Staff(staff) => relation(&self.view.world, staff, pupil, self.today).is_some(),
        }
    }

    /// Two a school year, where the mission says that the mentor has to do with them.
    fn talks_due(&self, pupil: PupilId, at: AsOf) -> u32 {
        let facts = self.view.facts(pupil, at.known);
        let school = facts.and_then(|facts| facts.placement_on(at.day).map(|(school, _)| school));
        let mission = school.and_then(|school| self.view.school(school, at.known)?.mission_on(at.day).copied());
        match mission.map(|mission| mission.talks) {
            Some(TalkDuty::Holds | TalkDuty::Attends | TalkDuty::Books) => 2,
            Some(TalkDuty::None) | None => 0,
        }
    }

    /// Development talks that the mentor held in the school year so far.
    fn talks_held(&self, mentor: StaffId, at: AsOf) -> u32 {
        let term = Term::of(at.day);
        let autumn = if term.season == Season::Autumn { term.year } else { term.year.saturating_sub(1) };
        let Some(first) = NaiveDate::from_ymd_opt(i32::from(autumn), 7, 1) else { return 0 };
        let year = self.view.workload.of(mentor, Span { first, last: at.day, known: at.known });
        year.work.get(&EventKind::DevelopmentTalkHeld).copied().unwrap_or_default()
    }

    /// Pupils at a school with whom nobody has talked for so many weeks, as far as the asker may see them.
    pub fn not_talked_with(
        &self,
        school: SchoolId,
        weeks: u8,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if weeks == 0 || weeks > 52 {
            return Err(Refusal::at(Code::InvalidInput, "weeks"));
        }
        let Some(since) = at.day.checked_sub_days(Days::new(u64::from(weeks) * 7)) else {
            return Err(Refusal::at(Code::InvalidInput, "weeks"));
        };
        let silent = |pupil| self.view.workload.last_talk(pupil, at.day, at.known).is_none_or(|talked| talked < since);
        self.at_school((&format!("silent {weeks} {school}"), Part::Talks), school, page, at, silent)
    }
}
