# edge.sh NAME: has the edge of version NAME serve, and start at boot, behind the sockets that systemd holds. `start` returns
# once the new edge is ready: from then on it and the one before take connections side by side.
set -eu
service=stead-edge@$1.service
units=/opt/stead/$1/server/units
for other in /etc/systemd/system/multi-user.target.wants/stead-edge@*.service; do
  [ "${other##*/}" = "$service" ] || rm -f "$other"
done
systemctl enable -q "$service"
for unit in "$units"/*.socket; do
  socket=${unit##*/}
  systemctl enable -q "$socket"
  systemctl is-active -q "$socket" && continue
  # systemd opens no socket for a service that runs already.
  systemctl stop "$service"
  systemctl start "$socket"
done
systemctl reset-failed "$service" 2> /dev/null || true
systemctl start "$service" || { journalctl -q -u "$service" -n 20 -o cat --no-pager >&2; exit 1; }
# What another version listens on and this one does not.
for unit in /etc/systemd/system/stead-*.socket; do
  [ ! -e "$units/${unit##*/}" ] || continue
  systemctl disable -q --now "${unit##*/}"
  rm -rf "$unit" "$unit.d"
  systemctl daemon-reload
done
