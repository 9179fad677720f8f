# Reports what a server is, as lines KEY=VALUE (read by Probe). Changes nothing; POSIX sh, and only what even a bare system
# has. Run as root where that can be had: only root sees who listens on a port.
say() { printf '%s=%s\n' "$1" "$2"; }

say user "${SUDO_USER:-$(id -un)}"
say root "$([ "$(id -u)" = 0 ] && echo yes || echo no)"
say time "$(date +%s)"

if [ -r /etc/os-release ]; then
  # In a shell of its own: the file sets variables.
  (. /etc/os-release; say os.id "${ID-}"; say os.version "${VERSION_ID-}"; say os.like "${ID_LIKE-}"; say os.name "${PRETTY_NAME-}")
fi
say arch "$(uname -m)"
say libc "$( (getconf GNU_LIBC_VERSION || ldd --version 2>&1 | head -n 1) 2> /dev/null)"
if [ -d /run/systemd/system ]; then
  say init "$(systemctl --version | head -n 1 | cut -d ' ' -f 1-2)"
else
  say init "$(cat /proc/1/comm 2> /dev/null)"
fi

# The least of what the machine has and what its own control group may use (a container shows the host's memory).
memory=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) * 1024))
for limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
  bytes=$(cat "$limit" 2> /dev/null)
  case $bytes in
    '' | *[!0-9]*) ;;
    # Version 1 writes "no limit" as a number of 19 digits.
    ???????????????????*) ;;
    *) [ "$bytes" -ge "$memory" ] || memory=$bytes ;;
  esac
done
say memory "$memory"
say cores "$(nproc 2> /dev/null || grep -c '^processor' /proc/cpuinfo)"

# free DIRECTORY: the bytes that are free where it lies, or would
free() {
  at=$1
  while [ ! -d "$at" ]; do at=${at%/*}; at=${at:-/}; done
  kib=$(df -Pk "$at" | awk 'NR == 2 { print $4 }')
  echo $((${kib:-0} * 1024))
}
say free.opt "$(free /opt/stead)"
say free.var "$(free /var/lib/stead)"

missing=
for tool in awk chmod chown cmp cut df find flock getent gzip head id install ln mkdir mv readlink sha256sum stat sync systemctl timeout touch; do
  command -v "$tool" > /dev/null || missing="$missing $tool"
done
say tools.missing "${missing# }"

# holder PORT HEX UNIT: who listens there; `stead` when it is Stead's own socket of this name
holder() {
  inodes=$(cat /proc/net/tcp /proc/net/tcp6 2> /dev/null | awk -v end=":$2" '$4 == "0A" && substr($2, length($2) - 4) == end { print $10 }')
  [ -n "$inodes" ] || return 0
  pids=
  for inode in $inodes; do
    pids="$pids $(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" 2> /dev/null | cut -d / -f 3)"
  done
  name='another program'
  for pid in $pids; do
    if [ "$pid" = 1 ] && systemctl is-active -q "$3"; then echo stead; return 0; fi
    name="process $pid ($(tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | cut -c 1-120))"
  done
  echo "$name"
}
say port.80 "$(holder 80 0050 stead-edge.socket)"
say port.443 "$(holder 443 01BB stead-edge-https.socket)"

say current "$(readlink /opt/stead/current 2> /dev/null)"
say former "$(readlink /opt/stead/former 2> /dev/null)"
say state "$(cat /opt/stead/current/server/state 2> /dev/null | tr '\n' ' ')"
say former.state "$(cat /opt/stead/former/server/state 2> /dev/null | tr '\n' ' ')"
say agent "$(systemctl is-active stead-agent.service 2> /dev/null)"
say data "$([ -e /var/lib/stead/store ] && echo yes || echo no)"
say end yes
