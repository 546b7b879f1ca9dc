#!/usr/bin/env bash
# Runs the tests of the client and of the console's scripts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

exec ./node.sh --test --test-reporter=dot ./*.test.mjs
