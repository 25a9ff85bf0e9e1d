//! Runs tasks: the executor trait, WASI modules, containers, and the limits that a machine's owner sets.
