/// Tests of the whole: what a user does, over the real CLI, against real processes.
@NullMarked
package dev.stead.rig;

import org.jspecify.annotations.NullMarked;
