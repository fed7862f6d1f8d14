//! How many sockets there are for whom, and that those who have gone leave their place.

use std::time::Duration;

use futures::StreamExt;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;

use crate::sockets::{PROTOCOL, Socket, connect, hear, introduced, open, say, status};
use crate::support::{MENTOR, OTHER_MENTOR, PRINCIPAL, Service};

#[tokio::test]
async fn those_who_have_not_said_who_they_are_get_few_sockets() {
    let service = Service::start().await;
    let mut opened = Vec::new();
    for _ in 0..10 {
        opened.push(open(&service, MENTOR).await);
        opened.push(open(&service, OTHER_MENTOR).await);
    }
    let mut silent = Vec::new();
    let refused = loop {
        match connect(&service, &[PROTOCOL]).await {
            Ok(socket) => silent.push(socket),
            refused => break status(refused),
        }
    };
    assert_eq!((silent.len(), refused), (16, 503));
    // Who has said so has given the place to the next.
    assert_eq!(introduced(&mut silent[0], PRINCIPAL).await, json!({ "type": "connection_ack" }));
    assert!(connect(&service, &[PROTOCOL]).await.is_ok());
    assert_eq!(opened.len(), 20);
}

#[tokio::test]
async fn one_person_gets_few_sockets_and_gets_back_each_that_ends() {
    let service = Service::start().await;
    let mut opened = Vec::new();
    let refused = loop {
        let mut socket = connect(&service, &[PROTOCOL]).await.unwrap();
        match introduced(&mut socket, MENTOR).await {
            acknowledged if acknowledged["type"] == "connection_ack" => opened.push(socket),
            refused => break refused,
        }
    };
    assert_eq!((opened.len(), refused), (16, json!({ "closed": 4430 })));
    open(&service, OTHER_MENTOR).await;

    // One ends, and so there is one more, as soon as the service has heard of it; and no two.
    drop(opened.pop());
    opened.push(gets_a_place_back(&service).await);
    let mut further = connect(&service, &[PROTOCOL]).await.unwrap();
    assert_eq!(introduced(&mut further, MENTOR).await, json!({ "closed": 4430 }));
    assert_eq!(opened.len(), 16);
}

/// Whoever has all their places gets one of them back, as soon as the service has heard that it is free.
async fn gets_a_place_back(service: &Service) -> Socket {
    let again = async {
        loop {
            let mut socket = connect(service, &[PROTOCOL]).await.unwrap();
            match introduced(&mut socket, MENTOR).await {
                acknowledged if acknowledged["type"] == "connection_ack" => break socket,
                refused => assert_eq!(refused, json!({ "closed": 4430 })),
            }
        }
    };
    timeout(Duration::from_secs(30), again).await.expect("the place is given back")
}

/// The next bytes on the line, past whoever would answer them.
async fn bytes<const COUNT: usize>(socket: &mut Socket) -> [u8; COUNT] {
    let MaybeTlsStream::Plain(line) = socket.get_mut() else { panic!("sealed") };
    let mut read = [0; COUNT];
    timeout(Duration::from_secs(30), line.read_exact(&mut read)).await.expect("something is said").unwrap();
    read
}

#[tokio::test]
async fn who_does_not_say_that_they_are_there_is_left_and_who_does_is_not() {
    let service = Service::start().await;
    let mut opened = Vec::new();
    for _ in 0..16 {
        opened.push(open(&service, MENTOR).await);
    }
    let mut there = opened.pop().unwrap();

    // A minute passes: everybody is asked. One answers, as every client does by itself that is there.
    service.world.clock.pass(0);
    for gone in &mut opened {
        assert_eq!(bytes(gone).await, [0x89, 0], "a ping");
    }
    assert!(matches!(there.next().await, Some(Ok(Message::Ping(_)))));
    say(&mut there, json!({ "type": "ping" })).await;
    assert_eq!(hear(&mut there).await, json!({ "type": "pong" }), "the answer was before it");

    // Another: those who have not answered are left, and their places are free again.
    service.world.clock.pass(0);
    for gone in &mut opened {
        let [kind, _, first, second] = bytes(gone).await;
        assert_eq!((kind, u16::from_be_bytes([first, second])), (0x88, 4431), "left");
    }
    assert!(matches!(there.next().await, Some(Ok(Message::Ping(_)))), "asked again");
    let mut again = Vec::new();
    for _ in 0..15 {
        again.push(gets_a_place_back(&service).await);
    }
    say(&mut there, json!({ "type": "ping" })).await;
    assert_eq!(hear(&mut there).await, json!({ "type": "pong" }));
    assert_eq!(again.len(), 15);
}
