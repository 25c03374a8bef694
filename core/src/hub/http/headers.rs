//! What stands in addresses and in the headers of answers.

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Response, Url};

use crate::network::{is_same_origin, text_header};

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
