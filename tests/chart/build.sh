#!/usr/bin/env bash
# usage: build.sh OUTPUT   builds the renderer from Debian's packages, without modules and without any network
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
output=$(mkdir -p "$(dirname "$1")" && cd "$(dirname "$1")" && pwd)/$(basename "$1")
libraries=/usr/share/gocode
command -v go >/dev/null || { echo "go is not installed: apt-get install golang-go" >&2; exit 3; }
for library in github.com/Masterminds/sprig:golang-github-masterminds-sprig-dev sigs.k8s.io/yaml:golang-k8s-sigs-yaml-dev \
  github.com/xeipuuv/gojsonschema:golang-github-xeipuuv-gojsonschema-dev; do
  [ -d "$libraries/src/${library%%:*}" ] || { echo "${library%%:*} is not installed: apt-get install ${library##*:}" >&2; exit 3; }
done
# A folder that leads here is what makes go find the packages under their versions (/v3).
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/src" && ln -s "$source" "$tree/src/chart-render"
cd / && GO111MODULE=off GOFLAGS= GOPATH="$tree:$libraries" GOCACHE="${GOCACHE:-$(dirname "$output")/go-build}" go build -o "$output" chart-render
