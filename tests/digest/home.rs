//! A school, a pupil and a guardian who may be written to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use casework::stored::decode;
use casework::{Casework, Clock, Created, Receipt};
use chrono::{DateTime, NaiveDate, Utc};
use digest::{Courier, Ids, Pace, Round, Sender, Stop, Tally};
use domain::actor::{Actor, Grant, Role};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::command::{Command, DigestAct, GuardianChoice, WorkToLog};
use domain::event::pupil::{Guardianship, LeavingReason, Placement};
use domain::event::school::{Responsibility, SchoolRegistered, SchoolYearSet};
use domain::event::{DigestMatter, Event, GuardianEvent, SchoolMatter, Work};
use domain::id::{CommandId, GuardianId, PupilId, SchoolId};
use domain::personal::Personal;
use domain::recorded::Body;
use domain::refusal::Refusal;
use domain::state::Preference;
use domain::state::outbox::Standing;
use domain::words::{
    AttendanceSender, ChosenBy, ClassName, ClockTime, ContactDetail, DateSpan, DayOfWeek, DigestFrequency,
    DigestRhythm, Grade, Language, MessageClass, Minutes, Name, NotSent, PortalUrl, Reference, SchoolCode, SchoolForm,
    SchoolUnitCode, ZoneName,
};
use storage::{EventLog, MemoryLog, Position};

pub(crate) struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

pub(crate) struct Home {
    pub(crate) casework: Arc<Casework>,
    hands: Arc<Hands>,
    next: Arc<AtomicU64>,
    log: Arc<MemoryLog>,
    pub(crate) pace: Arc<Pace>,
    pub(crate) school: SchoolId,
    pub(crate) pupil: PupilId,
    pub(crate) guardian: GuardianId,
    pub(crate) sender: Sender,
}

macro_rules! created {
    ($receipt:expr, $kind:ident) => {
        $receipt.created.iter().find_map(|c| if let Created::$kind(id) = c { Some(*id) } else { None }).unwrap()
    };
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn name(text: &str) -> Personal<Name> {
    Personal::new(Name::try_new(text).unwrap())
}

pub(crate) fn span(first: &str, last: &str) -> DateSpan {
    DateSpan::try_new(day(first), day(last)).unwrap()
}

/// Digests at a quarter to four on a weekday.
pub(crate) fn schedule(rhythm: DigestRhythm, weekday: u8, portal: Option<&str>) -> SchoolMatter {
    scheduled((rhythm, weekday, 15 * 60 + 45), portal)
}

/// Digests each Friday, so many minutes after midnight.
pub(crate) fn schedule_at(minutes: u16) -> SchoolMatter {
    scheduled((DigestRhythm::Weekly, 5, minutes), Some("https://portal.example/hem"))
}

fn scheduled((rhythm, weekday, minutes): (DigestRhythm, u8, u16), portal: Option<&str>) -> SchoolMatter {
    SchoolMatter::DigestScheduleSet {
        first_day: day("2019-08-20"),
        rhythm,
        weekday: DayOfWeek::try_new(weekday).unwrap(),
        at: ClockTime::try_new(minutes).unwrap(),
        zone: ZoneName::try_new("Europe/Stockholm").unwrap(),
        portal: portal.map(|portal| PortalUrl::try_new(portal).unwrap()),
    }
}

/// The authority's decision lets plain facts stand in letters in the school year.
pub(crate) fn plain_facts() -> SchoolMatter {
    SchoolMatter::PlainContentDecided {
        first_day: day("2019-08-20"),
        last_day: day("2020-06-11"),
        allowed: true,
        decision: Reference::try_new("BUN 2019-117").unwrap(),
    }
}

pub(crate) fn sender() -> Sender {
    Sender {
        from: "Skolan <no-reply@mentor.example>".parse().unwrap(),
        bounces_at: "mentor.example".to_owned(),
        site: "https://mentor.example".to_owned(),
        languages: Vec::new(),
        most_a_minute: 60,
        signing: None,
    }
}

fn fresh(hands: &Hands, next: &AtomicU64) -> CommandId {
    let millis = u64::try_from(hands.now().timestamp_millis()).unwrap();
    let number = next.fetch_add(1, Ordering::Relaxed);
    format!("{millis:012x}70008000{number:012x}").parse().unwrap()
}

fn attended(on: &str, unnotified: u16) -> DayAttendance {
    let minutes =
        DayMinutes { offered: Minutes(360), unnotified: Minutes(unnotified), lessons: 6, ..DayMinutes::default() };
    DayAttendance::try_new(day(on), minutes).unwrap()
}

impl Home {
    /// On Friday the 6th of September 2019, at the school's time for digests.
    pub(crate) async fn new() -> Self {
        Self::of("Kim Exempel", "alex@home.example").await
    }

    pub(crate) async fn of(pupil: &str, email: &str) -> Self {
        Self::with(pupil, "Alex Exempel", email).await
    }

    pub(crate) async fn with(pupil: &str, guardian: &str, email: &str) -> Self {
        let hands = Arc::new(Hands(AtomicI64::new(0)));
        let log = Arc::new(MemoryLog::new().unwrap());
        let casework =
            Casework::open(Arc::<MemoryLog>::clone(&log), [7; 32], Arc::<Hands>::clone(&hands)).await.unwrap();
        let zero = [0; 16];
        let mut home = Self {
            casework,
            hands,
            next: Arc::new(AtomicU64::new(1)),
            log,
            pace: Arc::default(),
            school: SchoolId::from_bits(zero),
            pupil: PupilId::from_bits(zero),
            guardian: GuardianId::from_bits(zero),
            sender: sender(),
        };
        home.on("2019-09-06T13:45:00Z");
        home.school = home.founds(("LJU", "12345678"), span("2019-10-28", "2019-11-01")).await;
        home.admit(pupil, guardian, email).await;
        home
    }

    pub(crate) fn on(&self, moment: &str) {
        self.hands.0.store(moment.parse::<DateTime<Utc>>().unwrap().timestamp_millis(), Ordering::Relaxed);
    }

    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.hands.0.fetch_add(minutes * 60_000, Ordering::Relaxed);
    }

    pub(crate) fn command_id(&self) -> CommandId {
        fresh(&self.hands, &self.next)
    }

    /// The service, opened again on the same log.
    pub(crate) async fn opened_again(&mut self) {
        let log = Arc::<MemoryLog>::clone(&self.log);
        self.casework = Casework::open(log, [7; 32], Arc::<Hands>::clone(&self.hands)).await.unwrap();
    }

    pub(crate) async fn tries(&self, command: Command) -> Result<Receipt, Refusal> {
        self.casework.execute(Actor::Setup, command, self.command_id()).await
    }

    pub(crate) async fn does(&self, command: Command) -> Receipt {
        self.tries(command).await.unwrap()
    }

    pub(crate) async fn acts(&self, act: DigestAct) {
        self.does(Command::Digest { guardian: self.guardian, act }).await;
    }

    pub(crate) async fn works(&self, work: Work) {
        self.works_with(self.pupil, work).await;
    }

    pub(crate) async fn works_with(&self, pupil: PupilId, work: Work) {
        let with = Vec::new();
        let reasoned =
            matches!(work, Work::TellingWithheld { .. } | Work::ContactBanned { .. } | Work::GuardianUnlinked { .. });
        let note = reasoned.then(|| Personal::new(domain::words::Note::try_new("Ett skäl.").unwrap()));
        self.does(Command::LogWork(WorkToLog { pupil, with, occurred: None, work, minutes: None, note })).await;
    }

    pub(crate) async fn settles(&self, matter: SchoolMatter) {
        self.does(Command::SettleSchool { school: self.school, matter }).await;
    }

    pub(crate) async fn is_absent(&self, on: &str, unnotified: u16) {
        self.pupil_is_absent(self.pupil, on, unnotified).await;
    }

    pub(crate) async fn pupil_is_absent(&self, pupil: PupilId, on: &str, unnotified: u16) {
        let days = vec![attended(on, unnotified)];
        self.does(Command::RegisterAttendance { pupil, days }).await;
    }

    pub(crate) async fn was_absent_for(&self, on: &str, unnotified: u16) {
        self.pupil_was_absent_for(self.pupil, on, unnotified).await;
    }

    /// The absence of a day turns out to have been announced.
    pub(crate) async fn was_announced(&self, on: &str, notified: u16) {
        let minutes =
            DayMinutes { offered: Minutes(360), notified: Minutes(notified), lessons: 6, ..DayMinutes::default() };
        let day = DayAttendance::try_new(day(on), minutes).unwrap();
        self.does(Command::CorrectAttendance { pupil: self.pupil, day }).await;
    }

    pub(crate) async fn pupil_was_absent_for(&self, pupil: PupilId, on: &str, unnotified: u16) {
        self.does(Command::CorrectAttendance { pupil, day: attended(on, unnotified) }).await;
    }

    /// A school with digests on Fridays, and a place to read in.
    pub(crate) async fn founds(&self, (code, unit): (&str, &str), free: DateSpan) -> SchoolId {
        let grade = |grade| Grade::try_new(grade).unwrap();
        let registered = SchoolRegistered {
            code: SchoolCode::try_new(code).unwrap(),
            unit_code: SchoolUnitCode::try_new(unit).unwrap(),
            name: Name::try_new("Skolan").unwrap(),
            form: SchoolForm::Compulsory,
            grades: (grade(7), grade(9)),
        };
        let school = created!(self.does(Command::RegisterSchool(registered)).await, School);
        let year = SchoolYearSet {
            starts_in: 2019,
            autumn: span("2019-08-20", "2019-12-19"),
            spring: span("2020-01-08", "2020-06-11"),
            breaks: vec![free],
        };
        self.does(Command::SetSchoolYear { school, year }).await;
        let principal = created!(self.does(Command::JoinStaff { name: name("Rut Rektor") }).await, Staff);
        let grant = Grant::at(Role::Principal, school);
        self.does(Command::GrantRole { staff: principal, grant }).await;
        let (responsibility, from) = (Responsibility::Unit, day("2019-08-20"));
        self.does(Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None }).await;
        let matter = schedule(DigestRhythm::Weekly, 5, Some("https://portal.example/hem"));
        self.does(Command::SettleSchool { school, matter }).await;
        school
    }

    /// The school's year has these breaks.
    pub(crate) async fn has_its_break(&self, breaks: Vec<DateSpan>) {
        let (autumn, spring) = (span("2019-08-20", "2019-12-19"), span("2020-01-08", "2020-06-11"));
        let year = SchoolYearSet { starts_in: 2019, autumn, spring, breaks };
        self.does(Command::SetSchoolYear { school: self.school, year }).await;
    }

    /// The pupil leaves the school.
    pub(crate) async fn leaves_after(&self, last_day: &str) {
        let (pupil, reason, last_day) = (self.pupil, LeavingReason::ChangedSchool, day(last_day));
        self.does(Command::PupilLeaves { pupil, reason, last_day, destination: None }).await;
    }

    /// The pupil, who has left, comes to a school.
    pub(crate) async fn comes_to(&self, school: SchoolId, from: &str) {
        let placement =
            Placement { class: ClassName::try_new("7A").unwrap(), grade: Grade::try_new(7).unwrap(), programme: None };
        let (pupil, name, from) = (Some(self.pupil), name("Kim Exempel"), day(from));
        self.does(Command::EnrolPupil { pupil, school, name, placement, from, protection: None }).await;
    }

    /// The pupil goes to another school from a day on, which links the same guardian as that day begins.
    pub(crate) async fn goes_to(&self, school: SchoolId, from: &str) {
        let before = day(from).pred_opt().unwrap().to_string();
        self.leaves_after(&before).await;
        self.on(&domain::calendar::start_of_day(day(from)).to_rfc3339());
        self.comes_to(school, from).await;
        let link = Command::LinkGuardian {
            pupil: self.pupil,
            guardian: GuardianChoice::Known(self.guardian),
            guardianship: Guardianship::Custodian,
            household: None,
        };
        self.does(link).await;
    }

    /// Another pupil of the same school, with the same guardian.
    pub(crate) async fn has_a_sibling(&mut self, pupil: &str) -> PupilId {
        let sibling = self.has_a_sibling_of_unknown_age(pupil).await;
        self.works_with(sibling, Work::BirthDateRecorded { born: day("2006-03-01") }).await;
        sibling
    }

    /// The same at another school.
    pub(crate) async fn has_a_sibling_at(&mut self, school: SchoolId, pupil: &str) -> PupilId {
        let here = std::mem::replace(&mut self.school, school);
        let sibling = self.has_a_sibling(pupil).await;
        self.school = here;
        sibling
    }

    /// The same, whose date of birth nobody has recorded.
    pub(crate) async fn has_a_sibling_of_unknown_age(&mut self, pupil: &str) -> PupilId {
        let (first, guardian) = (self.pupil, GuardianChoice::Known(self.guardian));
        self.enrol(pupil).await;
        let link = Command::LinkGuardian {
            pupil: self.pupil,
            guardian,
            guardianship: Guardianship::Custodian,
            household: None,
        };
        self.does(link).await;
        std::mem::replace(&mut self.pupil, first)
    }

    async fn enrol(&mut self, pupil: &str) {
        let placement =
            Placement { class: ClassName::try_new("7A").unwrap(), grade: Grade::try_new(7).unwrap(), programme: None };
        let (school, from) = (self.school, day("2019-08-20"));
        let enrol = Command::EnrolPupil { pupil: None, school, name: name(pupil), placement, from, protection: None };
        self.pupil = created!(self.does(enrol).await, Pupil);
    }

    async fn admit(&mut self, pupil: &str, guardian: &str, email: &str) {
        self.enrol(pupil).await;
        self.works(Work::BirthDateRecorded { born: day("2006-03-01") }).await;
        let email = Some(Personal::new(ContactDetail::try_new(email).unwrap()));
        let guardian = GuardianChoice::New { name: name(guardian), phone: None, email };
        let link = Command::LinkGuardian {
            pupil: self.pupil,
            guardian,
            guardianship: Guardianship::Custodian,
            household: None,
        };
        self.guardian = created!(self.does(link).await, Guardian);
        self.acts(DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff }).await;
    }

    pub(crate) async fn has_another_address(&self, email: &str) {
        let email = Personal::new(ContactDetail::try_new(email).unwrap());
        self.acts(DigestAct::SetAddress { email }).await;
    }

    /// Another guardian of the pupil's, who has confirmed the address.
    pub(crate) async fn has_a_guardian_at(&self, email: &str) {
        let email = Some(Personal::new(ContactDetail::try_new(email).unwrap()));
        let guardian = GuardianChoice::New { name: name("Kim Testsson"), phone: None, email };
        let link = Command::LinkGuardian {
            pupil: self.pupil,
            guardian,
            guardianship: Guardianship::Custodian,
            household: None,
        };
        let guardian = created!(self.does(link).await, Guardian);
        let act = DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff };
        self.does(Command::Digest { guardian, act }).await;
    }

    /// The school tells guardians of the day's absence by this service.
    pub(crate) async fn tells_of_absence_itself(&self) {
        let (sender, first_day) = (AttendanceSender::Mentorlog, day("2019-08-20"));
        self.settles(SchoolMatter::AttendanceSenderChosen { sender, first_day }).await;
    }

    /// The school has no place in which guardians read.
    pub(crate) async fn has_no_portal(&self) {
        self.settles(schedule(DigestRhythm::Weekly, 5, None)).await;
    }

    pub(crate) async fn plain_facts_allowed(&self) {
        self.settles(plain_facts()).await;
    }

    pub(crate) async fn wants(&self, language: Language, plain_text: bool) {
        let preference = Preference { frequency: DigestFrequency::Weekly, language, plain_text };
        self.acts(DigestAct::SetPreference { preference, by: ChosenBy::Staff }).await;
    }

    /// One round of a sender.
    pub(crate) async fn round(&self, courier: &(impl Courier + Clone + 'static)) -> Tally {
        self.sender_with(courier).run().await
    }

    /// A sender.
    pub(crate) fn sender_with(&self, courier: &(impl Courier + Clone + 'static)) -> Round {
        let (hands, next) = (Arc::clone(&self.hands), Arc::clone(&self.next));
        let ids: Ids = Arc::new(move || Some(fresh(&hands, &next)));
        Round {
            post: self.casework.post(),
            courier: Arc::new(courier.clone()),
            sender: Arc::new(self.sender.clone()),
            name: Reference::try_new("test").unwrap(),
            ids,
            pace: Arc::clone(&self.pace),
            stop: Stop::default(),
        }
    }

    /// Everything about messages that is on record, as the log itself holds it.
    async fn matters(&self) -> Vec<DigestMatter> {
        let positions = 1..=self.casework.post().facts().position();
        let events = self.log.read_at(positions.map(Position).collect()).await.unwrap();
        let matter = |event| match decode(event).unwrap().body {
            Body::Known(Event::Guardian(GuardianEvent::Digest(matter))) => Some(matter),
            _ => None,
        };
        events.iter().filter_map(matter).collect()
    }

    /// Every refusal of a message of the guardian's that is on record.
    pub(crate) async fn refusals(&self) -> Vec<(MessageClass, NaiveDate, NotSent)> {
        let refused = |matter| match matter {
            DigestMatter::DigestRefused { message, period, reason, .. } => Some((message, period, reason)),
            _ => None,
        };
        self.matters().await.into_iter().filter_map(refused).collect()
    }

    /// Whom the claims of a message left out, and why.
    pub(crate) async fn left_out_of(&self, named: (MessageClass, NaiveDate)) -> Vec<(PupilId, NotSent)> {
        let claimed = |matter| match matter {
            DigestMatter::DigestClaimed { message, period, left_out, .. } if (message, period) == named => left_out,
            _ => Vec::new(),
        };
        self.matters().await.into_iter().flat_map(claimed).collect()
    }

    /// Where the guardian's newest message stands.
    pub(crate) fn stands(&self) -> Option<Standing> {
        let facts = self.casework.post().facts();
        facts.outbox(self.guardian).unwrap().messages.last().map(|message| message.standing)
    }
}
