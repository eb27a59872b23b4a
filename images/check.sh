#!/usr/bin/env bash
# usage: check.sh AGENT OPERATOR_DLL   what the images rely on, where no container engine is at hand:
# the agent's shared libraries, sizes, and that both programs start as any user on a file system that cannot be written.
set -uo pipefail
agent=$(realpath "$1")
operator=$(realpath "$2")
failed=0

# What images/agent/Dockerfile says that its base has.
allowed='linux-vdso.so.1 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 libc.so.6 libm.so.6'
max_agent_mb=24
max_operator_mb=40

fail() {
  echo "FAILED: $*"
  failed=1
}

libraries=$(ldd "$agent" | awk '{print $1}' | sed 's|.*/||' | sort -u)
for library in $libraries; do
  case " $allowed " in *" $library "*) ;; *) fail "the agent needs $library, which images/agent/Dockerfile does not list" ;; esac
done
echo "agent needs: $(echo $libraries)"

size() { du -sk "$1" | awk '{print int(($1 + 1023) / 1024)}'; }
limit() { [ "$2" -le "$3" ] && echo "$1: $2 MiB of at most $3" || fail "$1 has $2 MiB, more than $3"; }
limit "agent" "$(size "$agent")" "$max_agent_mb"
limit "operator" "$(size "$(dirname "$operator")")" "$max_operator_mb"

# What the Dockerfile does not remove. The runtime is the base's: no native library, no folder of one platform.
others=$(find "$(dirname "$operator")" -type f ! -name '*.dll' ! -name '*.deps.json' ! -name '*.runtimeconfig.json' ! -name '*.pdb' ! -name '*.xml' -o -name runtimes)
[ -z "$others" ] || fail "the operator's folder has files that its image does not need: $others"

# As the cluster starts them: a UID that nobody knows, no capabilities, no new privileges, no home, nothing that can be written.
place=$(mktemp -d /opt/wandb-images.XXXXXX)
trap 'rm -rf "$place"' EXIT
cp -r "$(dirname "$operator")" "$place/operator" && cp "$agent" "$place/" && chmod -R a+rX "$place" || fail "no copy"
dotnet=$(readlink -f "$(command -v dotnet)")

restricted() {
  unshare --mount --propagation private bash -c '
    mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount -o remount,bind,ro / || exit 99
    for folder in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o ro,size=4k tmpfs "$folder"; done
    cd "$0" && exec setpriv --reuid=1234567 --regid=1234567 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
      env -i PATH=/usr/bin:/bin DOTNET_EnableDiagnostics=0 DOTNET_ROOT="$1" "${@:2}"' "$place" "$(dirname "$dotnet")" "$@"
}

starts() {
  local told
  if told=$(restricted "${@:2}" 2>&1); then echo "$1 as any user, nothing writable: $told"; else fail "$1 does not start: $told"; fi
}

if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null || ! unshare --mount true 2>/dev/null; then
  echo "not checked: the start as any user needs root, setpriv and unshare"
elif restricted touch written 2>/dev/null || restricted touch /tmp/written 2>/dev/null; then
  fail "the place for the start can be written"
else
  starts "agent" "$place/$(basename "$agent")" --version
  starts "operator" "$dotnet" "$place/operator/$(basename "$operator")" --version
  # It comes as far as looking for its cluster: nothing on the way there wants to write.
  told=$(restricted "$dotnet" "$place/operator/$(basename "$operator")" serve --kubeconfig /nowhere 2>&1)
  case $told in *kubeconfig*) echo "operator serve: $told" ;; *) fail "serve says: $told" ;; esac
fi
exit "$failed"
