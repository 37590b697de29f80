//! Standard output and standard error: results to one, talk to the other.
#![expect(clippy::disallowed_methods, reason = "this is the door to the terminal")]

use std::io::{self, BufWriter, IsTerminal as _, Write};

use super::env::Terminal;

/// The `--color` flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// Colour on a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Colour, whatever the environment says.
    Always,
    /// No colour, whatever the environment says.
    Never,
}

impl ColorChoice {
    /// Whether to write colour to a stream. The flag wins, then `NO_COLOR`, then `CLICOLOR_FORCE`,
    /// then a pipe, `CLICOLOR=0` and `TERM=dumb`, each of which means no.
    #[must_use]
    pub const fn decide(self, terminal: &Terminal, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if terminal.no_color => false,
            Self::Auto if terminal.force_color => true,
            Self::Auto => is_terminal && !terminal.color_off && !terminal.dumb,
        }
    }
}

/// Both streams, and what they are.
#[derive(Clone, Debug)]
pub struct Console {
    /// Whether standard output gets colour.
    pub color_out: bool,
    /// Whether standard error gets colour.
    pub color_err: bool,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
    /// Columns to write at most: the terminal's, at most 120; 80 when it is not known.
    pub width: usize,
}

const DEFAULT_WIDTH: usize = 80;
const WIDEST: usize = 120;
const NARROWEST: usize = 20;

impl Console {
    /// Looks at the process's streams and environment.
    #[must_use]
    pub fn new(color: ColorChoice) -> Self {
        let terminal = Terminal::read();
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let measured = if out { window_width() } else { None };
        Self {
            color_out: color.decide(&terminal, out),
            color_err: color.decide(&terminal, err),
            out_is_terminal: out,
            err_is_terminal: err,
            width: terminal.columns.or(measured).unwrap_or(DEFAULT_WIDTH).clamp(NARROWEST, WIDEST),
        }
    }

    /// Writes a result to standard output through a buffer. A reader that has gone away
    /// (`wicara-tool … | head`) is no error.
    ///
    /// # Errors
    ///
    /// What `write` answers, or the system says, but for a broken pipe.
    pub fn out(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        quiet_on_broken_pipe(io::stdout().lock(), write)
    }

    /// Writes talk (errors, progress, notes) to standard error. Nobody can be told when that fails.
    pub fn err(&self, text: &str) {
        let _ = quiet_on_broken_pipe(io::stderr().lock(), |stream| stream.write_all(text.as_bytes()));
    }
}

fn quiet_on_broken_pipe(stream: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = BufWriter::with_capacity(64 * 1024, stream);
    let written = write(&mut buffer).and_then(|()| buffer.flush());
    // What is left in the buffer would be written once more when it is dropped.
    let _ = buffer.into_parts();
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "the width of a terminal has no safe call in the standard library")]
fn window_width() -> Option<usize> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the request fills a winsize, and the pointer is to one that outlives the call.
    let answer = unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) };
    (answer == 0 && size.ws_col > 0).then_some(usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn window_width() -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_decided_in_one_order() {
        let plain = Terminal::default();
        let no = Terminal { no_color: true, ..Terminal::default() };
        let force = Terminal { force_color: true, ..Terminal::default() };
        let both = Terminal { no_color: true, force_color: true, ..Terminal::default() };
        let off = Terminal { color_off: true, ..Terminal::default() };
        let dumb = Terminal { dumb: true, ..Terminal::default() };
        for (terminal, on_terminal, on_pipe) in [
            (&plain, true, false),
            (&no, false, false),
            (&force, true, true),
            (&both, false, false),
            (&off, false, false),
            (&dumb, false, false),
        ] {
            assert_eq!(ColorChoice::Auto.decide(terminal, true), on_terminal, "{terminal:?} on a terminal");
            assert_eq!(ColorChoice::Auto.decide(terminal, false), on_pipe, "{terminal:?} on a pipe");
            assert!(ColorChoice::Always.decide(terminal, false));
            assert!(!ColorChoice::Never.decide(terminal, true));
        }
    }

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_left_is_no_error_and_a_full_disk_is() {
        assert!(quiet_on_broken_pipe(Gone, |stream| stream.write_all(&[b'x'; 100_000])).is_ok());
        let error = quiet_on_broken_pipe(Full, |stream| stream.write_all(b"x")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
