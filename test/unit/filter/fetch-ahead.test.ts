import { describe, expect, it } from 'vitest';
import { LodeError } from '../../../src/errors.ts';
import { FetchAhead } from '../../../src/filter/fetch-ahead.ts';
import type { OpenFetch } from '../../../src/remote/bring-objects.ts';
import type { Missing, OnObject, Wanted } from '../../../src/remote/fetch.ts';

const named = (...oids: string[]) => oids.map((oid) => ({ oid, size: 10, path: oid }));

/** A remote whose fetches end when the test says so. */
interface Ends {
  resolve(absent: readonly string[]): void;
  reject(error: unknown): void;
}

class Remote implements OpenFetch {
  readonly lots: string[][] = [];
  readonly onObject: (OnObject | undefined)[] = [];
  readonly #ends: Ends[] = [];
  opened = 0;
  closed = 0;

  readonly open = async (): Promise<OpenFetch> => {
    this.opened += 1;
    return this;
  };

  async fetch(wanted: readonly Wanted[], onObject?: OnObject) {
    this.lots.push(wanted.map(({ oid }) => oid));
    this.onObject.push(onObject);
    const absent = await new Promise<readonly string[]>((resolve, reject) =>
      this.#ends.push({ resolve, reject }),
    );
    const missing = absent.map((oid): Missing => ({ oid, size: 10, reason: 'unknown' }));
    return {
      objects: wanted.length - absent.length,
      bytes: 0,
      downloadedBytes: 100 * (wanted.length - absent.length),
      missing,
    };
  }

  close(): void {
    this.closed += 1;
  }

  async ends(...absent: string[]): Promise<void> {
    await this.#next(({ resolve }) => resolve(absent));
  }

  async fails(error: unknown): Promise<void> {
    await this.#next(({ reject }) => reject(error));
  }

  async #next(end: (ends: Ends) => void): Promise<void> {
    await turn();
    end(this.#ends.shift()!);
    await turn();
  }
}

/** Long enough for a collection of garbage between two lots. */
async function turn(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a fetch while git still writes files', () => {
  it('asks for nothing before there is enough, and then for all that has gathered while a lot came', async () => {
    const remote = new Remote();
    const ahead = new FetchAhead(remote.open, 3);
    ahead.add(named('a', 'b'));
    await turn();
    expect(remote.opened).toBe(0);
    ahead.add(named('c'));
    await turn();
    ahead.add(named('d', 'e', 'f'));
    ahead.add(named('g'));
    await remote.ends();
    ahead.add(named('h'));
    await remote.ends();
    expect(remote.lots).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f', 'g'],
    ]);
    await ahead.close();
    expect([remote.opened, remote.closed]).toEqual([1, 1]);
    expect(ahead.brought).toEqual({ objects: 7, downloadedBytes: 700 });
  });

  it('gives the rest to whoever asks for it: what is on its way is told of, what only waits is not fetched', async () => {
    const remote = new Remote();
    const ahead = new FetchAhead(remote.open, 1);
    ahead.add(named('before', 'coming', 'absent'));
    await turn();
    ahead.add(named('superseded'));
    remote.onObject[0]!('before');
    const told: [string, Buffer | undefined][] = [];
    const content = Buffer.from('content');
    const brought = ahead.bring(named('coming', 'absent', 'new'), (oid, bytes) => told.push([oid, bytes]));
    remote.onObject[0]!('coming', content);
    await remote.ends('absent');
    expect(remote.lots.slice(1)).toEqual([['new']]);
    remote.onObject[1]!('new');
    await remote.ends('new');
    expect([...(await brought)].sort()).toEqual(['absent', 'new']);
    expect(told).toEqual([
      ['coming', content],
      ['new', undefined],
    ]);
    await ahead.close();
  });

  it('that has failed is not tried again, and says why once it is asked', async () => {
    const remote = new Remote();
    const ahead = new FetchAhead(remote.open, 1);
    const error = new LodeError('REMOTE_UNREACHABLE', 'no network');
    ahead.add(named('a'));
    await remote.fails(error);
    ahead.add(named('b'));
    await turn();
    await expect(ahead.bring(named('a', 'b'), () => {})).rejects.toBe(error);
    await ahead.close();
    expect(remote.lots).toEqual([['a']]);
  });

  it('that cannot even begin fails in the same way', async () => {
    const error = new LodeError('REMOTE_NOT_CONFIGURED', 'no remote');
    const ahead = new FetchAhead(() => Promise.reject(error), 1);
    ahead.add(named('a'));
    await expect(ahead.bring(named('a'), () => {})).rejects.toBe(error);
    await ahead.close();
  });

  it('hides no mistake of ours, even if nobody asks for the rest', async () => {
    const remote = new Remote();
    const ahead = new FetchAhead(remote.open, 1);
    ahead.add(named('a'));
    await remote.fails(new TypeError('a mistake'));
    await expect(ahead.close()).rejects.toThrow('a mistake');
  });
});
