//! What becomes of compose files as people have them.

use super::*;

fn wanted(text: &str) -> Wanted {
    read("compose.yml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn refusals(text: &str) -> Vec<Refusal> {
    match read("compose.yml", text) {
        Err(FileError::Refused { refusals, .. }) => refusals,
        other => panic!("it was not refused: {other:?}"),
    }
}

/// A service with these lines, two blanks in.
fn service(lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| format!("    {line}")).collect();
    format!("services:\n  web:\n    image: web:1\n{}\n", lines.join("\n"))
}

/// What is refused of a service with these lines: where, and that it says what to do.
fn refused(lines: &str) -> Vec<String> {
    let refusals = refusals(&service(lines));
    for refusal in &refusals {
        assert!(refusal.why.len() > 20, "{refusal:?} says what to do");
    }
    refusals.into_iter().map(|refusal| refusal.at).collect()
}

#[test]
fn a_whole_file_becomes_a_service() {
    let text = r#"
version: "3.9"
name: shop
x-note: &limits
  cpus: "0.50"
  memory: 300M
services:
  web:
    image: shop/web:2
    container_name: web
    command: serve --title "My shop" --port 8080
    environment:
      - MODE=fast
      - PRICE=5$$
      - EMPTY=
    ports:
      - "80:8080"
      - 9090
    restart: unless-stopped
    platform: linux/arm64
    deploy:
      mode: replicated
      replicas: 3
      resources:
        limits:
          <<: *limits
        reservations:
          memory: 100M
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:9090/health"]
      interval: 30s
    x-idlewild:
      disk: 2g
      region: "NO"
      tier: virtual
      most: 0.25
      term: 7d
"#;
    let wanted = wanted(text);
    let settings = &wanted.settings;
    assert_eq!(wanted.image, "shop/web:2");
    assert_eq!(settings.arguments, ["serve", "--title", "My shop", "--port", "8080"]);
    let environment =
        [("MODE", "fast"), ("PRICE", "5$"), ("EMPTY", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(settings.environment, environment);
    assert_eq!(settings.ports, [9_090, 8_080], "health is asked at the first");
    assert_eq!(settings.health.as_deref(), Some("/health"));
    let Resources { cpu_milli, ram_mib, disk_mib, .. } = wanted.resources;
    assert_eq!((cpu_milli, ram_mib, disk_mib), (500, 300, 2_048));
    assert_eq!((wanted.wishes.arch, wanted.wishes.region), (Some(Arch::Arm64), Some(*b"NO")));
    assert_eq!((wanted.instances, wanted.most.as_deref(), wanted.term.as_deref()), (3, Some("0.25"), Some("7d")));
    let notes = wanted.notes.join("\n");
    for word in ["container_name", "reservations", "8080", "9090"] {
        assert!(notes.contains(word), "{word} in {notes}");
    }
}

#[test]
fn environment_and_command_have_two_forms() {
    let one = wanted(&service("command: [\"a b\", c]\nenvironment:\n  B: 2\n  A: true\n  C: text"));
    assert_eq!(one.settings.arguments, ["a b", "c"]);
    let pairs: Vec<(&str, &str)> =
        one.settings.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(pairs, [("A", "true"), ("B", "2"), ("C", "text")]);
    assert_eq!(refused("environment:\n  HOME:"), ["web.environment.HOME"]);
    assert_eq!(refused("environment: [HOME]"), ["web.environment.HOME"]);
    assert_eq!(refused("environment:\n  A: ${HOME}"), ["web.environment.A"]);
    assert_eq!(refused("environment:\n  A: $HOME"), ["web.environment.A"]);
    assert_eq!(refused("command: 'a \"b'"), ["web.command"]);
    assert_eq!(wanted(&service("environment:\n  A: costs 5$")).settings.environment[0].1, "costs 5$");
}

#[test]
fn everything_that_cannot_be_is_named_at_once() {
    let text = "
volumes:
  data:
    driver: local
networks:
  back: { internal: true }
services:
  web:
    image: web:1
    build: .
    volumes: [data:/data]
    networks: [back]
    depends_on: [db]
    privileged: true
    secrets: [password]
    env_file: .env
    user: root
    devices: [/dev/kvm]
    cap_add: [NET_ADMIN]
    network_mode: host
    restart: on-failure
    gizmo: 1
";
    let at: Vec<String> = refusals(text).into_iter().map(|refusal| refusal.at).collect();
    for name in ["volumes", "networks"] {
        assert!(at.contains(&name.to_owned()) && at.contains(&format!("web.{name}")), "{name} in {at:?}");
    }
    for name in [
        "build",
        "depends_on",
        "privileged",
        "secrets",
        "env_file",
        "user",
        "devices",
        "cap_add",
        "network_mode",
        "restart",
        "gizmo",
    ] {
        assert!(at.contains(&format!("web.{name}")), "{name} in {at:?}");
    }
    let told = read("compose.yml", text).unwrap_err().to_string();
    assert!(told.contains("idlewild image push") && told.contains("compose.yml"), "{told}");
}

#[test]
fn each_refusal_has_a_reason_of_its_own() {
    for (key, why) in REFUSED {
        assert!(why.len() > 20, "{key}");
        assert_eq!(refused(&format!("{key}: [x]")), [format!("web.{key}")]);
        assert!(!IGNORED.iter().any(|(name, _)| *name == key), "{key} is ignored as well");
        // What is empty asks for nothing.
        wanted(&service(&format!("{key}: []")));
    }
    for (key, _) in IGNORED {
        assert_eq!(wanted(&service(&format!("{key}: x"))).notes.len(), 1, "{key}");
    }
}

#[test]
fn ports_are_the_containers_own_and_of_the_whole_world() {
    let of = |ports: &str| wanted(&service(&format!("ports: {ports}"))).settings.ports;
    assert_eq!(of("[80, \"8080:81\", \"0.0.0.0:1:82\", \"83/tcp\", \"[::]:5:84\", \"90:80\"]"), [80, 81, 82, 83, 84]);
    assert_eq!(of("[{target: 80, published: \"8080\", protocol: tcp, mode: ingress}]"), [80]);
    for wrong in [
        "[\"53:53/udp\"]",
        "[\"127.0.0.1:80:80\"]",
        "[\"3000-3005:3000-3005\"]",
        "[0]",
        "[many]",
        "[70000]",
        "[[80]]",
        "80",
        "[{target: 53, protocol: udp}]",
        "[{target: 80, host_ip: 127.0.0.1}]",
        "[{published: 80}]",
        "[{target: 80, mode: host}]",
    ] {
        assert_eq!(refused(&format!("ports: {wrong}")), ["web.ports"], "{wrong}");
    }
}

#[test]
fn health_is_asked_where_it_is_published() {
    let of = |lines: &str| wanted(&service(lines)).settings.health;
    assert_eq!(of("ports: [80]\nhealthcheck:\n  test: curl -f http://localhost/x || exit 1").as_deref(), Some("/x"));
    assert_eq!(
        of("ports: [80]\nhealthcheck:\n  test: [CMD-SHELL, \"wget -q --spider http://localhost/y\"]").as_deref(),
        Some("/y")
    );
    assert_eq!(of("ports: [80]\nhealthcheck:\n  test: [NONE]"), None);
    assert_eq!(of("ports: [80]\nhealthcheck:\n  disable: true"), None);
    assert_eq!(of("ports: [80]\nx-idlewild:\n  health: /z").as_deref(), Some("/z"));
    assert_eq!(refused("ports: [81]\nhealthcheck:\n  test: curl http://localhost/"), ["web.healthcheck"]);
    assert_eq!(refused("x-idlewild:\n  health: /z"), ["web.healthcheck"]);
    assert_eq!(refused("ports: [80]\nhealthcheck:\n  test: [CMD, pg_isready]"), ["web.healthcheck.test"]);
    assert_eq!(refused("ports: [80]\nhealthcheck:\n  interval: 3s"), ["web.healthcheck.test"]);
}

#[test]
fn amounts_and_numbers_are_checked() {
    assert_eq!(refused("cpus: lots"), ["web.cpus"]);
    assert_eq!(refused("mem_limit: 12x"), ["web.mem_limit"]);
    assert_eq!(refused("deploy:\n  replicas: 17"), ["web.deploy.replicas"]);
    assert_eq!(refused("deploy:\n  replicas: 0"), ["web.deploy.replicas"]);
    assert_eq!(refused("deploy:\n  mode: global"), ["web.deploy.mode"]);
    assert_eq!(refused("deploy:\n  placement:\n    constraints: [x]"), ["web.deploy.placement"]);
    assert_eq!(
        refused("deploy:\n  resources:\n    reservations:\n      devices: [{}]"),
        ["web.deploy.resources.reservations.devices"]
    );
    assert_eq!(refused("platform: windows"), ["web.platform"]);
    assert_eq!(refused("x-idlewild:\n  colour: red"), ["web.x-idlewild.colour"]);
    assert_eq!(refused("read_only: false"), ["web.read_only"]);
    assert_eq!(refused("tty: true"), ["web.tty"]);
    let quiet = wanted(&service("privileged: false\nread_only: true\ntty: false\nnetwork_mode: none\ncpus: 2\nmem_limit: 1g"));
    assert!(!quiet.settings.networked && quiet.notes.is_empty());
    assert_eq!((quiet.resources.cpu_milli, quiet.resources.ram_mib), (2_000, 1_024));
}

#[test]
fn a_file_is_one_service() {
    assert_eq!(refusals("services:\n  a: {image: x}\n  b: {image: y}")[0].at, "services");
    assert_eq!(refusals("services:\n  a: {command: x}")[0].at, "a");
    for text in ["", "services: {}", "a: b", "services: [a]", "services:\n a: {image: x}\n a: {image: y}", "\t{", "- 1"] {
        assert!(matches!(read("compose.yml", text), Err(FileError::Form { .. })), "{text:?}");
    }
    // A handful of lines that would grow to billions.
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let names = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{names}]\n"));
    }
    assert!(matches!(read("compose.yml", &bomb), Err(FileError::Form { .. })));
}
