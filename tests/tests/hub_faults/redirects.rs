//! Being sent elsewhere: a token goes to the Hub's own scheme, host and port, and nowhere else.

use whetstone_tests::hub::{Fault, Recorded, Rule, Server};

use crate::bench::{Bench, WEIGHTS};
use crate::many;

/// The token that must not stray.
const TOKEN: &str = "hf_secret_of_ada";

/// Ways to be sent elsewhere, with the Hub's address, the store's and the stranger's at hand.
struct Way {
    name: &'static str,
    /// The requests that it befalls.
    target: &'static str,
    to: fn(&Ports) -> String,
    /// Whether the other side answers, so that the download succeeds.
    succeeds: bool,
}

struct Ports {
    hub: String,
    store: String,
    stranger: String,
}

const WAYS: [Way; 11] = [
    Way {
        name: "another port",
        target: WEIGHTS,
        to: |at| format!("http://127.0.0.1:{}{{target}}", at.stranger),
        succeeds: true,
    },
    Way {
        name: "another port, for a small file",
        target: "config.json",
        to: |at| format!("http://127.0.0.1:{}{{target}}", at.stranger),
        succeeds: true,
    },
    Way {
        name: "another host at the same port",
        target: WEIGHTS,
        to: |at| format!("http://localhost:{}{{target}}", at.hub),
        succeeds: true,
    },
    Way {
        name: "the same host in another writing",
        target: WEIGHTS,
        to: |at| format!("http://[::ffff:127.0.0.1]:{}{{target}}", at.hub),
        succeeds: true,
    },
    Way {
        name: "an address without a scheme",
        target: WEIGHTS,
        to: |at| format!("//127.0.0.1:{}{{target}}", at.stranger),
        succeeds: true,
    },
    Way {
        name: "the Hub's name as a person's",
        target: WEIGHTS,
        to: |at| format!("http://127.0.0.1:{}@127.0.0.1:{}{{target}}", at.hub, at.stranger),
        succeeds: true,
    },
    Way {
        name: "another scheme",
        target: WEIGHTS,
        to: |at| format!("https://127.0.0.1:{}{{target}}", at.store),
        succeeds: false,
    },
    Way {
        name: "another scheme at the Hub's own port",
        target: WEIGHTS,
        to: |at| format!("https://127.0.0.1:{}{{target}}", at.hub),
        succeeds: false,
    },
    Way {
        name: "the API elsewhere",
        target: "/api/models/",
        to: |at| format!("http://127.0.0.1:{}{{target}}", at.stranger),
        succeeds: false,
    },
    Way { name: "no address of the web", target: WEIGHTS, to: |_| "file:///etc/passwd".to_owned(), succeeds: false },
    Way {
        name: "round and round",
        target: WEIGHTS,
        to: |at| format!("http://127.0.0.1:{}{{target}}", at.hub),
        succeeds: false,
    },
];

/// Whether a request went to the Hub by the address that was asked for.
fn is_at_home(request: &Recorded, endpoint: &str) -> bool {
    request.server == Server::Hub
        && request.header("host").is_some_and(|host| endpoint.strip_prefix("http://") == Some(host))
}

#[test]
fn no_token_follows_to_another_host_port_or_scheme() {
    many(WAYS.len(), |index| {
        let way = &WAYS[index];
        let mut bench = Bench::new();
        bench.patience.retries = 1;
        bench.hub.account(TOKEN, "ada");
        bench.token = Some(TOKEN);
        let port = |server| bench.hub.address(server).rsplit(':').next().expect("a port").to_owned();
        let ports = Ports { hub: port(Server::Hub), store: port(Server::Store), stranger: port(Server::Stranger) };
        let away = (way.to)(&ports);
        let rule = Rule::once(way.target, Fault::RedirectTo(away)).by(Server::Hub);
        // Going round goes on; the other ways go back to a Hub that answers.
        let served = bench.hub.misbehave(if way.succeeds { rule } else { rule.always() });
        let result = bench.download();
        assert!(served.times() >= 1, "{}", way.name);
        match &result {
            Ok(summary) => bench.assert_whole(summary, way.name),
            Err(error) => drop(crate::bench::said(error)),
        }
        assert_eq!(result.is_ok(), way.succeeds, "{}: {result:?}", way.name);
        bench.assert_right(way.name);
        let endpoint = bench.hub.endpoint();
        let requests = bench.hub.requests();
        let (home, away): (Vec<&Recorded>, Vec<&Recorded>) =
            requests.iter().partition(|request| is_at_home(request, &endpoint));
        assert!(home.iter().all(|request| request.header("authorization").is_some_and(|sent| sent.contains(TOKEN))));
        for request in &away {
            assert!(
                !request.holds("hf_secret"),
                "{}: a token strayed to {:?} {}",
                way.name,
                request.server,
                request.target
            );
            assert_eq!(request.header("cookie"), None);
        }
        if way.succeeds {
            assert!(!away.is_empty(), "{}: nobody went elsewhere", way.name);
        }
        bench.hub.behave();
        let summary = bench.download().unwrap_or_else(|error| panic!("{}, and then all was well: {error}", way.name));
        bench.assert_whole(&summary, way.name);
    });
}

#[test]
fn the_store_gets_no_token() {
    let mut bench = Bench::new();
    bench.hub.account(TOKEN, "ada");
    bench.token = Some(TOKEN);
    let summary = bench.download().expect("a model");
    bench.assert_whole(&summary, "as usual");
    let to_store: Vec<Recorded> =
        bench.hub.requests().into_iter().filter(|request| request.server == Server::Store).collect();
    assert!(!to_store.is_empty());
    assert!(to_store.iter().all(|request| !request.holds("hf_secret")));
}

#[test]
fn a_token_stands_in_no_file() {
    let mut bench = Bench::new();
    bench.hub.account(TOKEN, "ada");
    bench.token = Some(TOKEN);
    bench.download().expect("a model");
    for path in crate::bench::files_below(bench.folder.path()) {
        let bytes = std::fs::read(&path).expect("a file");
        assert!(!bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes()), "{}", path.display());
    }
}
