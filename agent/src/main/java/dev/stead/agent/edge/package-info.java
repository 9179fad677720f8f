/// The agent's line to the edge: what is pushed to it and asked of it.
///
/// Start reading at [dev.stead.agent.edge.EdgeLink].
@NullMarked
package dev.stead.agent.edge;

import org.jspecify.annotations.NullMarked;
