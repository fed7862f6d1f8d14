//! What a guardian may, who is never signed in: by the links that were sent to them, followed over HTTP to the running service.

use std::fmt::Write;

use casework::post::Purpose;
use domain::id::GuardianId;
use domain::spec::cast::{GUARDIAN, PRINCIPAL, PUPIL};
use domain::spec::noon;
use serde_json::{Value, json};

use crate::everybody::ALONE;
use crate::holds_something;
use crate::served::Served;

/// The pupil's 18th birthday, and the day before.
const OF_AGE: [&str; 2] = ["2024-02-27", "2024-02-28"];

/// What the principal is told of a guardian.
async fn told(served: &Served, guardian: GuardianId, asked: &str) -> Value {
    let answer = served.ask(PRINCIPAL, &format!("{{guardian(id:\"{guardian}\"){{{asked}}}}}")).await;
    let told = answer["data"]["guardian"].clone();
    assert!(!told.is_null(), "{asked}: {answer}");
    told
}

/// What a link of a guardian's ends with.
fn code(served: &Served, purpose: Purpose, guardian: GuardianId) -> Option<String> {
    served.casework.post().link_code(purpose, guardian)
}

/// Whether the pupil's guardian is written to otherwise than before when the link of a guardian's is followed to its end.
async fn changes_wishes(served: &Served, link_of: GuardianId) -> bool {
    let wishes = async || told(served, GUARDIAN, "frequency language").await;
    let before = wishes().await;
    let code = code(served, Purpose::Wishes, link_of).unwrap();
    served.follows(&format!("/wishes/{code}"), "frequency=monthly&language=en").await;
    wishes().await != before
}

/// Whether what would be sent to a guardian tells of the pupil, who alone has been absent; and why nothing would be.
async fn is_told(served: &Served, guardian: GuardianId) -> (bool, Value) {
    let preview = told(served, guardian, "preview{notSent children{absentMinutes}}").await["preview"].clone();
    let children = preview["children"].as_array().unwrap_or_else(|| panic!("{guardian}: {preview}"));
    (children.iter().any(|child| child["absentMinutes"].as_u64().unwrap() > 0), preview["notSent"].clone())
}

/// Whether anything of the case is had by what a guardian's links end with: brought as a token, as a session, and on their pages.
async fn reads_the_case(served: &Served, guardian: GuardianId) -> bool {
    let case = format!("{{pupil(id:\"{PUPIL}\"){{name timeline(first:1){{totalCount}}}}}}");
    let mut read = false;
    for purpose in Purpose::ALL {
        let Some(code) = code(served, purpose, guardian) else { continue };
        for (status, answer) in served.asks_by_code(&code, &json!({ "query": case })).await {
            assert_eq!(status, 401, "{answer}");
            read |= holds_something(&answer["data"]);
        }
        let page = served.page(&format!("/{}/{code}", purpose.name())).await;
        read |= ["Kim", "7A", &PUPIL.to_string()].iter().any(|of_the_case| page.contains(of_the_case));
    }
    read
}

/// The rows of the table.
pub(crate) async fn walk_guardians(table: &mut String) {
    writeln!(
        table,
        "\n## Guardians\n\nBy a link that was sent to them, never by a sign-in. Their wishes are set by following the link to its \
         end; what they are told is what would be sent to them, as the principal is shown it; the case is asked for with what a \
         link ends with in the place of a token, and in that of a session, and looked for on the links' pages.\n\n\
         | asks | the guardian | another guardian | from the 18th birthday on |\n| --- | :-: | :-: | :-: |"
    )
    .unwrap();
    let served = Served::start().await;
    let [eve, grown] = [Served::at(noon(OF_AGE[0])).await, Served::at(noon(OF_AGE[1])).await];
    let mut row = |asks: &str, cells: [bool; 3]| {
        let cells = cells.map(|cell| if cell { "●" } else { "·" });
        writeln!(table, "| {asks} | {} |", cells.join(" | ")).unwrap();
    };
    // What is told is looked at before anybody wishes otherwise.
    let of_the_pupil = [is_told(&served, GUARDIAN).await.0, is_told(&served, ALONE).await.0];
    assert_ne!(is_told(&eve, GUARDIAN).await.1, "OF_AGE", "a pupil's guardian until the birthday");
    let (told_still, why) = is_told(&grown, GUARDIAN).await;
    assert_eq!(why, "OF_AGE");
    let others = changes_wishes(&served, ALONE).await;
    let own = changes_wishes(&served, GUARDIAN).await;
    assert!(changes_wishes(&eve, GUARDIAN).await, "a pupil's guardian until the birthday");
    row("their own wishes", [own, others, changes_wishes(&grown, GUARDIAN).await]);
    row("to be told of the pupil", [of_the_pupil[0], of_the_pupil[1], told_still]);
    let case = [
        reads_the_case(&served, GUARDIAN).await,
        reads_the_case(&served, ALONE).await,
        reads_the_case(&grown, GUARDIAN).await,
    ];
    row("the pupil's case", case);
}
