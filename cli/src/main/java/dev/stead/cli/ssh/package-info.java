/// The way to a server: the user's own `ssh`, one connection for each server, kept open between
/// commands and shared by them.
///
/// Start reading at [dev.stead.cli.ssh.Connection]. The part promises that whatever `~/.ssh/config`
/// says of a host (port, user, keys, jump hosts) holds, that no password or key passes through
/// Stead, and that what goes wrong on the way is named with its fix ([dev.stead.cli.ssh.Trouble]).
@NullMarked
package dev.stead.cli.ssh;

import org.jspecify.annotations.NullMarked;
