//! What the host would do with a plugin, simulated without running a line of it.
