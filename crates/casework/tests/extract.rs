//! An extract for the person (article 15 of the GDPR) holds everything that is on record about a pupil: of each kind of event it is
//! there, or it stands here why not.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use casework::Review;
use casework::answer::{Extract, ExtractEntry, HeldBack};
use domain::event::pupil::{
    AssignmentEndReason, ContactTopic, EnrolmentDays, EnrolmentDaysCorrected, EntryCorrected, LeavingReason,
};
use domain::event::{DigestMatter, EventKind, PupilEvent, SchoolEvent, SchoolMatter, StaffEvent, Work};
use domain::id::{EnrolmentId, EventId, StaffId};
use domain::personal::{Erasable, Personal};
use domain::recorded::{Body, StreamRef};
use domain::retention::Subject;
use domain::spec::cast::*;
use domain::spec::digests::{every_digest_matter, of_guardian};
use domain::spec::everyday::{
    cover, cover_ended, days_corrected, entry_corrected, every_school_matter, every_staff_matter, handed_over,
    name_corrected, of_mentor, of_school,
};
use domain::spec::works::{every_work, every_work_on, worked};
use domain::spec::{Given, Happened, date, given, noon, story_event};
use domain::words::{AtRisk, ClassName, MessageClass, NotSent, Note, Obligation, Reference, SafetyMatter, SubjectName};
use support::{Engine, House};

const AGAIN: EnrolmentId = EnrolmentId::from_bits([0x41; 16]);

/// What is in no pupil's extract, and why not.
const LEFT_OUT: [(EventKind, &str); 41] = [
    (EventKind::SchoolRegistered, "of a school"),
    (EventKind::SchoolYearSet, "of a school"),
    (EventKind::PrincipalMadeResponsible, "of a school, and of a member of staff"),
    (EventKind::MissionAdopted, "of a school"),
    (EventKind::MentoringModelChosen, "of a school"),
    (EventKind::TermMarkedNotComparable, "of a school"),
    (EventKind::DecisionDelegated, "of a school, and of members of staff"),
    (EventKind::LadderPolicyAdopted, "of a school"),
    (EventKind::AttendanceSenderChosen, "of a school"),
    (EventKind::YearRolledOver, "a number of pupils: that each moved stands in the case"),
    (EventKind::FiguresPublished, "of a school"),
    (EventKind::DigestScheduleSet, "of a school"),
    (EventKind::PlainContentDecided, "of a school"),
    (EventKind::RetentionAdopted, "of a school"),
    (EventKind::RemainderKept, "a sum, without a name"),
    (EventKind::PublicationDayAdopted, "of a school"),
    (EventKind::FigureTold, "a sum of five pupils or more"),
    (EventKind::ChangeTold, "a sum of five pupils or more"),
    (EventKind::LoadTold, "a sum, and of a member of staff"),
    (EventKind::PlacedUnderCommittee, "of a school"),
    (EventKind::SchoolDigestsPassedOver, "of a school"),
    (EventKind::StaffJoined, "of a member of staff"),
    (EventKind::RoleGranted, "of a member of staff"),
    (EventKind::RoleWithdrawn, "of a member of staff"),
    (EventKind::WorkingTimeSet, "of a member of staff"),
    (EventKind::TimeLogged, "of a member of staff, sampled time too: it names no pupil"),
    (EventKind::TaskTakenOver, "of a member of staff"),
    (EventKind::StaffAway, "of a member of staff"),
    (EventKind::StaffBack, "of a member of staff"),
    (EventKind::StandingDeputyNamed, "of members of staff: who stands in for the pupil stands in the case"),
    (EventKind::ShareAgreed, "of members of staff"),
    (EventKind::GroupActivityHeld, "it names no pupil"),
    (EventKind::ClassGiven, "of a member of staff, and of a class"),
    (EventKind::GuardianRegistered, "of the guardian: that one was linked stands in the case"),
    (EventKind::GuardianCorrected, "of the guardian"),
    (EventKind::GuardianAddressSet, "of the guardian"),
    (EventKind::GuardianAddressConfirmed, "of the guardian"),
    (EventKind::DigestPreferenceSet, "of the guardian"),
    (EventKind::DigestStopped, "of the guardian"),
    (EventKind::DigestPrepared, "whom it is about is decided when it is claimed"),
    (EventKind::DigestPassedOver, "of the guardian, and about nobody: nothing was prepared"),
];

/// About the pupil, where the example is about another.
fn about_the_pupil(matter: SchoolMatter) -> SchoolMatter {
    let pupil = Subject::Pupil(PUPIL);
    if let SchoolMatter::ErasureBegun { class, period, plan_item, decision, approved_by, .. } = matter {
        SchoolMatter::ErasureBegun { subject: pupil, class, period, plan_item, decision, approved_by }
    } else if let SchoolMatter::ErasureCarriedOut { class, period, .. } = matter {
        SchoolMatter::ErasureCarriedOut { subject: pupil, class, period }
    } else {
        matter
    }
}

fn messages() -> Vec<Happened> {
    let of_pupil = |matter| {
        if let DigestMatter::DigestRefused { message, period, reason, .. } = matter {
            DigestMatter::DigestRefused { message, period, reason, left_out: vec![(PUPIL, NotSent::OfAge)] }
        } else {
            matter
        }
    };
    every_digest_matter().into_iter().map(of_pupil).map(of_guardian).collect()
}

/// A case in which everything has happened that can; the guardian was unlinked, and the pupil left and came again.
fn everything() -> Given {
    given(a_pupil_with_a_mentor())
        .and([attended(vec![day(date("2019-09-02"), 60, 0)]), corrected(day(date("2019-09-02"), 0, 10))])
        .and([moved("8A", "2020-01-07"), contacted()])
        .and([of_pupil(PupilEvent::CoverStarted(cover())), of_pupil(PupilEvent::CoverEnded(cover_ended()))])
        .and([of_pupil(PupilEvent::AssignmentHandedOver(handed_over(ASSIGNMENT)))])
        .and([ended(ASSIGNMENT, AssignmentEndReason::NeedEnded, "2020-05-04")])
        .and([of_pupil(PupilEvent::EntryCorrected(entry_corrected()))])
        .and([of_pupil(PupilEvent::NameCorrected(name_corrected()))])
        .and([of_pupil(PupilEvent::DaysCorrected(days_corrected()))])
        .and(messages())
        .and(every_work().into_iter().map(worked))
        .and(every_staff_matter().into_iter().map(|matter| of_mentor(StaffEvent::Arranged(matter))))
        .and(every_school_matter().into_iter().map(|matter| of_school(SchoolEvent::Settled(about_the_pupil(matter)))))
        .and([left("2020-06-11"), enrolled(SCHOOL, AGAIN, "8A", "2020-08-18")])
}

async fn extract(past: &Given, by: StaffId) -> Option<Extract> {
    reviewed(past, by, &Review::default()).await
}

async fn reviewed(past: &Given, by: StaffId, review: &Review) -> Option<Extract> {
    let house = House::telling(Engine::Memory, &past.story, noon("2020-10-01")).await;
    let reader = house.casework.reader(as_staff(by), "test");
    reader.extract(PUPIL, review).await.unwrap().map(casework::Seen::into_inner)
}

fn kinds(extract: &Extract) -> BTreeSet<EventKind> {
    extract.entries.iter().map(|entry| entry.kind).collect()
}

#[tokio::test]
async fn everything_about_the_pupil_is_in_the_extract_or_it_stands_why_not() {
    let past = everything();
    let extract = extract(&past, PRINCIPAL).await.unwrap();
    let told = kinds(&extract);
    let left_out: BTreeSet<EventKind> = LEFT_OUT.iter().map(|(kind, _)| *kind).collect();
    for kind in EventKind::ALL {
        assert_ne!(
            told.contains(kind),
            left_out.contains(kind),
            "{}: in the extract, or left out with a reason",
            kind.name()
        );
    }
    for recorded in &past.story.log {
        let Body::Known(event) = &recorded.body else { continue };
        let in_case = matches!(recorded.stream, StreamRef::Pupil(_));
        assert!(!in_case || !left_out.contains(&event.kind()), "{} stands in the case itself", event.kind().name());
    }
    // Every single one, not only one of each kind.
    let of_pupil = past.story.log.iter().filter(|recorded| recorded.stream == StreamRef::Pupil(PUPIL));
    let entries: BTreeSet<_> = extract.entries.iter().map(|entry| entry.id).collect();
    for recorded in of_pupil {
        assert!(entries.contains(&recorded.id), "{:?}", recorded.body);
    }
}

#[tokio::test]
async fn other_persons_are_not_in_the_extract_and_a_concern_never_enters_by_itself() {
    let extract = extract(&everything(), PRINCIPAL).await.unwrap();
    for entry in &extract.entries {
        let content = serde_json::to_string(&entry.content).unwrap();
        for other in ["staff_", "guardian_", "pupil_", "enrolment_", "assignment_", "event_"] {
            assert!(!content.contains(other), "{}: {content}", entry.kind.name());
        }
        if entry.kind == EventKind::ConcernReported {
            assert_eq!((entry.held_back, entry.content.len()), (Some(HeldBack::ConcernReport), 0));
        }
    }
    assert!(kinds(&extract).contains(&EventKind::ConcernReported));
}

/// What safeguards from a guardian, in the case and in why a message was not sent.
fn safeguards(extract: &Extract) -> Vec<&ExtractEntry> {
    let held = |entry: &&ExtractEntry| entry.held_back == Some(HeldBack::GuardianSafeguard);
    extract.entries.iter().filter(held).collect()
}

#[tokio::test]
async fn what_safeguards_from_a_guardian_enters_only_when_it_is_let_in() {
    let refused = of_guardian(DigestMatter::DigestRefused {
        message: MessageClass::Digest,
        period: date("2019-10-04"),
        reason: NotSent::NoPupil,
        left_out: vec![(PUPIL, NotSent::Withheld)],
    });
    let past = everything().and([refused]);
    let draft = extract(&past, PRINCIPAL).await.unwrap();
    let held: BTreeSet<_> = safeguards(&draft).iter().map(|entry| entry.kind).collect();
    let expected = BTreeSet::from([
        EventKind::ContactBanned,
        EventKind::ContactBanLifted,
        EventKind::GuardianProtected,
        EventKind::GuardianProtectionEnded,
        EventKind::TellingWithheld,
        EventKind::TellingResumed,
        EventKind::DigestRefused,
    ]);
    assert_eq!(held, expected, "a contact with a guardian whose protection has ended is told");
    assert!(safeguards(&draft).iter().all(|entry| entry.content.is_empty() && entry.note.is_none()));

    let let_in = safeguards(&draft).iter().map(|entry| entry.id).collect();
    let given = reviewed(&past, PRINCIPAL, &Review { let_in, hold_back: BTreeSet::new() }).await.unwrap();
    assert_eq!(safeguards(&given).len(), 0);
}

#[tokio::test]
async fn nothing_about_a_guardian_whose_identity_is_protected_enters_by_itself() {
    let past = || given(a_pupil_with_a_mentor()).and([contacted()]).and(messages());
    let held = async |past: &Given| -> BTreeSet<EventKind> {
        safeguards(&extract(past, PRINCIPAL).await.unwrap()).iter().map(|entry| entry.kind).collect()
    };
    assert_eq!(held(&past()).await, BTreeSet::new());
    let held = held(&past().and([worked(Work::GuardianProtected { guardian: GUARDIAN })])).await;
    let about = [
        EventKind::GuardianLinked,
        EventKind::GuardianContacted,
        EventKind::GuardianProtected,
        EventKind::DigestClaimed,
        EventKind::DigestSent,
        EventKind::DigestRefused,
    ];
    assert!(about.iter().all(|kind| held.contains(kind)), "{held:?}");
}

#[tokio::test]
async fn what_was_recorded_about_a_guardian_while_they_were_protected_enters_only_when_it_is_let_in() {
    let protected = || worked(Work::GuardianProtected { guardian: GUARDIAN });
    let ended = || worked(Work::GuardianProtectionEnded { guardian: GUARDIAN });
    let contacts = async |past: &Given| -> Vec<Option<HeldBack>> {
        let extract = extract(past, PRINCIPAL).await.unwrap();
        let contacts = extract.entries.iter().filter(|entry| entry.kind == EventKind::GuardianContacted);
        contacts.map(|entry| entry.held_back).collect()
    };
    // One before, one meanwhile, one after.
    let past = given(a_pupil_with_a_mentor())
        .and([contacted(), protected(), contacted()])
        .and(messages())
        .and([ended(), contacted()]);
    assert_eq!(contacts(&past).await, [None, Some(HeldBack::GuardianSafeguard), None]);
    let draft = extract(&past, PRINCIPAL).await.unwrap();
    let of = |kind| safeguards(&draft).iter().filter(|entry| entry.kind == kind).count();
    assert!(of(EventKind::DigestSent) > 0, "what was sent meanwhile neither");

    let let_in = safeguards(&draft).iter().map(|entry| entry.id).collect();
    let given = reviewed(&past, PRINCIPAL, &Review { let_in, hold_back: BTreeSet::new() }).await.unwrap();
    assert_eq!(safeguards(&given).len(), 0);
}

#[tokio::test]
async fn a_protection_that_was_said_of_a_sibling_who_has_the_guardian_no_longer_holds_back_all_the_same() {
    let of_sibling = |(_, event): Happened| (StreamRef::Pupil(OTHER_PUPIL), event);
    let sibling = [
        enrolled(SCHOOL, ENROLMENT, "7A", "2019-08-20"),
        linked(GUARDIAN),
        worked(Work::GuardianProtected { guardian: GUARDIAN }),
    ];
    let over = [
        worked(Work::GuardianProtectionEnded { guardian: GUARDIAN }),
        worked(Work::GuardianUnlinked { guardian: GUARDIAN }),
    ];
    let past = given(a_pupil_with_a_mentor())
        .and(sibling.map(of_sibling))
        .and([contacted()])
        .and(over.map(of_sibling))
        .and([contacted()]);
    let extract = extract(&past, PRINCIPAL).await.unwrap();
    let contacts = extract.entries.iter().filter(|entry| entry.kind == EventKind::GuardianContacted);
    let held_back: Vec<_> = contacts.map(|entry| entry.held_back).collect();
    assert_eq!(held_back, [Some(HeldBack::GuardianSafeguard), None]);
}

#[tokio::test]
async fn why_somebody_is_a_guardian_no_longer_enters_only_when_it_is_let_in() {
    let (stream, mut unlinked) = worked(Work::GuardianUnlinked { guardian: GUARDIAN });
    if let domain::event::Event::Pupil(PupilEvent::Worked(work)) = &mut unlinked {
        work.note = Some(Erasable::Present(Personal::new(Note::try_new("Flyttade efter ett hot.").unwrap())));
    }
    let past = given(a_pupil_with_a_mentor()).and([(stream, unlinked)]);
    let draft = extract(&past, PRINCIPAL).await.unwrap();
    let found = |extract: &Extract| {
        let entry = extract.entries.iter().find(|entry| entry.kind == EventKind::GuardianUnlinked).unwrap();
        (entry.id, entry.held_back, entry.note.is_some())
    };
    let (id, held_back, told) = found(&draft);
    assert_eq!((held_back, told), (Some(HeldBack::RestrictedNote), false));
    let review = Review { let_in: BTreeSet::from([id]), hold_back: BTreeSet::new() };
    assert_eq!(found(&reviewed(&past, PRINCIPAL, &review).await.unwrap()), (id, None, true));
}

/// What the school before told the pupil's guardians is that school's to give out, though the guardian is the same.
#[tokio::test]
async fn messages_of_the_school_before_are_not_in_the_next_schools_extract() {
    let mut again = linked(GUARDIAN);
    if let domain::event::Event::Pupil(PupilEvent::GuardianLinked(linked)) = &mut again.1 {
        linked.enrolment = AGAIN;
    }
    let mut leaves = left("2018-01-02");
    if let domain::event::Event::Pupil(PupilEvent::Left(left)) = &mut leaves.1 {
        left.reason = LeavingReason::ChangedSchool;
    }
    let past = || given(a_pupil_with_a_mentor()).and(messages());
    assert!(kinds(&extract(&past(), PRINCIPAL).await.unwrap()).contains(&EventKind::DigestSent));
    let changed = past().and([leaves, enrolled(OTHER_SCHOOL, AGAIN, "8A", "2020-08-18"), again]);
    assert!(extract(&changed, PRINCIPAL).await.is_none());
    let told = kinds(&extract(&changed, OTHER_PRINCIPAL).await.unwrap());
    assert!(told.contains(&EventKind::PupilEnrolled));
    assert!(!told.contains(&EventKind::DigestSent) && !told.contains(&EventKind::DigestRefused), "{told:?}");
}

/// What was held back whole, by event.
fn held_whole(extract: &Extract) -> BTreeSet<EventId> {
    extract.entries.iter().filter(|entry| entry.held_whole().is_some()).map(|entry| entry.id).collect()
}

/// The correction of the entry at a position, and the event's id.
fn corrects(of: u64, kind: EventKind) -> Happened {
    let of_kind =
        PupilEvent::EntryCorrected(EntryCorrected { of: story_event(of), position: of, kind, ..entry_corrected() });
    of_pupil(of_kind)
}

/// A correction that stands for nothing visible would tell that something is not told.
#[tokio::test]
async fn a_correction_comes_and_goes_with_the_entry_that_it_corrects() {
    let past = given(a_pupil_with_a_mentor());
    let first = past.story.known.position + 1;
    let past = past
        .and(
            [Work::ConcernReported { in_writing: true }, Work::IncidentNoted { matter: SafetyMatter::Order }]
                .map(worked),
        )
        .and([corrects(first, EventKind::ConcernReported), corrects(first + 1, EventKind::IncidentNoted)]);
    let [concern, incident, of_concern, of_incident] = [0, 1, 2, 3].map(|after| story_event(first + after));
    let held = async |review: Review| held_whole(&reviewed(&past, PRINCIPAL, &review).await.unwrap());
    let (let_in, hold_back) = (BTreeSet::new(), BTreeSet::new());
    assert_eq!(held(Review { let_in, hold_back }).await, BTreeSet::from([concern, of_concern]));
    let (let_in, hold_back) = (BTreeSet::from([of_concern]), BTreeSet::from([incident]));
    let all = BTreeSet::from([concern, incident, of_concern, of_incident]);
    assert_eq!(held(Review { let_in, hold_back }).await, all, "it is not let in without the entry");
    let (let_in, hold_back) = (BTreeSet::from([concern]), BTreeSet::new());
    assert_eq!(held(Review { let_in, hold_back }).await, BTreeSet::new());
}

#[tokio::test]
async fn whatever_goes_on_from_an_entry_is_held_back_with_it() {
    let past = given(a_pupil_with_a_mentor());
    let position = past.story.known.position + 1;
    let of = story_event(position);
    let talk = Work::PupilTalkedWith { topic: ContactTopic::Wellbeing };
    let follows = |work: &Work| {
        let names = format!("{work:?}").contains(&format!("{of:?}"));
        names && work.kind() != EventKind::ExtractGiven
    };
    let past = past.and([worked(talk)]).and(every_work_on(of).into_iter().map(worked));
    let review = Review { hold_back: BTreeSet::from([of]), let_in: BTreeSet::new() };
    let extract = reviewed(&past, PRINCIPAL, &review).await.unwrap();
    let by_review: BTreeSet<EventKind> = extract
        .entries
        .iter()
        .filter(|entry| entry.held_back == Some(HeldBack::ByReview))
        .map(|entry| entry.kind)
        .collect();
    let expected: BTreeSet<EventKind> = every_work_on(of).iter().filter(|work| follows(work)).map(Work::kind).collect();
    assert!(expected.len() > 15 && expected.contains(&EventKind::DecisionExported), "{expected:?}");
    assert_eq!(&by_review - &BTreeSet::from([EventKind::PupilTalkedWith]), expected);
    // What says something by itself is let in by itself; what only points at it is not.
    let ids = extract.entries.iter().filter(|entry| expected.contains(&entry.kind)).map(|entry| entry.id).collect();
    let extract = reviewed(&past, PRINCIPAL, &Review { let_in: ids, ..review }).await.unwrap();
    let still =
        extract.entries.iter().filter(|entry| entry.held_back == Some(HeldBack::ByReview)).map(|entry| entry.kind);
    let pointing = [EventKind::PupilTalkedWith, EventKind::DecisionExported, EventKind::EntryHandedOn];
    assert_eq!(still.collect::<BTreeSet<_>>(), BTreeSet::from(pointing));
}

/// What looks like an id of ours, or is one of our words, was entered all the same.
#[tokio::test]
async fn what_was_entered_stands_as_it_was_entered_and_is_free_text() {
    for text in ["pupil_left", "staff_rummet", "school_2020:17", "event_x 2020-05-01", "other", "true", "custodian"] {
        let reference = || Reference::try_new(text).unwrap();
        let subject = || SubjectName::try_new(text).unwrap();
        let works = [
            Work::SubjectAtRisk { subject: subject(), risk: AtRisk::Failing },
            Work::GradeWarningGiven { subject: subject() },
            Work::DiaryNumberRecorded { reference: reference() },
            Work::ObligationMetElsewhere {
                obligation: Obligation::AbsenceTold,
                system: Some(reference()),
                reference: reference(),
                on: date("2019-10-01"),
            },
        ];
        let mut gone = left("2020-06-11");
        if let domain::event::Event::Pupil(PupilEvent::Left(left)) = &mut gone.1 {
            left.destination = Some(reference());
        }
        let mut moves = moved("8A", "2020-01-07");
        if let domain::event::Event::Pupil(PupilEvent::MovedClass(moved)) = &mut moves.1 {
            moved.placement.class = ClassName::try_new(text).unwrap();
        }
        let past = given(a_pupil_with_a_mentor()).and(works.map(worked)).and([moves, gone]);
        let extract = extract(&past, PRINCIPAL).await.unwrap();
        let told = |kind, fields: &[&str]| {
            let entry = extract.entries.iter().find(|entry| entry.kind == kind).unwrap();
            for field in fields {
                assert!(entry.entered.contains(*field) && entry.has_free_text(), "{field}");
                let nested = entry.content.get("placement").and_then(|place| place.get(field));
                assert_eq!(entry.content.get(*field).or(nested).unwrap(), text, "{field}");
            }
        };
        told(EventKind::SubjectAtRisk, &["subject"]);
        told(EventKind::GradeWarningGiven, &["subject"]);
        told(EventKind::DiaryNumberRecorded, &["reference"]);
        told(EventKind::ObligationMetElsewhere, &["system", "reference"]);
        told(EventKind::PupilLeft, &["destination"]);
        told(EventKind::PupilMovedClass, &["class"]);
        let risk = extract.entries.iter().find(|entry| entry.kind == EventKind::SubjectAtRisk).unwrap();
        assert!(!risk.entered.contains("risk"), "a word of ours");
        let assigned = extract.entries.iter().find(|entry| entry.kind == EventKind::MentorAssigned).unwrap();
        assert!(!assigned.has_free_text() && !assigned.content.contains_key("mentor"));
    }
}

/// Of an enrolment that was none there is no right day: it counts no longer, and that is all.
#[tokio::test]
async fn an_enrolment_that_was_none_is_told_no_right_day() {
    let (from, last_day) = (date("2019-08-20"), Some(date("2020-04-01")));
    let instead_of = EnrolmentDays { from, last_day };
    let never = EnrolmentDaysCorrected { enrolment: ENROLMENT, days: None, instead_of, note: None };
    let past = given(a_pupil_with_a_mentor())
        .and([ended(ASSIGNMENT, AssignmentEndReason::PupilLeft, "2020-04-01"), left("2020-04-01")])
        .and([of_pupil(PupilEvent::DaysCorrected(never))]);
    let extract = extract(&past, PRINCIPAL).await.unwrap();
    for kind in [EventKind::PupilEnrolled, EventKind::PupilLeft, EventKind::MentorAssigned, EventKind::AssignmentEnded]
    {
        let entry = extract.entries.iter().find(|entry| entry.kind == kind).unwrap();
        assert_eq!((entry.corrected, entry.right_day), (true, None), "{}", kind.name());
    }
}
