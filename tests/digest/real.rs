//! The same over a mail server as a school's huvudman runs one, to a mailbox that is read.

use domain::state::outbox::Standing;
use domain::words::{DeliveryFailure, SpeaksOf};
use mail_parser::{Address, MessageParser};

use crate::home::Home;
use crate::limits::came_back;
use crate::server::{Door, Server};

#[tokio::test(flavor = "multi_thread")]
async fn each_guardian_finds_one_message_in_their_own_mailbox_with_both_parts_and_nobody_else_in_it() {
    let Some(server) = Server::start().await else { return };
    for (number, door) in [Door::StartTls, Door::Tls].into_iter().enumerate() {
        // given a household of two
        let home = Home::new().await;
        home.has_a_guardian_at("sam@home.example").await;
        home.plain_facts_allowed().await;
        home.is_absent("2019-09-05", 60).await;

        // when a round is run
        assert_eq!(home.round(&server.good_courier(door)).await.sent, 2, "{door:?}");

        // then each has one message
        for mailbox in ["alex", "sam"] {
            let delivered = server.delivered(mailbox, number + 1).await;
            assert_eq!(delivered.len(), number + 1, "{door:?}: one for each household");
            let told = delivered.last().unwrap();
            assert!(told.contains("with ESMTPS"), "{door:?}: it came encrypted: {told}");
            let message = MessageParser::default().parse(told).unwrap();
            let own = format!("{mailbox}@home.example");
            assert_eq!(addresses(message.to()), [own.as_str()]);
            assert!(message.cc().is_none() && message.bcc().is_none());
            let back = message.return_path().as_text().unwrap().to_owned();
            assert!(
                back.starts_with("bounce+") && back.ends_with("@mentor.example"),
                "an address of its own to come back to: {back}"
            );
            for (name, value) in [
                ("Auto-Submitted", "auto-generated"),
                ("Content-Language", "sv"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ] {
                assert_eq!(message.header_raw(name).map(str::trim), Some(value), "{told}");
            }
            let (plain, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
            for part in [&plain, &html] {
                assert!(part.contains("Kim") && part.contains("60 minuter"), "{part}");
                assert!(part.contains("https://portal.example/hem") && part.contains("/stop/"), "{part}");
            }
            assert!(html.contains("lang=\"sv\"") && !plain.contains('<'), "{plain}");
            let other = if mailbox == "alex" { "sam" } else { "alex" };
            assert!(!told.contains(&format!("{other}@")), "nothing of the other household: {told}");
        }
    }
}

fn addresses<'a>(field: Option<&'a Address<'a>>) -> Vec<&'a str> {
    field.into_iter().flat_map(Address::iter).filter_map(mail_parser::Addr::address).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_offers_no_encryption_or_that_nobody_vouches_for_is_handed_nothing() {
    let Some(server) = Server::start().await else { return };
    let home = Home::new().await;
    home.is_absent("2019-09-05", 60).await;
    home.on("2019-09-07T06:00:00Z");
    assert_eq!(
        home.round(&server.courier(Door::Open, "localhost", Some("authority"))).await.failed,
        1,
        "it offers none"
    );
    let Some(Standing::Failed { failure, .. }) = home.stands() else { panic!("{:?}", home.stands()) };
    assert_eq!(failure, DeliveryFailure::NotEncrypted);
    home.pass_minutes(120);
    for (door, host, authority, why) in [
        (Door::StartTls, "localhost", Some("stranger"), "another authority is believed"),
        (Door::Tls, "localhost", None, "it is not one that the machine believes"),
        (Door::StartTls, "127.0.0.1", Some("authority"), "the certificate is for another name"),
    ] {
        assert_eq!(home.round(&server.courier(door, host, authority)).await.failed, 1, "{why}");
        assert!(matches!(home.stands(), Some(Standing::Failed { .. })), "{why}: {:?}", home.stands());
        home.pass_minutes(120);
    }
    let password = server.courier_of(Door::Tls, "localhost", Some("authority"), "guessed");
    assert_eq!(home.round(&password).await.failed, 1, "and without the password nothing is taken");
    home.pass_minutes(120);
    assert_eq!(server.taken(), 0);

    // Then the way is mended, and what waited is sent.
    assert_eq!(home.round(&server.good_courier(Door::StartTls)).await.sent, 1);
    assert_eq!(server.delivered("alex", 1).await.len(), 1);
    assert_eq!(server.taken(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_to_somebody_who_is_not_there_comes_back_and_nothing_more_is_written_to_the_address() {
    let Some(server) = Server::start().await else { return };
    let courier = server.good_courier(Door::StartTls);
    // given a guardian at an address that nobody has
    let home = Home::of("Kim Exempel", "gone@home.example").await;
    home.is_absent("2019-09-05", 60).await;
    assert_eq!(home.round(&courier).await.sent, 1, "the relay takes it, for it asks nobody first");

    // when the server has found that out, then its report is read and put on record
    let reports = server.delivered("bounces", 1).await;
    let bounce = came_back(reports[0].as_bytes(), &home.sender.bounces_at);
    assert_eq!(bounce.status.to_string(), "5.1.1");
    assert!(bounce.record(&home.casework.post(), home.command_id()).await.unwrap());
    assert_eq!(home.stands(), Some(Standing::Bounced(SpeaksOf::Address)));
    assert!(home.casework.post().facts().outbox(home.guardian).unwrap().bounced);

    // and the week after nothing is sent there
    home.on("2019-09-13T13:45:00Z");
    home.is_absent("2019-09-12", 30).await;
    let taken = server.taken();
    let next = home.round(&courier).await;
    assert_eq!((next.sent, server.taken()), (0, taken));
}
