//! Where computing is done, and with how many threads.

use egui::Ui;
use whetstone_core::domain::{DeviceChoice, DtypeChoice};

use crate::look::space;
use crate::page::Page;
use crate::parts::{self, Number};
use crate::settings::WindowSettings;

pub(super) fn computing_ui(page: &Page<'_>, ui: &mut Ui, settings: &mut WindowSettings) {
    parts::section(page.colours, ui, &page.say("settings-computing"), |ui| {
        let Some(machine) = &page.state.machine else {
            ui.spinner();
            return;
        };
        parts::soft(page, ui, &page.say("settings-device"));
        let mut devices = vec![(DeviceChoice::Auto, page.say("settings-device-auto"))];
        devices.extend(machine.devices.iter().filter_map(|device| {
            let (choice, word) = device_of(device)?;
            Some((choice, page.say(word)))
        }));
        parts::row_of_choices(ui, &mut settings.compute.device, &devices);
        let processor = machine.processor.as_deref().unwrap_or(&machine.architecture);
        let memory = machine.memory_total.map_or_else(String::new, parts::bytes);
        let values =
            [("processor", processor.into()), ("cores", machine.cores.into()), ("memory", memory.as_str().into())];
        parts::soft(page, ui, &page.say_with("settings-machine", values));
        ui.add_space(space::SMALL);
        let precisions = DtypeChoice::ALL.map(|choice| (choice, page.say(precision_word(choice))));
        parts::pick_field(page, ui, &page.say("settings-precision"), &mut settings.compute.dtype, &precisions);
        parts::soft(page, ui, &page.say("settings-precision.help"));
        ui.add_space(space::SMALL);
        let mut takes_all = settings.compute.threads.is_none();
        if parts::check_field(ui, &page.say("settings-all-cores"), &mut takes_all) {
            settings.compute.threads = (!takes_all).then(|| (machine.cores / 2).max(1));
        }
        if let Some(threads) = &mut settings.compute.threads {
            let name = page.say("settings-threads");
            let most = machine.cores.max(1) as f64;
            let number = Number { name: &name, help: "", range: 1.0..=most, speed: 0.1, decimals: 0 };
            let mut value = *threads as f64;
            if parts::number_field(page, ui, &number, &mut value) {
                *threads = value.round().max(1.0) as usize;
            }
        }
    });
}

/// What a precision is called.
fn precision_word(choice: DtypeChoice) -> &'static str {
    match choice {
        DtypeChoice::Auto => "settings-precision-auto",
        DtypeChoice::F32 => "settings-precision-f32",
        DtypeChoice::Bf16 => "settings-precision-bf16",
        DtypeChoice::Q8_0 => "settings-precision-q8",
        DtypeChoice::Q4K => "settings-precision-q4",
    }
}

/// What a machine's report calls a device.
fn device_of(id: &str) -> Option<(DeviceChoice, &'static str)> {
    Some(match id {
        "cpu" => (DeviceChoice::Cpu, "settings-device-cpu"),
        "cuda" => (DeviceChoice::Cuda, "settings-device-cuda"),
        "metal" => (DeviceChoice::Metal, "settings-device-metal"),
        _ => return None,
    })
}
