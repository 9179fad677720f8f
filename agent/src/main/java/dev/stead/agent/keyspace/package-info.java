/// What people may do with the store: any key and branch of their own with all its history, and of
/// the platform's only to look.
///
/// Start reading at [dev.stead.agent.keyspace.Keyspace].
@NullMarked
package dev.stead.agent.keyspace;

import org.jspecify.annotations.NullMarked;
