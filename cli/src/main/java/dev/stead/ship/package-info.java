/// The way of a project's files to the agent: which of them travel, how they are cut into chunks,
/// and the upload of the chunks that the agent lacks.
///
/// Start reading at [dev.stead.ship.Shipment]. The part promises that equal files make equal
/// bundles, that a change in a file changes few chunks, that memory does not grow with the files,
/// and that an upload which was cut goes on where it stopped.
@NullMarked
package dev.stead.ship;

import org.jspecify.annotations.NullMarked;
