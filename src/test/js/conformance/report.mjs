/** A reporter of Node's test runner: under each heading of the page what passed, failed or was left out, and why. */
import { relative } from 'node:path';

const tests = [];
const rank = (name) => name.split(' ')[0].split('.').map((n) => n.padStart(3, '0')).join('.');

/** The failure itself, without the runner's frames. */
function reason(error) {
  const cause = error?.cause ?? error;
  return String(cause?.message ?? cause).split('\n').slice(0, 12).join('\n      ');
}

export default async function* report(source) {
  const headings = new Map();
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.skip === 'test name does not match pattern') continue; // not asked for
    if (type === 'test:pass' && data.name.endsWith('.test.mjs')) continue; // a file none of whose tests was asked for
    if (data.details?.type !== 'suite') {
      tests.push({ ...data, failed: type === 'test:fail' });
      continue;
    }
    headings.set(data.name, [...(headings.get(data.name) ?? []), ...tests.splice(0)]);
  }
  // a file that could not be loaded at all is a test without a heading
  if (tests.length) headings.set('outside any heading', tests.splice(0));
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const [heading, of] of [...headings].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1))) {
    if (of.length === 0) continue;
    const failed = of.filter((t) => t.failed);
    const skipped = of.filter((t) => !t.failed && t.skip !== undefined);
    const passed = of.length - failed.length - skipped.length;
    sum.passed += passed;
    sum.failed += failed.length;
    sum.skipped += skipped.length;
    yield `${failed.length ? 'FAIL' : ' ok '} ${heading}: ${passed} passed${failed.length ? `, ${failed.length} failed` : ''}${skipped.length ? `, ${skipped.length} left out` : ''}\n`;
    for (const t of failed) yield `    - ${t.name}\n      ${reason(t.details?.error)}\n      ${t.file ? `${relative(process.cwd(), t.file)}:${t.line}` : ''}\n`;
    for (const t of skipped) yield `    . ${t.name}: ${t.skip}\n`;
  }
  if (sum.passed + sum.failed + sum.skipped === 0) {
    process.exitCode = 1; // a pattern that matches no test, or no test file, holds nobody to anything
    yield 'no test was run\n';
  }
  yield `\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} left out\n`;
}
