#!/usr/bin/env bash
# The decoders of nl80211 and of batman-adv against Debian's kernel in a throw-away machine (scripts/lab/vmrun): two radios of
# mac80211_hwsim form an open 802.11s mesh, batman-adv runs over it, and karkara-mesh-trial compares what the kernel tells
# with what it did. KARKARA_BIN: the folder of our programs.
#
#   mesh_test.sh           all of this
#   mesh_test.sh FOLDER    the same, and puts what the kernel said into that folder, for corpora
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"

needs modprobe=kmod
program=$(trial mesh-trial) || exit
folders=(--rw "$(dirname "$program")") # it would not see a build folder below /tmp
if (($#)); then
    folders+=(--rw "$1")
fi
exec "$here/../../scripts/lab/vmrun" --modules "mac80211_hwsim batman_adv" --mem 768 --timeout 170 "${folders[@]}" -- "$program" "$@"
