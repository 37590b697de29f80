//! What a plugin can do, which is also what it can ask leave for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One kind of power. Observed in code it is a capability, written in `plugin.json` a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Capability {
    /// Reads the site's configuration.
    ReadConfig,
    /// Changes it.
    WriteConfig,
    /// Reads files that are not the plugin's own.
    ReadFiles,
    /// Makes, changes, or removes files.
    WriteFiles,
    /// Talks to other machines.
    NetworkExternal,
    /// Reads from a database.
    DatabaseRead,
    /// Writes to a database.
    DatabaseWrite,
    /// Starts other programs, or stops them.
    Process,
    /// Reads or changes environment variables.
    Environment,
    /// Runs machine code that is not Python's own.
    Native,
    /// Adds pages or entries to the administration.
    AdminPages,
}

impl Capability {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::ReadConfig,
        Self::WriteConfig,
        Self::ReadFiles,
        Self::WriteFiles,
        Self::NetworkExternal,
        Self::DatabaseRead,
        Self::DatabaseWrite,
        Self::Process,
        Self::Environment,
        Self::Native,
        Self::AdminPages,
    ];

    /// The word in `plugin.json` and in rules.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadConfig => "read:config",
            Self::WriteConfig => "write:config",
            Self::ReadFiles => "read:files",
            Self::WriteFiles => "write:files",
            Self::NetworkExternal => "network:external",
            Self::DatabaseRead => "database:read",
            Self::DatabaseWrite => "database:write",
            Self::Process => "process",
            Self::Environment => "environment",
            Self::Native => "native",
            Self::AdminPages => "admin-pages",
        }
    }

    /// What it is leave to do, as a phrase that follows “can” or “leave to”.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::ReadConfig => "read the site's configuration",
            Self::WriteConfig => "change the site's configuration",
            Self::ReadFiles => "read uploaded files",
            Self::WriteFiles => "store or change files",
            Self::NetworkExternal => "make requests to other machines",
            Self::DatabaseRead => "read from a database",
            Self::DatabaseWrite => "write to a database",
            Self::Process => "start other programs",
            Self::Environment => "read environment variables",
            Self::Native => "run machine code",
            Self::AdminPages => "add pages to the administration",
        }
    }

    /// The capability of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Capability> for &'static str {
    fn from(capability: Capability) -> Self {
        capability.name()
    }
}

impl TryFrom<String> for Capability {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::from_name(&name).ok_or_else(|| {
            let all = Self::ALL.map(Self::name).join(", ");
            format!("there is no capability `{}`; they are: {all}", name.escape_debug())
        })
    }
}
