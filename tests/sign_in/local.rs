//! Local accounts and sessions.

use api::{Account, Means, hash_password};
use futures::{SinkExt, StreamExt};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};

use crate::house::{House, PASSWORD, SESSION, chance};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_the_password_gets_in_and_it_is_on_record() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.browser();
    assert_eq!(browser.name().await, None);

    let answer = browser.sign_in("anna", PASSWORD).await;

    assert_eq!(answer.status(), 303);
    assert_eq!(browser.name().await.as_deref(), Some("Anna Testsson"));
    let signed_in = ("signIn".to_owned(), house.staff.to_string(), false, Some("anna".to_owned()));
    assert_eq!(house.traces().await, [signed_in]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_one_keyboard_sends_as_two_characters_is_the_same_letter() {
    let house = House::new().await;
    let service = house.open().await;
    let (whole, apart) = ("\u{e5}sa \u{e4}lg \u{f6}sterut igen", "a\u{30a}sa a\u{308}lg o\u{308}sterut igen");
    assert_ne!(whole, apart);
    for (account, set, typed) in [("l\u{e4}rare", whole, apart), ("la\u{308}kare", apart, whole)] {
        house.change_accounts(|book| {
            let hash = hash_password(set, &chance()).unwrap();
            book.add(Account::new(account, house.staff, Means::Password { hash }).unwrap()).unwrap();
        });
        let other_form = if account.contains('\u{308}') { "l\u{e4}kare" } else { "la\u{308}rare" };
        assert_eq!(house.browser().sign_in(other_form, typed).await.status(), 303);
        assert_eq!(house.browser().sign_in(account, set).await.status(), 303);
    }
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_account_that_is_not_there_are_answered_alike_and_are_on_record() {
    let house = House::new().await;
    let service = house.open().await;
    let mut pages = Vec::new();
    for name in ["anna", "nobody"] {
        let mut browser = house.browser();
        let answer = browser.sign_in(name, "another horse battery staple").await;
        assert_eq!(answer.status(), 403);
        let page = answer.text().await.unwrap();
        pages.push(page.replace(&crate::house::hidden_token(&page), "TOKEN"));
        assert_eq!(browser.cookie(SESSION), None);
    }
    assert_eq!(pages[0], pages[1]);
    let refused = |name: &str| ("signIn".to_owned(), "nobody".to_owned(), true, Some(name.to_owned()));
    assert_eq!(house.traces().await, [refused("anna"), refused("nobody")]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_or_refused_or_out_while_that_cannot_be_put_on_record() {
    let house = House::new().await;
    let service = house.open().await;
    let mut inside = house.signed_in().await;
    let page = inside.get("/sign-in").await.text().await.unwrap();
    let token = crate::house::hidden_token(&page);
    let before = house.traces().await.len();
    house.log.refuse_traces(true);
    for password in [PASSWORD, "another horse battery staple"] {
        let mut browser = house.browser();
        let answer = browser.sign_in("anna", password).await;
        assert!(answer.status().is_server_error(), "{}", answer.status());
        assert_eq!(browser.cookie(SESSION), None);
    }
    assert!(inside.post("/sign-out", &[("token", &token)]).await.status().is_server_error());
    assert!(inside.cookie(SESSION).is_some(), "who could not be signed out on record is still in, and is told so");
    house.log.refuse_traces(false);
    assert_eq!(house.traces().await.len(), before);
    assert_eq!(house.browser().sign_in("anna", PASSWORD).await.status(), 303);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_try_must_wait_even_with_the_right_password() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.browser();
    for _ in 0..5 {
        assert_eq!(browser.sign_in("anna", "wrong wrong wrong wrong").await.status(), 403);
    }
    assert_eq!(browser.sign_in("anna", PASSWORD).await.status(), 429);
    house.hands.pass_minutes(15);
    assert_eq!(browser.sign_in("anna", PASSWORD).await.status(), 303);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_holds_over_a_restart_and_is_kept_only_as_a_hash() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.signed_in().await;
    assert!(!house.sessions.text().contains(browser.cookie(SESSION).unwrap()));

    service.close().await;
    let service = house.open().await;

    assert_eq!(browser.name().await.as_deref(), Some("Anna Testsson"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_half_an_hour_without_use_and_after_ten_hours_with_it() {
    let house = House::new().await;
    let service = house.open().await;
    let mut idle = house.signed_in().await;
    house.hands.pass_minutes(29);
    assert!(idle.name().await.is_some());
    house.hands.pass_minutes(30);
    assert_eq!(idle.name().await, None);

    let mut busy = house.signed_in().await;
    for _ in 0..29 {
        house.hands.pass_minutes(20);
        assert!(busy.name().await.is_some());
    }
    house.hands.pass_minutes(20);
    assert_eq!(busy.name().await, None);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_somebody_slipped_into_the_browser_never_becomes_a_session() {
    let house = House::new().await;
    let service = house.open().await;
    let mut victim = house.browser();
    victim.jar.push((SESSION.to_owned(), "f".repeat(64)));
    assert_eq!(victim.sign_in("anna", PASSWORD).await.status(), 303);
    assert_ne!(victim.cookie(SESSION), Some("f".repeat(64).as_str()));

    let mut attacker = house.browser();
    attacker.jar.push((SESSION.to_owned(), "f".repeat(64)));
    assert_eq!(attacker.name().await, None);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_ends_the_session_of_before() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.signed_in().await;
    let mut copy = house.browser();
    copy.jar.clone_from(&browser.jar);
    // The page shows no form to somebody who is in: as from a tab that was opened before.
    let mut tab = house.browser();
    tab.get("/sign-in").await;
    let page = tab.get("/sign-in").await.text().await.unwrap();
    browser.jar.extend(tab.jar);
    let fields = [("token", &*crate::house::hidden_token(&page)), ("name", "anna"), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-in/local", &fields).await.status(), 303);

    assert!(browser.name().await.is_some());
    assert_eq!(copy.name().await, None);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_an_account_ends_every_session_of_it_at_the_next_request() {
    let house = House::new().await;
    let service = house.open().await;
    let (mut one, mut two) = (house.signed_in().await, house.signed_in().await);
    assert!(one.name().await.is_some() && two.name().await.is_some());

    house.disable("anna");

    assert_eq!((one.name().await, two.name().await), (None, None));
    assert_eq!(house.browser().sign_in("anna", PASSWORD).await.status(), 403);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_ends_every_session_of_its_account_also_after_a_restart_and_lets_in_anew() {
    let house = House::new().await;
    let service = house.open().await;
    let (mut one, mut two) = (house.signed_in().await, house.signed_in().await);
    assert!(one.name().await.is_some());
    service.close().await;

    house.set_password("anna", "another horse battery staple");

    let service = house.open().await;
    assert_eq!((one.name().await, two.name().await), (None, None));
    assert_eq!(house.browser().sign_in("anna", PASSWORD).await.status(), 403);
    let mut browser = house.browser();
    assert_eq!(browser.sign_in("anna", "another horse battery staple").await.status(), 303);
    assert!(browser.name().await.is_some());
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_before_it_was_kept_by_which_password_they_began_are_over() {
    use api::Keep;
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.signed_in().await;
    service.close().await;
    let mut file: serde_json::Value = serde_json::from_str(&house.sessions.text()).unwrap();
    file["form"] = 1.into();
    file["sessions"][0].as_object_mut().unwrap().remove("means").unwrap();
    house.sessions.write(file.to_string().as_bytes()).unwrap();
    let service = house.open().await;
    assert_eq!(browser.name().await, None);
    assert!(house.signed_in().await.name().await.is_some());
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_that_cannot_be_kept_is_told_and_who_is_told_that_they_are_out_stays_out_after_a_restart() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.signed_in().await;
    let page = browser.get("/sign-in").await.text().await.unwrap();
    let token = crate::house::hidden_token(&page);
    let mut copy = house.browser();
    copy.jar.clone_from(&browser.jar);

    house.sessions.refuse(true);
    let answer = browser.post("/sign-out", &[("token", &token)]).await;
    assert_eq!(answer.status(), 503);
    let told = answer.text().await.unwrap();
    assert!(told.contains(r#"role="alert""#) && told.contains("/sign-out"), "{told}");
    assert!(browser.name().await.is_some(), "it is true that they are still in");
    // Nor does a sign-in end the session of before as if it were kept.
    let mut other = house.browser();
    let page = other.get("/sign-in").await.text().await.unwrap();
    other.jar.extend(browser.jar.iter().cloned());
    let fields = [("token", &*crate::house::hidden_token(&page)), ("name", "anna"), ("password", PASSWORD)];
    assert_eq!(other.post("/sign-in/local", &fields).await.status(), 503);

    house.sessions.refuse(false);
    assert_eq!(browser.post("/sign-out", &[("token", &token)]).await.status(), 200);
    // Nothing is kept any more after that, as if the program had been killed.
    house.sessions.refuse(true);
    service.close().await;
    house.sessions.refuse(false);
    let service = house.open().await;
    assert_eq!(copy.name().await, None);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_out_is_out_and_it_is_on_record() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.signed_in().await;
    let mut copy = house.browser();
    copy.jar.clone_from(&browser.jar);
    let page = browser.get("/sign-in").await.text().await.unwrap();

    let answer = browser.post("/sign-out", &[("token", &crate::house::hidden_token(&page))]).await;

    assert_eq!(answer.status(), 200);
    assert_eq!(browser.cookie(SESSION), None);
    let last = house.traces().await.pop().unwrap();
    assert_eq!(copy.name().await, None);
    assert_eq!(last, ("signOut".to_owned(), house.staff.to_string(), false, None));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_of_sessions_signs_people_out_and_stops_nothing() {
    use api::Keep;
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.signed_in().await;
    service.close().await;
    house.sessions.write(b"{\"form\":1,\"sess").unwrap();
    let service = house.open().await;
    assert_eq!(browser.name().await, None);
    assert!(house.signed_in().await.name().await.is_some());
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_for_this_host_only_and_never_for_a_script() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.browser();
    let answer = browser.sign_in("anna", PASSWORD).await;
    let cookies = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session = cookies.into_iter().find(|cookie| cookie.starts_with("__Host-mentorlog=")).unwrap();
    for wanted in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(session.contains(wanted), "{session}");
    }
    assert!(!session.contains("Domain"), "{session}");
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_under_a_session_ends_with_it() {
    let house = House::new().await;
    let service = house.open().await;
    let browser = house.signed_in().await;
    let open = async |session: &str, origin: String| {
        let request = ClientRequestBuilder::new(house.url("/graphql").replace("http", "ws").parse().unwrap())
            .with_sub_protocol("graphql-transport-ws")
            .with_header("cookie", format!("{SESSION}={session}"))
            .with_header("origin", origin)
            .with_header("sec-fetch-site", "same-origin");
        connect_async(request).await.map(|(socket, _)| socket)
    };
    let session = browser.cookie(SESSION).unwrap();
    assert!(open(session, "https://evil.example".to_owned()).await.is_err(), "another site's page");
    let mut socket = open(session, house.url("")).await.unwrap();
    socket.send(Message::text(r#"{"type":"connection_init"}"#)).await.unwrap();
    let answer = socket.next().await.unwrap().unwrap();
    assert!(answer.to_text().unwrap().contains("connection_ack"), "{answer}");

    house.disable("anna");

    let subscribe = r#"{"type":"subscribe","id":"1","payload":{"query":"subscription{caseloadChanged{totalCount}}"}}"#;
    socket.send(Message::text(subscribe)).await.unwrap();
    let Some(Ok(Message::Close(Some(close)))) = socket.next().await else { panic!("still open") };
    assert_eq!(u16::from(close.code), 4403);
    service.close().await;
}
