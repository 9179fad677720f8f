/// What the supervisor promises, with real processes.
@NullMarked
package dev.stead.agent.supervisor;

import org.jspecify.annotations.NullMarked;
