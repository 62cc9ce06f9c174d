# shellcheck shell=bash
# What the suites run on beside this machine: each function makes one thing, or says why it cannot be had. Sourced by .ci/run.

have() { command -v "$1" >/dev/null 2>&1; }
root() { [ "$(id -u)" -eq 0 ]; }

# packages COMMAND PACKAGE: installs a Debian package if the command is missing.
packages() {
  have "$1" && return
  root && have apt-get || return
  apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$2" >/dev/null
}

# go_program NAME MODULE: builds a program into the cache, if it is not there; the largest takes ten minutes.
go_program() {
  [ -x "$cache/bin/$1" ] && return
  have go && [ $((latest - SECONDS)) -gt 600 ] || return
  GOBIN=$cache/bin timed go install "$2@latest"
}

# A server that still writes would be in the way of removing its folder.
stop() { kill "$1" && wait "$1"; } 2>/dev/null

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# provide_s3 PROGRAM MODULE: starts a server of that kind, and sets $s3, the words that run a suite with it.
provide_s3() {
  local program=$1 name="on $1, an S3 server" port data=$scratch/$1
  go_program "$program" "$2" || skip "$name" "it is not built here, and go is missing, or ten minutes for it are" || return
  mkdir -p "$data/git-lode-test"
  port=$(free_port)
  start_"$program" "$cache/bin/$program" "127.0.0.1:$port" "$data" >"$data.log" 2>&1 &
  later stop $!
  local tries=100
  until node -e "fetch('http://127.0.0.1:$port').then(() => {}, () => process.exit(1))"; do
    if [ $((tries -= 1)) -eq 0 ]; then
      tail "$data.log"
      skip "$name" 'it does not answer' || return
    fi
    sleep 0.2
  done
  s3=(env GIT_LODE_TEST_S3_URL=s3://git-lode-test/ci GIT_LODE_TEST_S3_ENDPOINT="http://127.0.0.1:$port"
    AWS_ACCESS_KEY_ID=ci-access AWS_SECRET_ACCESS_KEY=ci-secret-of-minio)
}

# start_PROGRAM FILE ADDRESS FOLDER: the folder holds the bucket.
start_versitygw() {
  exec "$1" --quiet --keep-alive --access ci-access --secret ci-secret-of-minio --port "$2" posix "$3"
}

start_minio() {
  export MINIO_ROOT_USER=ci-access MINIO_ROOT_PASSWORD=ci-secret-of-minio
  exec "$1" server --quiet --address "$2" "$3"
}

start_rclone() {
  exec "$1" serve s3 --auth-key ci-access,ci-secret-of-minio --addr "$2" "$3"
}

# What was killed may still be going: then the mount ends with it.
unmount() { umount "$1" 2>/dev/null || umount --lazy "$1"; }

# Sets $xfs, a folder on a file system that reflinks. The image is sparse: it takes what is written to it.
provide_xfs() {
  local name='on a file system with reflinks'
  xfs=$scratch/xfs
  root || skip "$name" 'mounting needs root' || return
  packages mkfs.xfs xfsprogs || skip "$name" 'mkfs.xfs is missing' || return
  mkdir "$xfs"
  truncate -s 40G "$xfs.img"
  mkfs.xfs -q -m reflink=1 "$xfs.img" || skip "$name" 'mkfs.xfs failed' || return
  mount -o loop "$xfs.img" "$xfs" 2>/dev/null || skip "$name" 'a loop device cannot be mounted here' || return
  later unmount "$xfs"
}

# provide_node MAJOR: sets $node, the folder that holds that Node.
provide_node() {
  local name="on Node $1" arch=x64 at=$cache/node-$1
  [ "$(node -p 'process.versions.node.split(".")[0]')" != "$1" ] || skip "$name" 'npm test ran on it' || return
  case $(uname -m) in aarch64 | arm64) arch=arm64 ;; esac
  node=$at/node_modules/node-linux-$arch/bin
  if [ ! -x "$node/node" ]; then
    npm install --prefix "$at" --no-save --no-audit --no-fund --silent "node-linux-$arch@$1" ||
      skip "$name" "the npm package node-linux-$arch@$1 cannot be had" || return
  fi
  "$node/node" --version >/dev/null || skip "$name" 'it does not start here'
}

# Sets $sid_git, and $sid, the words that run a suite inside Debian sid with its own git. Mounts live in a namespace that ends
# with the suite, so nothing is left mounted whatever happens.
provide_sid() {
  local name='on Debian sid' at=$cache/sid
  root || skip "$name" 'chroot needs root' || return
  unshare --mount true 2>/dev/null || skip "$name" 'mount namespaces are not to be had here' || return
  if [ ! -x "$at/usr/bin/git" ]; then
    packages debootstrap debootstrap || skip "$name" 'debootstrap is missing' || return
    rm -rf "$at.partial"
    timed unshare --mount --propagation private \
      debootstrap --variant=minbase --include=git,ca-certificates sid "$at.partial" >"$scratch/debootstrap.log" 2>&1 ||
      { tail "$scratch/debootstrap.log" && skip "$name" 'debootstrap failed'; } || return
    mv "$at.partial" "$at"
  fi
  sid_git=$(chroot "$at" git version) || skip "$name" 'its git does not start here' || return
  sid=(unshare --mount --propagation private --pid --fork --kill-child .ci/in-chroot.sh "$at" "$(readlink -f "$(command -v node)")")
}
