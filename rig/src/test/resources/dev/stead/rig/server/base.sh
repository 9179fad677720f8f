#!/bin/sh
# Makes the base of all servers of one Debian release: base.sh SUITE DIRECTORY. A bare system with sshd, as a provider
# hands it over, and three users: root, `debian` (sudo without a password) and `guest` (none).
set -eu
suite=$1 base=$2
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
debootstrap --variant=minbase \
  --include=systemd,systemd-sysv,dbus,openssh-server,iproute2,ca-certificates,curl,sudo,nftables "$suite" "$base"
for user in debian guest; do
  chroot "$base" useradd --create-home --shell /bin/bash "$user"
done
echo 'debian ALL=(ALL) NOPASSWD: ALL' > "$base/etc/sudoers.d/debian"
chmod 440 "$base/etc/sudoers.d/debian"
for user in root debian guest; do
  chroot "$base" su "$user" -s /bin/sh -c 'umask 077; mkdir -p ~/.ssh; : > ~/.ssh/authorized_keys'
done
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
  console-getty.service systemd-timesyncd.service; do
  ln -sf /dev/null "$base/etc/systemd/system/$unit"
done
# The clock of a rig's machine may be ahead of the archive.
printf '%s\n' 'Acquire::Check-Date "false";' 'Acquire::Check-Valid-Until "false";' 'Acquire::Languages "none";' \
  > "$base/etc/apt/apt.conf.d/90rig"
rm -f "$base"/etc/ssh/ssh_host_* "$base"/var/cache/apt/archives/*.deb "$base/usr/sbin/policy-rc.d"
