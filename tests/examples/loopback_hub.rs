//! The Hub of the tests, to be tried by hand: it serves the starter model and says what is asked of it until it is ended.
//!
//!     cargo run -p whetstone-tests --example loopback_hub
//!     HF_ENDPOINT=http://127.0.0.1:… whetstone download owner/starter

use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use whetstone_tests::hub::{Gate, Repository, TestHub};

fn main() -> io::Result<()> {
    let hub = TestHub::start();
    let starter = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter"));
    hub.put(Repository::model("owner/starter").folder(starter).counts(1200, 34));
    hub.put(Repository::model("owner/gated").folder(starter).gated(Gate::Auto).counts(90, 5));
    hub.put(Repository::model("ada/private").folder(starter).private());
    hub.account("hf_ada", "ada");
    let mut out = io::stdout();
    writeln!(out, "{}\nthe token hf_ada is ada's", hub.endpoint())?;
    let mut told = 0;
    loop {
        let requests = hub.requests();
        for request in &requests[told..] {
            writeln!(out, "{:?} {} {} {}", request.server, request.status, request.method, request.target)?;
        }
        told = requests.len();
        thread::sleep(Duration::from_millis(200));
    }
}
