#!/bin/sh
# Starts one program of this distribution with the runtime that lies beside it.
self=$(readlink -f "$0")
dist=${self%/bin/*}
cache=$dist/cache/@PROGRAM@.aot
# STEAD_AOT_OUTPUT is set while the distribution is built: the program then writes its cache instead of using it.
if [ -n "${STEAD_AOT_OUTPUT-}" ]; then
  aot=-XX:AOTCacheOutput=$STEAD_AOT_OUTPUT
else
  aot=-XX:AOTCache=$cache
fi
# File names are UTF-8 whatever the locale: under POSIX the runtime would refuse the others.
case ${LC_ALL:-${LC_CTYPE:-${LANG-}}} in
  *.UTF-8 | *.utf8) ;;
  *) export LC_ALL=C.UTF-8 ;;
esac
export MALLOC_ARENA_MAX=2
exec "$dist/runtime/bin/java" "$aot" -Xlog:aot=off -Xlog:cds=off -Xlog:aot*=off @OPTIONS@ \
  -XX:+UseCompactObjectHeaders -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Djava.library.path="$dist/native" -Dstead.dist="$dist" \
  -cp "@JARS@" "${STEAD_MAIN-@MAIN@}" "$@"
