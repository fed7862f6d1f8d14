//! A provider that says what a test tells it to say.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::{Endpoint, Request, Response, Server};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A key that signs, by its name.
pub(crate) struct Key {
    pub(crate) id: String,
    pair: Vec<u8>,
    public: Vec<u8>,
}

impl Key {
    pub(crate) fn new(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let public = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pair.as_ref()).unwrap();
        Self { id: id.to_owned(), pair: pair.as_ref().to_vec(), public: public.public_key().as_ref().to_vec() }
    }

    fn jwk(&self) -> Value {
        let (x, y) = (URL_SAFE_NO_PAD.encode(&self.public[1..33]), URL_SAFE_NO_PAD.encode(&self.public[33..65]));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id, "x": x, "y": y })
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_ec_der(&self.pair)).unwrap()
    }
}

#[derive(Default)]
struct Says {
    keys: Vec<Value>,
    token: Option<String>,
    asked: Vec<String>,
    fetched_keys: usize,
    issuer: Option<String>,
    is_faulty: bool,
}

/// The provider.
#[derive(Clone)]
pub(crate) struct Lying {
    pub(crate) issuer: String,
    says: Arc<Mutex<Says>>,
    /// How often it was asked to describe itself.
    described: watch::Sender<usize>,
    hangs: watch::Sender<bool>,
}

struct Mouth(Lying);

impl Endpoint for Mouth {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_string().await.unwrap();
        if request.uri().path() == "/.well-known/openid-configuration" {
            self.0.described.send_modify(|times| *times += 1);
        }
        let _ = self.0.hangs.subscribe().wait_for(|hangs| !hangs).await;
        let mut says = self.0.says.lock().unwrap();
        if says.is_faulty {
            return Ok(StatusCode::INTERNAL_SERVER_ERROR.into());
        }
        let issuer = &self.0.issuer;
        let answer = match request.uri().path() {
            "/.well-known/openid-configuration" => json!({
                "issuer": says.issuer.as_ref().unwrap_or(issuer), "jwks_uri": format!("{issuer}/jwks"),
                "authorization_endpoint": format!("{issuer}/auth"), "token_endpoint": format!("{issuer}/token"),
                "end_session_endpoint": format!("{issuer}/end"), "authorization_response_iss_parameter_supported": true,
            }),
            "/jwks" => {
                says.fetched_keys += 1;
                json!({ "keys": says.keys })
            }
            "/token" => {
                says.asked.push(body);
                json!({ "id_token": says.token, "access_token": "unused", "token_type": "Bearer" })
            }
            _ => Value::Null,
        };
        Ok(Response::builder().content_type("application/json").body(answer.to_string()))
    }
}

impl Lying {
    /// A provider with this key.
    pub(crate) async fn new(key: &Key) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let issuer = format!("http://{address}");
        let says = Arc::new(Mutex::new(Says { keys: vec![key.jwk()], ..Says::default() }));
        let provider = Self { issuer, says, described: watch::Sender::default(), hangs: watch::Sender::default() };
        let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener).unwrap());
        tokio::spawn(server.run(Mouth(provider.clone())));
        provider
    }

    /// From now on it answers only with faults, or properly.
    pub(crate) fn is_faulty(&self, faulty: bool) {
        self.says.lock().unwrap().is_faulty = faulty;
    }

    /// From now on it hears and does not answer, or answers, also what it has heard before.
    pub(crate) fn hangs(&self, hangs: bool) {
        self.hangs.send_replace(hangs);
    }

    /// How often it was asked to describe itself.
    pub(crate) fn described(&self) -> usize {
        *self.described.borrow()
    }

    /// Waits until it has been asked so often.
    pub(crate) async fn was_described(&self, times: usize) {
        self.described.subscribe().wait_for(|described| *described >= times).await.unwrap();
    }

    pub(crate) fn has_keys(&self, keys: &[&Key]) {
        self.says.lock().unwrap().keys = keys.iter().map(|key| key.jwk()).collect();
    }

    pub(crate) fn has_jwk(&self, jwk: Value) {
        self.says.lock().unwrap().keys.push(jwk);
    }

    pub(crate) fn gives(&self, token: &str) {
        self.says.lock().unwrap().token = Some(token.to_owned());
    }

    pub(crate) fn claims_to_be(&self, issuer: &str) {
        self.says.lock().unwrap().issuer = Some(issuer.to_owned());
    }

    /// The forms that were posted to its token endpoint.
    pub(crate) fn was_asked(&self) -> Vec<String> {
        self.says.lock().unwrap().asked.clone()
    }

    pub(crate) fn fetched_keys(&self) -> usize {
        self.says.lock().unwrap().fetched_keys
    }
}
