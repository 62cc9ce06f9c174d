import { expect, test } from 'vitest';
import { isWhole, type PointerFile, type StatusReport, statusText } from '../../../src/ui/status-text.ts';

const clean: StatusReport = {
  remote: { url: 's3://bucket/prefix', accepted: true },
  pendingUploads: { gitRemote: 'origin', objects: 0, bytes: 0 },
  leftBehind: { gitRemote: 'origin', objects: 0, bytes: 0 },
  pointerFiles: [],
  missingObjects: [],
  unfinished: 0,
};
const file = (path: string, reason: PointerFile['reason']): PointerFile => ({
  path,
  oid: path,
  size: 12_000_000,
  reason,
});

test('a clean repository is told so', () => {
  expect(statusText(clean, 'git lode')).toBe(
    'Data remote: s3://bucket/prefix\n\nEvery file has its content.\n',
  );
  expect(isWhole(clean)).toBe(true);
});

test('each finding has the command for it', () => {
  const report: StatusReport = {
    remote: null,
    pendingUploads: { gitRemote: 'origin', objects: 3, bytes: 1.2e9 },
    leftBehind: { gitRemote: 'origin', objects: 1, bytes: 4e6 },
    pointerFiles: [file('a.bin', 'not-in-place'), file('b.bin', 'no-remote')],
    missingObjects: [
      { oid: 'b.bin', size: 12_000_000, path: 'b.bin' },
      { oid: 'c.bin', size: 5_000, path: 'c.bin' },
    ],
    unfinished: 2,
  };
  expect(statusText(report, 'npx git-lode')).toBe(`Data remote: none
  (use "npx git-lode install <s3://bucket/prefix or folder>" to name one)

Not pushed to origin yet: 3 objects, 1.20 GB
  (use "git push origin": it uploads them)

Pushed to origin without a look at the data (--no-verify): 1 object, 4.00 MB
  (use "npx git-lode push origin": it uploads what is lacking)

Files that are still pointers; their content is here, and not yet in place:
  (use "npx git-lode pull")
\ta.bin (12.0 MB)

Files that are still pointers; their content is not here, and no remote is configured:
  (use "npx git-lode install <s3://bucket/prefix or folder>")
\tb.bin (12.0 MB)

Not in the local store, though their files are whole or not checked out: 1 object, 5.00 kB
  (use "npx git-lode fetch")
`);
  expect(isWhole(report)).toBe(false);
});

test('a remote that waits for agreement is no fault while every file is whole', () => {
  const report = { ...clean, remote: { url: '/srv/data', accepted: false } };
  expect(statusText(report, 'git lode')).toContain('not accepted on this machine\n  (use "git lode install"');
  expect(isWhole(report)).toBe(true);
});

test('what an interrupted command left is told where no file says it', () => {
  expect(statusText({ ...clean, unfinished: 1 }, 'git lode')).toContain(
    '1 file to look at\n  (use "git lode pull"',
  );
});

test('a thousand files are not a thousand lines, and none moves the cursor', () => {
  const pointerFiles = Array.from({ length: 1000 }, (_, at) => file(`\u001b[2J${at}.bin`, 'not-here'));
  const text = statusText({ ...clean, pointerFiles }, 'git lode');
  expect(text.split('\n').length).toBeLessThan(30);
  expect(text).toContain('and 980 more');
  expect(text).not.toContain('\u001b');
});
