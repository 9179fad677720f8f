/// What the agent promises as a whole, with real sockets, files and processes.
@NullMarked
package dev.stead.agent;

import org.jspecify.annotations.NullMarked;
