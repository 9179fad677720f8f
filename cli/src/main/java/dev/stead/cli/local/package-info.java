/// The Stead of this machine: where it lies, how it is started and stopped, who holds its port.
///
/// Start reading at [dev.stead.cli.local.Keeper]. The part promises that one home never has two
/// keepers, and that starting or stopping twice is harmless.
@NullMarked
package dev.stead.cli.local;

import org.jspecify.annotations.NullMarked;
