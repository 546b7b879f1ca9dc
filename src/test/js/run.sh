#!/usr/bin/env bash
# Runs the client's tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

exec ./node.sh --test --test-reporter=dot ./*.test.mjs
