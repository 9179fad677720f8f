# Makes the directories, once users are there. Twice is harmless. The edge reads releases, which it serves files from; the
# rest of the home is the agent's.
set -eu
install -d -m 0755 -o root -g root /opt/stead
install -d -m 0700 -o root -g root /opt/stead/incoming
install -d -m 0711 -o root -g root /var/lib/stead
for private in store chunks bundles instances operations logs traffic; do
  install -d -m 0700 -o root -g root "/var/lib/stead/$private"
done
install -d -m 0700 -o stead-edge -g stead-edge /var/lib/stead/edge
chown -R stead-edge:stead-edge /var/lib/stead/edge
