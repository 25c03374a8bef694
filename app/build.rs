//! Gives the program its icon, name and version on Windows, where they stand inside the executable.

fn main() -> std::io::Result<()> {
    const ICON: &str = "../assets/icon/whetstone.ico";
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ICON}");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "windows") {
        let mut resource = winresource::WindowsResource::new();
        resource.set_icon(ICON).set("ProductName", "Whetstone").set("FileDescription", "Whetstone");
        resource.compile()?;
    }
    Ok(())
}
