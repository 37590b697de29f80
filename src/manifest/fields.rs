//! The one table of the manifest's keys: checks and JSON Schema are both made from it.

use super::format::Format;

/// The JSON type that a key wants.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A string.
    Text(Format),
    /// An array of strings, each once.
    List(Format),
    /// An object with any keys.
    Object,
    /// An object with these keys.
    Mapping(&'static [Field]),
}

impl Shape {
    /// In words, with an article.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::List(_) => "an array of strings",
            Self::Object | Self::Mapping(_) => "an object",
        }
    }
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// The key.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) shape: Shape,
    /// Whether the host's installer refuses a manifest without it.
    pub(crate) required: bool,
    /// What it is for and who reads it.
    pub(crate) about: &'static str,
    /// Example values, as JSON.
    pub(crate) examples: &'static [&'static str],
}

const fn field(name: &'static str, shape: Shape, about: &'static str, examples: &'static [&'static str]) -> Field {
    Field { name, shape, required: false, about, examples }
}

const fn required(name: &'static str, shape: Shape, about: &'static str, examples: &'static [&'static str]) -> Field {
    Field { name, shape, required: true, about, examples }
}

/// Every key that a manifest may have, in the order in which they are best written.
pub(crate) const FIELDS: &[Field] = &[
    field("$schema", Shape::Text(Format::Free), "Where editors find the schema of this file.", &[]),
    required(
        "name",
        Shape::Text(Format::Line),
        "The name that people see in lists. Any text; the plugin's identity is its directory's name.",
        &["\"Contact Form\""],
    ),
    required(
        "version",
        Shape::Text(Format::Release),
        "The version of this release. Write three numbers: the host reads PEP 440, a registry sorts by SemVer, and the host puts it into the file name of a package.",
        &["\"1.0.0\"", "\"2.1.0-rc1\""],
    ),
    required("author", Shape::Text(Format::Line), "Who made it, as shown in lists.", &["\"Ada Moreno\""]),
    required(
        "description",
        Shape::Text(Format::Prose),
        "What it does, in a sentence. The admin list shows the first 80 characters.",
        &["\"Adds a contact form to any page.\""],
    ),
    field(
        "license",
        Shape::Text(Format::License),
        "An SPDX licence expression.",
        &["\"MIT\"", "\"MIT OR Apache-2.0\""],
    ),
    field("homepage", Shape::Text(Format::Url), "A page about the plugin.", &["\"https://example.org/contact-form\""]),
    field("author_url", Shape::Text(Format::Url), "A page about the author.", &["\"https://example.org\""]),
    field(
        "tags",
        Shape::List(Format::Kebab),
        "Words to find it by, in lower case with hyphens.",
        &["[\"forms\", \"contact\"]"],
    ),
    field("keywords", Shape::List(Format::Line), "More words to find it by.", &["[\"e-mail\"]"]),
    field("category", Shape::Text(Format::Kebab), "The one group it is listed under.", &["\"fields\""]),
    field(
        "screenshots",
        Shape::List(Format::Picture),
        "Pictures of it: addresses, or paths inside the plugin.",
        &["[\"docs/form.png\"]"],
    ),
    field(
        "min_version",
        Shape::Text(Format::Bound),
        "The oldest Wicara it works with: a plain version, without an operator. The host enforces the one that `get_metadata()` gives.",
        &["\"1.0.0\""],
    ),
    field(
        "max_version",
        Shape::Text(Format::Bound),
        "The newest Wicara it works with, itself included: a plain version, without an operator.",
        &["\"1.9.9\""],
    ),
    field(
        "requires",
        Shape::Mapping(REQUIRES),
        "What it needs, for a registry. The host does not read it.",
        &["{\"wicara\": \">=1.0.0,<2\", \"python\": \">=3.9\"}"],
    ),
    field(
        "depends_on",
        Shape::List(Format::Directory),
        "Directory names of the plugins that must be there, without versions. The host enforces those that `get_metadata()` gives.",
        &["[\"rich-text-editor\"]"],
    ),
    field(
        "permissions",
        Shape::List(Format::Permission),
        "What it asks leave to do.",
        &["[\"read:config\", \"network:external\"]"],
    ),
    field(
        "api_version",
        Shape::Text(Format::ApiVersion),
        "The plugin API it was written for, as major and minor number.",
        &["\"1.0\""],
    ),
    field("config_schema", Shape::Object, "A JSON Schema for the plugin's settings.", &["{\"type\": \"object\"}"]),
];

/// The keys of `requires`.
pub(crate) const REQUIRES: &[Field] = &[
    field(
        "wicara",
        Shape::Text(Format::Range),
        "The Wicara versions it works with, as a PEP 440 specifier set.",
        &["\">=1.0.0,<2\""],
    ),
    field(
        "python",
        Shape::Text(Format::Range),
        "The Python versions it works with, as a PEP 440 specifier set.",
        &["\">=3.9\""],
    ),
];

/// Keys of the registry's index: it computes or decides them.
pub(crate) const REGISTRY_KEYS: &[(&str, &str)] = &[
    ("slug", "the directory name is the slug"),
    ("download_url", "the registry decides where packages lie"),
    ("checksum", "a file cannot hold the checksum of the package it lies in"),
    ("signature", "a file cannot hold the signature of the package it lies in"),
    ("rating", "users give it"),
    ("downloads", "the registry counts them"),
    ("last_updated", "the registry notes the time of publishing"),
];

/// Keys that people write for one of ours: key, and where its value belongs.
pub(crate) const OTHER_NAMES: &[(&str, &str)] = &[
    ("dependencies", "depends_on"),
    ("depends", "depends_on"),
    ("requires_plugins", "depends_on"),
    ("licence", "license"),
    ("url", "homepage"),
    ("website", "homepage"),
    ("repository", "homepage"),
    ("title", "name"),
    ("summary", "description"),
    ("authors", "author"),
    ("min_wicara_version", "min_version"),
    ("max_wicara_version", "max_version"),
    ("requires_wicara", "requires.wicara"),
    ("wicara_version", "requires.wicara"),
    ("requires_python", "requires.python"),
    ("python_requires", "requires.python"),
];
