/// The command line: one class per command, each named after it.
///
/// Start reading at [dev.stead.cli.Main], then [dev.stead.cli.Cli], which finds the command, runs
/// it and turns its end into an exit code. Only the command that was named is loaded: starting fast
/// is a promise.
@NullMarked
package dev.stead.cli;

import org.jspecify.annotations.NullMarked;
