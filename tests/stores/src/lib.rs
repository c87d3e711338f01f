//! The servers that tests need: found on the machine, started for a test, and stopped with it.
