//! The demo through the service: recorded through the one door, asked through the other.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casework::Casework;
use casework::answer::AbsenceQuestion;
use chrono::{DateTime, NaiveDate, Utc};
use digest::{Courier, FileCourier, Sender, Shown};
use domain::calendar::{Season, Term};
use domain::event::{EventKind, Work};
use domain::id::EventId;
use domain::projection::absence::Sums;
use domain::words::{Grade, GroupActivity, Language, OutsideParty, TeacherTask};
use storage::{EventLog, MemoryLog};

use super::arrangements::Arrangement;
use super::calendar::AWAY;
use super::clock::{DemoClock, last_recorded};
use super::plan::{DemoPlan, Post};
use super::schools::{COMMITTEES, SCHOOLS, SchoolData};
use super::script::{Step, script};
use super::seed::{Demo, Digests, seed};
use super::works::PlannedWork;

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
    let clock = Arc::new(DemoClock::standing_at(last_recorded(log.as_ref()).await.expect("a log")));
    let as_log: Arc<dyn EventLog> = Arc::<MemoryLog>::clone(log);
    let casework = Casework::open(as_log, [7; 32], Arc::<DemoClock>::clone(&clock)).await.expect("casework opens");
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
        let kind = (work.making)(work.of(EventId::from_bits([0; 16]))).expect("work").kind().name();
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
    assert_eq!(own("ALG"), ["directed-onward", "placement-visited", "staff-alerted"]);
    let steps = ["ladder-action-done", "ladder-step-closed"];
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
        here.map(|work| (work.making)(work.of(EventId::from_bits([0; 16]))).expect("work")).collect()
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

/// Ljungsbro's mentors find absence that was registered by mistake, ask for it to be put right, and it is; a step of the ladder
/// that had been begun on it is retracted.
#[test]
fn at_ljungsbro_wrong_absence_is_found_asked_about_and_put_right_by_mentors() {
    let plan = DemoPlan::new(1, 1).expect("a plan");
    let at = SCHOOLS.iter().position(|school| school.code == "LJU").expect("the school");
    let here = |pupil: usize| plan.pupils.get(pupil).is_some_and(|one| one.school == at);
    let steps: Vec<(DateTime<Utc>, Step)> = script(&plan)
        .expect("a script")
        .into_iter()
        .flat_map(|batch| batch.steps.into_iter().map(move |step| (batch.at, step)))
        .collect();
    let logged = |pupil: usize, what: Work| {
        let same = |work: &&PlannedWork| {
            work.pupil == pupil && (work.making)(work.of(EventId::from_bits([0; 16]))).expect("work") == what
        };
        plan.works.iter().find(same)
    };
    let mut put_right = 0;
    for (number, week) in plan.attendance.iter().enumerate() {
        let Some((mentor, day)) = week.found else { continue };
        assert!(here(week.pupil), "only here do mentors put it right");
        let right = week.correction.expect("as it should have been");
        let wrong = week.days.iter().find(|day| day.date() == right.date()).expect("as it was registered");
        assert!(wrong.minutes().unnotified > right.minutes().unnotified, "absence that nobody had announced");
        let asked = logged(week.pupil, Work::CorrectionRequested { on: right.date() }).expect("a mentor asks");
        let (recorded, _) = steps.iter().find(|(_, step)| *step == Step::Correct(number)).expect("and it is recorded");
        assert_eq!((recorded.date_naive(), asked.by), (day, mentor));
        assert!(asked.at < *recorded);
        put_right += 1;
    }
    assert!(put_right > 100, "{put_right} wrong marks");
    let kinds = |kind: EventKind| {
        let of_it = |work: &&PlannedWork| {
            here(work.pupil) && (work.making)(work.of(EventId::from_bits([0; 16]))).expect("work").kind() == kind
        };
        plan.works.iter().filter(of_it).count()
    };
    assert_eq!(kinds(EventKind::CorrectionRequested), put_right);
    let retracted = kinds(EventKind::LadderStepRetracted);
    assert!(
        retracted > 10 && kinds(EventKind::LadderStepOpened) == retracted,
        "{retracted} steps were begun on nothing"
    );
}

/// Ånestadsskolan's mentors are with their class, in breaks, at values work, and settle conflicts that teachers had no time for:
/// every week, as nobody else.
#[test]
fn at_anestadsskolan_mentors_are_with_their_class_and_settle_conflicts_as_nowhere_else() {
    let plan = DemoPlan::new(1, 1).expect("a plan");
    let by_school = |who: usize| match plan.staff.get(who).map(|one| one.post) {
        Some(Post::Mentor(school, _)) => SCHOOLS.get(school).map(|school| school.code),
        _ => None,
    };
    let (mut activities, mut tasks) = (BTreeMap::<_, BTreeMap<_, usize>>::new(), BTreeMap::<_, usize>::new());
    for (_, arrangement) in &plan.arrangements {
        match arrangement {
            Arrangement::Group(who, _, activity) => {
                *activities.entry(by_school(*who)).or_default().entry(*activity).or_default() += 1;
            }
            Arrangement::Taken(who, _, TeacherTask::Conflict) => *tasks.entry(by_school(*who)).or_default() += 1,
            _ => {}
        }
    }
    let here = activities.remove(&Some("ÅNE")).expect("class work");
    for activity in [GroupActivity::ClassTime, GroupActivity::Breaks, GroupActivity::Values] {
        assert!(here[&activity] > 70, "{activity:?}: {}", here[&activity]);
    }
    let elsewhere: Vec<_> = activities.iter().map(|(school, of)| (*school, of.values().sum::<usize>())).collect();
    assert!(
        elsewhere.len() == 1 && elsewhere.iter().all(|(school, of)| *school == Some("BIR") && *of < 30),
        "{elsewhere:?}"
    );
    assert!(tasks.len() == 1 && tasks[&Some("ÅNE")] > 70, "{tasks:?}");
    let conflicts = |code: &str| {
        let at = SCHOOLS.iter().position(|school| school.code == code).expect("the school");
        let pupils = plan.assignments.iter().filter(|one| plan.pupils[one.pupil].school == at).count();
        let is_one = |work: &&PlannedWork| {
            plan.pupils[work.pupil].school == at
                && matches!((work.making)(work.of(EventId::from_bits([0; 16]))), Ok(Work::ConflictHandled { .. }))
        };
        (plan.works.iter().filter(is_one).count() * 100, pupils)
    };
    let (many, ours) = conflicts("ÅNE");
    assert!(many > 200 * ours, "several for each pupil");
    for code in ["ARE", "ELS", "LJU", "ALG", "BIR"] {
        let (few, theirs) = conflicts(code);
        assert!(few < 10 * theirs, "{code}: one for every tenth pupil at most");
    }
}

/// While a mentor is away the deputy does the work, and the mentor logs nothing: neither work, nor contacts, nor time.
#[test]
fn who_is_away_logs_nothing_and_the_deputy_does_the_work() {
    let plan = DemoPlan::new(1, 1).expect("a plan");
    let (from, until) = AWAY;
    let day = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    let away = day(from)..=day(until);
    let logged = plan.works.iter().map(|work| (work.by, work.at, work.pupil));
    let spoken = plan.contacts.iter().map(|contact| (contact.mentor, contact.occurred, contact.pupil));
    let mut stood_in = [0; 6];
    for (who, _, pupil) in logged.chain(spoken).filter(|(_, at, _)| away.contains(&at.date_naive())) {
        let Some(Post::Mentor(school, index)) = plan.staff.get(who).map(|one| one.post) else { continue };
        assert_ne!(index, 0, "the first mentor of each school is away");
        let theirs = plan.assignments.iter().any(|one| one.pupil == pupil && one.mentor == who);
        stood_in[school] += usize::from(index == 1 && !theirs);
    }
    assert!(stood_in.iter().all(|times| *times > 0), "{stood_in:?}");
    for (_, arrangement) in &plan.arrangements {
        if let Arrangement::Time(who, on, ..) | Arrangement::Taken(who, on, _) | Arrangement::Group(who, on, _) =
            arrangement
        {
            let is_first = matches!(plan.staff.get(*who).map(|one| one.post), Some(Post::Mentor(_, 0)));
            assert!(!(is_first && away.contains(on)), "{on}");
        }
    }
}

/// The scale adds pupils and mentors; what is told of the pilot's six schools is the same whatever it is.
#[test]
fn a_greater_scale_adds_mentors_with_pupils_and_changes_nothing_of_the_pilots_share() {
    let (plan, more) = (DemoPlan::new(1, 1).expect("a plan"), DemoPlan::new(1, 3).expect("a plan"));
    let pupils = plan.pupils.len();
    assert_eq!(more.pupils.len(), 3 * pupils);
    assert_eq!(more.assignments.len(), 3 * plan.assignments.len(), "as many have a mentor");
    let mentors = |plan: &DemoPlan| plan.staff.iter().filter(|one| matches!(one.post, Post::Mentor(..))).count();
    assert_eq!(mentors(&more), 3 * mentors(&plan));

    let told = |plan: &DemoPlan| {
        let here = |pupil: usize| pupil < pupils;
        let of_pupils = plan.pupils.iter().take(pupils);
        let pupils: Vec<String> =
            of_pupils.map(|one| format!("{:?} {:?} {:?}", one.name, one.placements, one.guardians)).collect();
        let assigned = plan.assignments.iter().enumerate().filter(|(_, one)| here(one.pupil));
        let assigned: Vec<_> = assigned.map(|(number, one)| (number, one.pupil, one.mentor, one.from)).collect();
        let passed = plan.handovers.iter().filter(|one| here(one.begins.pupil));
        let passed: Vec<_> = passed.map(|one| (one.ends, one.begins.mentor, one.begins.from)).collect();
        let weeks = plan.attendance.iter().filter(|week| here(week.pupil));
        let weeks: Vec<String> = weeks
            .map(|week| format!("{} {:?} {:?} {:?}", week.pupil, week.days, week.correction, week.found))
            .collect();
        let spoken = plan.contacts.iter().filter(|one| here(one.pupil));
        let spoken: Vec<_> = spoken.map(|one| (one.pupil, one.guardian, one.mentor, one.occurred)).collect();
        let done = plan.works.iter().filter(|one| here(one.pupil));
        let done: Vec<_> = done.map(|one| (one.pupil, one.by, one.at, one.minutes, one.about)).collect();
        let letters =
            plan.letters.iter().filter(|(_, one)| one.pupil().is_none_or(here)).map(|(at, one)| (*at, one.guardian()));
        let covers: Vec<_> = plan.covers.iter().map(|one| (one.assignment, one.deputy)).collect();
        (pupils, assigned, passed, weeks, spoken, (done, letters.collect::<Vec<_>>(), covers))
    };
    let (was, is) = (told(&plan), told(&more));
    assert!(was.0 == is.0, "pupils and their families");
    assert!(was.1 == is.1 && was.2 == is.2, "whose they are");
    assert!(was.3 == is.3, "attendance");
    assert!(was.4 == is.4 && was.5 == is.5, "what was done");
}
