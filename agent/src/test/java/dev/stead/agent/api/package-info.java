/// What the API promises, with real commands.
@NullMarked
package dev.stead.agent.api;

import org.jspecify.annotations.NullMarked;
