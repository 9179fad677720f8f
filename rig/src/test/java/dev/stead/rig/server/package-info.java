/// Real bare servers for tests: Debian 11, 12 and 13 with systemd and sshd as `systemd-nspawn`
/// machines on this one, each with a disk, an address, limits and a power switch of its own, and
/// laptops from which the CLI reaches them by ssh. Start reading at [dev.stead.rig.server.Rig]; a
/// test says [dev.stead.rig.server.OnServers].
@NullMarked
package dev.stead.rig.server;

import org.jspecify.annotations.NullMarked;
