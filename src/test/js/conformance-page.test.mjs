/** The conformance suite and docs/protocol/v1.md name the same rules under the same headings. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const PAGE = readFileSync(path('../../../docs/protocol/v1.md'), 'utf8');
const SUITE = readdirSync(path('conformance')).filter((name) => name.endsWith('.test.mjs')).map((name) => readFileSync(path(`conformance/${name}`), 'utf8'));

/** heading -> names of the rules under it; a heading without rules is left out. */
function rulesOfThePage() {
  const rules = new Map();
  let heading = '';
  for (const line of PAGE.split('\n')) {
    if (/^##/.test(line)) heading = line.replace(/^#+ /, '');
    for (const [, rule] of line.matchAll(/(?:^|\s)\[([A-Z]\d+)\] /g)) rules.set(heading, [...(rules.get(heading) ?? []), rule]);
  }
  return rules;
}

/** The same, of the suite. */
function rulesOfTheSuite() {
  const rules = new Map();
  for (const text of SUITE) {
    let heading = '';
    for (const line of text.split('\n')) {
      heading = line.match(/^describe\((['"])(.*?)\1/)?.[2] ?? heading;
      const rule = line.match(/^\s+test\(['"`]([A-Z]\d+) /)?.[1];
      if (rule && !rules.get(heading)?.includes(rule)) rules.set(heading, [...(rules.get(heading) ?? []), rule]);
    }
  }
  return rules;
}

test('every rule of the page has a test under its heading, and no test names another', () => {
  const sorted = (rules) => Object.fromEntries([...rules].map(([heading, names]) => [heading, [...names].sort()]).sort());
  assert.ok(rulesOfThePage().size > 12);
  assert.deepEqual(sorted(rulesOfTheSuite()), sorted(rulesOfThePage()));
});

test('no two rules of the page have one name', () => {
  const all = [...rulesOfThePage().values()].flat();
  assert.deepEqual([...new Set(all)], all);
});

test('every heading of the suite is one of the page', () => {
  for (const text of SUITE) for (const [, , heading] of text.matchAll(/^describe\((['"])(.*?)\1/gm)) assert.match(PAGE, new RegExp(`^#+ ${heading.replace(/[.']/g, '\\$&')}$`, 'm'));
});
