//! What stands in addresses and in the headers of answers.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Response, Url};

/// Whether two addresses have the same scheme, host and port: a token of one is at home at the other.
pub fn is_same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// An address's host, with its port where that is not the usual one.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("?");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// A header as text.
pub fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.trim().to_owned())
}

/// What a host of the Hub's own says of a file; what others say counts for nothing.
pub fn own_headers(response: &Response, url: &Url, endpoint: &Url) -> HeaderMap {
    if is_same_origin(url, endpoint) { response.headers().clone() } else { HeaderMap::new() }
}

/// Where an answer sends us on to.
pub fn redirect_target(response: &Response, url: &Url) -> Option<Url> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| is_redirect)?;
    let target = url.join(location.to_str().ok()?).ok()?;
    matches!(target.scheme(), "http" | "https").then_some(target)
}

/// How long a host wants to be left alone: seconds, or a date (RFC 9110, 10.2.3).
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = text_header(headers, RETRY_AFTER.as_str())?;
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(&value).ok()?;
    Some(until.duration_since(now).unwrap_or_default())
}

/// The address of the next page (RFC 8288), where it is the same host's.
pub fn next_page(headers: &HeaderMap, endpoint: &Url) -> Option<Url> {
    let links = text_header(headers, "link")?;
    let next = links.split(',').find(|link| link.contains("rel=\"next\""))?;
    let address = next.split_once('<')?.1.split_once('>')?.0;
    let url = endpoint.join(address).ok()?;
    is_same_origin(&url, endpoint).then_some(url)
}

/// The sentence in an error's JSON.
pub fn json_error(body: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(value.get("error")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(named: &[(&'static str, &str)]) -> HeaderMap {
        named.iter().map(|(name, value)| ((*name).parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    #[test]
    fn a_wait_is_given_in_seconds_or_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let wait = |value: &str| retry_after(&headers(&[("retry-after", value)]), now);
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait(&httpdate::fmt_http_date(now + Duration::from_secs(90))), Some(Duration::from_secs(90)));
        // A date that is over is no wait.
        assert_eq!(wait(&httpdate::fmt_http_date(now - Duration::from_secs(90))), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
    }

    #[test]
    fn a_token_is_at_home_at_one_scheme_host_and_port() {
        let home = url("https://huggingface.co");
        for other in ["https://huggingface.co/x/y", "https://HUGGINGFACE.co:443/"] {
            assert!(is_same_origin(&home, &url(other)), "{other}");
        }
        for other in [
            "http://huggingface.co",
            "https://huggingface.co:8443",
            "https://cdn.huggingface.co",
            "https://huggingface.co.evil.example",
            "https://evil.example/huggingface.co",
            "https://huggingface.co@evil.example",
        ] {
            assert!(!is_same_origin(&home, &url(other)), "{other}");
        }
    }

    #[test]
    fn a_next_page_is_followed_only_at_the_same_host() {
        let home = url("https://huggingface.co");
        let next = |link: &str| next_page(&headers(&[("link", link)]), &home).map(String::from);
        assert_eq!(
            next("<https://huggingface.co/api/models?cursor=x>; rel=\"next\"").as_deref(),
            Some("https://huggingface.co/api/models?cursor=x")
        );
        assert_eq!(next("<https://evil.example/api>; rel=\"next\""), None);
        assert_eq!(next("<https://huggingface.co/a>; rel=\"prev\""), None);
    }
}
