import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownIdentity } from '../../../src/process-identity.ts';
import {
  hasJournal,
  type JournalRecord,
  JournalWriter,
  journalFolder,
  parseRecords,
  readJournal,
} from '../../../src/worktree/journal.ts';
import { deadProcess, livingProcess, STRANGER } from '../../support/processes.ts';
import { scratchFolder } from '../../support/scratch.ts';

const record = (name: string, size = 5): JournalRecord => ({
  oid: 'ab'.repeat(32),
  size,
  path: Buffer.from(name),
});
const names = (folder: string, running?: 'mine') =>
  readJournal(folder, running).records.map(({ path: name }) => name.toString());
const files = (folder: string) => fs.readdirSync(journalFolder(folder));

/** Makes a journal that this process wrote look like another process's. */
function rename(folder: string, identity: string): void {
  for (const from of files(folder).filter((name) => name.startsWith(ownIdentity())))
    fs.renameSync(
      path.join(journalFolder(folder), from),
      path.join(journalFolder(folder), from.replace(ownIdentity(), identity)),
    );
}

describe('the journal', () => {
  it('has no file before its first record', () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    expect(hasJournal(folder)).toBe(false);
    expect(writer.close()).toBe(true);
    expect(fs.existsSync(journalFolder(folder))).toBe(false);
  });

  it('records many at once, none without making a file', () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    writer.appendAll([]);
    expect(hasJournal(folder)).toBe(false);
    writer.append(record('a'));
    writer.appendAll([record('b'), record('c')]);
    expect(names(folder)).toEqual(['a', 'b', 'c']);
    expect(writer.close()).toBe(false);
    expect(names(folder)).toEqual(['a', 'b', 'c']);
  });

  it('is left to its filter by hooks, where that has asked for it, as long as it lives', () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    writer.keepAlone();
    writer.append(record('a'));
    rename(folder, livingProcess());
    expect(names(folder, 'mine')).toEqual([]);
    expect(readJournal(folder).busy).toHaveLength(1);
    for (const name of files(folder))
      fs.renameSync(
        path.join(journalFolder(folder), name),
        path.join(journalFolder(folder), name.replace(/^(\d+\.){2}[0-9a-f]+\.[0-9a-f]+/, deadProcess())),
      );
    const journal = readJournal(folder, 'mine');
    expect(journal.records).toHaveLength(1);
    journal.settle([]);
    expect(files(folder)).toEqual([]);
  });

  it('that its filter keeps for itself is gone with it', () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    writer.keepAlone();
    expect(writer.close()).toBe(true);
    expect(files(folder)).toEqual([]);
  });

  it('gives back what was written, whatever the bytes of the path', () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    const written = ['a', 'b c/d\ne', 'größe', ' x '].map((name, i) => record(name, i + 1));
    written.push({ ...record(''), path: Buffer.from('\xff\xfe', 'latin1') });
    for (const each of written) writer.append(each);
    expect(hasJournal(folder)).toBe(true);
    expect(readJournal(folder).records).toEqual(written);
    expect(writer.close()).toBe(false);
    readJournal(folder).settle([]);
    expect(files(folder)).toEqual([]);
    expect(hasJournal(folder)).toBe(false);
  });

  it('passes over a record that was torn by a kill, and what is no record', () => {
    const whole = Buffer.concat(['a', 'b'].map((name) => Buffer.from(`${'ab'.repeat(32)} 5 ${name}\0`)));
    for (let end = 0; end <= whole.length; end++) {
      const records: JournalRecord[] = [];
      const at = parseRecords(whole.subarray(0, end), 0, records);
      expect(records).toHaveLength(Math.floor(end / (whole.length / 2)));
      expect(at).toBe(records.length * (whole.length / 2));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const records: JournalRecord[] = [];
        parseRecords(Buffer.from([...bytes, 0, ...whole]), 0, records);
        expect(records.slice(-2)).toEqual([record('a'), record('b')]);
      }),
    );
  });

  it('of a process that is no more is worked off and removed', () => {
    const folder = scratchFolder();
    new JournalWriter(folder).append(record('a'));
    rename(folder, deadProcess());
    const journal = readJournal(folder);
    expect(journal.records).toEqual([record('a')]);
    journal.settle([]);
    expect(files(folder)).toEqual([]);
  });

  it('of a process that lives is left alone', () => {
    const folder = scratchFolder();
    new JournalWriter(folder).append(record('a'));
    rename(folder, livingProcess());
    const journal = readJournal(folder);
    expect([journal.records, journal.busy]).toEqual([[], [record('a')]]);
    journal.settle([]);
    expect(readJournal(folder).busy).toEqual([record('a')]);
  });

  it("of a process that lives is worked off once by its git's hook, and taken up where it goes on", () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    writer.append(record('a'));
    rename(folder, livingProcess());
    readJournal(folder, 'mine').settle([]);
    expect(names(folder, 'mine')).toEqual([]);
    expect(files(folder)).toHaveLength(2);
    writer.append(record('b'));
    expect(names(folder, 'mine')).toEqual(['b']);
    readJournal(folder, 'mine').settle([]);
    expect(names(folder, 'mine')).toEqual([]);
  });

  it('of this process is gone at its end if a hook has worked all of it off', () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    writer.append(record('a'));
    const [name] = files(folder);
    const size = fs.statSync(path.join(journalFolder(folder), name!)).size;
    fs.writeFileSync(path.join(journalFolder(folder), name!.replace('.live', '.taken')), String(size));
    expect(writer.close()).toBe(true);
    expect(files(folder)).toEqual([]);
  });

  it.each([
    ['fresh', 0, []],
    ['a quarter of an hour old', 900, ['a']],
  ])('of a process that nobody can ask for counts as living unless it is old (%s)', (_, age, left) => {
    const folder = scratchFolder();
    new JournalWriter(folder).append(record('a'));
    rename(folder, STRANGER);
    const [name] = files(folder);
    const then = Date.now() / 1000 - age;
    fs.utimesSync(path.join(journalFolder(folder), name!), then, then);
    expect(names(folder)).toEqual(left);
    readJournal(folder).settle([]);
    expect(names(folder)).toEqual([]);
  });

  it('keeps what could not be finished for the next command, once', () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    writer.append(record('a'));
    writer.append(record('b'));
    writer.close();
    readJournal(folder).settle([record('b')]);
    expect(names(folder)).toEqual(['b']);
    readJournal(folder).settle([record('b')]);
    expect(names(folder)).toEqual(['b']);
    expect(files(folder)).toHaveLength(1);
    readJournal(folder).settle([]);
    expect(files(folder)).toEqual([]);
  });

  it('keeps what is written between reading and settling', () => {
    const folder = scratchFolder();
    const writer = new JournalWriter(folder);
    writer.append(record('a'));
    rename(folder, livingProcess());
    const journal = readJournal(folder, 'mine');
    writer.append(record('b'));
    journal.settle([]);
    expect(names(folder, 'mine')).toEqual(['b']);
  });

  it('is not confused by a note that was torn', () => {
    const folder = scratchFolder();
    new JournalWriter(folder).append(record('a'));
    const [name] = files(folder);
    for (const text of ['', 'x', '-3', '1e9', '99999']) {
      fs.writeFileSync(path.join(journalFolder(folder), name!.replace('.live', '.taken')), text);
      expect(names(folder).length).toBeLessThanOrEqual(1);
    }
  });
});
