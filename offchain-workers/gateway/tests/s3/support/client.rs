//! HTTP as bytes on a socket.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use super::{Key, Request};

/// No answer takes longer where nothing is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What is within an element of XML, each time that it is there.
    pub(crate) fn all(&self, element: &str) -> Vec<String> {
        let (text, open, close) = (self.text(), format!("<{element}>"), format!("</{element}>"));
        text.split(&open).skip(1).filter_map(|rest| Some(rest.split_once(&close)?.0.to_owned())).collect()
    }

    pub(crate) fn first(&self, element: &str) -> Option<String> {
        self.all(element).into_iter().next()
    }

    /// The code of an error.
    pub(crate) fn code(&self) -> String {
        self.first("Code").unwrap_or_default()
    }

    /// Fails unless it is this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Fails unless it is this error with a message.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.text());
        assert!(self.first("Message").is_some_and(|message| !message.is_empty()), "no message: {}", self.text());
        self
    }
}

/// Speaks with one server, with one key.
#[derive(Clone)]
pub(crate) struct Client {
    pub server: SocketAddr,
    pub key: Key,
}

impl Client {
    pub(crate) fn host(&self) -> String {
        self.server.to_string()
    }

    /// Signs and sends.
    pub(crate) async fn send(&self, request: Request) -> Answer {
        let request = request.sign(&self.key, &self.host());
        self.send_as_it_is(&request).await
    }

    /// Sends what is signed already, or not.
    pub(crate) async fn send_as_it_is(&self, request: &Request) -> Answer {
        timeout(PATIENCE, self.exchange(request)).await.expect("an answer in time").expect("an answer")
    }

    /// The same, where the connection may break.
    pub(crate) async fn exchange(&self, request: &Request) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(self.server).await?;
        stream.write_all(&request.head()).await?;
        // A server that refuses the head may not take the body.
        let _ = stream.write_all(&request.body).await;
        read_answer(&mut BufReader::new(stream), request.method == "HEAD").await
    }

    pub(crate) async fn put(&self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send(Request::new("PUT", path).body(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::new("GET", path)).await
    }

    pub(crate) async fn head(&self, path: &str) -> Answer {
        self.send(Request::new("HEAD", path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Request::new("DELETE", path)).await
    }

    /// A bucket with nothing in it.
    pub(crate) async fn bucket(&self, name: &str) {
        self.put(&format!("/{name}"), "").await.is(200);
    }
}

/// Reads one answer.
pub(crate) async fn read_answer(stream: &mut BufReader<TcpStream>, head: bool) -> io::Result<Answer> {
    let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "no whole answer");
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let status: u16 = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Err(broken());
            }
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        if status == 100 {
            continue;
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        if head || status == 204 || status == 304 {
            return Ok(answer);
        }
        if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await?;
                let size = usize::from_str_radix(line.trim(), 16).map_err(|_| broken())?;
                let mut chunk = vec![0; size + 2];
                stream.read_exact(&mut chunk).await?;
                if size == 0 {
                    return Ok(answer);
                }
                answer.body.extend_from_slice(&chunk[..size]);
            }
        }
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        answer.body = vec![0; length];
        stream.read_exact(&mut answer.body).await?;
        return Ok(answer);
    }
}
