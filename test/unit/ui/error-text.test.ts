import { expect, test } from 'vitest';
import { LodeError } from '../../../src/errors.ts';
import { errorDocument, errorText } from '../../../src/ui/error-text.ts';

const error = new LodeError('REMOTE_NOT_ACCEPTED', 'you have not accepted this remote', {
  subject: '/srv/\u001b[2Jdata',
  hint: 'git lode install',
});

test('says what happened, to what, and what mends it', () => {
  expect(errorText(error, 'npx git-lode')).toBe(
    'git-lode: you have not accepted this remote\n  /srv/\\x1b[2Jdata\n  hint: npx git-lode install\n',
  );
});

test("keeps the lines of git's own words apart, and in", () => {
  expect(errorText(new LodeError('GIT_FAILED', 'git fetch failed: fatal: a\nfatal: b'), 'git lode')).toBe(
    'git-lode: git fetch failed: fatal: a\n  fatal: b\n',
  );
});

test('shows where in the program only for what nobody expected', () => {
  expect(errorText(error, 'git lode')).not.toContain('error-text.test');
  expect(errorText(new TypeError('x is not a function'), 'git lode')).toMatch(
    /x is not a function\n.*error-text\.test/s,
  );
  expect(errorText(new LodeError('INTERNAL', 'unexpected value'), 'git lode')).toMatch(/report it/);
  expect(errorText('thrown text', 'git lode')).toContain('thrown text');
});

test('is the same as an object with --json', () => {
  expect(JSON.parse(errorDocument(error, 'npx git-lode'))).toEqual({
    error: {
      code: 'REMOTE_NOT_ACCEPTED',
      message: 'you have not accepted this remote',
      subject: '/srv/\u001b[2Jdata',
      hint: 'npx git-lode install',
      exitCode: 7,
    },
  });
  expect(JSON.parse(errorDocument(new TypeError('oops'), 'git lode'))).toEqual({
    error: { code: 'INTERNAL', message: 'oops', exitCode: 70 },
  });
});
