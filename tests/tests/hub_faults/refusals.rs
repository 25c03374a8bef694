//! Answers that say no: waited for as they tell, explained with the page to go to, and never taken for a file.

use std::fs;
use std::time::{Duration, SystemTime};

use whetstone_core::hub::HubError;
use whetstone_tests::hub::{Fault, Gate, Repository, Rule, blob_id, sha256};

use crate::bench::{Bench, MODEL, WEIGHTS, files_below, model};
use crate::many;

/// How often each kind is tried, at different requests of a download.
const TRIES: usize = 10;
/// The requests that a refusal may befall.
const TARGETS: [&str; 5] = ["/api/models/", "resolve/", "config.json", "/repos/", WEIGHTS];

fn refusal(status: u16, code: Option<&'static str>, retry_after: Option<String>) -> Fault {
    Fault::Refuse { status, code, retry_after }
}

/// What a Hub says when it says no stands in no file.
fn assert_no_refusal_kept(bench: &Bench, why: &str) {
    bench.assert_right(why);
    for path in files_below(bench.folder.path()) {
        let bytes = fs::read(&path).expect("a file");
        let told = b"the test says";
        assert!(!bytes.windows(told.len()).any(|part| part == told), "{why}: {} holds a refusal", path.display());
    }
}

/// Between a refusal and the next request for the same at least this time passed.
fn assert_waited(bench: &Bench, at_least: Duration, why: &str) {
    let requests = bench.hub.requests();
    let refused = requests.iter().filter(|request| request.status == 429);
    let mut waits = refused.filter_map(|refused| {
        let next = requests.iter().find(|request| request.at > refused.at && request.method == refused.method);
        Some(next?.at.duration_since(refused.at))
    });
    assert!(waits.all(|wait| wait >= at_least), "{why}: asked again too early");
}

#[test]
fn too_many_requests_are_waited_for_as_the_hub_says_in_seconds() {
    many(TRIES, |index| {
        let target = TARGETS[index % TARGETS.len()];
        let bench = Bench::new();
        let fault = refusal(429, None, Some("1".to_owned()));
        let served = bench.hub.misbehave(Rule::once(target, fault));
        let summary = bench.download().expect("a model");
        assert_eq!(served.times(), 1, "{target}");
        bench.assert_whole(&summary, target);
        assert_no_refusal_kept(&bench, target);
        assert!(bench.notes().iter().any(|note| note.contains("127.0.0.1")), "{target}: {:?}", bench.notes());
        if target.starts_with("/api") {
            assert_waited(&bench, Duration::from_secs(1), target);
        }
    });
}

#[test]
fn too_many_requests_are_waited_for_until_a_date() {
    many(TRIES, |index| {
        let target = TARGETS[index % TARGETS.len()];
        let bench = Bench::new();
        let until = http_date(SystemTime::now() + Duration::from_secs(3));
        let served = bench.hub.misbehave(Rule::once(target, refusal(429, None, Some(until))));
        let summary = bench.download().expect("a model");
        assert_eq!(served.times(), 1, "{target}");
        bench.assert_whole(&summary, target);
        if target.starts_with("/api") {
            // A date has whole seconds, and the download began a moment later.
            assert_waited(&bench, Duration::from_secs(1), target);
        }
    });
}

#[test]
fn a_wait_that_is_too_long_is_told_instead() {
    for wait in ["86400".to_owned(), http_date(SystemTime::now() + Duration::from_hours(24))] {
        let bench = Bench::new();
        let served = bench.hub.misbehave(Rule::once(WEIGHTS, refusal(429, None, Some(wait))).always());
        let (error, said) = bench.fails();
        assert_eq!(served.times(), 1, "asked again in spite of it");
        assert!(matches!(error, HubError::TooManyRequests { .. }), "{error:?}");
        assert!(said.contains("minutes"), "{said}");
    }
}

#[test]
fn a_stop_is_heeded_during_a_wait() {
    let mut bench = Bench::new();
    bench.patience.longest_pause = Duration::from_hours(1);
    let served = bench.hub.misbehave(Rule::once(WEIGHTS, refusal(429, None, Some("3000".to_owned()))).always());
    let error = std::thread::scope(|scope| {
        let downloading = scope.spawn(|| bench.download().expect_err("it was stopped"));
        while served.times() == 0 {
            std::thread::yield_now();
        }
        bench.cancel.cancel();
        downloading.join().expect("no panic")
    });
    assert!(matches!(error, HubError::Cancelled(_)), "{error:?}");
}

#[test]
fn a_token_that_nobody_knows_is_named_as_the_reason() {
    many(TRIES, |index| {
        let mut bench = Bench::new();
        bench.token = Some("hf_secret_of_nobody");
        if index % 2 == 1 {
            // It was taken back while a download was under way.
            bench.hub.account("hf_secret_of_nobody", "ada");
            let target = TARGETS[1 + index % 2];
            let served = bench.hub.misbehave(Rule::once(target, refusal(401, None, None)).always());
            let (error, said) = bench.fails();
            assert!(served.times() >= 1 && matches!(error, HubError::TokenNeeded { sent: true, .. }), "{said}");
        } else {
            let (error, said) = bench.fails();
            assert!(matches!(error, HubError::TokenNeeded { sent: true, .. }), "{error:?}");
            assert!(said.contains("settings/tokens"), "{said}");
        }
        assert!(bench.hub.requests().iter().any(|request| request.status == 401));
        assert_no_refusal_kept(&bench, "a token that nobody knows");
        assert_eq!(bench.requests_for("/repos/").len(), 0);
    });
}

#[test]
fn a_gated_model_names_the_page_where_its_terms_are_accepted() {
    many(2 * TRIES, |index| {
        let mut bench = Bench::new();
        bench.hub.put(model().gated(if index % 3 == 0 { Gate::Manual } else { Gate::Auto }));
        bench.hub.reader("hf_secret_of_ada", "ada");
        // Without a token the Hub says 401, with one 403.
        let (token, status) = if index % 2 == 0 { (None, 401) } else { (Some("hf_secret_of_ada"), 403) };
        bench.token = token;
        let (error, said) = bench.fails();
        assert!(bench.hub.requests().iter().any(|request| request.status == status), "{status}");
        assert!(matches!(error, HubError::Gated { .. }), "{error:?}");
        assert!(said.contains(&format!("{}/{MODEL}", bench.hub.endpoint())), "{said}");
        assert_no_refusal_kept(&bench, "a gated model");
        bench.hub.let_in("ada", MODEL);
        bench.token = Some("hf_secret_of_ada");
        let summary = bench.download().expect("a model");
        bench.assert_whole(&summary, "terms that were accepted");
    });
}

#[test]
fn what_is_not_there_is_said_not_to_be() {
    many(TRIES, |index| {
        let mut bench = Bench::new();
        bench.hub.put(Repository::model("ada/private").private());
        bench.hub.reader("hf_secret_of_bob", "bob");
        bench.token = (index % 2 == 0).then_some("hf_secret_of_bob");
        let absent = "0".repeat(40);
        let (name, revision): (&str, Option<&str>) = match index % 5 {
            0 => ("owner/other", None),
            1 => ("other/model", None),
            2 => ("ada/private", None),
            3 => (MODEL, Some("v9")),
            _ => (MODEL, Some(&absent)),
        };
        let error = bench.download_of(name, revision).expect_err("it is not there");
        let said = crate::bench::said(&error);
        assert!(matches!(error, HubError::NotFound { .. }), "{name} {revision:?}: {error:?}");
        assert!(said.contains(name), "{said}");
        assert!(bench.hub.requests().iter().any(|request| [401, 404].contains(&request.status)));
        assert_eq!(files_below(bench.folder.path()), Vec::<std::path::PathBuf>::new(), "something was written");
    });
}

#[test]
fn a_file_that_is_gone_is_named() {
    many(TRIES, |index| {
        let bench = Bench::new();
        let target = TARGETS[2 + index % 3];
        let served = bench.hub.misbehave(Rule::once(target, refusal(404, Some("EntryNotFound"), None)).always());
        let (error, said) = bench.fails();
        assert!(served.times() >= 1 && matches!(error, HubError::NotFound { .. }), "{target}: {error:?}");
        assert!(said.contains("config.json") || said.contains(WEIGHTS), "{said}");
        bench.assert_no_weights(target);
        assert_no_refusal_kept(&bench, target);
    });
}

#[test]
fn trouble_of_the_hub_that_passes_is_waited_for() {
    many(2 * TRIES, |index| {
        let bench = Bench::new();
        let status = [500, 502, 503, 504][index % 4];
        let target = TARGETS[index % TARGETS.len()];
        let times = 1 + (index as u32) % bench.patience.retries;
        let served = bench.hub.misbehave(Rule::once(target, Fault::status(status)).times(times));
        let summary = bench.download().unwrap_or_else(|error| panic!("{times} times {status}: {error}"));
        assert_eq!(served.times(), times, "{status} {target}");
        bench.assert_whole(&summary, target);
        assert_no_refusal_kept(&bench, target);
    });
}

#[test]
fn trouble_of_the_hub_that_stays_is_told() {
    many(TRIES, |index| {
        let mut bench = Bench::new();
        bench.patience.retries = 2;
        let status = [500, 502, 503, 504][index % 4];
        let target = TARGETS[index % TARGETS.len()];
        let served = bench.hub.misbehave(Rule::once(target, Fault::status(status)).always());
        let (error, said) = bench.fails();
        assert!(served.times() >= 3, "{status} {target}: tried {} times", served.times());
        assert!(matches!(error, HubError::Status { .. }), "{error:?}");
        assert!(said.contains(&status.to_string()) && said.contains("kept"), "{said}");
        assert_no_refusal_kept(&bench, target);
        bench.hub.behave();
        let summary = bench.download().expect("a model");
        bench.assert_whole(&summary, "trouble that passed");
    });
}

#[test]
fn the_digests_of_the_test_hub_are_those_of_git_and_sha256() {
    // By `git hash-object` and `sha256sum`.
    assert_eq!(blob_id(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/// A moment as HTTP writes it (RFC 9110, 5.6.7).
fn http_date(moment: SystemTime) -> String {
    let seconds = moment.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let (days, second) = (seconds / 86400, seconds % 86400);
    // Days are counted from the first of March, so that a leap day is the last of its year.
    let day = days + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(days % 7) as usize];
    let month =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month as usize - 1];
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{weekday}, {of_month:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT")
}

#[test]
fn dates_are_those_of_http() {
    let at = |seconds: u64| http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    assert_eq!(at(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(at(951_827_696), "Tue, 29 Feb 2000 12:34:56 GMT");
}
