#!/bin/sh
# in-chroot.sh ROOT NODE VITEST-ARGUMENT...: runs the tests of this checkout in another Debian, with that one's git and libraries
# and our node. Expects mount and PID namespaces of its own (see provide_sid), which take the mounts away.
set -eu
root=$1 node=$2
shift 2
mkdir -p "$root$PWD"
touch "$root/usr/local/bin/node"
mount --bind "$PWD" "$root$PWD"
mount --bind "$node" "$root/usr/local/bin/node"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
# shellcheck disable=SC2016
exec chroot "$root" /usr/bin/env -i CI=true NO_COLOR=1 HOME=/tmp LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin \
  sh -c 'cd "$1" && shift && exec node node_modules/vitest/vitest.mjs run "$@"' sh "$PWD" "$@"
