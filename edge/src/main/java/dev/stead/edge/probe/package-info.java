/// How an app that speaks HTTP/2 without TLS is asked how it is. Used by the edge for its targets
/// and by the agent for the instances that it starts.
///
/// Start reading at [H2cProbe].
@NullMarked
package dev.stead.edge.probe;

import org.jspecify.annotations.NullMarked;
