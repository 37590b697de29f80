//! `wicara-tool schema`

use clap::ValueEnum;
use serde_json::{Value, json};

use super::cli::World;
use crate::exit::Exit;
use crate::rules::Host;
use crate::settings::{FailOn, KEYS, Level};
use crate::{manifest, report};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What the schema describes.
    #[arg(value_name = "WHAT")]
    what: What,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// `plugin.json`
    Manifest,
    /// The JSON report, version 1.
    Report,
    /// `wicara-tool.toml`, policies, and `[tool.wicara-tool]`.
    Settings,
}

pub(super) fn run(args: &Args, world: &World) -> Exit {
    let schema = match args.what {
        What::Manifest => manifest::json_schema(),
        What::Report => report::json_schema(),
        What::Settings => settings_schema(),
    };
    world.answer(&(serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"))
}

fn settings_schema() -> Value {
    let texts = json!({"type": "array", "items": {"type": "string", "minLength": 1}});
    let levels = json!({"type": "object", "additionalProperties": {"enum": Level::WORDS}});
    let properties = KEYS.iter().map(|key| {
        let mut schema = match key.name {
            "allow-suppressions" => json!({"anyOf": [{"type": "boolean"}, texts]}),
            "exclude" | "ignore" | "select" => texts.clone(),
            "fail-on" => json!({"enum": FailOn::WORDS}),
            "host-version" => json!({"enum": Host::known()}),
            "per-path" => json!({"type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": ["paths"],
                "properties": {"paths": texts, "ignore": texts, "severity": levels},
            }}),
            "python-version" => json!({"type": "string", "pattern": "^3\\.[0-9]{1,3}(\\.[0-9]{1,3})?$"}),
            "respect-gitignore" => json!({"type": "boolean"}),
            "severity" => levels.clone(),
            _ => json!({"type": "string", "minLength": 1}),
        };
        schema["description"] = key.does.into();
        (key.name.to_owned(), schema)
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of wicara-tool",
        "type": "object",
        "additionalProperties": false,
        "properties": properties.collect::<serde_json::Map<_, _>>(),
    })
}
