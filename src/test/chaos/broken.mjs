#!/usr/bin/env node
// Exit 0 when the result.json that is named tells of a run in which a message was lost, or came late.
import { readFileSync } from 'node:fs';

const { broken, counts } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
process.exit(counts.acknowledged > 0 && broken.lost.length + broken.late.length > 0 ? 0 : 1);
