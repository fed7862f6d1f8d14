//! A right that ends, ends: at the next question, at the next page by a cursor of before, in what is being followed, in a command,
//! and about the past too. Each way in which a right ends, in each place where it was made use of, over HTTP and WebSocket. What
//! waits to be sent to guardians is told of in `tests/digest`; sessions and systems' tokens in `tests/sign_in`.

use domain::actor::Role;
use domain::event::Work;
use domain::event::pupil::ContactTopic;
use domain::id::{PupilId, StaffId};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::secrecy::with_a_full_case;
use crate::stage::{Person, Pupil, Stage};

/// How a right to a case ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    AssignmentEnded,
    AssignmentsLastDay,
    HandedOver,
    CoverEnded,
    CoversLastDay,
    MentorIsBack,
    DeputysLastDay,
    MentorsRoleWithdrawn,
    PrincipalsRoleWithdrawn,
    PrincipalsLastDay,
    ProgrammesPrincipalIsAnother,
    CoordinatorsRoleWithdrawn,
    WatchsRoleWithdrawn,
    SchoolUnderAnotherCommittee,
    ClassTakenFromTeacher,
    PupilMovedToAnotherClass,
    ReferralClosed,
    ReportCorrected,
    IdentityProtected,
    NamedUntilYesterday,
    EmergencyOver,
    PupilLeft,
    PupilAtAnotherSchool,
}

impl Way {
    const ALL: [Self; 23] = [
        Self::AssignmentEnded,
        Self::AssignmentsLastDay,
        Self::HandedOver,
        Self::CoverEnded,
        Self::CoversLastDay,
        Self::MentorIsBack,
        Self::DeputysLastDay,
        Self::MentorsRoleWithdrawn,
        Self::PrincipalsRoleWithdrawn,
        Self::PrincipalsLastDay,
        Self::ProgrammesPrincipalIsAnother,
        Self::CoordinatorsRoleWithdrawn,
        Self::WatchsRoleWithdrawn,
        Self::SchoolUnderAnotherCommittee,
        Self::ClassTakenFromTeacher,
        Self::PupilMovedToAnotherClass,
        Self::ReferralClosed,
        Self::ReportCorrected,
        Self::IdentityProtected,
        Self::NamedUntilYesterday,
        Self::EmergencyOver,
        Self::PupilLeft,
        Self::PupilAtAnotherSchool,
    ];

    /// Whose right it is.
    fn holder(self, stage: &Stage) -> Person<'_> {
        match self {
            Self::AssignmentEnded
            | Self::AssignmentsLastDay
            | Self::HandedOver
            | Self::MentorsRoleWithdrawn
            | Self::IdentityProtected
            | Self::NamedUntilYesterday
            | Self::PupilLeft => stage.mentor(0),
            Self::CoverEnded
            | Self::CoversLastDay
            | Self::MentorIsBack
            | Self::DeputysLastDay
            | Self::EmergencyOver => stage.mentor(1),
            Self::PrincipalsRoleWithdrawn | Self::PupilAtAnotherSchool => stage.principal(0),
            Self::PrincipalsLastDay | Self::ProgrammesPrincipalIsAnother | Self::SchoolUnderAnotherCommittee => {
                stage.officer(0)
            }
            Self::CoordinatorsRoleWithdrawn => stage.other(Role::Coordinator),
            Self::WatchsRoleWithdrawn => stage.other(Role::AttendanceWatch),
            Self::ClassTakenFromTeacher | Self::PupilMovedToAnotherClass => stage.other(Role::Teacher),
            Self::ReferralClosed => stage.other(Role::HealthTeam),
            Self::ReportCorrected => stage.other(Role::SafetyTeam),
        }
    }

    /// Gives the right, where the stage has not.
    async fn begins(self, stage: &Stage, pupil: Pupil) {
        let (principal, holder) = (stage.principal(0), self.holder(stage).id);
        match self {
            Self::CoverEnded => starts_cover(stage, pupil, "2019-09-20").await,
            Self::CoversLastDay => starts_cover(stage, pupil, "2019-09-02").await,
            Self::MentorIsBack => stands_in(stage, "2019-09-20").await,
            Self::DeputysLastDay => stands_in(stage, "2019-09-02").await,
            Self::PrincipalsLastDay => answers(stage, holder, "until:\"2019-09-02\"").await,
            Self::ProgrammesPrincipalIsAnother => answers(stage, holder, "className:\"7A\"").await,
            Self::SchoolUnderAnotherCommittee => {
                places(stage, "BUN").await;
                grants(stage, holder, "role:ATTENDANCE_WATCH committee:\"BUN\"").await;
            }
            Self::ClassTakenFromTeacher => has_class(stage, holder, "2019-09-02").await,
            Self::PupilMovedToAnotherClass => has_class(stage, holder, "2019-12-20").await,
            Self::NamedUntilYesterday => {
                principal.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
                principal.logs(pupil, &format!("staffNamed:{{staff:\"{holder}\" lastDay:\"2019-09-02\"}}")).await;
            }
            Self::EmergencyOver => {
                let taken = format!("emergencyAccessTaken:{{staff:\"{holder}\" on:\"2019-09-02\"}}");
                stage.mentor(1).logs_because(pupil, &taken, "Eleven är försvunnen.").await;
            }
            Self::AssignmentEnded
            | Self::AssignmentsLastDay
            | Self::HandedOver
            | Self::MentorsRoleWithdrawn
            | Self::PrincipalsRoleWithdrawn
            | Self::CoordinatorsRoleWithdrawn
            | Self::WatchsRoleWithdrawn
            | Self::ReferralClosed
            | Self::ReportCorrected
            | Self::IdentityProtected
            | Self::PupilLeft
            | Self::PupilAtAnotherSchool => {}
        }
    }

    /// Ends it.
    async fn ends(self, stage: &Stage, pupil: Pupil) {
        let (principal, holder, id) = (stage.principal(0), self.holder(stage).id, pupil.id);
        let assignment = format!("pupilId:\"{id}\" assignmentId:\"{}\"", pupil.assignment);
        let ended = |day: &str| format!("{assignment} reason:NEED_ENDED lastDay:\"{day}\"");
        match self {
            Self::AssignmentEnded => drop(principal.commands("endAssignment", &ended("2019-09-01")).await),
            Self::AssignmentsLastDay => {
                principal.commands("endAssignment", &ended("2019-09-02")).await;
                assert!(self.holder(stage).sees(pupil).await, "the last day is included");
                stage.at("2019-09-02T22:00:00Z");
            }
            Self::HandedOver => {
                let next = stage.mentor(2).id;
                let handed = format!("{assignment} mentorId:\"{next}\" from:\"2019-09-02\"");
                principal.commands("handOver", &handed).await;
            }
            Self::CoverEnded => {
                let ended = format!("{assignment} deputyId:\"{holder}\" lastDay:\"2019-09-01\"");
                principal.commands("endCover", &ended).await;
            }
            Self::CoversLastDay | Self::DeputysLastDay | Self::PrincipalsLastDay | Self::NamedUntilYesterday => {
                stage.at("2019-09-02T22:00:00Z");
            }
            Self::ClassTakenFromTeacher | Self::EmergencyOver => stage.on("2019-09-03"),
            Self::MentorIsBack => {
                let back = format!("staffId:\"{}\" matter:{{staffBack:{{on:\"2019-09-02\"}}}}", stage.mentor(0).id);
                principal.commands("arrangeStaff", &back).await;
            }
            Self::MentorsRoleWithdrawn => withdraws(stage, holder, "MENTOR").await,
            Self::PrincipalsRoleWithdrawn => withdraws(stage, holder, "PRINCIPAL").await,
            Self::CoordinatorsRoleWithdrawn => withdraws(stage, holder, "COORDINATOR").await,
            Self::WatchsRoleWithdrawn => withdraws(stage, holder, "ATTENDANCE_WATCH").await,
            Self::SchoolUnderAnotherCommittee => places(stage, "BIN").await,
            Self::ProgrammesPrincipalIsAnother | Self::PupilMovedToAnotherClass => {
                let moved = format!("pupilId:\"{id}\" className:\"7B\" grade:7 from:\"2019-09-02\"");
                principal.commands("movePupil", &moved).await;
            }
            Self::ReferralClosed => {
                let of = entry(stage, pupil, "REFERRAL_OPENED", "id").await;
                principal.logs(pupil, &format!("referralClosed:{{of:\"{of}\"}}")).await;
            }
            Self::ReportCorrected => {
                let position = entry(stage, pupil, "INCIDENT_NOTED", "position").await;
                let correct = format!("pupilId:\"{id}\" position:\"{position}\" reason:\"Gällde en annan elev.\"");
                principal.commands("correctEntry", &correct).await;
            }
            Self::IdentityProtected => drop(principal.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await),
            Self::PupilLeft => leaves(stage, pupil).await,
            Self::PupilAtAnotherSchool => {
                leaves(stage, pupil).await;
                assert!(principal.sees(pupil).await, "until the next school has enrolled them");
                let enrol = format!(
                    "pupilId:\"{id}\" schoolId:\"{}\" name:\"Kim Exempel\" className:\"7A\" grade:7 \
                     from:\"2019-09-03\" identity:NONE",
                    stage.elsewhere()
                );
                stage.stranger().commands("enrolPupil", &enrol).await;
            }
        }
    }
}

async fn starts_cover(stage: &Stage, pupil: Pupil, until: &str) {
    let cover = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" deputyId:\"{}\" from:\"2019-09-02\" until:\"{until}\"",
        pupil.id,
        pupil.assignment,
        stage.mentor(1).id
    );
    stage.principal(0).commands("startCover", &cover).await;
}

/// The mentor is away, and another has been named for such days.
async fn stands_in(stage: &Stage, until: &str) {
    let named = format!(
        "standingDeputyNamed:{{deputy:\"{}\" firstDay:\"2019-09-02\" lastDay:\"2019-12-20\"}}",
        stage.mentor(1).id
    );
    for matter in [named, format!("staffAway:{{firstDay:\"2019-09-02\" lastDay:\"{until}\"}}")] {
        let arranged = format!("staffId:\"{}\" matter:{{{matter}}}", stage.mentor(0).id);
        stage.principal(0).commands("arrangeStaff", &arranged).await;
    }
}

/// Another principal answers for pupils of the school too.
async fn answers(stage: &Stage, principal: StaffId, of: &str) {
    grants(stage, principal, &format!("role:PRINCIPAL schoolId:\"{}\"", stage.school)).await;
    let made = format!("schoolId:\"{}\" principalId:\"{principal}\" from:\"2019-08-20\" {of}", stage.school);
    stage.administrator().commands("makePrincipalResponsible", &made).await;
}

async fn grants(stage: &Stage, staff: StaffId, role: &str) {
    stage.administrator().commands("grantRole", &format!("staffId:\"{staff}\" {role}")).await;
}

async fn withdraws(stage: &Stage, staff: StaffId, role: &str) {
    let withdrawn = format!("staffId:\"{staff}\" role:{role} schoolId:\"{}\"", stage.school);
    stage.administrator().commands("withdrawRole", &withdrawn).await;
}

async fn places(stage: &Stage, committee: &str) {
    let placed = format!("placedUnderCommittee:{{committee:\"{committee}\" name:\"Nämnden {committee}\"}}");
    let matter = format!("schoolId:\"{}\" matter:{{{placed}}}", stage.school);
    stage.administrator().commands("settleSchool", &matter).await;
}

async fn has_class(stage: &Stage, teacher: StaffId, last_day: &str) {
    let given = format!(
        "classGiven:{{school:\"{}\" class:\"7A\" firstDay:\"2019-08-20\" lastDay:\"{last_day}\"}}",
        stage.school
    );
    let arranged = format!("staffId:\"{teacher}\" matter:{{{given}}}");
    stage.principal(0).commands("arrangeStaff", &arranged).await;
}

async fn leaves(stage: &Stage, pupil: Pupil) {
    let left = format!("pupilId:\"{}\" reason:CHANGED_SCHOOL lastDay:\"2019-09-02\"", pupil.id);
    stage.principal(0).commands("recordPupilLeft", &left).await;
    stage.on("2019-09-03");
}

/// What the principal reads of an entry of a kind.
async fn entry(stage: &Stage, pupil: Pupil, kind: &str, field: &str) -> String {
    let query = format!("{{pupil(id:\"{}\"){{timeline(first:50){{edges{{node{{kind {field}}}}}}}}}}}", pupil.id);
    let answer = stage.principal(0).asks(&query).await;
    let edges = answer["data"]["pupil"]["timeline"]["edges"].as_array().unwrap().clone();
    edges.iter().find(|edge| edge["node"]["kind"] == kind).unwrap()["node"][field].as_str().unwrap().to_owned()
}

/// A pupil who never was.
const NOBODY: PupilId = PupilId::from_bits([0xAB; 16]);

/// Everything that is asked about one pupil; what is answered is compared with what is answered about nobody.
fn questions(cursor: &str) -> Vec<String> {
    let all = "id name school{code} placement{className} mentors{since} guardians{id} identityProtected \
               timeline(first:50){totalCount edges{node{kind}}} history(first:50){totalCount} readings(first:50){totalCount} \
               extract{document} absence(term:\"ht19\"){all{days}}";
    vec![
        format!("{{pupil(id:\"ID\"){{{all}}}}}"),
        format!(
            "{{pupil(id:\"ID\"){{timeline(first:1 after:\"{cursor}\"){{totalCount edges{{cursor node{{kind}}}}}}}}}}"
        ),
        "{node(id:\"ID\"){__typename id ... on Pupil{name}}}".to_owned(),
        "{asOf(day:\"2019-09-01\"){pupil(id:\"ID\"){name}}}".to_owned(),
        "{asOf(day:\"2019-09-02\" knownOn:\"2019-09-02\"){pupil(id:\"ID\"){name}}}".to_owned(),
        "{a:pupil(id:\"ID\"){name} b:pupil(id:\"ID\"){... on Pupil{name}}}".to_owned(),
        "mutation{openNote(pupilId:\"ID\" position:\"POSITION\")}".to_owned(),
    ]
}

/// Whether any list of whom one has still tells of the pupil.
async fn is_listed(person: &Person<'_>, stage: &Stage, pupil: Pupil) -> bool {
    let rows = "edges{node{pupil{id}}}";
    let query = format!(
        "{{viewer{{caseload(first:100){{{rows}}}}} node(id:\"{}\"){{... on School{{pupils(first:100){{{rows}}} \
         unassigned(first:100){{{rows}}} notTalkedWith(first:100){{{rows}}}}}}}}}",
        stage.school
    );
    let answer = person.asks(&query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer.to_string().contains(&pupil.id.to_string())
}

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Follows something, as somebody.
pub(crate) async fn follows(person: &Person<'_>, stage: &Stage, query: &str) -> Socket {
    let mut request = stage.url("/graphql").replace("http", "ws").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {}", person.id) } });
    say(&mut socket, init).await;
    assert_eq!(hears(&mut socket).await["type"], "connection_ack");
    say(&mut socket, json!({ "type": "subscribe", "id": "1", "payload": { "query": query } })).await;
    socket
}

async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// The next that is said; whether one is there is asked and answered on the way.
pub(crate) async fn hears(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// What is heard until what is followed has ended; and that nothing is heard behind the end.
pub(crate) async fn to_the_end(socket: &mut Socket) -> Vec<Value> {
    let mut heard = Vec::new();
    loop {
        let next = hears(socket).await;
        if next["type"] == "complete" {
            break;
        }
        heard.push(next);
    }
    say(socket, json!({ "type": "ping" })).await;
    assert_eq!(hears(socket).await, json!({ "type": "pong" }), "nothing is sent behind the end");
    heard
}

/// What an answer says, of somebody who is called by another id in it.
fn about(answer: &Value, id: PupilId) -> String {
    answer.to_string().replace(&id.to_string(), "ID")
}

async fn ends_everywhere(way: Way) {
    let stage = with_a_full_case().await;
    let pupil = stage.pupils[0];
    way.begins(&stage, pupil).await;
    let person = way.holder(&stage);
    let position = entry(&stage, pupil, "REFERRAL_OPENED", "position").await;

    // It was made use of, in each place.
    let first = format!("{{pupil(id:\"{}\"){{timeline(first:1){{edges{{cursor}}}}}}}}", pupil.id);
    let first = person.asks(&first).await;
    let cursor = first["data"]["pupil"]["timeline"]["edges"][0]["cursor"].as_str().unwrap_or_else(|| panic!("{way:?}"));
    assert!(is_listed(&person, &stage, pupil).await, "{way:?}");
    let mut timeline =
        follows(&person, &stage, &format!("subscription{{pupilTimeline(pupilId:\"{}\"){{kind id}}}}", pupil.id)).await;
    // What is followed from now on is followed when an answer to something said after it has come.
    say(&mut timeline, json!({ "type": "ping" })).await;
    assert_eq!(hears(&mut timeline).await, json!({ "type": "pong" }));
    let rows = format!("subscription{{mentorCaseload(mentorId:\"{}\"){{edges{{node{{pupil{{id}}}}}}}}}}", person.id);
    let mut caseload = follows(&person, &stage, &rows).await;
    let had = hears(&mut caseload).await.to_string().contains(&pupil.id.to_string());

    way.ends(&stage, pupil).await;

    // It is gone, and there is nothing to tell it from somebody who never was.
    for question in questions(cursor) {
        // Who answered for a pupil who has gone to another school opens notes still, to choose what is handed on.
        if way == Way::PupilAtAnotherSchool && question.starts_with("mutation") {
            continue;
        }
        let question = question.replace("POSITION", &position);
        let ask = async |id: PupilId| about(&person.asks(&question.replace("ID", &id.to_string())).await, id);
        assert_eq!(ask(pupil.id).await, ask(NOBODY).await, "{way:?}: {question}");
    }
    assert!(!is_listed(&person, &stage, pupil).await, "{way:?}");
    let talk = |id: PupilId| format!("pupilId:\"{id}\" work:{{pupilTalkedWith:{{topic:WELLBEING}}}}");
    let refused = person.tries("logWork", &talk(pupil.id)).await;
    assert_eq!(refused, person.tries("logWork", &talk(NOBODY)).await, "{way:?}");
    assert!(refused["data"]["logWork"]["receipt"].is_null(), "{way:?}");
    // What was followed has ended, and nothing that happens now is sent.
    let recorded = stage.records(pupil, Work::PupilTalkedWith { topic: ContactTopic::Wellbeing }).await;
    assert_eq!(recorded, way != Way::PupilLeft, "{way:?}");
    let heard = to_the_end(&mut timeline).await;
    assert!(!heard.iter().any(|item| item.to_string().contains("PUPIL_TALKED_WITH")), "{way:?}: {heard:?}");
    if had {
        // The list goes on without the pupil, or ends with the right to ask for it.
        loop {
            let next = hears(&mut caseload).await;
            if next["type"] == "complete" || !next.to_string().contains(&pupil.id.to_string()) {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_right_that_ends_ends_everywhere_at_once_whichever_way_it_ends() {
    for way in Way::ALL {
        ends_everywhere(way).await;
    }
}

/// What may be decided for another ends with the last day of the delegation, with the delegate's role, and with the principal's.
#[tokio::test]
async fn a_delegation_ends_with_its_last_day_and_with_either_role() {
    for (role, of) in [(None, 0), (Some("MENTOR"), 1), (Some("PRINCIPAL"), 2)] {
        let stage = with_a_full_case().await;
        let (principal, delegate, pupil) = (stage.principal(0), stage.mentor(1), stage.pupils[0]);
        let delegated = format!(
            "schoolId:\"{}\" matter:{{decisionDelegated:{{decision:WRITTEN_WARNING to:\"{}\" firstDay:\"2019-09-02\" \
             lastDay:\"2019-09-02\"}}}}",
            stage.school, delegate.id
        );
        principal.commands("settleSchool", &delegated).await;
        let warning = |id: PupilId| format!("pupilId:\"{id}\" work:{{writtenWarningGiven:{{on:\"2019-09-02\"}}}}");
        delegate.commands("logWork", &warning(pupil.id)).await;
        match role {
            None => stage.at("2019-09-02T22:00:00Z"),
            Some(role) => withdraws(&stage, if of == 1 { delegate.id } else { principal.id }, role).await,
        }
        let refused = delegate.tries("logWork", &warning(pupil.id)).await;
        assert!(refused["data"]["logWork"]["receipt"].is_null(), "{role:?}: {refused}");
        assert_eq!(refused, delegate.tries("logWork", &warning(NOBODY)).await, "{role:?}");
    }
}
