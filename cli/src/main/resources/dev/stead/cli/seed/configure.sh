# configure.sh < SETTINGS: makes this the server's settings.json. The agent reads it as it starts, so where something changes it
# is started again; apps and traffic do not notice.
set -eu
cd /var/lib/stead
cat > settings.json.new
if cmp -s settings.json.new settings.json; then rm settings.json.new; exit 0; fi
sync -d settings.json.new 2> /dev/null || sync
mv settings.json.new settings.json
systemctl restart stead-agent.service || { journalctl -q -u stead-agent.service -n 20 -o cat --no-pager >&2; exit 1; }
