/// A Stead of a test's own: its home, its processes, the CLI as a user calls it. Start reading at
/// [dev.stead.rig.host.Stead].
@NullMarked
package dev.stead.rig.host;

import org.jspecify.annotations.NullMarked;
