# lock.sh: holds the right to seed this server until its input ends, and says whether it has it.
exec 9> /run/lock/stead-seed.lock
flock -n 9 || { echo busy; exit 0; }
echo held
cat > /dev/null
