//! Nothing: the tests of this package compile files of the runtime with a model checker's locks.
