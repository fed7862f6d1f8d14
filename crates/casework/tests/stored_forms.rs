//! Every stored form has an example that is never edited: what once was written can be read for ever.
//!
//! The examples lie in `tests/stored/` at the root. A missing one is written when `MENTORLOG_WRITE_EXAMPLES` is set; one
//! that is there is never overwritten.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use casework::stored::{decode, encode, form};
use casework::traces::{SubjectsV1, TraceV1};
use domain::actor::{Actor, Grant, Role};
use domain::decide::Decided;
use domain::event::pupil::{AssignmentEndReason, AssignmentKind, PupilEvent};
use domain::event::school::{Responsibility, SchoolEvent};
use domain::event::{Event, EventKind, GuardianEvent, SchoolMatter, StaffEvent, StaffMatter};
use domain::id::EventId;
use domain::personal::{Erasable, Personal};
use domain::recorded::{Body, Recorded, StreamRef};
use domain::retention::Subject;
use domain::spec::cast::{
    ASSIGNMENT, ENROLMENT, GUARDIAN, MENTOR, OFFICER, PRINCIPAL, SCHOOL, appointed, assigned, attended, committee,
    contacted, corrected, day, ended, enrolled, guardian_corrected, guardian_registered, joined, left, linked, moved,
    of_pupil, placed_on, registered, responsible, year_set,
};
use domain::spec::digests::{every_digest_matter, of_guardian};
use domain::spec::everyday::{
    cover, cover_ended, days_corrected, entry_corrected, every_school_matter, every_staff_matter, handed_over,
    incomparable, mission, model, name_corrected, of_mentor, of_school, task_taken_over, time_logged, working_time,
};
use domain::spec::works::{every_work, worked};
use domain::spec::{Happened, command_id, date, noon};
use domain::words::{ContactDetail, Note, ProgrammeCode, TimeCategory};
use proptest::prelude::*;
use serde_json::{Value, json};
use storage::{CommitId, KeyRef, NewEvent, OpenedEvent, OpenedPart, PartContent, Position, RecordClass, StreamId};
use zeroize::Zeroizing;

/// One event of each kind, with every field that there can be.
fn example(kind: EventKind) -> Happened {
    let worked = every_work().into_iter().map(worked);
    let matters = every_staff_matter().into_iter().map(|matter| of_mentor(StaffEvent::Arranged(matter)));
    let settled = every_school_matter().into_iter().map(|matter| of_school(SchoolEvent::Settled(matter)));
    let messages = every_digest_matter().into_iter().map(of_guardian);
    let mut all =
        around().into_iter().chain(of_the_pupil()).chain(worked).chain(matters).chain(settled).chain(messages);
    all.find(|(_, event)| event.kind() == kind).unwrap_or_else(|| panic!("{kind:?} has no example yet: add one"))
}

/// Schools, staff and guardians.
fn around() -> Vec<Happened> {
    vec![
        registered(SCHOOL, "EXE"),
        year_set(SCHOOL),
        {
            let programme = Responsibility::Programme(ProgrammeCode::try_new("SA").unwrap());
            let (stream, mut event) = responsible(SCHOOL, PRINCIPAL, programme);
            if let Event::School(SchoolEvent::PrincipalMadeResponsible(made)) = &mut event {
                made.until = Some(date("2020-06-30"));
            }
            (stream, event)
        },
        joined(MENTOR),
        appointed(OFFICER, Role::Authority, committee("BUN")),
        {
            let grant = Grant { role: Role::Authority, school: None, committee: Some(committee("BUN")) };
            let withdrawn = domain::event::staff::RoleWithdrawn { grant };
            (StreamRef::Staff(OFFICER), StaffEvent::RoleWithdrawn(withdrawn).into())
        },
        of_mentor(StaffEvent::WorkingTimeSet(working_time())),
        of_mentor(StaffEvent::TimeLogged(time_logged())),
        of_mentor(StaffEvent::TaskTakenOver(task_taken_over())),
        of_school(SchoolEvent::MissionAdopted(mission())),
        of_school(SchoolEvent::MentoringModelChosen(model())),
        of_school(SchoolEvent::TermMarkedNotComparable(incomparable())),
        {
            let (stream, mut event) = guardian_registered(GUARDIAN);
            if let Event::Guardian(GuardianEvent::Registered(guardian)) = &mut event {
                let detail = |text: &str| Some(Personal::new(ContactDetail::try_new(text).unwrap()));
                (guardian.phone, guardian.email) = (detail("013-000 00 00"), detail("alex@example.org"));
            }
            (stream, event)
        },
        {
            let (stream, mut event) = guardian_corrected();
            if let Event::Guardian(GuardianEvent::Corrected(guardian)) = &mut event {
                guardian.phone = Some(Personal::new(ContactDetail::try_new("013-000 00 01").unwrap()));
            }
            (stream, event)
        },
    ]
}

fn of_the_pupil() -> Vec<Happened> {
    vec![
        {
            let (stream, mut event) = enrolled(SCHOOL, ENROLMENT, "1A", "2019-08-20");
            if let Event::Pupil(PupilEvent::Enrolled(enrolled)) = &mut event {
                enrolled.placement = placed_on("1A", "SA");
            }
            (stream, event)
        },
        moved("8A", "2020-08-18"),
        left("2020-06-11"),
        linked(GUARDIAN),
        assigned(ASSIGNMENT, MENTOR, AssignmentKind::Primary, "2019-08-26"),
        ended(ASSIGNMENT, AssignmentEndReason::NeedEnded, "2019-12-19"),
        {
            let (stream, mut event) = contacted();
            if let Event::Pupil(PupilEvent::GuardianContacted(contact)) = &mut event {
                let note = Note::try_new("Talade om morgnarna.\nRinger igen på fredag.").unwrap();
                contact.note = Some(Erasable::Present(Personal::new(note)));
            }
            (stream, event)
        },
        { attended(vec![day(date("2019-09-02"), 60, 0), day(date("2019-09-03"), 0, 120)]) },
        corrected(day(date("2019-09-03"), 120, 0)),
        of_pupil(PupilEvent::AssignmentHandedOver(handed_over(ASSIGNMENT))),
        of_pupil(PupilEvent::EntryCorrected(entry_corrected())),
        of_pupil(PupilEvent::NameCorrected(name_corrected())),
        of_pupil(PupilEvent::DaysCorrected(days_corrected())),
        of_pupil(PupilEvent::CoverStarted(cover())),
        of_pupil(PupilEvent::CoverEnded(cover_ended())),
    ]
}

fn decided((stream, event): Happened) -> Decided {
    Decided { stream, id: EventId::from_bits([0xE0; 16]), occurred: noon("2019-09-03"), event }
}

fn who(kind: EventKind) -> (Actor, Option<Role>) {
    if kind == EventKind::SchoolRegistered {
        (Actor::Setup, None)
    } else {
        (Actor::Staff(PRINCIPAL), Some(Role::Principal))
    }
}

/// What the log gives back for an event, with the chosen parts erased.
fn opened(event: NewEvent, erased: impl Fn(usize) -> bool) -> OpenedEvent {
    let part = |(at, part): (usize, storage::NewPart)| OpenedPart {
        key: part.key,
        content: if erased(at) { PartContent::Erased } else { PartContent::Present(part.plain) },
    };
    OpenedEvent {
        position: Position(7),
        stream: event.stream,
        version: 3,
        event_id: event.event_id,
        commit: CommitId(command_id(1).bits()),
        kind: event.kind,
        form: event.form,
        recorded_micros: noon("2019-09-04").timestamp_micros(),
        open: event.open,
        parts: event.parts.into_iter().enumerate().map(part).collect(),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/stored")
}

/// The committed example; written when it is missing and that is asked for.
fn committed(name: &str, otherwise: impl FnOnce() -> Value) -> Value {
    let path = folder().join(name);
    if !path.exists() && std::env::var_os("MENTORLOG_WRITE_EXAMPLES").is_some() {
        fs::create_dir_all(folder()).unwrap();
        fs::write(&path, serde_json::to_string_pretty(&otherwise()).unwrap() + "\n").unwrap();
    }
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("tests/stored/{name} is missing: run the test with MENTORLOG_WRITE_EXAMPLES=1"));
    serde_json::from_str(&text).unwrap()
}

fn hex(bytes: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*bytes))
}

fn unhex(value: &Value) -> [u8; 16] {
    u128::from_str_radix(value.as_str().unwrap(), 16).unwrap().to_be_bytes()
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn to_json(event: &OpenedEvent) -> Value {
    let part = |part: &OpenedPart| {
        let content = match &part.content {
            PartContent::Present(bytes) => parsed(bytes),
            PartContent::Erased => json!("erased"),
        };
        json!({ "subject": hex(&part.key.subject), "class": part.key.class.0, "period": part.key.period, "content": content })
    };
    json!({
        "kind": event.kind,
        "form": event.form,
        "stream": { "kind": event.stream.kind, "id": hex(&event.stream.id) },
        "eventId": hex(&event.event_id),
        "open": parsed(&event.open),
        "parts": event.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn number<T: TryFrom<u64>>(value: &Value) -> T {
    value.as_u64().and_then(|number| T::try_from(number).ok()).unwrap()
}

fn from_json(example: &Value) -> OpenedEvent {
    let part = |part: &Value| OpenedPart {
        key: KeyRef {
            subject: unhex(&part["subject"]),
            class: RecordClass(number(&part["class"])),
            period: number(&part["period"]),
        },
        content: match part["content"].as_str() {
            Some("erased") => PartContent::Erased,
            _ => PartContent::Present(Zeroizing::new(serde_json::to_vec(&part["content"]).unwrap())),
        },
    };
    OpenedEvent {
        position: Position(7),
        stream: StreamId { kind: number(&example["stream"]["kind"]), id: unhex(&example["stream"]["id"]) },
        version: 3,
        event_id: unhex(&example["eventId"]),
        commit: CommitId(command_id(1).bits()),
        kind: example["kind"].as_str().unwrap().to_owned(),
        form: number(&example["form"]),
        recorded_micros: noon("2019-09-04").timestamp_micros(),
        open: serde_json::to_vec(&example["open"]).unwrap(),
        parts: example["parts"].as_array().unwrap().iter().map(part).collect(),
    }
}

fn again(recorded: &Recorded) -> NewEvent {
    let Body::Known(event) = recorded.body.clone() else { panic!("the event is not erased") };
    let decided = Decided { stream: recorded.stream, id: recorded.id, occurred: recorded.occurred.unwrap(), event };
    encode(&decided, recorded.actor, recorded.role).unwrap()
}

#[test]
fn what_is_stored_reads_back_the_same_for_every_kind() {
    for kind in EventKind::ALL {
        let (actor, role) = who(*kind);
        let decided = decided(example(*kind));
        let recorded = decode(&opened(encode(&decided, actor, role).unwrap(), |_| false)).unwrap();
        assert_eq!(recorded.body, Body::Known(decided.event), "{}", kind.name());
        assert_eq!(
            (recorded.stream, recorded.id, recorded.occurred),
            (decided.stream, decided.id, Some(decided.occurred))
        );
        assert_eq!((recorded.actor, recorded.role), (actor, role));
    }
}

#[test]
fn every_kind_has_an_example_that_reads_and_writes_back_the_same() {
    for kind in EventKind::ALL {
        let name = format!("{}.v{}.present.json", kind.name(), form(*kind));
        let made = || {
            let (actor, role) = who(*kind);
            to_json(&opened(encode(&decided(example(*kind)), actor, role).unwrap(), |_| false))
        };
        let example = committed(&name, made);
        let recorded = decode(&from_json(&example)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(to_json(&opened(again(&recorded), |_| false)), example, "{name}");
    }
}

#[test]
fn every_kind_has_an_example_of_what_is_left_when_it_has_been_erased() {
    for kind in EventKind::ALL {
        let name = format!("{}.v{}.erased.json", kind.name(), form(*kind));
        let made = || {
            let (actor, role) = who(*kind);
            to_json(&opened(encode(&decided(example(*kind)), actor, role).unwrap(), |_| true))
        };
        let example = committed(&name, made);
        let event = from_json(&example);
        let recorded = decode(&event).unwrap_or_else(|error| panic!("{name}: {error}"));
        if event.parts.is_empty() {
            // About no person: there is nothing in it to erase.
            assert!(matches!(recorded.body, Body::Known(_)), "{name}");
        } else {
            assert_eq!((recorded.body, recorded.occurred), (Body::Erased(*kind), None), "{name}");
        }
    }
}

/// What an older version did not say is said by its step: nothing that anybody knew, and nothing of what is erased.
#[test]
fn an_older_version_is_read_as_the_newest_and_what_is_erased_stays_erased() {
    let older = EventKind::ALL.iter().filter(|kind| form(**kind) > 1);
    let read =
        |name: String| decode(&from_json(&committed(&name, || panic!("an older version is committed")))).unwrap();
    for kind in older {
        let recorded = read(format!("{}.v1.present.json", kind.name()));
        let Body::Known(event) = &recorded.body else { panic!("{} is known", kind.name()) };
        assert_eq!(event.kind(), *kind);
        assert_eq!(again(&recorded).form, form(*kind), "it is written in the newest version");
        let erased = read(format!("{}.v1.erased.json", kind.name()));
        let open = matches!(
            kind,
            EventKind::MissionAdopted
                | EventKind::DecisionDelegated
                | EventKind::LadderPolicyAdopted
                | EventKind::LegalHoldPlaced
                | EventKind::LegalHoldLifted
                | EventKind::ErasureBegun
                | EventKind::ErasureCarriedOut
                | EventKind::RoleGranted
                | EventKind::RoleWithdrawn
        );
        assert_eq!(matches!(erased.body, Body::Erased(_)), !open, "{}", kind.name());
    }
    let settled = |name: &str| read(format!("{name}.v1.present.json")).body;
    let Body::Known(Event::Staff(StaffEvent::RoleGranted(granted))) = settled("role-granted") else { panic!("a role") };
    assert_eq!(granted.grant, Grant::at(Role::Mentor, SCHOOL));
    let Body::Known(Event::School(SchoolEvent::MissionAdopted(mission))) = settled("mission-adopted") else {
        panic!("a mission")
    };
    assert!(!mission.within.contains(TimeCategory::Substitute) && mission.within.contains(TimeCategory::Pupils));
    let policy = settled("ladder-policy-adopted");
    assert!(
        matches!(&policy, Body::Known(Event::School(SchoolEvent::Settled(SchoolMatter::LadderPolicyAdopted { inquiry: Some(step), .. }))) if step.number() == 3),
        "the third step was taken to be the inquiry: {policy:?}"
    );
    for name in ["legal-hold-placed", "legal-hold-lifted"] {
        let held = settled(name);
        assert!(
            matches!(&held, Body::Known(Event::School(SchoolEvent::Settled(
                SchoolMatter::LegalHoldPlaced { subject, .. } | SchoolMatter::LegalHoldLifted { subject }
            ))) if *subject == Subject::Pupil(domain::spec::cast::PUPIL)),
            "a pupil's records were held: {held:?}"
        );
    }
    for version in 1..3 {
        let begun = read(format!("erasure-begun.v{version}.present.json")).body;
        assert!(
            matches!(
                &begun,
                Body::Known(Event::School(SchoolEvent::Settled(SchoolMatter::ErasureBegun { approved_by: None, .. })))
            ),
            "who approved was not said: {begun:?}"
        );
    }
    let named = settled("standing-deputy-named");
    assert!(
        matches!(
            &named,
            Body::Known(Event::Staff(StaffEvent::Arranged(StaffMatter::StandingDeputyNamed { school: None, .. })))
        ),
        "for which school was not said: {named:?}"
    );
    let Body::Known(Event::School(SchoolEvent::Settled(matter))) = settled("decision-delegated") else {
        panic!("a delegation")
    };
    assert!(
        matches!(matter, SchoolMatter::DecisionDelegated { by: Some(by), .. } if by == PRINCIPAL),
        "whoever did it"
    );
}

#[test]
fn a_trace_has_examples_too() {
    let open = TraceV1 {
        form: 1,
        actor: Actor::Staff(PRINCIPAL).into(),
        roles: vec![Role::Principal.into()],
        operation: "query".to_owned(),
        refused: false,
        at_micros: noon("2019-09-03").timestamp_micros(),
    };
    let subjects = SubjectsV1 { shown: vec![domain::spec::cast::PUPIL.to_string()], ..SubjectsV1::default() };
    let trace = |content: Value| {
        let key = json!({ "subject": hex(&[0; 16]), "class": casework::stored::classes::TRACE.0, "period": 2019 });
        let mut part = key;
        part["content"] = content;
        json!({ "kind": "trace", "form": 1, "open": serde_json::to_value(&open).unwrap(), "parts": [part] })
    };
    let present = committed("trace.v1.present.json", || trace(serde_json::to_value(&subjects).unwrap()));
    let erased = committed("trace.v1.erased.json", || trace(json!("erased")));
    for example in [&present, &erased] {
        let open: TraceV1 = serde_json::from_value(example["open"].clone()).unwrap();
        assert_eq!(serde_json::to_value(&open).unwrap(), example["open"]);
    }
    let subjects: SubjectsV1 = serde_json::from_value(present["parts"][0]["content"].clone()).unwrap();
    assert_eq!(serde_json::to_value(&subjects).unwrap(), present["parts"][0]["content"]);
    assert_eq!(erased["parts"][0]["content"], "erased");
}

#[test]
fn a_note_or_a_name_that_was_erased_by_itself_leaves_the_rest() {
    for kind in [EventKind::GuardianContacted, EventKind::PupilEnrolled, EventKind::PupilNameCorrected] {
        let event = encode(&decided(example(kind)), Actor::Setup, None).unwrap();
        let recorded = decode(&opened(event, |part| part == 1)).unwrap();
        match recorded.body {
            Body::Known(Event::Pupil(PupilEvent::GuardianContacted(contact))) => {
                assert_eq!(contact.note, Some(Erasable::Erased));
            }
            Body::Known(Event::Pupil(PupilEvent::Enrolled(enrolled))) => assert_eq!(enrolled.name, Erasable::Erased),
            Body::Known(Event::Pupil(PupilEvent::NameCorrected(corrected))) => {
                assert_eq!(corrected.name, Erasable::Erased);
                assert!(corrected.instead_of.present().is_some());
            }
            other => panic!("something else: {other:?}"),
        }
        assert!(recorded.occurred.is_some());
    }
}

#[test]
fn what_is_about_a_person_is_never_in_the_open() {
    let kinds = EventKind::ALL.iter().filter(|kind| {
        let (stream, _) = example(**kind);
        matches!(stream, StreamRef::Pupil(_) | StreamRef::Guardian(_)) || **kind == EventKind::StaffJoined
    });
    for kind in kinds {
        let event = encode(&decided(example(*kind)), Actor::Setup, None).unwrap();
        assert_eq!(parsed(&event.open), json!({ "actor": "setup" }), "{}", kind.name());
        assert!(!event.parts.is_empty());
    }
}

#[test]
fn an_unknown_field_or_a_value_that_is_not_allowed_is_an_error() {
    let event = || opened(encode(&decided(example(EventKind::PupilEnrolled)), Actor::Setup, None).unwrap(), |_| false);
    let with = |content: &str| {
        let mut event = event();
        event.parts[0].content = PartContent::Present(Zeroizing::new(content.as_bytes().to_vec()));
        event
    };
    let PartContent::Present(good) = &event().parts[0].content else { panic!("present") };
    let good = String::from_utf8(good.to_vec()).unwrap();
    assert!(decode(&with(&good)).is_ok());
    assert!(decode(&with(&good.replacen('{', "{\"more\":1,", 1))).is_err());
    assert!(decode(&with(&good.replace("\"grade\":1", "\"grade\":12"))).is_err());
    assert!(decode(&OpenedEvent { kind: "pupil-vanished".to_owned(), ..event() }).is_err());
    assert!(decode(&OpenedEvent { form: form(EventKind::PupilEnrolled) + 1, ..event() }).is_err());
    assert!(decode(&OpenedEvent { stream: StreamId { kind: 99, id: [1; 16] }, ..event() }).is_err());
    assert!(decode(&OpenedEvent { parts: Vec::new(), ..event() }).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(
        kind in 0..EventKind::ALL.len(),
        open in prop::collection::vec(any::<u8>(), 0..64),
        keep_open in any::<bool>(),
        part in prop::option::of(prop::collection::vec(any::<u8>(), 0..64)),
        cut in any::<prop::sample::Index>(),
    ) {
        let kind = EventKind::ALL[kind];
        let mut event = opened(encode(&decided(example(kind)), Actor::Setup, None).unwrap(), |_| false);
        if !keep_open {
            event.open = open;
        }
        if let Some(first) = event.parts.first_mut() {
            first.content = match (part, &first.content) {
                (Some(bytes), _) => PartContent::Present(Zeroizing::new(bytes)),
                (None, PartContent::Present(bytes)) => {
                    PartContent::Present(Zeroizing::new(bytes[..cut.index(bytes.len())].to_vec()))
                }
                (None, PartContent::Erased) => PartContent::Erased,
            };
        }
        let _ = decode(&event);
    }
}
