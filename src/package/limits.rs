//! Every bound on input, in one place.

/// How much is read at most. Beyond a bound nothing is guessed: there is a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one Python file.
    pub python: u64,
    /// Bytes of `plugin.json`.
    pub manifest: u64,
    /// Bytes of any other text file.
    pub text: u64,
    /// Files and folders of one plugin.
    pub files: usize,
    /// Folders below one another in one plugin.
    pub depth: usize,
    /// Bytes of text of one plugin.
    pub total: u64,
    /// Bytes of text of one plugin in files that are neither code, nor markup, nor manifests.
    pub other: u64,
    /// Names in a folder that holds plugins.
    pub members: usize,
    /// Bytes of a ZIP archive.
    pub archive: u64,
    /// Entries of a ZIP archive.
    pub entries: usize,
    /// Bytes of a ZIP archive when unpacked.
    pub unpacked: u64,
    /// Unpacked bytes for each packed byte of a ZIP entry.
    pub ratio: u64,
    /// The ratio counts for entries of at least so many unpacked bytes.
    pub ratio_from: u64,
}

const MIB: u64 = 1024 * 1024;

impl Limits {
    /// For a tree that need be no plugin: a whole library, or a folder of projects.
    #[must_use]
    pub fn of_a_tree() -> Self {
        Self { python: 16 * MIB, text: 4 * MIB, files: 400_000, total: 1024 * MIB, ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            python: 2 * MIB,
            manifest: MIB,
            text: MIB,
            files: 20_000,
            depth: 64,
            total: 64 * MIB,
            other: 16 * MIB,
            members: 200_000,
            archive: 64 * MIB,
            entries: 10_000,
            unpacked: 200 * MIB,
            ratio: 200,
            ratio_from: MIB,
        }
    }
}
