# Receives files in pieces on standard input: a line `KEY OFFSET LENGTH`, then LENGTH bytes of gzip that hold the file's bytes
# from OFFSET on. Each piece is appended to incoming/KEY and acknowledged by a line; a piece that would leave a gap ends it.
# A cut leaves the file as far as it came. The line `end` ends it in order.
set -eu
cd /opt/stead/incoming
while read -r key offset length; do
  [ "$key" != end ] || { sync -f . 2> /dev/null || sync; echo received; exit 0; }
  if [ "$offset" = 0 ]; then : > "$key"; fi
  [ "$(stat -c %s "$key")" = "$offset" ] || { echo "$key has another size than $offset" >&2; exit 1; }
  head -c "$length" | gzip -dc >> "$key"
  echo "$key"
done
echo "the pieces ended without an end" >&2
exit 1
