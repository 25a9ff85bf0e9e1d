//! What browsers are told.

use proptest::prelude::*;
use s3s::dto::CORSConfiguration;
use s3s::xml::{Deserialize, Deserializer};

use super::*;

fn given(rules: &str) -> CORSConfiguration {
    let text = format!("<CORSConfiguration>{rules}</CORSConfiguration>");
    CORSConfiguration::deserialize(&mut Deserializer::new(text.as_bytes())).unwrap()
}

fn cors(rules: &str) -> Cors {
    parse::read(given(rules)).unwrap()
}

fn request(all: &[(&'static str, &str)]) -> HeaderMap {
    all.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn asks(origin: &str, method: &str, headers: &str) -> HeaderMap {
    let all = [("origin", origin), ("access-control-request-method", method), ("access-control-request-headers", headers)];
    request(&all[..if headers.is_empty() { 2 } else { 3 }])
}

const TWO: &str = "
    <CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>
      <AllowedHeader>x-amz-*</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader><ExposeHeader>ETag</ExposeHeader>
      <MaxAgeSeconds>600</MaxAgeSeconds></CORSRule>
    <CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>";

#[test]
fn a_star_stands_for_what_is_between() {
    for (pattern, text, is) in [
        ("*", "", true),
        ("a*", "a", true),
        ("a*b", "ab", true),
        ("a*b", "a-b", true),
        ("ab*ba", "aba", false),
        ("a*b", "a-bc", false),
        ("a", "ab", false),
    ] {
        assert_eq!(fits(pattern, text), is, "{pattern} {text}");
    }
}

#[test]
fn the_first_rule_that_fits_answers() {
    let cors = cors(TWO);
    let answer = cors.preflight(&asks("https://a.example.com", "PUT", "X-Amz-Date, content-type")).unwrap();
    assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "https://a.example.com");
    assert_eq!(answer[ACCESS_CONTROL_ALLOW_CREDENTIALS], "true");
    assert_eq!(answer[ACCESS_CONTROL_ALLOW_METHODS], "PUT, GET");
    assert_eq!(answer[ACCESS_CONTROL_ALLOW_HEADERS], "x-amz-date, content-type");
    assert_eq!(answer[ACCESS_CONTROL_EXPOSE_HEADERS], "ETag");
    assert_eq!(answer[ACCESS_CONTROL_MAX_AGE], "600");
    assert!(answer[VARY].to_str().unwrap().contains("Origin"));

    let anyone = cors.preflight(&asks("https://example.org", "GET", "")).unwrap();
    assert_eq!(anyone[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert!(!anyone.contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS));
}

#[test]
fn all_of_origin_method_and_headers_must_be_allowed() {
    let cors = cors(TWO);
    for (origin, method, headers) in [
        ("https://example.org", "PUT", ""),
        ("https://.example.com.evil.org", "PUT", ""),
        ("https://a.example.com", "DELETE", ""),
        ("https://a.example.com", "PUT", "x-other"),
        ("https://a.example.com", "put", ""),
    ] {
        assert!(
            matches!(cors.preflight(&asks(origin, method, headers)), Err(CorsRefusal::NoRule)),
            "{origin} {method} {headers}"
        );
    }
    for none in
        [request(&[]), request(&[("origin", "https://a.example.com")]), request(&[("access-control-request-method", "GET")])]
    {
        assert!(matches!(cors.preflight(&none), Err(CorsRefusal::NoPreflight)));
    }
}

#[test]
fn a_header_that_is_no_text_is_not_allowed() {
    let mut headers = asks("https://a.example.com", "PUT", "");
    headers.insert(ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_bytes(b"\xff").unwrap());
    assert!(matches!(cors(TWO).preflight(&headers), Err(CorsRefusal::NoRule)));
}

#[test]
fn other_answers_say_whether_the_page_may_read_them() {
    let cors = cors(TWO);
    let answer = cors.answer(&Method::GET, &request(&[("origin", "https://a.example.com")]));
    assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "https://a.example.com");
    assert_eq!(answer[ACCESS_CONTROL_EXPOSE_HEADERS], "ETag");
    let denied = cors.answer(&Method::PUT, &request(&[("origin", "https://example.org")]));
    assert!(!denied.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
    assert!(denied.contains_key(VARY), "a cache must not give this answer to an origin that is allowed");
    assert!(!cors.answer(&Method::GET, &request(&[])).contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
}

#[test]
fn wrong_rules_are_refused() {
    let rule =
        |rest: &str| format!("<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>{rest}</CORSRule>");
    assert!(parse::read(given(&rule(""))).is_ok());
    for wrong in [
        String::new(),
        rule("<AllowedMethod>PATCH</AllowedMethod>"),
        rule("<AllowedOrigin>https://*.*.com</AllowedOrigin>"),
        rule("<AllowedOrigin>a&#10;b</AllowedOrigin>"),
        rule("<AllowedHeader>a b</AllowedHeader>"),
        rule("<AllowedHeader>x-*-*</AllowedHeader>"),
        rule("<ExposeHeader>x-*</ExposeHeader>"),
        rule("<MaxAgeSeconds>-1</MaxAgeSeconds>"),
        rule(&format!("<ID>{}</ID>", "x".repeat(256))),
        rule("").repeat(101),
        "<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>".to_owned(),
    ] {
        let text = format!("<CORSConfiguration>{wrong}</CORSConfiguration>");
        let read = CORSConfiguration::deserialize(&mut Deserializer::new(text.as_bytes())).ok().map(parse::read);
        assert!(!matches!(read, Some(Ok(_))), "{wrong}");
    }
}

#[test]
fn rules_come_back() {
    let cors = cors(TWO);
    assert_eq!(parse::read(CORSConfiguration { cors_rules: parse::write(cors.clone()) }).unwrap(), cors);
    assert_eq!(document::decode::<Cors>(&document::encode(&cors).unwrap()).unwrap(), cors);
}

proptest! {
    #[test]
    fn no_configuration_panics(rules in ".{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let text = format!("<CORSConfiguration><CORSRule>{rules}<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>");
        if let Ok(given) = CORSConfiguration::deserialize(&mut Deserializer::new(text.as_bytes())) {
            let _ = parse::read(given);
        }
        let _ = document::decode::<Cors>(&bytes);
    }

    #[test]
    fn a_rule_with_any_text_answers_any_request(origin in "[a*:/é]{0,6}", header in "[a*-]{0,4}", asked in "[a,: é-]{0,8}") {
        let rule = format!(
            "<CORSRule><AllowedOrigin>{origin}</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedHeader>{header}</AllowedHeader></CORSRule>"
        );
        if let Ok(cors) = parse::read(given(&rule)) {
            let mut headers = asks("aaa", "GET", "");
            headers.insert(ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_bytes(asked.as_bytes()).unwrap());
            let allowed = cors.preflight(&headers).is_ok();
            prop_assert!(!allowed || fits(&origin, "aaa"));
            let _ = cors.answer(&Method::GET, &headers);
        }
    }
}
