//! What is derived from the log sends nothing: no replay, no projection that is built anew, no look into the log. That it cannot is a
//! matter of what depends on what, and `cargo xtask lint` holds it (`dependencies`): `casework`, where all of that lies, may use
//! `domain` and `storage` alone, and whoever sends (`digest::Courier`) is made by the program. Here it is seen from outside.

use std::fs;

use crate::place::Place;
use crate::place::until;
use crate::relay::{Answer, Scripted};

/// How many messages stand in each of the places that a digest passes.
fn standings(place: &Place) -> [usize; 4] {
    let said = place.says(&["digest", "status"], &[]);
    let count = |standing: &str| said.lines().find_map(|line| line.strip_suffix(standing)?.trim().parse().ok());
    ["prepared", "being sent", "failed, to be tried again", "sent"].map(|standing| count(standing).expect("a count"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_full_of_digests_on_their_way_is_replayed_built_anew_verified_and_exported_and_nobody_is_written_to() {
    // given one digest that was sent, one that failed, one that is being sent, and one that waits
    let relay = Scripted::answering(&[Answer::Takes, Answer::AfterData(451), Answer::Waits]).await;
    let place = Place::handing_to(&relay, 2);
    let addresses = ["alex@home.example", "sam@home.example", "kim@home.example", "mio@home.example"];
    let family = place.family(&addresses).await;
    place.says(&["digest", "run"], &[]);
    let with_a_sender = fs::read_to_string(place.at("mentorlog.toml")).unwrap();
    fs::write(place.at("mentorlog.toml"), with_a_sender.replace("most_a_minute = 2", "most_a_minute = 1")).unwrap();
    let service = place.serves();
    until(|| (relay.messages().len() == 3).then_some(())).await;
    service.gets_killed();
    assert_eq!(standings(&place), [1, 1, 1, 1]);
    let connections = relay.connections();
    let events = place.events();

    // when everything that is derived is thrown away, and made again from the journal alone, by each command that reads the log
    let anew = || {
        for derived in ["data/sled", "data/snapshots"] {
            let _may_be_missing = fs::remove_dir_all(place.at(derived));
        }
    };
    anew();
    assert_eq!(standings(&place), [1, 1, 1, 1]);
    let (data, key) = (place.at("data"), place.at("master.key"));
    let (data, key) = (data.to_str().unwrap(), key.to_str().unwrap());
    for words in [vec!["verify", "--data", data], vec!["export", "--data", data, "--master-key-file", key]] {
        anew();
        let said = crate::support::mentorlog().args(&words).output().unwrap();
        assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
    }
    // and from the snapshot that the last one kept
    assert_eq!(standings(&place), [1, 1, 1, 1]);
    assert_eq!(
        (relay.connections(), place.events()),
        (connections, events),
        "no word to the relay, and none in the log"
    );

    // when it is looked at what would be sent, then only the looking is on record
    anew();
    place.says(&["digest", "run", "--dry-run"], &[]);
    place.says(&["digest", "preview"], &["--guardian", &family.guardians[0].to_string()]);
    assert_eq!(standings(&place), [1, 1, 1, 1]);

    // and a service that is told of no relay stands up from the journal alone, and sends nothing either
    anew();
    place.configure("");
    let service = place.serves();
    service.stops();
    anew();
    assert_eq!(standings(&place), [1, 1, 1, 1]);
    assert_eq!(relay.connections(), connections, "nobody has spoken to the relay");

    // but one that is told of it does: the relay was there all the time
    fs::write(place.at("mentorlog.toml"), with_a_sender).unwrap();
    let service = place.serves();
    until(|| (relay.messages().len() == 4).then_some(())).await;
    service.stops();
}
