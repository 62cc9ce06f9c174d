// Prints 'passed failed' of a vitest JSON report; a file that failed outside of its tests counts as one failure.
import { existsSync, readFileSync } from 'node:fs';

/** @param {string} report */
function count(report) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return [numPassedTests, numFailedTests + brokenFiles.length];
}

const [report] = process.argv.slice(2);
process.stdout.write(`${(existsSync(report) ? count(report) : [0, 0]).join(' ')}\n`);
