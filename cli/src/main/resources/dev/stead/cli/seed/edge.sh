# edge.sh NAME: has the edge of version NAME serve, and start at boot, behind the socket that systemd holds. `start` returns
# once the new edge is ready: from then on it and the one before take connections side by side.
set -eu
service=stead-edge@$1.service
systemctl enable -q stead-edge.socket "$service"
for other in /etc/systemd/system/multi-user.target.wants/stead-edge@*.service; do
  [ "${other##*/}" = "$service" ] || rm -f "$other"
done
systemctl is-active -q stead-edge.socket || systemctl start stead-edge.socket
systemctl reset-failed "$service" 2> /dev/null || true
systemctl start "$service" || { journalctl -q -u "$service" -n 20 -o cat --no-pager >&2; exit 1; }
