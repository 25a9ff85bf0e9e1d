//! Which document, which redirect.

use proptest::prelude::*;
use s3s::dto::WebsiteConfiguration;
use s3s::xml::{Deserialize, Deserializer};

use super::*;

fn given(xml: &str) -> WebsiteConfiguration {
    let text = format!("<WebsiteConfiguration>{xml}</WebsiteConfiguration>");
    WebsiteConfiguration::deserialize(&mut Deserializer::new(text.as_bytes())).unwrap()
}

fn website(xml: &str) -> Website {
    parse::read(&given(xml)).unwrap()
}

const INDEX: &str = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>";

fn rules(rules: &str) -> String {
    format!("{INDEX}<RoutingRules>{rules}</RoutingRules>")
}

#[test]
fn documents_stand_for_folders_and_errors() {
    let site = website(&format!("{INDEX}<ErrorDocument><Key>oops/404.html</Key></ErrorDocument>"));
    assert_eq!((site.index(), site.error()), (Some("index.html"), Some("oops/404.html")));
    assert_eq!((site.before("a"), site.after("a", 404)), (None, None));
}

#[test]
fn everything_elsewhere() {
    let site = website(
        "<RedirectAllRequestsTo><HostName>example.com:8080</HostName><Protocol>https</Protocol></RedirectAllRequestsTo>",
    );
    let to = site.before("a/b").unwrap();
    assert_eq!(
        to,
        Redirect { status: 301, protocol: Some("https".into()), host: Some("example.com:8080".into()), key: "a/b".into() }
    );
}

#[test]
fn rules_go_by_prefix_and_by_error() {
    let site = website(&rules(
        "<RoutingRule><Condition><KeyPrefixEquals>docs/</KeyPrefixEquals></Condition>
           <Redirect><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith></Redirect></RoutingRule>
         <RoutingRule><Condition><KeyPrefixEquals>img/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition>
           <Redirect><ReplaceKeyWith>missing.png</ReplaceKeyWith><HttpRedirectCode>302</HttpRedirectCode></Redirect></RoutingRule>
         <RoutingRule><Condition><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition>
           <Redirect><HostName>old.example.com</HostName></Redirect></RoutingRule>",
    ));
    assert_eq!(site.before("docs/a/b").unwrap().key, "documents/a/b");
    assert_eq!(site.before("img/a"), None, "rules for errors wait for one");
    let image = site.after("img/a", 404).unwrap();
    assert_eq!((image.status, image.key.as_str()), (302, "missing.png"));
    let other = site.after("x", 404).unwrap();
    assert_eq!((other.host.as_deref(), other.key.as_str()), (Some("old.example.com"), "x"));
    assert_eq!(site.after("x", 403), None);
}

#[test]
fn a_redirect_stays_on_its_host() {
    let site = website(&rules(
        "<RoutingRule><Condition><KeyPrefixEquals>a</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith></ReplaceKeyPrefixWith></Redirect></RoutingRule>",
    ));
    assert_eq!(site.before("a//evil.example.com").unwrap().key, "evil.example.com");
}

#[test]
fn wrong_configurations_are_refused() {
    let to = "<Redirect><ReplaceKeyWith>a</ReplaceKeyWith></Redirect>";
    for wrong in [
        String::new(),
        "<IndexDocument><Suffix></Suffix></IndexDocument>".into(),
        "<IndexDocument><Suffix>a/b</Suffix></IndexDocument>".into(),
        format!("{INDEX}<RedirectAllRequestsTo><HostName>a</HostName></RedirectAllRequestsTo>"),
        "<RedirectAllRequestsTo><HostName>http://a/</HostName></RedirectAllRequestsTo>".into(),
        "<RedirectAllRequestsTo><HostName>a</HostName><Protocol>ftp</Protocol></RedirectAllRequestsTo>".into(),
        rules("<RoutingRule><Redirect></Redirect></RoutingRule>"),
        rules(&format!("<RoutingRule><Condition></Condition>{to}</RoutingRule>")),
        rules(&format!(
            "<RoutingRule><Condition><HttpErrorCodeReturnedEquals>200</HttpErrorCodeReturnedEquals></Condition>{to}</RoutingRule>"
        )),
        rules(
            "<RoutingRule><Redirect><ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith></Redirect></RoutingRule>",
        ),
        rules(
            "<RoutingRule><Redirect><ReplaceKeyWith>a</ReplaceKeyWith><HttpRedirectCode>200</HttpRedirectCode></Redirect></RoutingRule>",
        ),
        rules(&format!("<RoutingRule>{to}</RoutingRule>").repeat(51)),
    ] {
        assert!(parse::read(&given(&wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn a_configuration_comes_back() {
    let site = website(&rules(
        "<RoutingRule><Condition><KeyPrefixEquals>a</KeyPrefixEquals></Condition><Redirect><HostName>b</HostName><Protocol>http</Protocol></Redirect></RoutingRule>",
    ));
    let out = parse::write(site.clone());
    let again = WebsiteConfiguration {
        error_document: out.error_document,
        index_document: out.index_document,
        redirect_all_requests_to: out.redirect_all_requests_to,
        routing_rules: out.routing_rules,
    };
    assert_eq!(parse::read(&again).unwrap(), site);
    assert_eq!(Website::parse(&document::encode(&site).unwrap()).unwrap(), site);
}

proptest! {
    #[test]
    fn no_key_panics(prefix in "[a/é]{0,3}", with in "[b/]{0,3}", key in "[ab/é]{0,6}", status in 0u16..700) {
        let site = website(&rules(&format!(
            "<RoutingRule><Condition><KeyPrefixEquals>{prefix}</KeyPrefixEquals></Condition>
             <Redirect><ReplaceKeyPrefixWith>{with}</ReplaceKeyPrefixWith></Redirect></RoutingRule>"
        )));
        prop_assert_eq!(site.before(&key).is_some(), key.starts_with(&prefix));
        prop_assert!(site.after(&key, status).is_none());
    }

    #[test]
    fn no_document_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Website::parse(&bytes);
    }
}
