# retire.sh NAME: ends the edges of other versions in order, each when the last of its requests has ended, and removes the
# versions that are neither in force nor the former one, nor still running.
set -eu
for unit in $(systemctl list-units --plain --no-legend --state=active,activating 'stead-edge@*.service' | cut -d ' ' -f 1); do
  [ "$unit" = "stead-edge@$1.service" ] || systemctl stop --no-block "$unit"
done
cd /opt/stead
for list in */files; do
  version=${list%/files}
  case $version in
    current | former | "$(readlink current)" | "$(readlink former || true)") ;;
    *)
      if ! systemctl list-units --plain --no-legend "stead-edge@$version.service" | grep -q deactivating; then rm -rf "./$version"; fi
      ;;
  esac
done
