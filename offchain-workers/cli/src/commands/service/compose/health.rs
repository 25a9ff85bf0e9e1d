//! The health check of a compose file: the path that its curl or wget asks for is what trackers ask.

use serde_json::Value;

use super::Report;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) path: String,
    /// Where, if that is known.
    pub(super) port: Option<u16>,
}

/// What a test can be.
const ASK: &str =
    "trackers ask for a path by HTTP: write a test such as [\"CMD\", \"curl\", \"-f\", \"http://localhost:80/health\"], \
                   or x-idlewild: { health: /health }";

/// Reads a health check. How often is asked is not for the service to say.
pub(super) fn read(at: &str, value: &Value, report: &mut Report) -> Option<Test> {
    let check = report.object(at, value)?;
    if check.get("disable") == Some(&Value::Bool(true)) {
        return None;
    }
    if let Some(key) = check.keys().find(|key| !KEYS.contains(&key.as_str())) {
        report.refuse(&format!("{at}.{key}"), "there is nothing here that it could become: take it away");
    }
    let at = format!("{at}.test");
    let words = match check.get("test") {
        None => {
            report.refuse(&at, ASK);
            return None;
        },
        Some(line @ Value::String(_)) => report.words(&at, line),
        Some(list) => {
            let mut words = report.words(&at, list);
            if words.is_empty() {
                return None;
            }
            match words.remove(0).as_str() {
                "NONE" => return None,
                "CMD" => words,
                "CMD-SHELL" => report.words(&at, &Value::String(words.join(" "))),
                _ => Vec::new(),
            }
        },
    };
    report.take(&at, of_words(&words))
}

const KEYS: [&str; 7] = ["test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"];

/// The one address in a call of curl or wget.
fn of_words(words: &[String]) -> Result<Test, String> {
    // `|| exit 1` is what such a test ends with, and means what a failure means anyway.
    let words: Vec<&str> = words.iter().map(String::as_str).take_while(|word| *word != "||").collect();
    let is_known = matches!(words.first().and_then(|program| program.rsplit('/').next()), Some("curl" | "wget"));
    let has_more = words.iter().any(|word| ["|", "&&", ";", "&", ">"].contains(word) || word.ends_with(';'));
    if !is_known || has_more {
        return Err(ASK.into());
    }
    let changes = ["-d", "--data", "-X", "--request", "-H", "--header", "--post-data", "-u", "--user"];
    if let Some(word) = words.iter().find(|word| changes.contains(word)) {
        return Err(format!(
            "trackers ask with a plain GET, and {word} asks for something else: let the path answer without it"
        ));
    }
    let addresses: Vec<&str> = words.iter().skip(1).copied().filter(|word| is_address(word)).collect();
    match addresses.as_slice() {
        [address] => of_address(address),
        _ => Err(ASK.into()),
    }
}

fn is_address(word: &str) -> bool {
    !word.starts_with('-')
        && (word.contains("://") || ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| word.starts_with(host)))
}

fn of_address(address: &str) -> Result<Test, String> {
    let rest = match address.split_once("://") {
        Some(("http", rest)) => rest,
        Some((scheme, _)) => {
            return Err(format!("trackers ask by plain HTTP, and not by {scheme}: let a port answer http as well"))
        },
        None => address,
    };
    let (host, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let (name, port) = match host.strip_prefix("[::1]") {
        Some(port) => ("localhost", port.strip_prefix(':')),
        None => host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    if !["localhost", "127.0.0.1", "0.0.0.0"].contains(&name) {
        return Err(format!("{name} is another machine: health is asked of the service itself, at localhost"));
    }
    let port: u16 = port.unwrap_or("80").parse().map_err(|_| format!("{address:?} has no port that is one"))?;
    let path = path.split('#').next().unwrap_or("/");
    Ok(Test { path: path.to_owned(), port: Some(port) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<(String, Option<u16>), String> {
        of_words(&shlex::split(line).unwrap()).map(|test| (test.path, test.port))
    }

    #[test]
    fn the_path_of_a_curl_or_wget_is_what_is_asked() {
        let is = |line: &str, path: &str, port: u16| assert_eq!(of(line), Ok((path.to_owned(), Some(port))), "{line}");
        is("curl -f http://localhost:8080/health", "/health", 8_080);
        is("curl --fail --silent http://127.0.0.1/ || exit 1", "/", 80);
        is("wget --no-verbose --tries=1 --spider http://localhost:3000/api/health?x=1", "/api/health?x=1", 3_000);
        is("/usr/bin/wget -qO- localhost:9000", "/", 9_000);
        is("curl -f http://[::1]:81/a#b", "/a", 81);
    }

    #[test]
    fn what_is_no_plain_question_is_refused() {
        for line in [
            "pg_isready -U me",
            "curl -f https://localhost/health",
            "curl -f http://example.org/health",
            "curl -X POST http://localhost/health",
            "curl -f http://localhost/a http://localhost/b",
            "curl -f http://localhost/ | grep ok",
            "curl --version",
            "curl http://localhost:many/",
            "",
        ] {
            assert!(of(line).is_err(), "{line}");
        }
    }
}
