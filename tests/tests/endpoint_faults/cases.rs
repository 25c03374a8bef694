//! Every way in which a server may misbehave, fifty labels each, and a second run against a server that has come to its senses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use whetstone_core::domain::Budget;
use whetstone_tests::endpoint::{Deed, answer_body, judgement};

use crate::bench::{Bench, LABELS};

/// What is to be expected of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// Every comparison gets its label.
    All,
    /// No comparison does.
    None,
    /// Some do.
    Some,
}

type Behaviour = fn(usize, &Value) -> Deed;

/// Something else than it should be, for the questions about five of the fifty comparisons.
fn for_some(body: &Value, deed: Deed) -> Deed {
    let is_meant =
        ["3?", "13?", "23?", "33?", "43?"].iter().any(|end| body.to_string().contains(&format!("parcel {end}")));
    if is_meant { deed } else { Deed::Judge }
}

/// Something else than it should be, three times.
fn thrice(number: usize, deed: Deed) -> Deed {
    if matches!(number, 5 | 29 | 53) { deed } else { Deed::Judge }
}

/// An answer whose text was changed.
fn said(body: &Value, change: impl Fn(String) -> String) -> Deed {
    Deed::Say(change(judgement(body)))
}

/// An answer with another choice.
fn choice(choice: &Value) -> Deed {
    Deed::body(json!({"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 10}}).to_string())
}

fn far_away() -> String {
    // The date form; a year from now.
    let then = SystemTime::now() + Duration::from_hours(8760);
    http_date(then)
}

/// RFC 9110, 5.6.7, of a time after 1970.
fn http_date(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(days % 7) as usize];
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut left) = (1970, days);
    while left >= 365 + u64::from(is_leap(year)) {
        left -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut month = 0;
    while left >= lengths[month] {
        left -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{weekday}, {:02} {} {year} {hour:02}:{minute:02}:{second:02} GMT", left + 1, names[month])
}

const CASES: &[(&str, Behaviour, Expect)] = &[
    ("judges", |_, _| Deed::Judge, Expect::All),
    ("is slow", |_, _| Deed::JudgeAfter(Duration::from_millis(20)), Expect::All),
    ("is silent", |_, _| Deed::Silence, Expect::None),
    ("does not know the key", |_, _| Deed::status(401), Expect::None),
    ("forbids it", |_, _| Deed::status(403), Expect::None),
    ("has no such model", |_, _| Deed::status(404), Expect::None),
    ("finds every request wrong", |_, _| Deed::status(400), Expect::None),
    ("finds some requests wrong", |_, body| for_some(body, Deed::status(418)), Expect::Some),
    (
        "limits the rate, in seconds",
        |number, _| if number % 10 == 4 { Deed::status_with(429, "Retry-After", "0") } else { Deed::Judge },
        Expect::All,
    ),
    (
        "limits the rate, by a date that is over",
        |number, _| {
            let over = Deed::status_with(429, "Retry-After", http_date(SystemTime::now() - Duration::from_mins(1)));
            if number % 10 == 4 { over } else { Deed::Judge }
        },
        Expect::All,
    ),
    (
        "wants to be left alone for an hour",
        |number, _| if number > 20 { Deed::status_with(503, "Retry-After", "3600") } else { Deed::Judge },
        Expect::Some,
    ),
    (
        "wants to be left alone until next year",
        |number, _| if number > 20 { Deed::status_with(429, "Retry-After", far_away()) } else { Deed::Judge },
        Expect::Some,
    ),
    (
        "wants to be left alone for ever",
        |_, _| Deed::status_with(429, "Retry-After", "18446744073709551615"),
        Expect::None,
    ),
    ("limits the rate of everything", |_, _| Deed::status(429), Expect::None),
    ("has trouble", |_, _| Deed::status(500), Expect::None),
    (
        "has trouble now and then",
        |number, _| if number % 7 == 3 { Deed::status(502) } else { Deed::Judge },
        Expect::All,
    ),
    ("sends garbage", |_, _| Deed::body(b"\xff\xfe\0\x01garbage".to_vec()), Expect::None),
    ("sends garbage now and then", |_, body| for_some(body, Deed::body("garbage")), Expect::Some),
    (
        "sends half of its JSON",
        |_, body| {
            let whole = answer_body(body, &judgement(body), None);
            Deed::body(whole[..whole.len() / 2].to_vec())
        },
        Expect::None,
    ),
    ("sends ten megabytes", |_, _| Deed::Padded(10 << 20), Expect::None),
    ("sends another schema", |_, _| Deed::Say(json!({"winner": "A", "score": 9}).to_string()), Expect::None),
    ("sends a list", |_, _| Deed::body("[]"), Expect::None),
    ("says nothing", |_, _| Deed::Say(String::new()), Expect::None),
    ("refuses", |_, _| Deed::Say("I cannot help with that.".to_owned()), Expect::None),
    (
        "refuses as the API does",
        |_, _| choice(&json!({"message": {"content": null, "refusal": "No."}, "finish_reason": "stop"})),
        Expect::None,
    ),
    (
        "is cut off by its limit",
        |_, _| {
            choice(
                &json!({"message": {"content": "{\"better\": \"A\", \"confidence\": 90}"}, "finish_reason": "length"}),
            )
        },
        Expect::None,
    ),
    ("closes before it answers", |_, _| Deed::Close, Expect::None),
    ("closes now and then", |number, _| thrice(number, Deed::Close), Expect::All),
    ("closes while it answers", |_, _| Deed::CutAfter(40), Expect::None),
    ("cuts some answers", |number, _| thrice(number, Deed::CutAfter(40)), Expect::All),
    ("stops while it answers", |_, _| Deed::HoldAfter(40), Expect::None),
    ("trickles", |_, _| Deed::Trickle(Duration::from_millis(30)), Expect::None),
    ("closes behind every answer", |_, _| Deed::JudgeAndClose, Expect::All),
    ("answers once over a connection", |_, _| Deed::JudgeOnce, Expect::All),
    ("sends us on", |_, _| Deed::status_with(307, "Location", "http://127.0.0.1:9/v1/chat/completions"), Expect::None),
    ("counts nothing", |_, _| Deed::Usage(Value::Null), Expect::All),
    ("counts too little", |_, _| Deed::Usage(json!({"prompt_tokens": 0, "completion_tokens": 0})), Expect::All),
    (
        "counts wildly",
        |_, _| Deed::Usage(json!({"prompt_tokens": u64::MAX, "completion_tokens": u64::MAX})),
        Expect::All,
    ),
    ("counts below zero", |_, _| Deed::Usage(json!({"prompt_tokens": -5, "completion_tokens": "7"})), Expect::All),
    (
        "gives a reason full of control characters",
        |_, body| {
            let mut judged: Value = serde_json::from_str(&judgement(body)).unwrap_or_default();
            judged["reason"] = json!(format!("\u{1b}[2J\u{202e}\0\r\n{}", "x".repeat(100_000)));
            Deed::Say(judged.to_string())
        },
        Expect::All,
    ),
    ("fences its answer", |_, body| said(body, |text| format!("```json\n{text}\n```")), Expect::All),
    ("talks around its answer", |_, body| said(body, |text| format!("Well, here's it:\n{text}\nDone.")), Expect::All),
    ("uses single quotes", |_, body| said(body, |text| text.replace('"', "'")), Expect::All),
    ("adds commas", |_, body| said(body, |text| text.replace('}', ",}").replace(']', ",]")), Expect::All),
    (
        "takes no schema",
        |_, body| if body["response_format"]["type"] == "json_schema" { Deed::status(400) } else { Deed::Judge },
        Expect::All,
    ),
    (
        "calls a schema a fault of its own",
        |_, body| {
            let said =
                "1 validation error: 'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text'\"";
            if body["response_format"]["type"] == "json_schema" {
                let body = json!({"error": {"message": said}}).to_string().into_bytes();
                Deed::Reply { status: 500, headers: Vec::new(), body }
            } else {
                Deed::Judge
            }
        },
        Expect::All,
    ),
    (
        "takes no form of answer at all",
        |_, body| if body["response_format"].is_null() { Deed::Judge } else { Deed::status(422) },
        Expect::All,
    ),
    (
        "takes the newer words alone",
        |_, body| {
            let said = |text: &str| Deed::Reply {
                status: 400,
                headers: Vec::new(),
                body: json!({"error": {"message": text}}).to_string().into_bytes(),
            };
            if !body["max_tokens"].is_null() {
                said("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
            } else if !body["temperature"].is_null() {
                said("Unsupported value: 'temperature' does not support 0 with this model.")
            } else {
                Deed::Judge
            }
        },
        Expect::All,
    ),
];

/// Cases in which the server is waited for in vain.
const IMPATIENT: [&str; 3] = ["is silent", "stops while it answers", "trickles"];

/// Cases at a time: most of each is waiting.
const AT_ONCE: usize = 8;

/// What all fifty comparisons cost at most, with much to spare.
const ENOUGH: f64 = 20.0;

fn run(name: &str, behaviour: Behaviour, expect: Expect) {
    let budget = Budget { most_money: Some(ENOUGH), most_tokens: None };
    let mut bench = Bench::new(behaviour).within(budget);
    if IMPATIENT.contains(&name) {
        bench.patience.answer = Duration::from_millis(400);
        bench.patience.stall = Duration::from_millis(200);
    }
    let (verdicts, spent) = bench.judge();
    let labels = Bench::assert_none_lost_none_invented(&verdicts, name);
    let found = match labels {
        0 => Expect::None,
        LABELS => Expect::All,
        _ => Expect::Some,
    };
    assert_eq!(found, expect, "{name}: {labels} labels; {}", verdicts[1].sentence());
    assert!(spent.money <= ENOUGH + 1e-9, "{name}: {spent:?}");
    bench.assert_none_paid_twice(name);
    assert!(!bench.server.asked().is_empty(), "{name}: nothing was asked");
    // Again, with a server that has come to its senses: what was paid for is not asked again.
    let first = bench.server.judged();
    bench.server.behave(|_, _| Deed::Judge);
    let (verdicts, spent) = bench.judge();
    let again = Bench::assert_none_lost_none_invented(&verdicts, name);
    assert!(again >= labels, "{name}: {again} of {labels} labels");
    assert!(spent.money <= ENOUGH + 1e-9, "{name}: {spent:?}");
    // A question that was given up before the server read it may be read, and judged, only now.
    if !IMPATIENT.contains(&name) {
        bench.assert_none_paid_twice(name);
    }
    assert!(bench.server.judged().len() >= first.len(), "{name}");
}

#[test]
fn whatever_a_server_does_every_comparison_ends_as_a_label_or_as_not_judged() {
    const { assert!(CASES.len() >= 20) }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(&(name, behaviour, expect)) = CASES.get(next.fetch_add(1, Ordering::SeqCst)) {
                    run(name, behaviour, expect);
                }
            });
        }
    });
    assert!(next.load(Ordering::SeqCst) >= CASES.len());
}

#[test]
fn a_server_that_is_not_there_judges_nothing_and_costs_nothing() {
    let bench = Bench::new(|_, _| Deed::Judge);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let mut endpoint = bench.endpoints().find("judge").expect("there").clone();
    endpoint.address = format!("http://{nobody}/v1");
    bench.endpoints().put(endpoint).expect("another address");
    let (verdicts, spent) = bench.judge();
    assert_eq!(Bench::assert_none_lost_none_invented(&verdicts, "nobody is there"), 0);
    assert!(verdicts[0].sentence().contains("cannot be reached"), "{}", verdicts[0].sentence());
    assert_eq!(spent, whetstone_core::domain::Spent::default());
}

#[test]
fn what_is_spent_stays_within_the_budget_by_the_servers_own_count() {
    for most in [0.0, 0.001, 0.05, 0.1] {
        let bench = Bench::new(|_, _| Deed::Judge).within(Budget { most_money: Some(most), most_tokens: None });
        let (verdicts, spent) = bench.judge();
        let labels = Bench::assert_none_lost_none_invented(&verdicts, "a small budget");
        assert!(labels < LABELS, "{most}: {labels}");
        assert!(spent.money <= most + 1e-9, "{most}: {spent:?}");
        let lost = verdicts.iter().find(|verdict| verdict.sentence().contains("the budget is spent"));
        assert!(lost.is_some(), "{most}");
        if most >= 0.05 {
            assert!(labels > 0, "{most}: nothing was bought: {spent:?}");
        }
    }
    let bench = Bench::new(|_, _| Deed::Judge).within(Budget { most_money: None, most_tokens: Some(9000) });
    let (verdicts, spent) = bench.judge();
    let labels = Bench::assert_none_lost_none_invented(&verdicts, "few tokens");
    assert!(labels > 0 && labels < LABELS, "{labels}");
    assert!(spent.prompt_tokens + spent.completion_tokens <= 9000, "{spent:?}");
    // The second run has nothing left to spend, and yet loses nothing.
    let asked = bench.server.asked().len();
    let (verdicts, again) = bench.judge();
    assert_eq!(Bench::assert_none_lost_none_invented(&verdicts, "few tokens"), labels);
    assert!(bench.server.asked().len() - asked <= 2 && again.prompt_tokens + again.completion_tokens <= 9000);
}

#[test]
fn what_the_ledger_holds_is_not_asked_again() {
    let bench = Bench::new(|_, _| Deed::Judge);
    let (first, spent) = bench.judge();
    assert_eq!(Bench::assert_none_lost_none_invented(&first, "first"), LABELS);
    let asked = bench.server.asked().len();
    assert_eq!(asked, 2 * LABELS);
    let (second, again) = bench.judge();
    assert_eq!((first, asked), (second, bench.server.asked().len()));
    assert_eq!((spent.requests, again.requests), (100, 100));
    assert!((spent.money - again.money).abs() < 1e-12);
}
