# unseed.sh WITH-DATA: takes Stead off the server: apps, agent, edge, units, users, program; what the apps stored only when
# WITH-DATA is yes. Twice is harmless. Kept data is handed to root, since a later account could get an app's number.
set -u
systemctl stop stead-edge.socket stead-edge-https.socket 2> /dev/null
systemctl stop stead-agent.service 'stead-app-*.service' 'stead-edge@*.service' stead-apps.slice 2> /dev/null
systemctl disable -q stead-agent.service stead-edge.socket stead-edge-https.socket 2> /dev/null
rm -f /etc/systemd/system/*.wants/stead-edge@*.service
for mount in $(grep -o ' /var/lib/stead/[^ ]*' /proc/mounts | sort -r); do umount "$mount"; done
rm -rf /etc/systemd/system/stead-*.service /etc/systemd/system/stead-*.socket /etc/systemd/system/stead-*.slice \
  /etc/systemd/system/stead-*.socket.d /etc/tmpfiles.d/stead*.conf /run/systemd/system/stead-app-*
systemctl daemon-reload
systemctl reset-failed 'stead-*' 2> /dev/null
rm -rf /opt/stead /run/stead
if [ "$1" = yes ]; then
  rm -rf /var/lib/stead
elif [ -d /var/lib/stead ]; then
  chown -R root:root /var/lib/stead
  chmod 0700 /var/lib/stead
fi
