//! Every exit code. They are part of the interface; nothing else knows the numbers.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// 0: nothing at or above `--fail-on`.
    Clean = 0,
    /// 1: findings at or above `--fail-on`, or tests failed.
    Findings = 1,
    /// 2: the command line or the settings are wrong.
    Usage = 2,
    /// 3: an input cannot be read, or holds no plugin.
    Input = 3,
    /// 4: a digest or signature does not verify.
    Unverified = 4,
    /// 5: the sandbox could not be set up.
    Sandbox = 5,
    /// 6: the registry cannot be reached or refused.
    Registry = 6,
    /// 70: a bug in wicara-tool.
    Bug = 70,
}

impl Exit {
    /// Every code, for documentation and tests.
    pub const ALL: [Self; 8] = [
        Self::Clean,
        Self::Findings,
        Self::Usage,
        Self::Input,
        Self::Unverified,
        Self::Sandbox,
        Self::Registry,
        Self::Bug,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What the code means, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Clean => "nothing at or above --fail-on",
            Self::Findings => "findings at or above --fail-on, or tests failed",
            Self::Usage => "the command line or the settings are wrong",
            Self::Input => "an input cannot be read, or holds no plugin",
            Self::Unverified => "a digest or signature does not verify",
            Self::Sandbox => "the sandbox could not be set up",
            Self::Registry => "the registry cannot be reached, or refused",
            Self::Bug => "a bug in wicara-tool",
        }
    }
}
