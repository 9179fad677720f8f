/// What the edge keeps on disk to serve without the agent. One class:
/// [dev.stead.edge.disk.KeptFile].
@NullMarked
package dev.stead.edge.disk;

import org.jspecify.annotations.NullMarked;
