import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../../src/store/open.ts';
import { sha256 } from '../../../src/store/sha256.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lode-aside-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('an object that was found damaged makes room for a whole copy, and is kept', () => {
  const content = randomBytes(20_000);
  const oid = sha256(content);
  openStore(folder).add(oid, content);
  const file = path.join(folder, 'objects-1', oid.slice(0, 2), oid);
  chmodSync(file, 0o644);
  writeFileSync(file, randomBytes(20_000));

  const store = openStore(folder);
  store.setAside(oid);
  expect(store.has(oid, content.length)).toBe(false);
  store.add(oid, content);
  expect(store.open(oid)?.read(0, content.length).equals(content)).toBe(true);
  expect(readdirSync(path.join(folder, 'damaged'))).toEqual([expect.stringContaining(oid)]);
});

it('an object that is not here, or that shares a bundle, can be set aside without harm', () => {
  const store = openStore(folder);
  store.setAside('0'.repeat(64));
  expect(store.has('0'.repeat(64), 1)).toBe(false);
});
