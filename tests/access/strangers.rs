//! To whom a pupil is not there, to them nothing tells the pupil from one who never was: not what is answered to any question, nor
//! why any command is refused, whatever else is wrong with it.

use domain::id::{PupilId, StaffId};
use domain::spec::cast::PUPIL;

use crate::everybody::{EVERYBODY, GONE, HIDDEN, Service};
use crate::given;
use crate::schema::Schema;

/// Who never was.
const NOBODY: PupilId = PupilId::from_bits([0xAB; 16]);

/// What is wrong with a command besides who asks: words of its values, and what stands there instead.
const WRONG: [(&str, &str); 9] = [
    ("", ""),
    ("\"2019-10-01\"", "\"1800-01-01\""),
    ("\"2019-10-01\"", "\"2140-01-01\""),
    ("\"2019-10-01\"", "\"2019-08-01\""),
    (":1", ":0"),
    (":1", ":-1"),
    ("staff_", "staff_f"),
    ("event_", "event_f"),
    ("\"Kim Exempel\"", "\" \""),
];

async fn answer(service: &Service, staff: StaffId, asked: &str, pupil: PupilId) -> String {
    let asked = asked.replace("WHOM", &pupil.to_string());
    service.ask(staff, &asked).await.to_string().replace(&pupil.to_string(), "WHOM")
}

/// Those to whom the pupil is not there.
async fn strangers(service: &Service, pupil: PupilId) -> Vec<(&'static str, StaffId)> {
    let mut strangers = Vec::new();
    for (who, staff, _) in EVERYBODY {
        let seen = service.ask(staff, &format!("{{pupil(id:\"{pupil}\"){{id}}}}")).await;
        if seen["data"]["pupil"].is_null() {
            strangers.push((who, staff));
        }
    }
    strangers
}

#[tokio::test]
async fn no_question_tells_a_pupil_who_is_not_ones_own_from_one_who_never_was() {
    let (schema, service) = (Schema::read(), Service::start().await);
    let mut asked = 0;
    for pupil in [PUPIL, HIDDEN, GONE] {
        let strangers = strangers(&service, pupil).await;
        assert!(strangers.len() > 5);
        for (before, after) in schema.ways().into_values() {
            // What stands in a pupil's case.
            let Some(rest) = before.strip_prefix(&format!("{{pupil(id:\"{PUPIL}\"){{")) else { continue };
            let question = format!("{{pupil(id:\"WHOM\"){{{rest}__typename{after}");
            let question = question.replace(&PUPIL.to_string(), "WHOM");
            for (who, staff) in &strangers {
                let there = answer(&service, *staff, &question, pupil).await;
                assert_eq!(there, answer(&service, *staff, &question, NOBODY).await, "{who}: {question}");
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
}

#[tokio::test]
async fn no_command_is_refused_otherwise_for_a_pupil_who_is_not_ones_own_than_for_one_who_never_was() {
    let schema = Schema::read();
    let (mut service, mut refused) = (Service::start().await, 0);
    let strangers = strangers(&service, PUPIL).await;
    for field in schema.fields("Mutation") {
        let Some(input) = field.arguments.iter().find(|argument| argument.node.name.node == "input") else { continue };
        let mut choices = schema.choices(&input.node);
        if choices.is_empty() {
            choices.push(String::new());
        }
        for (variant, choice) in choices.iter().enumerate() {
            let values = schema.value(&input.node, variant);
            if choice == "entryHandedOn" || !values.contains(&PUPIL.to_string()) {
                continue;
            }
            let ask = |values: &str| {
                let values = values.replace(&PUPIL.to_string(), "WHOM");
                let rest = "receipt{position eventIds createdIds already} userErrors{code field message}";
                format!("mutation{{{}(input:{values}){{{rest}}}}}", field.name.node)
            };
            for (who, staff) in &strangers {
                let values = given(choice, &values, *staff);
                let good = answer(&service, *staff, &ask(&values), PUPIL).await;
                // Written without reading, or told that it is refused for another reason: the table says who may.
                if !good.contains("not_found") && !good.contains("not_allowed") {
                    if good.contains("position\":\"") {
                        service = Service::start().await;
                    }
                    continue;
                }
                for (words, instead) in WRONG {
                    let wrong = ask(&values.replace(words, instead));
                    let there = answer(&service, *staff, &wrong, PUPIL).await;
                    assert_eq!(there, answer(&service, *staff, &wrong, NOBODY).await, "{who}: {wrong}");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 2_000, "{refused}");
}
