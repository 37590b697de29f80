//! All sources of settings to one value, and where each part of it came from.

use std::path::{Path, PathBuf};

use super::read::python_version;
use super::{Allow, Choice, FailOn, Fault, Faults, FileSettings, Layer, Level, Scope, Selector, find, load};
use crate::model::Severity;
use crate::rules::{Host, RuleSet, nearest};

/// What flags ask for, or environment variables: texts as typed.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The only rules that speak.
    pub select: Vec<String>,
    /// Rules that are silent.
    pub ignore: Vec<String>,
    /// `RULE=LEVEL`
    pub severity: Vec<String>,
    /// The severity at which the run fails.
    pub fail_on: Option<String>,
    /// The Wicara version to judge against.
    pub host_version: Option<String>,
    /// The Python version to assume.
    pub python_version: Option<String>,
    /// The baseline file.
    pub baseline: Option<PathBuf>,
    /// Whether files that Git ignores are read as well.
    pub no_ignore: bool,
    /// The settings file, instead of the nearest one.
    pub config: Option<PathBuf>,
    /// No settings file at all.
    pub no_config: bool,
    /// The policy file.
    pub policy: Option<PathBuf>,
}

/// One part of the settings, for people: key, value, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As in a settings file.
    pub key: &'static str,
    /// As a text.
    pub value: String,
    /// `default`, a file, a variable, or a flag.
    pub source: String,
}

/// The settings of a run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which rules speak, and how loudly.
    pub choice: Choice,
    /// The Wicara version to judge against; one that there are facts for.
    pub host_version: String,
    /// The Python version to assume; all that the host runs on when `None`.
    pub python_version: Option<String>,
    /// Findings at or above this fail the run.
    pub fail_on: Option<Severity>,
    /// The baseline file.
    pub baseline: Option<PathBuf>,
    /// What is left out.
    pub exclude: Scope,
    /// Whether files that Git ignores are left out.
    pub respect_gitignore: bool,
    /// Where each part came from, in the order of the guide.
    pub origins: Vec<Origin>,
}

/// One source of flags or variables, with the names that it uses for its parts.
struct Voice<'a> {
    asked: &'a Asked,
    flags: bool,
}

impl Voice<'_> {
    fn name(&self, key: &str) -> String {
        if self.flags { format!("--{key}") } else { format!("WICARA_TOOL_{}", key.replace('-', "_").to_uppercase()) }
    }
}

/// Puts everything together for a run in `cwd` (absolute).
///
/// # Errors
///
/// Everything that is wrong: in files with its place, in flags and variables with their names.
pub fn resolve(flags: &Asked, env: &Asked, cwd: &Path, rules: &RuleSet) -> Result<Settings, Faults> {
    let voices = [Voice { asked: env, flags: false }, Voice { asked: flags, flags: true }];
    let mut faults = Faults::new();
    let mut keep = |read: Result<Option<FileSettings>, Faults>| {
        read.unwrap_or_else(|mut more| {
            faults.append(&mut more);
            None
        })
    };
    let file = match flags.config.as_ref().or(env.config.as_ref().filter(|_| !flags.no_config)) {
        Some(path) => keep(load(path, cwd, rules, false)),
        None if flags.no_config || env.no_config => None,
        None => keep(find(cwd, rules)),
    };
    let policy_path = flags.policy.as_ref().or(env.policy.as_ref());
    let policy = policy_path.and_then(|path| keep(load(path, cwd, rules, true)));

    let mut local: Vec<Layer> = file.iter().map(|file| file.layer.clone()).collect();
    for voice in &voices {
        local.extend(layers(voice, rules, &mut faults));
    }
    let allow = match &policy {
        Some(policy) => policy.allow.clone().unwrap_or(Allow::Nothing),
        None => Allow::All,
    };
    let mut parts =
        Parts { file: file.as_ref(), policy: policy.as_ref(), voices: &voices, faults, origins: Vec::new() };
    let fail_on = parts.fail_on();
    let host_version = parts.host_version();
    let python_version = parts.python_version();
    let baseline = parts.baseline(cwd);
    let respect_gitignore = parts.respect_gitignore();
    let strict = policy.is_some() && allow != Allow::All;
    let exclude = match (&policy, &file) {
        (Some(policy), _) if !policy.exclude.is_empty() => policy.exclude.clone(),
        (_, Some(file)) if !strict => file.exclude.clone(),
        _ => Scope::default(),
    };
    let Parts { faults, origins, .. } = parts;
    if !faults.is_empty() {
        return Err(faults);
    }
    let choice = Choice { local, policy: policy.map(|policy| policy.layer), allow };
    Ok(Settings { choice, host_version, python_version, fail_on, baseline, exclude, respect_gitignore, origins })
}

fn layers(voice: &Voice<'_>, rules: &RuleSet, faults: &mut Faults) -> Vec<Layer> {
    let mut all = Vec::new();
    let mut selectors = |texts: &[String], key: &str| {
        let mut out = Vec::new();
        for text in texts {
            match Selector::parse(text, rules) {
                Ok(selector) => out.push(selector),
                Err((message, near)) => {
                    faults.push(Fault {
                        help: Some(did_you_mean(near)),
                        ..Fault::new(format!("{}: {message}", voice.name(key)))
                    });
                }
            }
        }
        out
    };
    let layer = |key: &str| Layer { source: voice.name(key), ..Layer::default() };
    if !voice.asked.select.is_empty() {
        all.push(Layer { select: Some(selectors(&voice.asked.select, "select")), ..layer("select") });
    }
    if !voice.asked.ignore.is_empty() {
        all.push(Layer { ignore: selectors(&voice.asked.ignore, "ignore"), ..layer("ignore") });
    }
    let mut severity = Vec::new();
    for text in &voice.asked.severity {
        let name = voice.name("severity");
        let parsed = text.split_once('=').map(|(rule, level)| (Selector::parse(rule.trim(), rules), level.trim()));
        match parsed {
            None => faults
                .push(Fault::new(format!("{name}: `{text}` must be RULE=LEVEL")).help("Such as unknown-hook=low.")),
            Some((Err((message, near)), _)) => {
                faults.push(Fault { help: Some(did_you_mean(near)), ..Fault::new(format!("{name}: {message}")) });
            }
            Some((Ok(selector), level)) => match Level::parse(level) {
                Some(level) => severity.push((selector, level)),
                None => faults.push(unknown_word(&name, level, &Level::WORDS)),
            },
        }
    }
    if !severity.is_empty() {
        all.push(Layer { severity, ..layer("severity") });
    }
    all
}

fn did_you_mean(near: Option<String>) -> String {
    near.map_or_else(|| "`wicara-tool rules` lists them.".to_owned(), |near| format!("Did you mean `{near}`?"))
}

fn unknown_word(name: &str, word: &str, known: &[&str]) -> Fault {
    let help = match nearest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Known: {}.", known.join(", ")),
    };
    Fault::new(format!("{name}: unknown value `{word}`")).help(help)
}

/// The single-valued parts: each takes the strongest source that names it.
struct Parts<'a> {
    file: Option<&'a FileSettings>,
    policy: Option<&'a FileSettings>,
    voices: &'a [Voice<'a>; 2],
    faults: Faults,
    origins: Vec<Origin>,
}

impl Parts<'_> {
    /// The strongest value and its source. A file that a policy stands over has no say in verdicts.
    fn strongest<T: Clone>(
        &self,
        key: &'static str,
        from_file: impl Fn(&FileSettings) -> Option<T>,
        from_voice: impl Fn(&Asked) -> Option<T>,
        file_counts: bool,
    ) -> Option<(T, String)> {
        if let Some(policy) = self.policy
            && let Some(value) = from_file(policy)
        {
            return Some((value, policy.path.clone()));
        }
        for voice in self.voices.iter().rev() {
            if let Some(value) = from_voice(voice.asked) {
                return Some((value, voice.name(key)));
            }
        }
        let file = self.file.filter(|_| file_counts)?;
        from_file(file).map(|value| (value, file.path.clone()))
    }

    fn note(&mut self, key: &'static str, value: String, source: String) {
        self.origins.push(Origin { key, value, source });
    }

    fn fail_on(&mut self) -> Option<Severity> {
        let words = |fail_on: FailOn| {
            FailOn::WORDS.iter().find(|word| FailOn::parse(word) == Some(fail_on)).map(|word| (*word).to_owned())
        };
        let of_file = |file: &FileSettings| file.fail_on.and_then(words);
        let (word, source) = self
            .strongest("fail-on", of_file, |asked| asked.fail_on.clone(), self.policy.is_none())
            .unwrap_or_else(|| ("medium".to_owned(), "default".to_owned()));
        let parsed = FailOn::parse(&word);
        if parsed.is_none() {
            self.faults.push(unknown_word(&source, &word, &FailOn::WORDS));
        }
        self.note("fail-on", word, source);
        parsed.unwrap_or_default().0
    }

    fn host_version(&mut self) -> String {
        let known = Host::known();
        let newest = known.last().copied().unwrap_or_default().to_owned();
        let (version, source) = self
            .strongest("host-version", |file| file.host_version.clone(), |asked| asked.host_version.clone(), true)
            .unwrap_or_else(|| (newest, "default".to_owned()));
        if !known.contains(&version.as_str()) {
            self.faults.push(unknown_word(&source, &version, &known));
        }
        self.note("host-version", version.clone(), source);
        version
    }

    fn python_version(&mut self) -> Option<String> {
        let asked = |asked: &Asked| asked.python_version.clone();
        let found = self.strongest("python-version", |file| file.python_version.clone(), asked, true);
        let (version, source) =
            found.clone().unwrap_or_else(|| ("all that the host runs on".to_owned(), "default".to_owned()));
        if let Some(Err(why)) = found.as_ref().map(|(version, _)| python_version(version)) {
            self.faults.push(Fault::new(format!("{source}: {why}")));
        }
        self.note("python-version", version, source);
        found.map(|(version, _)| version)
    }

    fn baseline(&mut self, cwd: &Path) -> Option<PathBuf> {
        let asked = |asked: &Asked| asked.baseline.as_ref().map(|path| cwd.join(path));
        let found = self.strongest("baseline", |file| file.baseline.clone(), asked, true);
        let shown = found
            .as_ref()
            .map(|(path, source)| (path.strip_prefix(cwd).unwrap_or(path).display().to_string(), source.clone()));
        let (value, source) = shown.unwrap_or_else(|| ("none".to_owned(), "default".to_owned()));
        self.note("baseline", value, source);
        found.map(|(path, _)| path)
    }

    fn respect_gitignore(&mut self) -> bool {
        let asked = |asked: &Asked| asked.no_ignore.then_some(false);
        let lenient = self.policy.is_none();
        let found = self.strongest("no-ignore", |file| file.respect_gitignore, asked, lenient);
        let (value, source) = found.unwrap_or((lenient, "default".to_owned()));
        self.note("respect-gitignore", value.to_string(), source);
        value
    }
}
