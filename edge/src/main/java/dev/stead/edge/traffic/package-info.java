/// What passes through the edge, counted for each release: exchanges by how they ended, how long
/// they took, what is in flight, bytes.
///
/// Each event loop counts for itself in a [LoopTraffic]: no lock, nothing shared, nothing made for
/// a request. Whoever wants to know has every loop add its numbers to a sum, in turn.
@NullMarked
package dev.stead.edge.traffic;

import org.jspecify.annotations.NullMarked;
