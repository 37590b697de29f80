//! A panic becomes a text instead of a backtrace on the user's terminal.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on panics print nothing; [`take`] hands out what they said.
pub fn listen() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let text = info.payload_as_str().unwrap_or("no message");
        LAST.with_borrow_mut(|last| *last = Some(format!("{text} ({place})")));
    }));
}

/// What the last panic of this thread said, once.
#[must_use]
pub fn take() -> Option<String> {
    LAST.with_borrow_mut(Option::take)
}

/// The value of `work`, or what its panic said.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let said = payload.downcast_ref::<String>().cloned();
        let said = said.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        take().or(said).unwrap_or_else(|| "no message".to_owned())
    })
}
