/// The client of a Stead agent and the records that travel between the two. A program that wants to
/// deploy, read or steer apps needs nothing else; it runs on Java 17.
///
/// Start reading at [dev.stead.sdk.Client]. Every record here is the wire format itself:
/// [dev.stead.sdk.Wire] writes it as JSON with the component names in kebab-case, durations and
/// instants in ISO 8601, sizes in bytes.
@NullMarked
package dev.stead.sdk;

import org.jspecify.annotations.NullMarked;
