/// Measurements that are not tests: `bench/NAME` runs the main class of that name. Each prints its
/// bars with [dev.stead.rig.bench.Bars].
@NullMarked
package dev.stead.rig.bench;

import org.jspecify.annotations.NullMarked;
