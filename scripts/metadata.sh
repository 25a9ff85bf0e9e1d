#!/usr/bin/env bash
# Writes the chain's metadata for the daemons: run it after a change of the runtime's interface, and commit the result.
#
# usage: scripts/metadata.sh
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
case ${1:-} in
  '') ;;
  -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
  *) die "unknown argument: $1 (see --help)" ;;
esac
cd "$IDLEWILD_ROOT"
UPDATE_METADATA=1 progress "metadata" "$CARGO_TARGET_DIR/logs/metadata.log" cargo test --release --workspace --locked --test metadata
