# users.sh [LOGIN]: makes the group that may talk to the agent, with the user who seeded in it, and the edge's user.
set -eu
getent group stead > /dev/null || groupadd --system stead
getent passwd stead-edge > /dev/null \
  || useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin stead-edge
[ $# = 0 ] || id -nG "$1" | tr ' ' '\n' | grep -qx stead || usermod -aG stead "$1"
