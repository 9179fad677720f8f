# no-users.sh: removes the users and groups that Stead made.
set -u
for user in $(getent passwd | cut -d : -f 1 | grep -E '^stead-(edge$|app-|deploy-)'); do
  loginctl terminate-user "$user" 2> /dev/null
  userdel "$user"
done
for group in $(getent group | cut -d : -f 1 | grep -E '^stead($|-edge$|-app-|-deploy$)'); do groupdel "$group"; done
exit 0
