/// What a process that runs for months takes of its server's memory. Used by edge and agent.
@NullMarked
package dev.stead.edge.memory;

import org.jspecify.annotations.NullMarked;
