# install.sh NAME: makes /opt/stead/NAME of the list on standard input, from received files and from those of other versions
# (as hard links: nobody writes to a version), checks every hash, and gives it its name only then. The list's lines are
# `KEY MODE SHA256 MTIME PATH`.
set -eu
name=$1
# The same of a run that was killed may still be at work.
exec 8> /run/lock/stead-install.lock
flock 8
cd /opt/stead
rm -rf ./*.making
[ ! -e "$name/files" ] || exit 0
making=$name.making
mkdir "$making"
cat > "$making/files"
known=$making/known
for list in */files; do
  case $list in "$making"/* | current/* | former/*) ;; *) sed "s|^|${list%/files} |" "$list" ;; esac
done > "$known"
while read -r key mode sha mtime path; do
  case $path in */*) mkdir -p "$making/${path%/*}" ;; esac
  if [ -f "incoming/$key" ]; then
    chmod "$mode" "incoming/$key"
    touch -d "@$mtime" "incoming/$key"
    ln "incoming/$key" "$making/$path"
  else
    line=$(grep -m 1 "^[^ ]* $key " "$known") || { echo "$path is missing" >&2; exit 1; }
    there=${line%% *}
    ln "$there/$(echo "$line" | cut -d ' ' -f 6-)" "$making/$path"
  fi
done < "$making/files"
rm -f "$known"
if ! cut -d ' ' -f 3,5- "$making/files" | sed 's/ /  /' | (cd "$making" && sha256sum -c --quiet -) >&2; then
  rm -rf "$making" incoming/*
  echo "DAMAGED" >&2
  exit 1
fi
# Directories as they were made from the list: only root writes.
find "$making" -type d -exec chmod 0755 {} +
sync -f "$making" 2> /dev/null || sync
mv -T "$making" "$name"
rm -f incoming/*
