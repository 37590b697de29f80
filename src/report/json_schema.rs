//! The JSON Schema of the JSON report. It is strict: what it does not name is not there.

use serde_json::{Value, json};

/// The JSON Schema (draft 2020-12) of what [`Format::Json`](super::Format::Json) writes.
#[must_use]
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wicara-tool report, version 1",
        "description": "What `wicara-tool validate --format json` writes. Lines and columns count from 1; columns count Unicode scalar values. Paths are relative to the working directory, with `/`.",
        "type": "object",
        "properties": {
            "version": { "const": 1, "description": "The version of this shape." },
            "tool": object(&json!({
                "name": { "const": "wicara-tool" },
                "version": { "type": "string" },
                "host": { "type": "string", "description": "The Wicara version that the plugins were judged against." }
            })),
            "plugins": { "type": "array", "items": object(&plugin()) },
            "findings": {
                "type": "array",
                "items": object(&finding()),
                "description": "Sorted by path, position, and rule. Suppressed findings are here too."
            },
            "summary": object(&summary()),
            "files": {
                "type": "array",
                "items": object(&file()),
                "description": "Every file that the run met: what was read, what was left out, and why."
            }
        },
        "required": ["version", "tool", "plugins", "findings", "summary", "files"],
        "additionalProperties": false,
        "$defs": {
            "line": { "type": "integer", "minimum": 1 },
            "column": { "type": "integer", "minimum": 1 },
            "count": { "type": "integer", "minimum": 0 },
            "verdict": {
                "enum": ["pass", "warn", "fail"],
                "description": "`pass`: no finding counts. `warn`: all that count are below `--fail-on`. `fail`: one or more are not."
            }
        }
    })
}

/// An object with exactly these properties, all of them required.
fn object(properties: &Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(|map| map.keys()).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn nullable(mut schema: Value, description: &str) -> Value {
    schema["type"] = json!([schema["type"], "null"]);
    schema["description"] = json!(description);
    schema
}

fn plugin() -> Value {
    json!({
        "path": { "type": "string" },
        "slug": { "type": "string", "description": "The folder's name: the plugin's identity on the host." },
        "name": nullable(json!({ "type": "string" }), "From the manifest or `get_metadata()`; null when it cannot be told."),
        "version": nullable(json!({ "type": "string" }), "From the manifest or `get_metadata()`; null when it cannot be told."),
        "verdict": { "$ref": "#/$defs/verdict" },
        "loads": {
            "enum": ["yes", "no", "unknown"],
            "description": "Whether the host would load it; `unknown` when that hangs on a value that cannot be told without running the plugin."
        }
    })
}

fn finding() -> Value {
    let confidence = json!({ "enum": ["low", "medium", "high"] });
    let severity = json!({ "enum": ["info", "low", "medium", "high"] });
    json!({
        "rule": { "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "description": "`wicara-tool explain RULE` tells more." },
        "family": { "type": "string" },
        "severity": severity,
        "confidence": confidence,
        "message": { "type": "string" },
        "path": { "type": "string" },
        "line": { "$ref": "#/$defs/line" },
        "column": { "$ref": "#/$defs/column" },
        "end_line": { "$ref": "#/$defs/line" },
        "end_column": { "$ref": "#/$defs/column", "description": "One past the last character." },
        "plugin": { "type": "string", "description": "The slug of the plugin." },
        "help": { "type": "string", "description": "What to do (Markdown)." },
        "fix": nullable(object(&json!({
            "title": { "type": "string" },
            "safety": { "enum": ["safe", "unsafe"], "description": "`safe` is applied by `--fix`, `unsafe` by `--fix=unsafe` only." },
            "edits": {
                "type": "array",
                "items": object(&edit()),
                "description": "Edits that do not overlap. Empty when one of them is in a file that no finding points into."
            }
        })), "A way to mend it."),
        "suppressed": nullable(object(&json!({
            "by": { "enum": ["comment", "settings", "baseline"] },
            "reason": { "type": "string" }
        })), "Set when the finding does not count."),
        "host_says": nullable(json!({ "type": "string" }), "What the host does, in its own words where it says anything."),
        "fingerprint": { "type": "string", "description": "Stays the same when lines are moved or indented." },
        "related": {
            "type": "array",
            "items": object(&json!({
                "path": { "type": "string" },
                "line": { "$ref": "#/$defs/line" },
                "column": { "$ref": "#/$defs/column" },
                "message": { "type": "string" }
            })),
            "description": "Other places that explain the finding."
        },
        "flow": {
            "type": "array",
            "items": object(&json!({
                "path": { "type": "string" },
                "line": { "$ref": "#/$defs/line" },
                "column": { "$ref": "#/$defs/column" },
                "message": { "type": "string" }
            })),
            "description": "The way of data to the place of the finding, the source first. Empty when the finding is not about a flow."
        },
        "cwe": {
            "type": "array",
            "items": { "type": "string", "pattern": "^CWE-[0-9]+$" },
            "description": "The weaknesses of the Common Weakness Enumeration that the rule is about."
        }
    })
}

fn edit() -> Value {
    json!({
        "path": { "type": "string" },
        "start_line": { "$ref": "#/$defs/line" },
        "start_column": { "$ref": "#/$defs/column" },
        "end_line": { "$ref": "#/$defs/line" },
        "end_column": { "$ref": "#/$defs/column" },
        "replacement": { "type": "string" }
    })
}

fn summary() -> Value {
    let count = |description: &str| json!({ "$ref": "#/$defs/count", "description": description });
    json!({
        "high": count("Findings of this severity that count."),
        "medium": count("Findings of this severity that count."),
        "low": count("Findings of this severity that count."),
        "info": count("Findings of this severity that count."),
        "suppressed": count("Findings that do not count."),
        "plugins": count("How many plugins were judged."),
        "failed": count("How many of them have the verdict `fail`."),
        "verdict": { "$ref": "#/$defs/verdict" }
    })
}

fn file() -> Value {
    json!({
        "path": { "type": "string" },
        "status": {
            "enum": ["read", "listed", "skipped", "unreadable"],
            "description": "`read`: its text was checked. `listed`: its name and size were checked. `skipped`, `unreadable`: see the reason."
        },
        "reason": nullable(json!({ "type": "string" }), "Why it was skipped or could not be read."),
        "bytes": { "type": "integer", "minimum": 0 }
    })
}
