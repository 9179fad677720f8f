/// What instances print, tagged and kept within a budget, and what is asked of it. Outlives
/// instance and release. Knows no rollouts. Start reading at `LogStore`.
@NullMarked
package dev.stead.agent.observe;

import org.jspecify.annotations.NullMarked;
