//! A request before it is sent.

use time::{Duration, OffsetDateTime};

use super::{
    signer::{encode_path, query, scope, sha256, signature, signed_names, stamp, text_to_sign},
    Key,
};

/// How the body is signed.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    /// By its hash.
    Hash,
    /// Not at all.
    Unsigned,
    /// In whatever form the test says, with a body that is encoded already.
    As(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub method: String,
    /// Encoded, as it is sent.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub payload: Payload,
    pub skew: Duration,
    /// Set by signing, for the chunks of a body.
    pub seed: String,
    pub time: OffsetDateTime,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.into(),
            path: encode_path(path),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
            payload: Payload::Hash,
            skew: Duration::ZERO,
            seed: String::new(),
            time: OffsetDateTime::now_utc(),
        }
    }

    /// With a path that is sent just as it is.
    pub(crate) fn raw(method: &str, path: &str) -> Self {
        Self { path: path.into(), ..Self::new(method, "/") }
    }

    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn payload(mut self, payload: Payload) -> Self {
        self.payload = payload;
        self
    }

    pub(crate) fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    fn payload_hash(&self) -> String {
        match &self.payload {
            Payload::Hash => sha256(&self.body),
            Payload::Unsigned => "UNSIGNED-PAYLOAD".into(),
            Payload::As(text) => text.clone(),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// Signed in its head.
    pub(crate) fn sign(mut self, key: &Key, host: &str) -> Self {
        let time = self.time + self.skew;
        let hash = self.payload_hash();
        self = self.header("host", host).header("x-amz-date", &stamp(time));
        if !self.has("x-amz-content-sha256") {
            self = self.header("x-amz-content-sha256", &hash);
        }
        let names = signed_names(&self);
        let text = text_to_sign(&self, &names, &hash, time);
        let signature = signature(key, time, &text);
        self.seed = signature.clone();
        self.time = time;
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={names}, Signature={signature}", key.id, scope(time));
        self.header("authorization", &authorization)
    }

    /// Signed in its query, for so many seconds.
    pub(crate) fn presign(mut self, key: &Key, host: &str, seconds: i64) -> Self {
        let time = self.time + self.skew;
        self = self
            .header("host", host)
            .query("X-Amz-Algorithm", "AWS4-HMAC-SHA256")
            .query("X-Amz-Credential", &format!("{}/{}", key.id, scope(time)))
            .query("X-Amz-Date", &stamp(time))
            .query("X-Amz-Expires", &seconds.to_string());
        let names = signed_names(&self);
        self = self.query("X-Amz-SignedHeaders", &names);
        let text = text_to_sign(&self, &names, "UNSIGNED-PAYLOAD", time);
        let signature = signature(key, time, &text);
        self.query("X-Amz-Signature", &signature)
    }

    /// The target of the request line.
    pub(crate) fn target(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, query(&self.query))
        }
    }

    /// The head as it is sent.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target());
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !self.has("content-length")
            && !self.has("transfer-encoding")
            && (!self.body.is_empty() || self.method == "PUT" || self.method == "POST")
        {
            head += &format!("content-length: {}\r\n", self.body.len());
        }
        head += "\r\n";
        head.into_bytes()
    }
}
