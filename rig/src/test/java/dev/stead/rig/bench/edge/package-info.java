/// `bench/edge`: the edge as shipped beside nginx, haproxy and caddy. [EdgeBench] is where to
/// start; all four are a [Proxy] before the same backend, and what each costs is read from `/proc`.
@NullMarked
package dev.stead.rig.bench.edge;

import org.jspecify.annotations.NullMarked;
