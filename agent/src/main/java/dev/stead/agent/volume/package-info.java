/// Volumes: the directories of apps that are kept across releases and never pruned, with a size
/// where the machine can enforce one, and their copies for backup and restore.
///
/// Start reading at [dev.stead.agent.volume.Volumes].
@NullMarked
package dev.stead.agent.volume;

import org.jspecify.annotations.NullMarked;
