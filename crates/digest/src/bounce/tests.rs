use domain::words::SpeaksOf;

use super::*;

const CODE: &str = "0123456789abcdef0123456789abcdef";

fn bounce(bytes: &[u8]) -> Option<Bounce> {
    if let Came::Back(bounce) = Came::read(bytes, "mentor.example") { Some(bounce) } else { None }
}

fn report(to: &str, action: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@relay.example\r\nTo: {to}\r\nSubject: returned\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"x\"\r\n\r\n\
         --x\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n\
         --x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
         Final-Recipient: rfc822; alex@home.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--x--\r\n"
    )
}

fn read(to: &str, action: &str, status: &str) -> Option<(SpeaksOf, String)> {
    let bounce = bounce(report(to, action, status).as_bytes())?;
    assert_eq!(bounce.code, CODE);
    Some((bounce.status.speaks_of(), bounce.status.to_string()))
}

#[test]
fn whatever_comes_is_read_without_harm_and_what_is_read_can_be_put_on_record() {
    let whole = report(&format!("bounce+{CODE}@mentor.example"), "failed", "5.1.1").into_bytes();
    let (mut seed, mut reports) = (7_u64, 0);
    let mut chance = || {
        seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        usize::try_from(seed >> 40).unwrap_or_default()
    };
    for _ in 0..5_000 {
        let mut bytes = whole.clone();
        for _ in 0..=chance() % 4 {
            let at = chance() % bytes.len();
            match chance() % 3 {
                0 => bytes.truncate(at + 1),
                1 => bytes.insert(at, u8::try_from(chance() % 256).unwrap_or_default()),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = byte.wrapping_add(1)),
            }
        }
        if let Some(bounce) = bounce(&bytes) {
            reports += 1;
            assert!(bounce.status.reference().is_ok());
        }
    }
    assert!(reports > 100, "{reports}");
}

#[test]
fn a_report_is_read_and_everything_else_is_left() {
    let ours = format!("bounce+{CODE}@mentor.example");
    let gone = || Some((SpeaksOf::Address, "5.1.1".to_owned()));
    assert_eq!(read(&ours, "failed", "5.1.1"), gone());
    let later = Some((SpeaksOf::Now, "4.4.7".to_owned()));
    assert_eq!(read(&format!("<{ours}>"), "failed", "4.4.7 (gave up)"), later);
    assert_eq!(read(&ours, "delayed", "4.4.1"), None, "it may still arrive");
    for broken in ["", "5", "5.1", "5.1.1.1", "five", "5..1", "6.1.1", "5.1.1111", ".....", "5.1.\u{661}"] {
        assert_eq!(read(&ours, "failed", broken), None, "{broken}");
    }
    let shouted = format!("Bounce+{}@Mentor.EXAMPLE", CODE.to_uppercase());
    assert_eq!(read(&shouted, "failed", "5.1.1"), gone(), "domains have no case");
    assert_eq!(read(&format!("bounce+{CODE}@mentor.example.evil"), "failed", "5.1.1"), None);
    assert_eq!(read("bounce+0123@mentor.example", "failed", "5.1.1"), None);
    assert_eq!(read(&format!("bounce+{CODE}@elsewhere.example"), "failed", "5.1.1"), None);
    let words = format!("To: {ours}\r\nSubject: Away\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n");
    assert_eq!(bounce(words.as_bytes()), None, "an answer by a person is no report");
    assert_eq!(bounce(b""), None);
}

#[test]
fn a_relay_that_says_nothing_itself_is_asked_what_it_was_told() {
    let ours = format!("bounce+{CODE}@mentor.example");
    let told = |status: &str, diagnostic: &str| {
        let both = format!("{status}\r\nDiagnostic-Code: {diagnostic}");
        read(&ours, "failed", &both).map(|(of, status)| (of, status.clone())).unwrap()
    };
    let (address, message) = (SpeaksOf::Address, SpeaksOf::Message);
    for (status, diagnostic, of, recorded) in [
        ("5.0.0", "smtp; 550 5.1.1 no such user", address, "5.1.1"),
        ("5.0.0", "SMTP;550 5.7.1 blocked", message, "5.7.1"),
        ("5.0.0", "smtp; 550 no such user", message, "5.0.0"),
        ("5.0.0", "smtp; 550", message, "5.0.0"),
        ("5.0.0", "smtp;", message, "5.0.0"),
        ("5.0.0", "x-unix; 550 5.1.1 no such user", message, "5.0.0"),
        ("5.0.0", "smtp; åäö 5.1.1", message, "5.0.0"),
        ("5.7.1", "smtp; 550 5.1.1 no such user", message, "5.7.1"),
    ] {
        assert_eq!(told(status, diagnostic), (of, recorded.to_owned()), "{status} {diagnostic}");
    }
}

/// Mail as servers and people write it, from the header `To` on to where ours come back.
fn sorted(head: &str, body: &str) -> Came {
    let text = format!("Return-Path: <>\nTo: <bounce+{CODE}@mentor.example>\n{head}\nMIME-Version: 1.0\n{body}");
    Came::read(text.replace('\n', "\r\n").as_bytes(), "mentor.example")
}

/// A report in parts, as a server writes it.
fn in_parts(from: &str, kind: &str, report: &str) -> Came {
    let head = format!(
        "From: {from}\nAuto-Submitted: auto-replied\nSubject: Undelivered Mail Returned to Sender\n\
         Content-Type: multipart/report; report-type={kind}; boundary=\"b1/x\""
    );
    let body = format!(
        "\n--b1/x\nContent-Type: text/plain; charset=utf-8\n\nYour message could not be delivered.\n\n\
         --b1/x\nContent-Type: message/{kind}\nContent-Transfer-Encoding: 8bit\n\n{report}\n\n\
         --b1/x\nContent-Type: text/rfc822-headers\n\nSubject: Nytt\n\n--b1/x--\n"
    );
    sorted(&head, &body)
}

fn status_of(came: &Came) -> String {
    match came {
        Came::Back(bounce) => bounce.status.to_string(),
        other => panic!("a report: {other:?}"),
    }
}

#[test]
fn the_reports_of_the_common_servers_are_read_also_where_addresses_are_not_ascii() {
    let postfix = "Reporting-MTA: dns; post.example\nX-Postfix-Queue-ID: 4bXyZ01\nArrival-Date: Fri, 6 Sep 2019 15:30:02 +0200\n\n\
                   Final-Recipient: utf-8; åsa@hem.example\nOriginal-Recipient: utf-8;åsa@hem.example\nAction: failed\n\
                   Status: 5.1.1\nRemote-MTA: dns; mx.hem.example\n\
                   Diagnostic-Code: smtp; 550 5.1.1 <åsa@hem.example>: Recipient address\n    rejected: Åsa finns inte";
    assert_eq!(status_of(&in_parts("MAILER-DAEMON@post.example", "global-delivery-status", postfix)), "5.1.1");
    let exim = "Reporting-MTA: dns; smtp.example\n\nAction: failed\nFinal-Recipient: rfc822;gone@home.example\n\
                Status: 5.0.0\nRemote-MTA: dns; mx.home.example\n\
                Diagnostic-Code: smtp; 550 5.1.1 <gone@home.example>: no such user here";
    assert_eq!(
        status_of(&in_parts("Mail Delivery System <Mailer-Daemon@smtp.example>", "delivery-status", exim)),
        "5.1.1"
    );
    let exchange = "Reporting-MTA: dns;EX01.skola.example\nReceived-From-MTA: dns;relay.example\n\n\
                    Final-Recipient: rfc822;gone@home.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code:\n \
                    smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup";
    assert_eq!(
        status_of(&in_parts("postmaster@skola.example", "delivery-status", exchange)),
        "5.1.10",
        "a folded line"
    );
    let gmail = "Reporting-MTA: dns; googlemail.com\nArrival-Date: Fri, 06 Sep 2019 06:30:02 -0700 (PDT)\n\n\
                 Final-Recipient: rfc822; gone@home.example\nAction: failed\nStatus: 5.1.1\n\
                 Diagnostic-Code: smtp; 550-5.1.1 The account that you tried to reach does not exist.\n\
                 Last-Attempt-Date: Fri, 06 Sep 2019 06:30:03 -0700 (PDT)";
    assert_eq!(
        status_of(&in_parts("Mail Delivery Subsystem <mailer-daemon@mail.example>", "delivery-status", gmail)),
        "5.1.1"
    );
}

#[test]
fn what_a_person_writes_back_is_for_a_person_and_what_a_machine_says_by_itself_is_for_nobody() {
    let person = || Came::ForAPerson;
    let text = "\nHej! Kim är sjuk i dag också.\n";
    for (head, came, why) in [
        ("From: Alex <alex@home.example>\nSubject: Sv: Nytt", person(), "an answer"),
        (
            "From: alex@home.example\nAuto-Submitted: no\nSubject: Sv: Nytt",
            person(),
            "an answer that says that it is one",
        ),
        (
            "From: alex@home.example\nSubject: Ny adress",
            person(),
            "somebody has moved, and does not say that a machine wrote it",
        ),
        (
            "From: alex@home.example\nAuto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes\nSubject: Semester",
            Came::ByItself,
            "away, as Gmail says it",
        ),
        (
            "From: alex@home.example\nauto-submitted: Auto-Generated (by rule)\nX-Auto-Response-Suppress: All\n\
             Subject: Automatic reply: Nytt",
            Came::ByItself,
            "away, as Exchange says it",
        ),
        (
            "From: Mail Delivery System <Mailer-Daemon@smtp.example>\nX-Failed-Recipients: gone@home.example\n\
             Auto-Submitted: auto-replied\nSubject: Mail delivery failed",
            person(),
            "a server that reports in words of its own, as Exim did for long",
        ),
        ("From: postmaster@home.example\nAuto-Submitted: auto-generated\nSubject: Blocked", person(), "the same"),
    ] {
        assert_eq!(sorted(head, text), came, "{why}");
    }
    let report = |action: &str, status: &str| {
        let lines = format!("Reporting-MTA: dns; x.example\n\nAction: {action}\nStatus: {status}");
        in_parts("mailer-daemon@x.example", "delivery-status", &lines)
    };
    for action in ["delayed", "Delivered", "relayed", "expanded"] {
        assert_eq!(report(action, "4.4.1"), Came::ByItself, "{action}");
    }
    assert_eq!(report("failed", "nonsense"), person(), "a report that is not understood");
    assert_eq!(report("lost", "5.1.1"), person(), "the same");
    let opened = "Final-Recipient: rfc822; alex@home.example\nDisposition: manual-action/MDN-sent-manually; displayed";
    assert_eq!(in_parts("alex@home.example", "disposition-notification", opened), Came::ByItself, "it was opened");
    assert_eq!(Came::read(b"From: kim@example.org\r\n\r\nHej\r\n", "mentor.example"), Came::Elsewhere);
}
