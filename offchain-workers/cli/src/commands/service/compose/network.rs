//! The ports of a compose file.

use serde_json::Value;

use super::Report;

/// The container's own ports. At which of a machine they are reached is the provider's choice.
pub(super) fn ports(at: &str, value: &Value, report: &mut Report) -> Vec<u16> {
    let Value::Array(all) = value else {
        if !value.is_null() {
            report.refuse(at, "a list of ports is expected here");
        }
        return Vec::new();
    };
    let mut ports = Vec::new();
    for port in all {
        let read = match port {
            Value::Object(port) => long(port),
            port => {
                let Some(text) = report.text(at, port) else { continue };
                short(&text)
            },
        };
        let Some((inside, outside)) = report.take(at, read) else { continue };
        if outside.is_some_and(|outside| outside != inside.to_string()) {
            report.notes.push(format!(
                "port {inside} is reached at a port that its provider chooses: `idlewild service stat` tells it"
            ));
        }
        if !ports.contains(&inside) {
            ports.push(inside);
        }
    }
    ports
}

/// `80`, `8080:80`, `8080:80/tcp`.
fn short(text: &str) -> Result<(u16, Option<String>), String> {
    let text = match text.rsplit_once('/') {
        Some((text, "tcp")) => text,
        Some((_, protocol)) => return Err(no_tcp(text, protocol)),
        None => text,
    };
    let (outside, inside) = match text.rsplit_once(':') {
        Some((outside, inside)) => (Some(outside), inside),
        None => (None, text),
    };
    if let Some((address, _)) = outside.and_then(|outside| outside.rsplit_once(':')) {
        if !["0.0.0.0", "[::]", ""].contains(&address) {
            return Err(one_address(text));
        }
    }
    let outside = outside.map(|outside| outside.rsplit_once(':').map_or(outside, |(_, port)| port).to_owned());
    if inside.contains('-') {
        return Err(format!("{text:?} is a range: write each port by itself"));
    }
    Ok((number(inside)?, outside))
}

/// `target: 80`, `published: "8080"`.
fn long(port: &serde_json::Map<String, Value>) -> Result<(u16, Option<String>), String> {
    let text = |name: &str| {
        let value = port.get(name)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    for name in port.keys() {
        match name.as_str() {
            "target" | "published" | "name" | "app_protocol" => {},
            "protocol" if text("protocol").as_deref() == Some("tcp") => {},
            "protocol" => return Err(no_tcp("it", &text("protocol").unwrap_or_default())),
            "mode" if text("mode").as_deref() == Some("ingress") => {},
            "mode" => return Err("the provider publishes ports: take mode away".into()),
            "host_ip" if text("host_ip").as_deref() == Some("0.0.0.0") => {},
            "host_ip" => return Err(one_address("it")),
            other => return Err(format!("{other} has nothing that it could become: take it away")),
        }
    }
    let target = text("target").ok_or("it names no target: write the port at which the program itself listens")?;
    Ok((number(&target)?, text("published")))
}

fn number(text: &str) -> Result<u16, String> {
    let number: Result<u16, _> = text.parse();
    number.ok().filter(|port| *port != 0).ok_or_else(|| format!("{text:?} is no port: write a number from 1 to 65535"))
}

fn no_tcp(text: &str, protocol: &str) -> String {
    format!("{text:?} is {protocol}, and only TCP is passed to services: have the program speak TCP")
}

fn one_address(text: &str) -> String {
    format!(
        "{text:?} is published at one address, and a service is reached by the whole world: take the address away, or the port"
    )
}
