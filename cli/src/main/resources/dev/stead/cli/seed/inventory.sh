# Prints which files of a distribution are there: `have KEY` for each of an installed version (the first field of its list
# `files`), `part KEY SIZE` for each that was received, whole or up to a cut.
cd /opt/stead 2> /dev/null || exit 0
for list in */files; do
  [ -f "$list" ] && case $list in *.making/* | current/* | former/*) ;; *) cut -d ' ' -f 1 "$list" | sed 's/^/have /' ;; esac
done
for part in incoming/*; do
  [ -f "$part" ] && printf 'part %s %s\n' "${part##*/}" "$(stat -c %s "$part")"
done
exit 0
