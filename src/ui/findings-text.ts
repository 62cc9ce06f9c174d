import { printable } from './printable.ts';
import { spellCommands } from './program-name.ts';

/** What a check has found. `note`: nothing is wrong, but a person may want to know. */
export interface Finding {
  /** What was looked at, in a few words. */
  readonly check: string;
  readonly state: 'good' | 'note' | 'fault';
  readonly says: string;
  /** The command that mends a fault, or the sentence that says what to do. */
  readonly mend?: string;
}

const MARKS = { good: 'ok', note: 'note', fault: 'FAULT' };

/** A line for each, and one more for what mends it. `program` is how a person calls this one. */
export function findingsText(findings: readonly Finding[], program: string): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const text = findings
    .map(({ check, state, says, mend }) => {
      const line = `${MARKS[state].padEnd(5)}  ${check.padEnd(width)}  ${printable(says)}\n`;
      return mend === undefined ? line : `${line}       ${' '.repeat(width)}  to mend: ${printable(mend)}\n`;
    })
    .join('');
  return spellCommands(text, program);
}
