//! One file per subcommand: its arguments and `run`; no logic.
