//! The demo through the service: recorded through the one door, asked through the other.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

use std::collections::BTreeSet;
use std::sync::Arc;

use casework::Casework;
use casework::answer::AbsenceQuestion;
use digest::{Courier, FileCourier, Sender, Shown};
use domain::calendar::{Season, Term, local_date};
use domain::event::{EventKind, Work};
use domain::id::EventId;
use domain::projection::absence::Sums;
use domain::words::{Grade, Language, OutsideParty};
use storage::{EventLog, MemoryLog};

use super::arrangements::Arrangement;
use super::plan::{DemoPlan, Post};
use super::schools::{COMMITTEES, SCHOOLS, SchoolData};
use super::script::{Step, script};
use super::seed::{Demo, Digests, seed};
use super::works::Of;
use crate::clock::ProgramClock;

/// School, autumn, and unnotified, notified and total absence in hundredths of one per cent, as published.
const PUBLISHED: [(&str, u16, [u64; 3]); 12] = [
    ("ARE", 2018, [47, 782, 829]),
    ("ARE", 2019, [48, 738, 786]),
    ("ELS", 2018, [177, 743, 920]),
    ("ELS", 2019, [146, 733, 878]),
    ("LJU", 2018, [119, 809, 927]),
    ("LJU", 2019, [144, 869, 1013]),
    ("ÅNE", 2018, [151, 765, 916]),
    ("ÅNE", 2019, [141, 651, 791]),
    ("ALG", 2018, [333, 971, 1304]),
    ("ALG", 2019, [349, 1029, 1378]),
    ("BIR", 2018, [488, 1430, 1918]),
    ("BIR", 2019, [378, 1359, 1737]),
];

async fn start(log: &Arc<MemoryLog>, courier: &Arc<dyn Courier>) -> (Arc<Casework>, Demo) {
    let clock = Arc::new(ProgramClock::default());
    let as_log: Arc<dyn EventLog> = Arc::<MemoryLog>::clone(log);
    let casework = Casework::open(as_log, [7; 32], Arc::<ProgramClock>::clone(&clock)).await.expect("casework opens");
    let sender = Sender {
        from: "Skolan <inte-svara@demo.invalid>".parse().expect("an address"),
        bounces_at: "demo.invalid".to_owned(),
        site: "http://127.0.0.1:8080".to_owned(),
        languages: Language::ALL.to_vec(),
        most_a_minute: u32::MAX,
        signing: None,
    };
    let digests = Digests { sender: Arc::new(sender), courier: Arc::clone(courier) };
    let demo = seed(&casework, log.as_ref(), &clock, (1, 1, digests), &|_, _, _| {}).await;
    (casework, demo.expect("the demo is recorded"))
}

/// The languages of the messages in a folder.
fn written(folder: &std::path::Path) -> BTreeSet<&'static str> {
    let files = std::fs::read_dir(folder).expect("the folder");
    let mails = files.map(|file| std::fs::read(file.expect("a file").path()).expect("a message"));
    let shown = mails.map(|mail| Shown::read(&mail).expect("a message of ours"));
    shown.map(|shown| Language::from_code(&shown.language).expect("a language").code()).collect()
}

/// What the authority's officer is told of a school's autumn.
fn asked(casework: &Arc<Casework>, demo: &Demo, code: &str, year: u16) -> Sums {
    let schools = SCHOOLS.iter().find(|school| school.code == code).map(SchoolData::committee);
    let committee = COMMITTEES.iter().position(|one| Some(*one) == schools).expect("a committee");
    let officer = |committee| {
        let post = Post::Authority(committee);
        demo.people.iter().find(|(held, _)| *held == post).expect("an officer").1
    };
    let stranger = casework.reader(officer(1 - committee), "test");
    let theirs = stranger.schools(stranger.now());
    assert!(theirs.iter().all(|school| school.get().code.as_str() != code), "another committee's");
    let officer = officer(committee);
    let reader = casework.reader(officer, "test");
    let school =
        reader.schools(reader.now()).into_iter().find(|school| school.get().code.as_str() == code).expect("the school");
    let grade = (code == "ÅNE" && year == 2019).then(|| Grade::try_new(7).expect("a grade"));
    let term = Term { year, season: Season::Autumn };
    let question = AbsenceQuestion { school: school.get().id, term, grade, class: None, at: reader.now() };
    reader.absence(&question).expect("figures").into_inner().all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_published_table_comes_out_of_the_absence_projection_and_a_second_start_adds_nothing() {
    // given the demo, recorded from nothing
    let log = Arc::new(MemoryLog::new().expect("a log in memory"));
    let mails = tempfile::tempdir().expect("a temporary folder");
    let courier: Arc<dyn Courier> = Arc::new(FileCourier(mails.path().to_path_buf()));
    let (casework, demo) = start(&log, &courier).await;
    assert_eq!(demo.recorded, demo.of);
    let written = written(mails.path());
    let head = log.head();

    // when the officer asks for all the figures
    let per_cent = |part: u64, sums: &Sums| (part * 20_000 + sums.offered) / (2 * sums.offered);
    for (code, year, published) in PUBLISHED {
        let sums = asked(&casework, &demo, code, year);
        let parts = [sums.unnotified, sums.notified, sums.unnotified + sums.notified];
        // then they are the published ones
        assert_eq!(parts.map(|part| per_cent(part, &sums)), published, "{code} {year}");
    }
    let change = |code: &str, part: fn(&Sums) -> u64| {
        let exact = |year| {
            let sums = asked(&casework, &demo, code, year);
            i128::from(part(&sums)) * 100_000_000 / i128::from(sums.offered)
        };
        (exact(2018) - exact(2019) + 5_000).div_euclid(10_000)
    };
    assert_eq!(change("ÅNE", |sums| sums.unnotified + sums.notified), 124);
    assert_eq!(change("ELS", |sums| sums.unnotified), 31);

    // and when the demo is started again, then nothing is added
    drop(casework);
    let (_, again) = start(&log, &courier).await;
    assert_eq!(again.recorded, 0);
    assert_eq!(self::written(mails.path()), written, "and nothing is written");
    assert_eq!(written, Language::ALL.map(Language::code).into_iter().collect(), "a digest in each language");
    assert_eq!(log.head().position, head.position);
}

#[test]
fn each_school_works_in_its_own_way() {
    let plan = DemoPlan::new(1, 1).expect("a plan");
    let mut amounts = [0; 6];
    let mut kinds = [const { BTreeSet::new() }; 6];
    for work in &plan.works {
        let school = plan.pupils.get(work.pupil).expect("the pupil").school;
        *amounts.get_mut(school).expect("one of the six") += 1;
        let of = Of { event: EventId::from_bits([0; 16]), day: local_date(work.at) };
        let kind = (work.making)(of).expect("work").kind().name();
        kinds.get_mut(school).expect("one of the six").insert(kind);
    }
    assert!(amounts.iter().all(|amount| *amount > 50), "{amounts:?}");
    // What only one school does, as the pilot's report tells it.
    let own = |code: &str| {
        let at = SCHOOLS.iter().position(|school| school.code == code).expect("the school");
        let others: BTreeSet<&str> =
            kinds.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, kinds)| kinds).copied().collect();
        kinds[at].iter().filter(|kind| !others.contains(*kind)).copied().collect::<Vec<_>>()
    };
    assert_eq!(own("ARE"), ["adapted-studies-decided", "health-team-met"]);
    assert_eq!(own("ELS"), ["concern-reported", "coordinated-plan-meeting-held"]);
    let warnings = ["grade-warning-given", "harassment-reported", "resit-reminded", "subject-at-risk"];
    assert!(warnings.iter().all(|kind| own("LJU").contains(kind)), "{:?}", own("LJU"));
    assert_eq!(own("ÅNE"), ["conflict-handled"]);
    assert_eq!(own("ALG"), ["directed-onward", "placement-visited", "staff-alerted"]);
    let steps = ["ladder-action-done", "ladder-step-closed", "ladder-step-opened", "referral-opened"];
    assert!(steps.iter().all(|kind| own("BIR").contains(kind)), "{:?}", own("BIR"));
    assert!(plan.covers.len() > 10, "{} covers", plan.covers.len());
    assert!(plan.arrangements.len() > 500, "{} arrangements", plan.arrangements.len());
}

/// What the pilot's report names each school for is there to be looked at.
#[test]
fn what_each_school_is_known_for_is_in_the_demo() {
    let plan = DemoPlan::new(1, 1).expect("a plan");
    let at = |code: &str| SCHOOLS.iter().position(|school| school.code == code).expect("the school");
    let works = |code: &str| -> Vec<Work> {
        let here =
            plan.works.iter().filter(|work| plan.pupils.get(work.pupil).is_some_and(|one| one.school == at(code)));
        here.map(|work| {
            let of = Of { event: EventId::from_bits([0; 16]), day: local_date(work.at) };
            (work.making)(of).expect("work")
        })
        .collect()
    };
    let outside = |code: &str, whom: OutsideParty| {
        works(code).iter().any(|work| matches!(work, Work::OutsidePartyContacted { party, .. } if *party == whom))
    };
    let post = |number: usize| plan.staff.get(number).map(|one| one.post);
    let mentor_at =
        |number: usize, code: &str| matches!(post(number), Some(Post::Mentor(school, _)) if school == at(code));
    let arranged = |what: &dyn Fn(&Arrangement) -> bool| plan.arrangements.iter().filter(|(_, one)| what(one)).count();

    let shares = |percents: &[u8]| {
        arranged(
            &|one| matches!(one, Arrangement::Post(who, percent) if mentor_at(*who, "ARE") && percents.contains(percent)),
        )
    };
    assert_eq!(shares(&[40, 60]), 3, "split posts");

    let of_els = |pupil: usize| plan.pupils.get(pupil).is_some_and(|one| one.school == at("ELS"));
    assert!(plan.contacts.iter().filter(|contact| of_els(contact.pupil)).count() > 50, "guardians");
    assert!(outside("ELS", OutsideParty::SocialServices) && outside("ELS", OutsideParty::ChildPsychiatry));
    assert!(works("ELS").iter().filter(|work| matches!(work, Work::DayEvaluated { .. })).count() > 100);

    let of_lju = |pupil: usize| plan.pupils.get(pupil).is_some_and(|one| one.school == at("LJU"));
    assert!(plan.attendance.iter().any(|week| of_lju(week.pupil) && week.correction.is_some()), "wrong absence");
    for kind in [
        EventKind::CorrectionRequested,
        EventKind::GradeWarningGiven,
        EventKind::ResitReminded,
        EventKind::ActionProgrammeDrafted,
        EventKind::ActionProgrammeDecided,
        EventKind::ActionProgrammeFollowedUp,
        EventKind::HarassmentReported,
        EventKind::IncidentNoted,
    ] {
        assert!(works("LJU").iter().any(|work| work.kind() == kind), "{}", kind.name());
    }

    assert!(arranged(&|one| matches!(one, Arrangement::Group(who, ..) if mentor_at(*who, "ÅNE"))) > 0, "class work");
    assert_eq!(
        arranged(&|one| matches!(one, Arrangement::Share(who, ..) if mentor_at(*who, "ALG"))),
        4,
        "two are shared"
    );
    assert!(outside("ALG", OutsideParty::StudentFinance));

    let steps: BTreeSet<u8> = works("BIR")
        .iter()
        .filter_map(|work| if let Work::LadderStepOpened { step, .. } = work { Some(step.number()) } else { None })
        .collect();
    assert_eq!(steps, [1, 2].into(), "some climb the ladder");
    for code in ["ARE", "ELS", "LJU", "ALG", "BIR"] {
        let held = works(code).iter().filter(|work| matches!(work, Work::DevelopmentTalkHeld { .. })).count();
        assert!(held > 5, "{code}: {held} development talks");
    }

    let steps = || script(&plan).expect("a script").into_iter().flat_map(|batch| batch.steps);
    assert!(
        steps().any(|step| matches!(step, Step::Watch(who) if mentor_at(who, "ELS"))),
        "the whole school's absence"
    );
    assert!(
        steps().any(|step| matches!(step, Step::HandOver(_))) && steps().any(|step| matches!(step, Step::Withdraw(_)))
    );
    let away = arranged(&|one| matches!(one, Arrangement::Away(_)));
    assert!(away == 6 && arranged(&|one| matches!(one, Arrangement::Deputy(..))) == 6, "a deputy in each school");
}
