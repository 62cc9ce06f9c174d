import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLodeError, LodeError, systemCode } from '../../src/errors.ts';
import { receivedError, sentError } from '../../src/thread-error.ts';

/** As it arrives in another thread. */
function sent(error: unknown): unknown {
  return receivedError(structuredClone(sentError(error)));
}

describe('an error that is sent to another thread', () => {
  it('is an expected failure there too, with all that a person is told', () => {
    const cause = new Error('why');
    const error = sent(new LodeError('STORE_FULL', 'no room', { subject: 'a.bin', hint: 'rm b.bin', cause }));
    expect(isLodeError(error, 'STORE_FULL')).toBe(true);
    expect(error).toMatchObject({ message: 'no room', subject: 'a.bin', hint: 'rm b.bin', cause });
  });

  it('keeps the code that the system gave it', () => {
    try {
      fs.readFileSync('/there/is/nothing');
      expect.fail('there is something');
    } catch (error) {
      expect(systemCode(sent(error))).toBe('ENOENT');
      expect(sent(error)).toMatchObject({ message: (error as Error).message });
    }
  });

  it('is what it was where it is neither', () => {
    expect(sent(new TypeError('a mistake'))).toMatchObject({ name: 'TypeError', message: 'a mistake' });
    expect(sent('a word')).toBe('a word');
  });
});
