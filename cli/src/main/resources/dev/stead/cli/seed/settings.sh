# settings.sh: prints the server's settings.json.
set -eu
cat /var/lib/stead/settings.json
