#!/bin/sh
# The first process of a server: sees to its network and its control groups as hardware and hypervisor would,
# then becomes systemd. Written to /usr/local/sbin/rig-init.
. /etc/rig
for controller in memory cpu cpuacct pids; do
  umount "/sys/fs/cgroup/$controller"
  mount -t cgroup -o "rw,nosuid,nodev,noexec,$controller" cgroup "/sys/fs/cgroup/$controller"
done
ip link set lo up
ip address add "$ADDRESS" dev host0
ip link set host0 up
# systemd 256 and newer boots on control groups of version 1 only when told so.
exec /sbin/init SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
