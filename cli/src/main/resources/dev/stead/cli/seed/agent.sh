# agent.sh NAME: has the agent of version NAME run, and start at boot. One that runs already is left alone.
set -eu
systemctl enable -q stead-agent.service
pid=$(systemctl show -p MainPID --value stead-agent.service)
if [ "$(systemctl is-active stead-agent.service || true)" = active ] && [ "$pid" != 0 ]; then
  case $(readlink "/proc/$pid/exe") in "/opt/stead/$1"/*) exit 0 ;; esac
fi
systemctl reset-failed stead-agent.service 2> /dev/null || true
systemctl restart stead-agent.service || { journalctl -q -u stead-agent.service -n 20 -o cat --no-pager >&2; exit 1; }
