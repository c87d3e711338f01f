//! Plays OAuth vendors on loopback.
