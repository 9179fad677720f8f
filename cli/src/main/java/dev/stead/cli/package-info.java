/// The command line: one class per command.
@NullMarked
package dev.stead.cli;

import org.jspecify.annotations.NullMarked;
