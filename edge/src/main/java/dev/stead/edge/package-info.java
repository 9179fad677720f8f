/// The reverse proxy of a server, its own process: it goes on serving whatever happens to the
/// agent.
@NullMarked
package dev.stead.edge;

import org.jspecify.annotations.NullMarked;
