# switch.sh NAME: makes NAME the version in force: settings, units, /opt/stead/current. What runs goes on running. Twice is
# harmless, and the former version stays the one before.
set -eu
name=$1
cd /opt/stead
[ -e "$name/files" ] || { echo "there is no whole version $name" >&2; exit 1; }
if [ ! -e /var/lib/stead/settings.json ]; then
  printf '{"supervisor":"systemd","http-port":80}\n' > /var/lib/stead/settings.json.new
  mv /var/lib/stead/settings.json.new /var/lib/stead/settings.json
fi
before=$(readlink current || true)
if [ -n "$before" ] && [ "$before" != "$name" ]; then
  ln -sfnT "$before" former.new
  mv -T former.new former
fi
ln -sfnT "$name" current.new
mv -T current.new current

changed=
put() {
  cmp -s - "$2" < "$1" || { install -m 0644 "$1" "$2.new"; mv "$2.new" "$2"; changed=yes; }
}
for unit in "$name"/server/units/*; do put "$unit" "/etc/systemd/system/${unit##*/}"; done
for file in "$name"/server/tmpfiles/*; do [ ! -f "$file" ] || put "$file" "/etc/tmpfiles.d/${file##*/}"; done
# The sockets start the edge of the version in force.
printf '[Socket]\nService=stead-edge@%s.service\n' "$name" > "$name.socket"
for unit in "$name"/server/units/*.socket; do
  mkdir -p "/etc/systemd/system/${unit##*/}.d"
  put "$name.socket" "/etc/systemd/system/${unit##*/}.d/version.conf"
done
rm -f "$name.socket"
[ -z "$changed" ] || systemctl daemon-reload
[ ! -d /etc/tmpfiles.d ] || systemd-tmpfiles --create /etc/tmpfiles.d/stead*.conf 2> /dev/null || true
sync -f /opt/stead 2> /dev/null || sync
