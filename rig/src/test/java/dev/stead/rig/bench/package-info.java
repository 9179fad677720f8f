/// Measurements that are not tests: `bench/NAME` runs the class of that name by way of
/// [dev.stead.rig.bench.Main]. What was wanted of them are [dev.stead.rig.bench.Bars].
@NullMarked
package dev.stead.rig.bench;

import org.jspecify.annotations.NullMarked;
