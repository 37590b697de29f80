//! A panic becomes a text instead of a backtrace on the user's terminal.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;

/// What the last panic of any thread said, for those that end the run.
static ANY: Mutex<Option<String>> = Mutex::new(None);

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on panics print nothing; [`take`] hands out what they said.
pub fn listen() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let text = info.payload_as_str().unwrap_or("no message");
        let said = format!("{text} ({place})");
        if let Ok(mut any) = ANY.lock() {
            *any = Some(said.clone());
        }
        LAST.with_borrow_mut(|last| *last = Some(said));
    }));
}

/// What the last panic of this thread said, or of any thread when this one had none; once.
#[must_use]
pub fn take() -> Option<String> {
    let mine = LAST.with_borrow_mut(Option::take);
    mine.or_else(|| ANY.lock().ok().and_then(|mut any| any.take()))
}

/// The value of `work`, or what its panic said.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let said = payload.downcast_ref::<String>().cloned();
        let said = said.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        LAST.with_borrow_mut(Option::take).or(said).unwrap_or_else(|| "no message".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_another_thread_is_known_to_the_one_that_ends_the_run() {
        listen();
        let joined = std::thread::spawn(|| caught(|| panic!("first {}", 1))).join();
        assert!(joined.is_ok_and(|caught: Result<(), String>| caught.is_err_and(|said| said.starts_with("first 1 ("))));
        assert!(std::thread::spawn(|| panic!("second")).join().is_err());
        assert!(take().is_some_and(|said| said.starts_with("second (")));
        assert_eq!(take(), None);
        drop(panic::take_hook());
    }
}
