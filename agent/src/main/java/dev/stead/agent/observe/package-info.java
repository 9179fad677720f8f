/// What instances print, tagged and kept within a budget, and what is asked of it. Outlives
/// instance and release. Knows no rollouts.
///
/// [dev.stead.agent.observe.LogCollector] reads the files that instances print to and appends their
/// lines to the [dev.stead.agent.observe.LogStore]; whoever asks reads there through a
/// [dev.stead.agent.observe.LogCursor]. Start reading at the store.
@NullMarked
package dev.stead.agent.observe;

import org.jspecify.annotations.NullMarked;
