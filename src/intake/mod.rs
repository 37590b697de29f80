//! Paths as typed → plugins in memory, bounded; nothing is skipped in silence.
