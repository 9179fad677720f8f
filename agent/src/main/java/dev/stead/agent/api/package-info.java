/// What the agent answers on its unix socket: JSON over HTTP/1.1, said by the records of
/// [dev.stead.sdk]. The only package that knows the HTTP server.
///
/// Start reading at [dev.stead.agent.api.Routes], the table of everything that can be asked.
@NullMarked
package dev.stead.agent.api;

import org.jspecify.annotations.NullMarked;
