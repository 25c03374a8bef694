//! Where an endpoint may stand: anywhere with encryption; without it on this machine, and after a person confirmed it on a
//! private address. A name is looked up once, and what was looked at is what is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::Url;

use super::{Endpoint, EndpointError};
use crate::network::host_of;

/// How long looking a name up may take.
const LOOK_UP: Duration = Duration::from_secs(20);

/// How far an address reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This machine.
    Loopback,
    /// This network: RFC 1918, link local, unique local.
    Private,
    /// Anywhere.
    Public,
    /// No machine: unspecified, multicast, broadcast.
    Nowhere,
}

/// An endpoint's address, looked at.
#[derive(Debug, Clone)]
pub struct Place {
    /// Up to `/v1`.
    pub url: Url,
    /// What a person is told of it.
    pub host: String,
    /// What its name means; empty where only a proxy may know that.
    pub addresses: Vec<SocketAddr>,
    /// The farthest of them.
    pub reach: Reach,
}

/// An address that requests can be made of.
pub fn base_url(address: &str) -> Result<Url, EndpointError> {
    // What stands before an @ may be a password.
    let told = address.rsplit('@').next().unwrap_or_default().chars().take(120).collect::<String>();
    let wrong = |problem| EndpointError::Address { address: told.clone(), problem };
    let url = Url::parse(address.trim().trim_end_matches('/')).map_err(|_wrong| wrong("it is none"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it begins with neither https:// nor http://"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("it names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a user or a password does not belong into it"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a query or a fragment"));
    }
    Ok(url)
}

/// How far one address reaches.
pub fn reach_of(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_of_four(address),
        IpAddr::V6(address) => address.to_ipv4_mapped().map_or_else(|| reach_of_six(address), reach_of_four),
    }
}

fn reach_of_four(address: Ipv4Addr) -> Reach {
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_private() || address.is_link_local() {
        Reach::Private
    } else if address.octets()[0] == 0 || address.is_multicast() || address.is_broadcast() {
        Reach::Nowhere
    } else {
        Reach::Public
    }
}

fn reach_of_six(address: Ipv6Addr) -> Reach {
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_unique_local() || address.is_unicast_link_local() {
        Reach::Private
    } else if address.is_unspecified() || address.is_multicast() {
        Reach::Nowhere
    } else {
        Reach::Public
    }
}

/// The host as an address, where it is written as one.
fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// How far a name may reach without encryption, by itself.
fn reach_of_name(url: &Url) -> Reach {
    let name = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        Reach::Loopback
    } else if name.rsplit('.').next() == Some("local") && name != "local" {
        Reach::Private
    } else {
        Reach::Public
    }
}

/// Whether a person has to confirm an address before it is used, from how it is written alone; an error where nobody may.
pub fn needs_confirmation(url: &Url) -> Result<bool, EndpointError> {
    if url.scheme() == "https" {
        return Ok(false);
    }
    match literal(url).map_or_else(|| reach_of_name(url), reach_of) {
        Reach::Loopback => Ok(false),
        Reach::Private => Ok(true),
        Reach::Public | Reach::Nowhere => Err(EndpointError::PlainHttp { host: host_of(url) }),
    }
}

/// The endpoint's place, where its name means `addresses`.
pub fn checked(endpoint: &Endpoint, addresses: Vec<SocketAddr>) -> Result<Place, EndpointError> {
    let url = endpoint.url()?;
    let host = host_of(&url);
    let reaches: Vec<Reach> = addresses.iter().map(|address| reach_of(address.ip())).collect();
    let no_machine =
        || EndpointError::NoSuchHost { host: host.clone(), reason: "its address is none of a machine".to_owned() };
    if reaches.contains(&Reach::Nowhere) {
        return Err(no_machine());
    }
    let farthest = [Reach::Public, Reach::Private].into_iter().find(|reach| reaches.contains(reach));
    let reach = farthest.unwrap_or(if addresses.is_empty() { Reach::Public } else { Reach::Loopback });
    if url.scheme() != "https" {
        if needs_confirmation(&url)? && !endpoint.plain_http {
            return Err(EndpointError::NotConfirmed { name: endpoint.name.clone(), host });
        }
        let named = literal(&url).map_or_else(|| reach_of_name(&url), reach_of);
        // A name that promises this machine or this network, and means another one.
        if reach == Reach::Public || (named == Reach::Loopback && reach != Reach::Loopback) {
            return Err(EndpointError::PlainHttp { host });
        }
    }
    Ok(Place { url, host, addresses, reach })
}

/// What an endpoint's name means now.
pub async fn looked_up(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, EndpointError> {
    let url = endpoint.url()?;
    let port = url.port_or_known_default().unwrap_or(443);
    if let Some(address) = literal(&url) {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let name = url.host_str().unwrap_or_default().to_owned();
    let failed = |reason: String| EndpointError::NoSuchHost { host: name.clone(), reason };
    let found = match tokio::time::timeout(LOOK_UP, tokio::net::lookup_host((name.clone(), port))).await {
        Ok(Ok(found)) => found.collect(),
        // With encryption a proxy may know the way; the certificate says who answers.
        _ if url.scheme() == "https" && reach_of_name(&url) == Reach::Public => return Ok(Vec::new()),
        Ok(Err(error)) => return Err(failed(error.to_string())),
        Err(_late) => return Err(failed("nobody answers".to_owned())),
    };
    let found: Vec<SocketAddr> = found;
    if found.is_empty() { Err(failed("it has no address".to_owned())) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(address: &str, means: &[&str], confirmed: bool) -> Result<Place, EndpointError> {
        let endpoint = Endpoint { plain_http: confirmed, ..Endpoint::new("coach", address, "m") };
        let means = means.iter().map(|ip| SocketAddr::new(ip.parse().expect("an address"), 80)).collect();
        checked(&endpoint, means)
    }

    #[test]
    fn without_encryption_it_goes_to_this_machine_and_after_a_yes_to_this_network() {
        for (address, means) in [
            ("http://127.0.0.1:11434/v1", "127.0.0.1"),
            ("http://[::1]:8080/v1", "::1"),
            ("http://localhost:1234/v1", "127.0.0.1"),
            ("http://127.1:8080/v1", "127.0.0.1"),
        ] {
            assert!(place(address, &[means], false).is_ok_and(|place| place.reach == Reach::Loopback), "{address}");
        }
        for (address, means) in [
            ("http://192.168.1.20:8080/v1", "192.168.1.20"),
            ("http://10.0.0.5/v1", "10.0.0.5"),
            ("http://172.16.3.4/v1", "172.16.3.4"),
            ("http://[fe80::1]/v1", "fe80::1"),
            ("http://[fd00::2]/v1", "fd00::2"),
            ("http://studio.local:1234/v1", "192.168.7.7"),
        ] {
            assert!(matches!(place(address, &[means], false), Err(EndpointError::NotConfirmed { .. })), "{address}");
            assert!(place(address, &[means], true).is_ok_and(|place| place.reach == Reach::Private), "{address}");
        }
    }

    #[test]
    fn without_encryption_it_goes_nowhere_else() {
        for (address, means) in [
            ("http://api.example.com/v1", "93.184.216.34"),
            // A public name that means this network today means another machine tomorrow.
            ("http://api.example.com/v1", "192.168.1.20"),
            ("http://8.8.8.8/v1", "8.8.8.8"),
            ("http://172.32.0.1/v1", "172.32.0.1"),
            ("http://[2001:db8::1]/v1", "2001:db8::1"),
            ("http://[::ffff:8.8.8.8]/v1", "::ffff:8.8.8.8"),
            // Names that promise this machine or this network, and mean another one.
            ("http://localhost/v1", "93.184.216.34"),
            ("http://localhost/v1", "192.168.1.20"),
            ("http://studio.local/v1", "93.184.216.34"),
            ("http://localhost.evil.example/v1", "127.0.0.1"),
        ] {
            assert!(
                matches!(place(address, &[means], true), Err(EndpointError::PlainHttp { .. })),
                "{address} {means}"
            );
        }
        assert!(place("http://studio.local/v1", &["192.168.1.2", "93.184.216.34"], true).is_err());
        for nowhere in ["http://0.0.0.0/v1", "https://0.0.0.0/v1", "https://224.0.0.1/v1"] {
            let ip = nowhere.split('/').nth(2).expect("a host");
            assert!(place(nowhere, &[ip], true).is_err(), "{nowhere}");
        }
    }

    #[test]
    fn with_encryption_it_goes_anywhere() {
        assert!(
            place("https://api.example.com/v1", &["93.184.216.34"], false)
                .is_ok_and(|place| place.reach == Reach::Public)
        );
        assert!(
            place("https://nas.example/v1", &["192.168.1.2"], false).is_ok_and(|place| place.reach == Reach::Private)
        );
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        for wrong in [
            "api.example.com",
            "ftp://x/v1",
            "file:///etc/passwd",
            "https://me:canary@x.example/v1",
            "https://x/v1?key=1",
            "https://x/v1#a",
            "https://",
            "javascript:alert(1)",
            "",
        ] {
            let told = format!("{:?}", base_url(wrong).expect_err(wrong));
            assert!(!told.contains("canary"), "{told}");
        }
    }
}
