//! Names and addresses that would write headers, and the signature under a message.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use digest::SigningKey;
use domain::words::{ContactDetail, Name};

use crate::home::Home;
use crate::relay::Scripted;
use crate::words::{decoded, written};

/// Whether the second is a signature under the first.
type Verify<'a> = &'a dyn Fn(&[u8], &[u8]) -> bool;

/// What would begin a header, a line or markup, or be read as one.
const EVIL: [&str; 7] = [
    "Kim\nBcc: evil@example.org",
    "Kim\u{a0}Bcc:<b>evil@example.org</b>",
    "=?utf-8?Q?Kim=0D=0ABcc:_evil@example.org?=",
    "Kim\u{2028}Bcc: evil@example.org",
    "Kim\u{85}Bcc: evil@example.org",
    "\"Kim\"<evil@example.org>,",
    "{ $address } .",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_name_of_a_pupil_or_guardian_writes_a_header_a_recipient_or_markup() {
    for control in ["Kim\r\nBcc: evil@example.org", "Kim\u{0}X", "Kim\rX"] {
        assert!(Name::try_new(control).is_err(), "it says no more than letters do");
        assert!(ContactDetail::try_new(format!("a@b.example{control}")).is_err(), "and so does an address");
    }
    for evil in EVIL {
        if Name::try_new(evil).is_err() {
            continue;
        }
        let home = Home::with(evil, evil, "alex@home.example").await;
        home.plain_facts_allowed().await;
        let message = written(&home).await;
        let (head, body) = message.split_once("\n\n").unwrap();
        let begins = |line: &str, word: &str| line.to_ascii_lowercase().starts_with(word);
        assert!(!message.lines().any(|line| begins(line, "bcc") || begins(line, "cc:")), "{evil}: {message}");
        assert_eq!(head.lines().filter(|line| begins(line, "to:")).collect::<Vec<_>>(), ["To: alex@home.example"]);
        assert!(!head.contains("evil"), "{head}");
        assert!(!decoded(body).contains("<b>evil"), "markup is text: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_of_a_sender_writes_a_header() {
    // A name of two lines is written by nobody; the others as what they are.
    for evil in EVIL.into_iter().filter(|evil| !evil.contains('\n')) {
        let mut home = Home::new().await;
        let email = "no-reply@mentor.example".parse().unwrap();
        home.sender.from = lettre::message::Mailbox::new(Some(evil.to_owned()), email);
        let message = written(&home).await;
        let head = message.split_once("\n\n").unwrap().0;
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        let from: Vec<&str> = head.lines().filter(|line| line.starts_with("From:")).collect();
        assert_eq!(from.len(), 1, "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_more_than_one_is_written_to_by_nobody() {
    for address in [
        "alex@home.example\nBcc: evil@example.org",
        "alex@home.example,evil@example.org",
        "alex@home.example> <evil@example.org",
    ] {
        if ContactDetail::try_new(address).is_err() {
            continue;
        }
        let home = Home::of("Kim Exempel", address).await;
        home.is_absent("2019-09-05", 60).await;
        let relay = Scripted::answering(&[]).await;
        assert_eq!(home.round(&relay.courier()).await.failed, 1);
        assert_eq!(relay.recipients(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_holds_for_what_arrives_and_for_nothing_else() {
    let seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    let pair = Ed25519KeyPair::from_seed_unchecked(&STANDARD.decode(seed).unwrap()).unwrap();
    let ed25519 = |signed: &[u8], signature: &[u8]| {
        // RFC 8463: what is signed is the digest.
        let signed = digest(&SHA256, signed);
        UnparsedPublicKey::new(&ED25519, pair.public_key()).verify(signed.as_ref(), signature).is_ok()
    };
    let der = STANDARD.decode(RSA.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap();
    let pair = RsaKeyPair::from_der(&der).unwrap();
    let rsa = |signed: &[u8], signature: &[u8]| {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key()).verify(signed, signature).is_ok()
    };
    let ways: [(&str, &str, Verify<'_>); 2] = [("ed25519-sha256", seed, &ed25519), ("rsa-sha256", RSA, &rsa)];
    for (algorithm, key, verify) in ways {
        let mut home = Home::new().await;
        home.sender.signing = Some(SigningKey::read("mentor.example", "2019", key).unwrap());
        home.is_absent("2019-09-05", 60).await;
        let relay = Scripted::answering(&[]).await;
        assert_eq!(home.round(&relay.courier()).await.sent, 1);
        let message = relay.messages().remove(0).1;
        assert!(message.contains(&format!("a={algorithm}")), "{message}");
        assert!(message.contains("d=mentor.example") && message.contains("s=2019"));
        assert!(holds(&message, verify), "{algorithm}: {message}");
        let other = message.replacen("Subject: ", "Subject: x", 1);
        assert!(!holds(&other, verify), "{algorithm}: another subject");
        assert!(!holds(&message.replacen("portal.example", "portal.evil", 1), verify), "{algorithm}: another link");
    }
    assert!(SigningKey::read("mentor.example", "2019", "no key").is_err());
}

/// Whether the message's own signature holds (RFC 6376, both parts relaxed).
fn holds(message: &str, verify: &dyn Fn(&[u8], &[u8]) -> bool) -> bool {
    let (head, body) = message.split_once("\n\n").unwrap();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        if line.starts_with([' ', '\t']) {
            headers.last_mut().unwrap().1.push_str(line);
        } else {
            let (name, value) = line.split_once(':').unwrap();
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }
    let signature = headers.iter().find(|(name, _)| name == "dkim-signature").unwrap().1.clone();
    let tag = |wanted: &str| {
        let tags = signature.split(';').map(|tag| tag.trim().split_once('=').unwrap_or_default());
        let found = tags.clone().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
        found.unwrap().split_whitespace().collect::<String>()
    };
    let mut lines: Vec<String> = body.lines().map(|line| squeezed(line).trim_end().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let body = lines.join("\r\n") + "\r\n";
    if STANDARD.encode(digest(&SHA256, body.as_bytes())) != tag("bh") {
        return false;
    }
    let mut signed = String::new();
    for name in tag("h").split(':') {
        if let Some((name, value)) = headers.iter().rev().find(|(held, _)| held == name) {
            signed.extend([name, ":", squeezed(value).trim(), "\r\n"]);
        }
    }
    let without: Vec<String> =
        signature
            .split(';')
            .map(|tag| {
                if tag.trim().starts_with("b=") {
                    tag[..tag.find("b=").unwrap() + 2].to_owned()
                } else {
                    tag.to_owned()
                }
            })
            .collect();
    signed.extend(["dkim-signature:", squeezed(&without.join(";")).trim()]);
    verify(signed.as_bytes(), &STANDARD.decode(tag("b")).unwrap())
}

/// Runs of blanks as one.
fn squeezed(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        let letter = if letter == '\t' { ' ' } else { letter };
        if letter != ' ' || !out.ends_with(' ') {
            out.push(letter);
        }
    }
    out
}

/// A key that signs nothing but these tests.
const RSA: &str = "\
-----BEGIN RSA PRIVATE KEY-----\n\
MIIEpAIBAAKCAQEA72tS4Mn+pqmYM8Wj1UxOCYBz0GIrdbTymxciq7rEsngC/5Tg\n\
XQ+k8ZFdWS2WqI8pZ1uqrunGGJB+4eRL49jysXEnM5nXZnLMOLT7uJ5BOKgXN2Cr\n\
Jp7wSzmy15aMLFXTaWjdjA1UR6aR/dqkBHTaO/FV1rOxDOl/kSY3crW0wv19oUrh\n\
lPcke26BYvuXGR3UNeszorw8rnPUtFLoOCkbSO+iPchKpvO2szCF8TQWFNjZ1KK0\n\
fZBJObHZ6YS+jiEtYFkvK8kafDvWJ4z1aFd08bmGtYwE+BD3kM1++MqhQjIyVYHt\n\
L8uRcWGNmWPC59aR11Rz9ZbuNYin48I/JgfMUwIDAQABAoIBACDh46Md+wyW1GGf\n\
7m14KmuhqcZgBUoITR3B4rAlWaiNVRQXNW1ynZvT9DcwTLXf27bnXxzg3KU5C0Qp\n\
H8cuX77BJLowkeXvNF9BdCUaDykh5PZlH3yRbb1XMlnrwlrAeuXKUktO9VlV5k0w\n\
P0Chb+u1rK1tRo7Ybv3XetwVWrtA44BuVVM22QPaLeg+PiH+V1GWY3qukcSsXsNQ\n\
XxYGuvL/NP1qaYsEoedUpMCLV1FHGzC24LnKPMgYkiaNmh9LB6h07sk4wjqEH9pV\n\
1fWz40hBZB7mA1DbS8Ivn1zePb6FlBI4tKWT8f0aPdvLCpbyGH3LjveiTBP+8Xiq\n\
1ya+zUECgYEA/Kb16vn42DXVRFngEVXbqXX5dMcIjwK19/xRV66Ktv0IGXpg+ECj\n\
QXhvJ2Mf+WNdWenOFzKxqNaN7iAxYSi+AKJ5NiDA7rlaPTRW9m5LpT/69w7tRLWT\n\
g/tA2JAvR91RKKV7DUZocfeFXS3hM1GK4WMQK3RWlyfrk7fhFfH9znMCgYEA8pd5\n\
hG0yriWYu7q/XK/R0KZbATz4PM8XGTjtN7uJ1FWgfP/Uc8cJwU+dncZN6KDNxFol\n\
1Ijt9/LQzwAVB+BHIg/31AIV+wiUroYed3eXHf01WYTT/Kw3o5uYuNMaLg5oiy+8\n\
DKRJVsr/HbupDztguTBRr5IUv2yio9bjWyhvsqECgYBUhPYXmXApxDiIGRjgM7y8\n\
P/8nlb3DOcDuKLZ9gqJc/ODMxSfTZKw4prVok7yKjTcZcSHEmOzd8oigdJyQSDTn\n\
uXKbLPHd6pvJhczhu5wKuBCYvaGaLrQentrel715aQxRcKptknQ2S/uNZF/F7y1q\n\
oN0z7ENbZbtlO0pNMRsbCQKBgQDhpkRCCdC6a/5FoM+fR2vCyPqdjDjbV0YFEA6X\n\
aLor5/oAS3cyulE4nvXdbDfLysebfL7zkurHV/UiltD5IoUIChJcAhSwDKtAK0Dr\n\
nzHRk1WsjwEgZpDafkDwqmwPqxdTYHNqzuXo9amX3pbCtFij6W4SAa+K32HpRFj2\n\
0gYUAQKBgQDXhxe7P/O53nM7vFXpIYVpOHVJZq7wK4wuBS8m3lDYNdi92S3LPoLm\n\
ssavHxzLZN5i0Zd6e4YUQ08DcSodqxN0Qp5Rp9RydMWVRykHsjlQ8WU8xow8YOaG\n\
ErKabhud14RD175XxJB4JJdsjefnccfeNRQVF9qQC/PRun1jAoyUzg==\n\
-----END RSA PRIVATE KEY-----";
