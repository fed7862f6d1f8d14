//! Whatever happens in whatever order: nothing goes to a guardian who may not be told at the time of the claim. What may be told is
//! worked out here once more, from the rules alone.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use chrono::NaiveDate;
use digest::{Courier, Mail};
use domain::command::{Command, DigestAct, GuardianChoice, WorkToLog};
use domain::event::pupil::Guardianship;
use domain::event::{SchoolMatter, Work};
use domain::id::{GuardianId, PupilId, SchoolId};
use domain::personal::Personal;
use domain::words::{AttendanceSender, ChosenBy, ContactDetail, DeliveryFailure, DigestRhythm, Note, ProtectionLevel};

use crate::home::{Home, day, plain_facts, schedule, span};
use crate::words::decoded;

/// Whether messages are taken, and those that were: to whom, and what they say.
type Taken = (bool, Vec<(String, String)>);

/// Takes everything, or nothing for a while.
#[derive(Clone, Default)]
struct Taker(Arc<Mutex<Taken>>);

impl Courier for Taker {
    fn carry<'a>(&'a self, mail: &'a Mail) -> Pin<Box<dyn Future<Output = Result<(), DeliveryFailure>> + Send + 'a>> {
        Box::pin(async move {
            let mut held = self.0.lock().unwrap();
            if !held.0 {
                return Err(DeliveryFailure::Unreachable);
            }
            let to: Vec<String> = mail.envelope.to().iter().map(ToString::to_string).collect();
            assert_eq!(to.len(), 1, "one mail for each guardian");
            let text = String::from_utf8(mail.bytes.clone()).unwrap().replace("\r\n", "\n");
            held.1.push((to.concat(), decoded(&text)));
            Ok(())
        })
    }
}

/// The same numbers in the same order.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// What is so between a pupil and a guardian.
#[derive(Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is so or not, whatever the others are")]
struct Between {
    custodian: Option<bool>,
    banned: bool,
    withheld: bool,
    protected: bool,
    consent: bool,
}

/// The rules, from what happened.
struct Rules {
    pupils: [PupilId; 2],
    guardians: [GuardianId; 2],
    between: BTreeMap<(usize, usize), Between>,
    protected: [bool; 2],
    confirmed: [bool; 2],
    addresses: [String; 2],
    /// Whether the pupil's school sends digests.
    sends: [bool; 2],
    /// Minutes of absence on record.
    absent: [u32; 2],
    other_school: SchoolId,
}

/// The first pupil comes of age on the way.
const BORN: &str = "2001-09-20";
const OF_AGE: &str = "2019-09-20";
const FIRST_NAMES: [&str; 2] = ["Kim", "Robin"];

impl Rules {
    fn of(&self, pupil: usize, guardian: usize) -> Between {
        self.between.get(&(pupil, guardian)).copied().unwrap_or_default()
    }

    /// Whether the guardian may be told of the pupil.
    fn may(&self, pupil: usize, guardian: usize, today: NaiveDate) -> bool {
        let between = self.of(pupil, guardian);
        let of_age = pupil == 0 && today >= day(OF_AGE);
        between.custodian == Some(true) && !between.banned && !between.withheld && (!of_age || between.consent)
    }

    /// Whether nothing at all is mailed to the guardian, since somebody's identity is protected.
    fn is_silent(&self, guardian: usize) -> bool {
        let protects = |other: usize| (0..2).any(|pupil| self.of(pupil, other).protected);
        let own = (0..2).filter(|pupil| self.of(*pupil, guardian).custodian.is_some());
        protects(guardian)
            || own.into_iter().any(|pupil| {
                let others = (0..2).any(|other| self.of(pupil, other).custodian.is_some() && protects(other));
                self.protected[pupil] || others || (0..2).any(|other| self.of(pupil, other).protected)
            })
    }
}

async fn works(home: &Home, pupil: PupilId, work: Work) -> bool {
    let note = || Some(Personal::new(Note::try_new("Ett skäl.").unwrap()));
    for note in [None, note()] {
        let work = WorkToLog { pupil, with: Vec::new(), occurred: None, work: work.clone(), minutes: None, note };
        if home.tries(Command::LogWork(work)).await.is_ok() {
            return true;
        }
    }
    false
}

/// Something happens; what does not go is no part of the history.
async fn happens(home: &Home, rules: &mut Rules, chance: &mut Chance) {
    let (p, g) = (usize::try_from(chance.below(2)).unwrap(), usize::try_from(chance.below(2)).unwrap());
    let (pupil, guardian) = (rules.pupils[p], rules.guardians[g]);
    let mut between = rules.of(p, g);
    match chance.below(16) {
        0..3 => {
            let back = i64::try_from(chance.below(3)).unwrap();
            let on = (home.casework.post().now() - chrono::Duration::days(back)).date_naive();
            let minutes = domain::attendance::DayMinutes {
                offered: domain::words::Minutes(360),
                unnotified: domain::words::Minutes(60),
                lessons: 6,
                ..Default::default()
            };
            let days = vec![domain::attendance::DayAttendance::try_new(on, minutes).unwrap()];
            let known = home.tries(Command::RegisterAttendance { pupil, days }).await;
            rules.absent[p] += if known.is_ok() { 60 } else { 0 };
        }
        3 => {
            if works(home, pupil, Work::GuardianUnlinked { guardian }).await {
                // What keeps somebody safe ends when that is said.
                (between.custodian, between.consent) = (None, false);
            }
        }
        4..6 => {
            let custodian = chance.below(3) > 0;
            let guardianship = if custodian { Guardianship::Custodian } else { Guardianship::ParentWithoutCustody };
            let guardian = GuardianChoice::Known(guardian);
            if home.tries(Command::LinkGuardian { pupil, guardian, guardianship, household: None }).await.is_ok() {
                between.custodian = Some(custodian);
            }
        }
        6 => between.banned |= works(home, pupil, Work::ContactBanned { guardian }).await,
        7 => between.banned &= !works(home, pupil, Work::ContactBanLifted { guardian }).await,
        8 => between.withheld |= works(home, pupil, Work::TellingWithheld { guardian }).await,
        9 => between.withheld &= !works(home, pupil, Work::TellingResumed { guardian }).await,
        10 => {
            if chance.below(3) == 0 {
                between.protected |= works(home, pupil, Work::GuardianProtected { guardian }).await;
            } else {
                between.protected &= !works(home, pupil, Work::GuardianProtectionEnded { guardian }).await;
            }
        }
        11 => {
            if chance.below(3) == 0 {
                let level = ProtectionLevel::MarkedSecret;
                rules.protected[p] |= works(home, pupil, Work::IdentityProtected { level }).await;
            } else {
                let on = domain::calendar::local_date(home.casework.post().now());
                rules.protected[p] &= !works(home, pupil, Work::IdentityProtectionEnded { on }).await;
            }
        }
        12 => {
            if chance.below(2) == 0 {
                let last_day = day("2020-06-11");
                between.consent |= works(home, pupil, Work::ConsentGiven { guardian, last_day }).await;
            } else {
                between.consent &= !works(home, pupil, Work::ConsentWithdrawn { guardian }).await;
            }
        }
        13 => {
            // The guardian's place in the address is told apart by its name.
            let address = format!("{}{}@home.example", ["alex", "sam"][g], chance.below(1000));
            let email = Personal::new(ContactDetail::try_new(&address).unwrap());
            let act = DigestAct::SetAddress { email };
            if home.tries(Command::Digest { guardian, act }).await.is_ok() {
                rules.confirmed[g] = false;
                rules.addresses[g] = address;
            }
        }
        14 => {
            // The second pupil's school sends no digests for a while, or has no place to read in.
            let (sends, off) = (chance.below(3) > 0, chance.below(2) > 0);
            settles(home, rules, sends, off).await;
        }
        _ => {
            let act = DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff };
            rules.confirmed[g] |= home.tries(Command::Digest { guardian, act }).await.is_ok();
        }
    }
    rules.between.insert((p, g), between);
}

/// The second pupil's school sends digests on Tuesdays, or none: it is off, or there is no place to read in.
async fn settles(home: &Home, rules: &mut Rules, sends: bool, off: bool) {
    let rhythm = if sends || !off { DigestRhythm::Weekly } else { DigestRhythm::Off };
    let portal = (sends || off).then_some("https://portal.example/annan");
    let school = rules.other_school;
    home.does(Command::SettleSchool { school, matter: schedule(rhythm, 2, portal) }).await;
    rules.sends[1] = sends;
}

/// Two siblings at two schools and their two guardians, one of each as the home begins.
async fn begun() -> (Home, Rules) {
    let mut home = Home::new().await;
    home.tells_of_absence_itself().await;
    home.plain_facts_allowed().await;
    let other_school = home.founds(("ARE", "87654321"), span("2019-09-23", "2019-09-25")).await;
    let ours =
        SchoolMatter::AttendanceSenderChosen { sender: AttendanceSender::Mentorlog, first_day: day("2019-08-20") };
    for matter in [ours, plain_facts(), schedule(DigestRhythm::Weekly, 2, Some("https://portal.example/annan"))] {
        home.does(Command::SettleSchool { school: other_school, matter }).await;
    }
    let sibling = home.has_a_sibling_at(other_school, "Robin Exempel").await;
    assert!(works(&home, home.pupil, Work::BirthDateRecorded { born: day(BORN) }).await);
    home.has_a_guardian_at("sam@home.example").await;
    let facts = home.casework.post().facts();
    let other = facts.guardians().into_iter().map(|(id, _)| id).find(|id| *id != home.guardian).unwrap();
    let linked = Between { custodian: Some(true), ..Between::default() };
    let rules = Rules {
        pupils: [home.pupil, sibling],
        guardians: [home.guardian, other],
        between: [((0, 0), linked), ((1, 0), linked), ((0, 1), linked)].into(),
        protected: [false; 2],
        confirmed: [true; 2],
        addresses: ["alex@home.example".to_owned(), "sam@home.example".to_owned()],
        sends: [true; 2],
        absent: [0; 2],
        other_school,
    };
    (home, rules)
}

/// Everything that was in the way is gone.
async fn all_may_be_told(home: &Home, rules: &mut Rules) {
    for (p, g) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let (pupil, guardian) = (rules.pupils[p], rules.guardians[g]);
        let on = domain::calendar::local_date(home.casework.post().now());
        if rules.of(p, g).custodian != Some(true) {
            let _was_linked = works(home, pupil, Work::GuardianUnlinked { guardian }).await;
            let guardian = GuardianChoice::Known(guardian);
            let guardianship = Guardianship::Custodian;
            home.does(Command::LinkGuardian { pupil, guardian, guardianship, household: None }).await;
        }
        for work in [
            Work::ContactBanLifted { guardian },
            Work::TellingResumed { guardian },
            Work::IdentityProtectionEnded { on },
            Work::GuardianProtectionEnded { guardian },
        ] {
            let _was_so = works(home, pupil, work).await;
        }
        if p == 0 {
            let last_day = day("2020-06-11");
            let _had_none = works(home, pupil, Work::ConsentGiven { guardian, last_day }).await;
        }
        let act = DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff };
        let _was_not = home.tries(Command::Digest { guardian, act }).await;
    }
    settles(home, rules, true, false).await;
}

/// The minutes of absence that a letter tells of a pupil.
fn minutes_of(name: &str, text: &str) -> u32 {
    let Some((_, told)) = text.split_once(&format!("{name}: ")) else { return 0 };
    let number = |word: &str| word.parse::<u32>().ok();
    told.split_whitespace().take(4).find_map(number).unwrap_or_else(|| panic!("minutes of {name}: {text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_in_the_way_meanwhile_each_guardian_is_told_of_each_pupils_absence_once_when_all_may_be_told() {
    for seed in 1..=HISTORIES {
        let (home, mut rules) = begun().await;
        let (mut chance, taker) = (Chance(seed), Taker::default());
        let mut told = [[0_u32; 2]; 2];
        let mut count = |taken: Vec<(String, String)>| {
            for (to, text) in taken {
                for (pupil, name) in FIRST_NAMES.into_iter().enumerate() {
                    told[usize::from(to.starts_with("sam"))][pupil] += minutes_of(name, &text);
                }
            }
            told
        };
        // given a history in which things happen, and some messages are not taken
        for _ in 0..STEPS_OF_TELLING {
            for _ in 0..=chance.below(3) {
                happens(&home, &mut rules, &mut chance).await;
            }
            home.pass_minutes(i64::try_from(chance.below(4)).unwrap() * 12 * 60);
            taker.0.lock().unwrap().0 = chance.below(4) > 0;
            home.round(&taker).await;
            count(std::mem::take(&mut taker.0.lock().unwrap().1));
        }
        // when nothing is in the way any more, and two weeks go by
        all_may_be_told(&home, &mut rules).await;
        taker.0.lock().unwrap().0 = true;
        for _ in 0..28 {
            home.pass_minutes(12 * 60);
            home.round(&taker).await;
        }
        // then everything has been told to each, and nothing twice
        let told = count(std::mem::take(&mut taker.0.lock().unwrap().1));
        assert_eq!(told, [rules.absent; 2], "history {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_no_order_of_events_does_mail_go_to_a_guardian_who_may_not_be_told_when_it_is_claimed() {
    let (mut told, mut refused) = (0, BTreeSet::new());
    for seed in 1..=HISTORIES {
        let (home, mut rules) = begun().await;
        let (mut chance, taker) = (Chance(seed), Taker::default());
        for step in 0..STEPS {
            for _ in 0..=chance.below(3) {
                happens(&home, &mut rules, &mut chance).await;
            }
            home.pass_minutes(i64::try_from(chance.below(4)).unwrap() * 12 * 60);
            taker.0.lock().unwrap().0 = chance.below(4) > 0;
            home.round(&taker).await;
            let today = domain::calendar::local_date(home.casework.post().now());
            for (to, text) in std::mem::take(&mut taker.0.lock().unwrap().1) {
                let case = format!("history {seed}, step {step}: {to}: {text}");
                let guardian = usize::from(to.starts_with("sam"));
                assert_eq!(to, rules.addresses[guardian], "not the address: {case}");
                let asks = text.contains("/confirm/");
                assert!(asks || rules.confirmed[guardian], "not confirmed: {case}");
                assert!(!rules.is_silent(guardian), "somebody's identity is protected: {case}");
                let may = [0, 1].map(|pupil| rules.may(pupil, guardian, today));
                assert!(may.contains(&true), "may not be told of anybody: {case}");
                for ((name, may), sends) in FIRST_NAMES.into_iter().zip(may).zip(rules.sends) {
                    let told_of = text.contains(&format!("{name}: "));
                    assert!((may && sends) || !told_of, "may not be told of {name}: {case}");
                }
                told += u32::from(!asks);
            }
        }
        refused.extend(home.refusals().await.into_iter().map(|(.., reason)| format!("{reason:?}")));
    }
    // Histories in which little happens would show nothing.
    assert!(told > HISTORIES_TELL, "{told} letters");
    for reason in ["AddressNotConfirmed", "NoCustody", "ContactBanned", "Withheld", "IdentityProtected", "OfAge"] {
        assert!(refused.contains(reason), "{reason}: {refused:?}");
    }
}

/// How many histories, how many steps each has, and how many letters go in them at least.
const HISTORIES: u64 = 60;
const STEPS: u32 = 50;
/// Steps of a history in which everything is to be told: what is told first looks back on no more than five weeks of term.
const STEPS_OF_TELLING: u32 = 30;
const HISTORIES_TELL: u32 = 60;
