/// Traffic of every kind against `rig/apps/load`, from many connections at once, each outcome
/// recorded. Start reading at [dev.stead.rig.load.MixedLoad].
@NullMarked
package dev.stead.rig.load;

import org.jspecify.annotations.NullMarked;
