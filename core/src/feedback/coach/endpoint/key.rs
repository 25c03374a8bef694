//! An endpoint's key: what was typed for this sitting, the variable, or the system's keyring; never a file, a project, an
//! argument or a line that is told.

use super::{Endpoint, EndpointError, Endpoints};
use crate::domain::Secret;
use crate::job::CancelToken;
use crate::network::keyring::Keyring;

/// The variable that holds one.
pub const KEY_VARIABLE: &str = "WHETSTONE_COACH_KEY";

/// No key is longer.
const LONGEST: usize = 4 << 10;

/// Keys that are shorter are none that would have to be hidden, and would tear holes into any text.
const SHORTEST_HIDDEN: usize = 8;

/// What stands where a key stood.
const HIDDEN: &str = "(key not shown)";

/// The key that goes along, where there is one.
pub fn find(endpoint: &Endpoint, session: Option<&Secret>) -> Result<Option<Secret>, EndpointError> {
    let variable = std::env::var_os(KEY_VARIABLE).map(|value| value.to_string_lossy().into_owned());
    find_among(endpoint, session, variable.as_deref(), &Keyring::of_system())
}

fn find_among(
    endpoint: &Endpoint,
    session: Option<&Secret>,
    variable: Option<&str>,
    keyring: &Keyring,
) -> Result<Option<Secret>, EndpointError> {
    if let Some(secret) = session.filter(|secret| !secret.is_empty()) {
        return checked(secret.clone(), "what was typed").map(Some);
    }
    if let Some(kept) = keyring.read(&entry(endpoint)?).filter(|secret| !secret.is_empty()) {
        return checked(kept, "the system's keyring").map(Some);
    }
    // Whoever set the variable meant one server: it goes nowhere where others could read it on the way.
    let is_private = matches!(super::place::needs_confirmation(&endpoint.url()?), Ok(false));
    match variable.filter(|text| is_private && !text.trim().is_empty()) {
        Some(text) => checked(Secret::new(text), KEY_VARIABLE).map(Some),
        None => Ok(None),
    }
}

/// Puts a key into the system's keyring. Whether there is one that answers.
pub fn keep(endpoint: &Endpoint, key: &Secret, cancel: &CancelToken) -> Result<bool, EndpointError> {
    let key = checked(key.clone(), "what was typed")?;
    Ok(Keyring::of_system().write(&entry(endpoint)?, &key, cancel)?.is_ok())
}

/// Takes an endpoint's key out of the keyring. Whether there was one.
pub fn forget(endpoint: &Endpoint, cancel: &CancelToken) -> Result<bool, EndpointError> {
    Ok(Keyring::of_system().delete(&entry(endpoint)?, cancel)?.unwrap_or(false))
}

/// Takes out the key that an endpoint of this name had at another address: nobody would find it again there.
pub fn forget_before_moving(known: &Endpoints, moved: &Endpoint, cancel: &CancelToken) -> Result<(), EndpointError> {
    match moved_from(known, moved)? {
        Some(before) => forget(before, cancel).map(|_| ()),
        None => Ok(()),
    }
}

/// The endpoint of the same name, where it stands at another address.
fn moved_from<'a>(known: &'a Endpoints, moved: &Endpoint) -> Result<Option<&'a Endpoint>, EndpointError> {
    match known.find(&moved.name) {
        Ok(before) if before.origin()? != moved.origin()? => Ok(Some(before)),
        _ => Ok(None),
    }
}

/// What the key's entry is called. It is bound to the address: a changed address does not get the old key.
fn entry(endpoint: &Endpoint) -> Result<String, EndpointError> {
    Ok(format!("coach {} {}", endpoint.name, endpoint.origin()?))
}

/// Refuses what no header takes, without showing it.
pub fn checked(secret: Secret, place: &'static str) -> Result<Secret, EndpointError> {
    let text = secret.reveal();
    let is_fine = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_fine { Ok(secret) } else { Err(EndpointError::KeyForm { place }) }
}

/// A text from a server without the key, in whatever form it may have sent it back.
pub fn without_key(text: &str, key: Option<&Secret>) -> String {
    let Some(key) = key.map(Secret::reveal).filter(|key| key.len() >= SHORTEST_HIDDEN) else { return text.to_owned() };
    let forms = [key.to_owned(), base64(key.as_bytes()), percent_encoded(key)];
    forms.iter().fold(text.to_owned(), |text, form| if text.contains(form) { text.replace(form, HIDDEN) } else { text })
}

/// Base 64 (RFC 4648, 4) without the padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of_three = |three: &[u8]| {
        let bits = three.iter().chain([0, 0].iter()).take(3).fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let digits = (0..=three.len()).map(move |place| DIGITS[(bits >> (18 - 6 * place)) as usize & 63] as char);
        digits.collect::<String>()
    };
    bytes.chunks(3).map(of_three).collect()
}

/// As in an address (RFC 3986, 2.1).
fn percent_encoded(text: &str) -> String {
    let one = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            (byte as char).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::ToUserMessage;
    use crate::network::keyring::tests::{Fault, Memory, failing};

    fn endpoint(address: &str) -> Endpoint {
        Endpoint::new("paid", address, "m")
    }

    #[test]
    fn a_key_is_forgotten_only_where_the_address_moves() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut known = Endpoints::read(&folder.path().join("endpoints.toml")).expect("none yet");
        known.put(endpoint("https://api.example.com/v1")).expect("put");
        let moves = |address: &str| moved_from(&known, &endpoint(address)).expect("addresses").map(Endpoint::host);
        assert_eq!(moves("https://api.example.com/v2"), None);
        assert_eq!(moves("https://other.example.com/v1").as_deref(), Some("api.example.com"));
        let other = Endpoint::new("another", "https://other.example.com/v1", "m");
        assert!(moved_from(&known, &other).expect("addresses").is_none());
    }

    #[test]
    fn a_key_is_bound_to_the_address() {
        let keyring = Keyring::new(Arc::new(Memory::default()));
        let home = endpoint("https://api.example.com/v1");
        let kept =
            keyring.write(&entry(&home).expect("an address"), &Secret::new("sk-canary"), &CancelToken::default());
        assert_eq!(kept, Ok(Ok(())));
        let found = |address: &str| find_among(&endpoint(address), None, None, &keyring).expect("fine");
        assert_eq!(found("https://api.example.com/v2"), Some(Secret::new("sk-canary")));
        for other in ["https://evil.example/v1", "http://api.example.com/v1", "https://api.example.com:8443/v1"] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn the_nearest_place_that_has_one_counts() {
        let keyring = Keyring::new(Arc::new(Memory::default()));
        let home = endpoint("https://api.example.com/v1");
        let kept = keyring.write(&entry(&home).expect("an address"), &Secret::new("kept"), &CancelToken::default());
        assert_eq!(kept, Ok(Ok(())));
        let typed = Secret::new("typed");
        let found = |session, variable| find_among(&home, session, variable, &keyring).expect("fine").expect("one");
        assert_eq!(found(Some(&typed), Some("variable")).reveal(), "typed");
        assert_eq!(found(None, Some(" variable\n")).reveal(), "kept");
        let none = Keyring::new(Arc::new(Memory::default()));
        let of_variable = |address: &str| {
            find_among(&endpoint(address), None, Some(" variable\n"), &none)
                .expect("fine")
                .map(|key| key.reveal().to_owned())
        };
        for private in ["https://api.example.com/v1", "http://localhost:11434/v1"] {
            assert_eq!(of_variable(private).as_deref(), Some("variable"), "{private}");
        }
        // Where others could read it on the way it does not go.
        assert_eq!(of_variable("http://192.168.7.7:8000/v1"), None);
    }

    #[test]
    fn without_a_keyring_there_is_none_and_nobody_waits() {
        for fault in Fault::ALL {
            let (keyring, _) = failing(fault);
            assert_eq!(find_among(&endpoint("https://x.example/v1"), None, None, &keyring).expect("fine"), None);
        }
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_shown() {
        let keyring = Keyring::new(Arc::new(Memory::default()));
        let long = format!("sk-canary{}", "x".repeat(LONGEST));
        for wrong in
            ["sk-canary\r\nX-Evil: 1", "sk-canary two", "sk-canary\u{7f}", "sk-canary\0", "sk-canary\u{e9}", &long]
        {
            let error =
                find_among(&endpoint("https://x.example/v1"), None, Some(wrong), &keyring).expect_err("refused");
            let told = format!("{error} {error:?} {:?}", error.hint());
            assert!(!told.contains("canary") && !told.contains("Evil"), "{told}");
        }
    }

    #[test]
    fn a_key_that_comes_back_is_hidden_in_every_form() {
        let key = Secret::new("sk-cänary+/key");
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"M"), "TQ");
        assert_eq!(percent_encoded("a+/b"), "a%2B%2Fb");
        for form in [key.reveal().to_owned(), base64(key.reveal().as_bytes()), percent_encoded(key.reveal())] {
            assert_eq!(without_key(&format!("you sent {form}=!"), Some(&key)), format!("you sent {HIDDEN}=!"));
        }
        // A key that is no secret leaves texts as they are.
        assert_eq!(without_key("ollama", Some(&Secret::new("ollama"))), "ollama");
    }
}
