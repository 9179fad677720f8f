/// A bare machine made a Stead server over ssh, kept up to date, and given back.
///
/// Start reading at [dev.stead.cli.seed.Seed]: probe, plan, then steps, each a shell script of its
/// own that is harmless when it is run twice, so that a run that was cut off is finished by the
/// next. The part promises that whatever is refused is refused before anything is changed, and that
/// an upgrade loses no request. A new kind of system is another [dev.stead.cli.seed.Platform].
@NullMarked
package dev.stead.cli.seed;

import org.jspecify.annotations.NullMarked;
