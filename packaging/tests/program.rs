//! The command line of this package.

use std::process::{Command, Output};

fn packaging(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_whetstone-packaging")).args(arguments).output().expect("it was built")
}

#[test]
fn every_command_explains_itself() {
    let help = String::from_utf8(packaging(&["--help"]).stdout).expect("text");
    for command in ["bundle", "icons", "licences", "sbom", "compare"] {
        assert!(help.contains(command), "{help}");
        let own = packaging(&[command, "--help"]);
        assert!(own.status.success() && !own.stdout.is_empty(), "{command}");
    }
    assert!(!packaging(&[]).status.success());
    assert!(!packaging(&["bundle", "--kinds", "shoebox"]).status.success());
}

#[test]
fn what_fails_is_said_on_standard_error() {
    let failed = packaging(&["compare", "/there/is/no/one.deb", "/there/is/no/other.deb"]);
    assert!(!failed.status.success());
    let said = String::from_utf8(failed.stderr).expect("text");
    assert!(said.starts_with("error: cannot read /there/is/no/one.deb"), "{said}");
}
