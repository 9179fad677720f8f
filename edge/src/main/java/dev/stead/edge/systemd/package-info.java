/// What a process hears from the systemd that started it, and says to it: [NotifySocket] tells how
/// the process is, [InheritedSockets] finds the listening sockets that systemd holds. Both do
/// nothing where nobody speaks this protocol. Used by edge and agent.
@NullMarked
package dev.stead.edge.systemd;

import org.jspecify.annotations.NullMarked;
