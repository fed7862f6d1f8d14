//! What is told of messages to a guardian of several pupils, to those who have one of them.

use casework::Casework;
use domain::actor::Actor;
use domain::command::{Command, DigestAct, GuardianChoice};
use domain::event::pupil::Guardianship;
use domain::personal::Personal;
use domain::words::{ChosenBy, ContactDetail, MessageClass, Reference};
use serde_json::{Value, json};

use crate::support::{MENTOR, OTHER_MENTOR, PRINCIPAL, Service, command_id};

async fn done(casework: &Casework, command: Command) {
    casework.execute(Actor::Setup, command, command_id()).await.unwrap();
}

#[tokio::test]
async fn why_a_message_was_not_sent_is_told_to_whoever_has_all_the_children_and_else_only_what_is_about_the_guardian() {
    let service = Service::start().await;
    let world = &service.world;
    let (casework, guardian) = (&world.casework, world.guardian);
    let (choice, guardianship) = (GuardianChoice::Known(guardian), Guardianship::Custodian);
    done(casework, Command::LinkGuardian { pupil: world.other_pupil, guardian: choice, guardianship, household: None })
        .await;
    let acts = async |acts: Vec<DigestAct>| {
        for act in acts {
            done(casework, Command::Digest { guardian, act }).await;
        }
    };
    let message = MessageClass::Digest;
    let until = "2019-10-01T08:10:00Z".parse().unwrap();
    let claimed = |period: &str| {
        let (period, sender) = (period.parse().unwrap(), Reference::try_new("post-1").unwrap());
        let about = vec![world.other_pupil];
        vec![
            DigestAct::Prepare { message, period, since: 0 },
            DigestAct::Claim { message, period, sender, until, template: 1, about },
        ]
    };

    // given one message without an address, and one that is not sent for the sake of a child
    acts(claimed("2019-09-20")).await;
    let email = Personal::new(ContactDetail::try_new("gun@home.example").unwrap());
    let by = ChosenBy::Staff;
    acts(vec![DigestAct::SetAddress { email }, DigestAct::ConfirmAddress { address: None, by }]).await;
    acts(claimed("2019-09-27")).await;

    // when those ask who have one of the children, or both
    let query = format!("{{guardian(id:\"{guardian}\"){{messages{{standing notSent}} preview{{notSent}}}}}}");
    let told = async |token| service.ask(token, &query).await["data"]["guardian"].clone();
    let refused = |reason: Value| json!({ "standing": "REFUSED", "notSent": reason });

    // then a reason that may be about the other child is told to neither of the two
    for token in [MENTOR, OTHER_MENTOR] {
        let told = told(token).await;
        assert_eq!(told["messages"], json!([refused(json!("NO_ADDRESS")), refused(Value::Null)]));
        assert_eq!(told["preview"], Value::Null);
    }
    let told = told(PRINCIPAL).await;
    assert_eq!(told["messages"], json!([refused(json!("NO_ADDRESS")), refused(json!("AGE_UNKNOWN"))]));
    assert_eq!(told["preview"], json!({ "notSent": "AGE_UNKNOWN" }));
}
