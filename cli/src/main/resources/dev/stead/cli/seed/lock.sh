# lock.sh: holds the right to seed this server, and says whether it has it, until its input ends or no line has come for a
# minute: a laptop that went to sleep sends neither end nor line.
exec 9> /run/lock/stead-seed.lock
flock -n 9 || { echo busy; exit 0; }
echo held
while timeout 60 sh -c 'read -r _'; do :; done
