//! The list of everything that a program is made of, in the form of `CycloneDX`, for those who look for known faults.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, FromArgMatches};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use whetstone_core::update::{Variant, platform};

use crate::bundle::variants;
use crate::command::{CommandRow, command_of};
use crate::dependencies::{self, Crate};
use crate::source::{self, NAME, VERSION};

/// `sbom` on the command line.
pub const ROW: CommandRow = CommandRow {
    command: || command_of::<SbomOptions>("sbom", "Write what the program is made of, in the form of CycloneDX"),
    run: |matches| run(&SbomOptions::from_arg_matches(matches)?),
};

/// Options of `sbom`.
#[derive(Debug, Args)]
pub struct SbomOptions {
    /// For which processors
    #[arg(long, default_value = "cpu", value_parser = variants())]
    variant: Variant,

    /// Where it is written
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

fn run(options: &SbomOptions) -> anyhow::Result<()> {
    let bill = bill(options.variant, source::epoch()?)?;
    fs::write(&options.out, bill).with_context(|| format!("cannot write {}", options.out.display()))
}

/// The list for this system.
pub fn bill(variant: Variant, epoch: u64) -> anyhow::Result<Vec<u8>> {
    let crates = dependencies::of_one(&platform(), variant)?;
    let sums = checksums()?;
    let components: Vec<Value> =
        crates.iter().map(|(key, one)| component(one, sums.get(key).map(String::as_str))).collect();
    let own = format!("pkg:generic/{NAME}@{VERSION}");
    let mut dependencies = vec![json!({
        "ref": own,
        "dependsOn": crates.keys().map(|(name, version)| address(name, version)).collect::<Vec<_>>(),
    })];
    dependencies.extend(crates.values().map(|one| {
        json!({
            "ref": address(&one.name, &one.version),
            "dependsOn": one.uses.iter().map(|(name, version)| address(name, version)).collect::<Vec<_>>(),
        })
    }));
    let number = serial_number(&serde_json::to_vec(&components)?);
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": format!("urn:uuid:{number}"),
        "version": 1,
        "metadata": {
            "timestamp": source::moment(epoch)?,
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": NAME,
                "version": VERSION,
                "description": source::SUMMARY,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
                "purl": own,
                "properties": [
                    { "name": "target", "value": platform() },
                    { "name": "variant", "value": variant.id() },
                ],
            },
        },
        "components": components,
        "dependencies": dependencies,
    });
    let mut text = serde_json::to_vec_pretty(&bill)?;
    text.push(b'\n');
    Ok(text)
}

/// How a crate is addressed by whoever looks for faults.
fn address(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

fn component(one: &Crate, sum: Option<&str>) -> Value {
    let address = address(&one.name, &one.version);
    let mut component = json!({
        "type": "library",
        "bom-ref": address,
        "name": one.name,
        "version": one.version,
        "scope": "required",
        "purl": address,
    });
    if let Some(description) = &one.description {
        component["description"] = json!(description.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    if let Some(licence) = &one.licence {
        // An old way of leaving the choice, which the form does not know.
        component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    }
    if let Some(sum) = sum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    if let Some(repository) = &one.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

/// The digests of the crates as the lock file keeps them.
fn checksums() -> anyhow::Result<BTreeMap<(String, String), String>> {
    let path = source::root().join("Cargo.lock");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lock: toml::Table = text.parse().with_context(|| format!("{} is no lock file", path.display()))?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("the lock file names no packages")?;
    let of = |package: &toml::Value| {
        let said = |key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        Some(((said("name")?, said("version")?), said("checksum")?))
    };
    Ok(packages.iter().filter_map(of).collect())
}

/// A number of its own for each list, which is the same for the same list.
fn serial_number(contents: &[u8]) -> String {
    let mut bytes: [u8; 32] = Sha256::digest(contents).into();
    // As the form of such numbers asks: made by a rule of one's own.
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits: String = bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_every_crate_with_its_digest_and_what_it_uses() {
        let bytes = bill(Variant::Cpu, 1_000_000_000).expect("cargo is there");
        assert_eq!(bill(Variant::Cpu, 1_000_000_000).expect("cargo is there"), bytes, "the same each time");
        let list: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(list["metadata"]["timestamp"], "2001-09-09T01:46:40Z");
        let components = list["components"].as_array().expect("a list");
        let references: Vec<&Value> = components.iter().map(|component| &component["bom-ref"]).collect();
        for component in components {
            assert_eq!(component["hashes"][0]["content"].as_str().map(str::len), Some(64), "{component}");
        }
        let dependencies = list["dependencies"].as_array().expect("a list");
        assert_eq!(dependencies.len(), components.len() + 1);
        for used in dependencies.iter().flat_map(|one| one["dependsOn"].as_array().expect("a list")) {
            assert!(references.contains(&used), "{used} is used and not named");
        }
        let number = list["serialNumber"].as_str().expect("a text");
        assert_eq!((number.len(), number.as_bytes()[23], number.contains("urn:uuid:")), (45, b'8', true), "{number}");
    }
}
