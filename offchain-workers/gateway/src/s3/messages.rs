//! What errors say to people. s3s leaves many of its own without a text, and all without the request's id.

use hyper::{header::CONTENT_LENGTH, Response};
use s3s::Body;

/// What is said of a code where nothing was.
fn of(code: &str) -> &'static str {
    match code {
        "AccessDenied" => "Access denied; sign the request with a credential that may do this",
        "IncompleteBody" => "The body has another length than its head says; send it again",
        "InvalidBucketName" => "A bucket's name has 3 to 63 of a-z, 0-9, dot and hyphen, and is no address; choose another",
        "InvalidURI" => "The path or the query is not UTF-8 in percent-encoding; encode it so",
        "KeyTooLongError" => "Your key is too long: it may have 1,024 bytes; shorten it",
        "MalformedXML" => "The XML is not well-formed, or not what this operation takes",
        "MaxMessageLengthExceeded" => "The request is too long: XML may have 8 MiB here; send several requests",
        "MethodNotAllowed" => "The method is not allowed for this resource",
        "MissingContentLength" => "You must provide the Content-Length HTTP header",
        "SignatureDoesNotMatch" => {
            "The request signature we calculated does not match the signature you provided; check the secret key and the signing method"
        },
        "InternalError" => "We encountered an internal error; try again, and look into the gateway's log",
        _ => "The request was refused; see the code",
    }
}

/// Puts a message where there is none, and the request's id.
pub(super) fn complete(response: Response<Body>, request_id: &str) -> Response<Body> {
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let completed = response.body().bytes().and_then(|bytes| {
        let text = String::from_utf8(bytes.to_vec()).ok()?;
        let end = text.find("</Code>")? + "</Code>".len();
        let code = text.get(text.find("<Code>")? + "<Code>".len()..end - "</Code>".len())?;
        let message = match text.contains("<Message>") {
            true => String::new(),
            false => format!("<Message>{}</Message>", of(code)),
        };
        let (before, after) = text.split_at_checked(end)?;
        let after = after.replacen("</Error>", &format!("<RequestId>{request_id}</RequestId></Error>"), 1);
        Some(format!("{before}{message}{after}"))
    });
    let Some(text) = completed else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(text: &str) -> String {
        let mut response = Response::new(Body::from(text.to_owned()));
        *response.status_mut() = hyper::StatusCode::BAD_REQUEST;
        String::from_utf8(complete(response, "ID").body().bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn an_error_has_a_message_and_an_id() {
        let bare = completed("<Error><Code>InvalidURI</Code></Error>");
        assert!(bare.contains("UTF-8") && bare.ends_with("<RequestId>ID</RequestId></Error>"), "{bare}");
        let told = completed("<Error><Code>InvalidURI</Code><Message>told</Message></Error>");
        assert_eq!(told, "<Error><Code>InvalidURI</Code><Message>told</Message><RequestId>ID</RequestId></Error>");
        assert_eq!(completed("no xml"), "no xml");
    }
}
