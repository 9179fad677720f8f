/// What `stead init` knows of projects: one class per kind, each of which looks at a directory and
/// says what it takes to run it.
///
/// Start reading at [dev.stead.cli.guess.Guess]. The part promises that what it writes is a valid
/// `stead.toml` with a comment on each guess, and that it says nothing of a directory that it does
/// not understand.
@NullMarked
package dev.stead.cli.guess;

import org.jspecify.annotations.NullMarked;
