//! Answers that are not what was asked for: nothing of them enters the cache, and the message says why.

use whetstone_core::hub::HubError;
use whetstone_tests::hub::{Fault, Rule, Served, Server};

use crate::bench::{Bench, WEIGHTS, place};
use crate::many;

/// How often each kind is tried, at different places of the file.
const TRIES: usize = 10;

/// A kind of damage.
struct Kind {
    name: &'static str,
    /// The file that it befalls.
    file: &'static str,
    /// Whether the file is cut off first, so that the damage befalls its rest.
    of_a_rest: bool,
    /// Whether the Hub tells that the file is another one now.
    says_so: bool,
    /// What comes of it where it goes on and on.
    ends: Ends,
    /// The faults, given a place in the file and its bytes.
    faults: fn(u64, Vec<u8>) -> Vec<Fault>,
}

/// What comes of a damage that does not pass.
#[derive(Clone, Copy, PartialEq)]
enum Ends {
    /// The download fails and says why.
    Refused,
    /// The right bytes came all the same.
    Right,
    /// Either: the bytes were right, and what was said of them was not.
    NeverWrong,
}

const KINDS: [Kind; 15] = [
    Kind {
        name: "a range with another beginning",
        file: WEIGHTS,
        of_a_rest: true,
        says_so: false,
        ends: Ends::Refused,
        faults: |at, bytes| {
            let size = bytes.len();
            vec![Fault::ContentRange(Some(format!("bytes {}-{}/{size}", at - 1, size - 1)))]
        },
    },
    Kind {
        name: "a range of a file of another length",
        file: WEIGHTS,
        of_a_rest: true,
        says_so: false,
        ends: Ends::Refused,
        faults: |at, bytes| {
            let size = bytes.len();
            vec![Fault::ContentRange(Some(format!("bytes {at}-{}/{}", size - 1, size + 7)))]
        },
    },
    Kind {
        name: "a part that does not say which it is",
        file: WEIGHTS,
        of_a_rest: true,
        says_so: false,
        ends: Ends::Refused,
        faults: |_, _| vec![Fault::ContentRange(None)],
    },
    Kind {
        name: "another part than was asked for, called the right one",
        file: WEIGHTS,
        of_a_rest: true,
        says_so: false,
        ends: Ends::Refused,
        faults: |_, mut bytes| {
            bytes.rotate_left(1);
            vec![Fault::Bytes(bytes)]
        },
    },
    Kind {
        name: "a length that is too small",
        file: WEIGHTS,
        of_a_rest: false,
        says_so: false,
        ends: Ends::Refused,
        faults: |at, _| vec![Fault::ContentLength(at)],
    },
    Kind {
        name: "a length that is too large",
        file: WEIGHTS,
        of_a_rest: false,
        says_so: false,
        ends: Ends::NeverWrong,
        faults: |at, bytes| vec![Fault::ContentLength(bytes.len() as u64 + at)],
    },
    Kind {
        name: "no length, and less than the file",
        file: WEIGHTS,
        of_a_rest: false,
        says_so: false,
        ends: Ends::Refused,
        faults: |at, bytes| vec![Fault::Bytes(bytes[..at as usize].to_vec()), Fault::NoContentLength],
    },
    Kind {
        name: "no length, and more than the file",
        file: WEIGHTS,
        of_a_rest: false,
        says_so: false,
        ends: Ends::Refused,
        faults: |_, mut bytes| {
            bytes.extend_from_slice(b"and more");
            vec![Fault::Bytes(bytes), Fault::NoContentLength]
        },
    },
    Kind {
        name: "a byte that is another one",
        file: WEIGHTS,
        of_a_rest: false,
        says_so: false,
        ends: Ends::Refused,
        faults: |at, _| vec![Fault::WrongByte(at)],
    },
    Kind {
        name: "a byte that is another one, in the rest",
        file: WEIGHTS,
        of_a_rest: true,
        says_so: false,
        ends: Ends::Refused,
        faults: |_, bytes| vec![Fault::WrongByte(bytes.len() as u64 - 1)],
    },
    Kind {
        name: "a byte that is another one, in a file of git's",
        file: "config.json",
        of_a_rest: false,
        says_so: false,
        ends: Ends::Refused,
        faults: |at, _| vec![Fault::WrongByte(at)],
    },
    Kind {
        name: "the whole file instead of its rest",
        file: WEIGHTS,
        of_a_rest: true,
        says_so: false,
        ends: Ends::Right,
        faults: |_, _| vec![Fault::WholeForRange],
    },
    Kind {
        name: "another file, which says so",
        file: WEIGHTS,
        of_a_rest: true,
        says_so: true,
        ends: Ends::Refused,
        faults: |_, mut bytes| {
            bytes.reverse();
            vec![Fault::Bytes(bytes)]
        },
    },
    Kind {
        name: "a page that says something went wrong",
        file: WEIGHTS,
        of_a_rest: false,
        says_so: false,
        ends: Ends::Refused,
        faults: |_, _| vec![Fault::ErrorPage],
    },
    Kind {
        name: "a page that says something went wrong, for a file of git's",
        file: "config.json",
        of_a_rest: false,
        says_so: false,
        ends: Ends::Refused,
        faults: |_, _| vec![Fault::ErrorPage],
    },
];

#[test]
fn what_is_not_the_file_never_enters_the_cache() {
    many(KINDS.len() * TRIES, |number| {
        let (kind, index) = (&KINDS[number / TRIES], number % TRIES);
        let mut bench = Bench::new();
        bench.patience.retries = 1;
        let bytes = bench.bytes(kind.file);
        let at = place(2, index, bytes.len());
        let why = format!("{} at {at} ({index})", kind.name);
        if kind.of_a_rest {
            bench.hub.misbehave(Rule::once(kind.file, Fault::CutAfter(at)).by(Server::Store));
        }
        let mut told = Served::default();
        if kind.says_so {
            // The Hub itself tells of it, from the second request on.
            bench.patience.retries = 0;
            bench.fails();
            let other = Fault::ETag("0".repeat(64));
            told = bench.hub.misbehave(Rule::once(kind.file, other).by(Server::Hub).always());
            bench.patience.retries = 1;
        }
        let served = bench.hub.misbehave(Rule::all(kind.file, (kind.faults)(at, bytes)).always());
        let result = bench.download();
        bench.assert_right(&why);
        match (&result, kind.ends) {
            (Ok(summary), Ends::Right | Ends::NeverWrong) => bench.assert_whole(summary, &why),
            (Err(error), Ends::Refused | Ends::NeverWrong) => assert_says_why(error, kind.file, &why),
            _ => panic!("{why}: {result:?}"),
        }
        assert!(served.times() + told.times() >= 1, "{why}: the fault was not served");
        if result.is_err() && kind.file == WEIGHTS {
            bench.assert_no_weights(&why);
        }
        bench.hub.behave();
        let summary = bench.download().unwrap_or_else(|error| panic!("{why}, and then all was well: {error}"));
        bench.assert_whole(&summary, &why);
    });
}

fn assert_says_why(error: &HubError, file: &str, why: &str) {
    let said = crate::bench::said(error);
    let is_known = matches!(error, HubError::Damaged { .. } | HubError::Answer { .. } | HubError::CutOff { .. });
    assert!(is_known || matches!(error, HubError::Network { .. }), "{why}: {error:?}");
    assert!(said.contains(file) || said.contains("127.0.0.1"), "{why}: {said}");
}

#[test]
fn what_is_no_answer_of_the_api_is_not_taken_for_one() {
    let answers: [(&str, Fault); 10] = [
        ("a page", Fault::ErrorPage),
        ("nothing", Fault::Bytes(Vec::new())),
        ("a list", Fault::Bytes(b"[]".to_vec())),
        ("another shape", Fault::Bytes(b"{\"id\": 7}".to_vec())),
        ("no text", Fault::Bytes(vec![0xff; 300])),
        ("half of it", Fault::Bytes(b"{\"id\": \"owner/model\", \"sha\": \"".to_vec())),
        ("no commit", Fault::Bytes(b"{\"id\": \"owner/model\", \"siblings\": []}".to_vec())),
        ("deep brackets", Fault::Bytes(vec![b'['; 1 << 20])),
        ("a negative size", Fault::Bytes(listed("-1"))),
        ("a size without end", Fault::Bytes(listed(&"9".repeat(400)))),
    ];
    many(answers.len(), |index| {
        let (name, fault) = &answers[index];
        let bench = Bench::new();
        let served = bench.hub.misbehave(Rule::once("/api/models/", fault.clone()).always());
        let (error, said) = bench.fails();
        assert!(served.times() >= 1, "{name}");
        assert!(matches!(error, HubError::Answer { .. }), "{name}: {error:?}");
        assert!(said.contains("127.0.0.1"), "{name}: {said}");
        bench.assert_no_weights(name);
        assert!(bench.requests_for(WEIGHTS).is_empty(), "{name}: weights were asked for");
    });
}

/// What the API says of a repository with a file of this size.
fn listed(size: &str) -> Vec<u8> {
    let commit = "0".repeat(40);
    let text = format!(
        "{{\"id\": \"owner/model\", \"sha\": \"{commit}\", \"siblings\": [{{\"rfilename\": \"config.json\", \
         \"size\": {size}, \"blobId\": \"{commit}\"}}]}}"
    );
    text.into_bytes()
}
