//! Where the grammars take their memory from.

use libmimalloc_sys::{mi_calloc, mi_free, mi_malloc, mi_realloc};
use tree_sitter::{Allocator, set_allocator};

/// Gives the grammars, which are C, the allocator of the program: with one of their own, neither could use again what
/// the other has given back. To be called once, before anything is parsed.
#[expect(unsafe_code, reason = "tree-sitter takes its allocator as four functions of C")]
pub fn share_allocator() {
    // SAFETY: the four belong together and do what those of C do, and nothing has been parsed before.
    unsafe {
        set_allocator(Some(Allocator { malloc: mi_malloc, calloc: mi_calloc, realloc: mi_realloc, free: mi_free }));
    }
}
