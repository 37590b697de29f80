//! The nouns: no input or output, no command line, no colour.

mod capability;
mod digest;
mod fault;
mod finding;
mod path;
mod plugin;
mod position;
mod report;
mod rule;
mod source;

pub use capability::Capability;
pub use digest::{Digest, Digester};
pub use fault::{Fault, Faults};
pub use finding::{Confidence, Edit, Finding, Fix, Place, Related, Safety, Severity};
pub use path::RelPath;
pub use plugin::{FileState, HEAD, Origin, Plugin, PluginFile};
pub use position::{LineIndex, Position, Span};
pub use report::{
    Counts, FileRecord, FileStatus, Judged, Loads, PluginVerdict, Report, SuppressedBy, Suppression, Verdict,
};
pub use rule::RuleId;
pub use source::{Decoded, Source};
