// Checks a commit message's first line: `type(scope): what changed`. `node scripts/check-subject.mjs <file>`: the commit-msg hook.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TYPES = ['build', 'chore', 'ci', 'docs', 'feat', 'fix', 'perf', 'refactor', 'revert', 'style', 'test'];
const SHAPE = new RegExp(`^(${TYPES.join('|')})(\\([a-z0-9,./-]+\\))?!?: \\S.*$`);
const BY_GIT = /^(Merge |Revert "|fixup! |squash! |amend! )/;
const LONGEST = 100;

/** @param {string} message @returns {string | undefined} what is wrong with its subject */
export function subjectFault(message) {
  const subject = message.split('\n', 1)[0]?.trimEnd() ?? '';
  if (BY_GIT.test(subject)) return undefined;
  if (subject.length > LONGEST) return `the subject has ${subject.length} characters, more than ${LONGEST}`;
  if (!SHAPE.test(subject))
    return `the subject is not 'type(scope): what changed', with a type of ${TYPES.join(', ')}`;
  return subject.endsWith('.') ? 'the subject ends with a full stop' : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fault = subjectFault(readFileSync(/** @type {string} */ (process.argv[2]), 'utf8'));
  if (fault !== undefined) {
    process.stderr.write(`commit message: ${fault}\n`);
    process.exitCode = 1;
  }
}
