import { describe, expect, it } from 'vitest';
import { isLodeError, LodeError } from '../../../src/errors.ts';
import { type AheadOptions, FetchAhead } from '../../../src/filter/fetch-ahead.ts';

const named = (...oids: string[]) => oids.map((oid) => ({ oid, size: 10, path: oid }));

/** A remote whose fetches end when the test says so. */
interface Ends {
  resolve(absent: ReadonlySet<string>): void;
  reject(error: unknown): void;
}

/** A remote whose fetches end when the test says so, or when they are to stop. */
class Remote {
  readonly lots: string[][] = [];
  readonly onObject: ((oid: string, content?: Buffer) => void)[] = [];
  readonly #ends: Ends[] = [];

  readonly fetchLot: AheadOptions['fetchLot'] = (wanted, onObject, signal) => {
    this.lots.push(wanted.map(({ oid }) => oid));
    this.onObject.push(onObject);
    return new Promise((resolve, reject) => {
      const stopped = () => reject(new LodeError('INTERRUPTED', 'interrupted'));
      if (signal.aborted) stopped();
      signal.addEventListener('abort', stopped);
      this.#ends.push({ resolve, reject });
    });
  };

  async ends(...absent: string[]): Promise<void> {
    await turn();
    this.#ends.shift()!.resolve(new Set(absent));
    await turn();
  }

  async fails(error: unknown): Promise<void> {
    await turn();
    this.#ends.shift()!.reject(error);
    await turn();
  }
}

function setUp(lotMin = 1) {
  const remote = new Remote();
  const stop = new AbortController();
  const isLasting = async (error: unknown) => isLodeError(error, 'REMOTE_UNREACHABLE');
  const ahead = new FetchAhead({ fetchLot: remote.fetchLot, signal: stop.signal, isLasting, lotMin });
  return { remote, ahead, stop };
}

/** Long enough for a collection of garbage between two lots. */
async function turn(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a fetch while git still writes files', () => {
  it('asks for nothing before there is enough, and then for all that has gathered while a lot came', async () => {
    const { remote, ahead } = setUp(3);
    ahead.add(named('a', 'b'));
    await turn();
    expect(remote.lots).toEqual([]);
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
  });

  it('gives the rest to whoever asks for it: what is on its way is told of, what only waits is not fetched', async () => {
    const { remote, ahead } = setUp();
    ahead.add(named('before', 'coming', 'absent'));
    await turn();
    ahead.add(named('superseded'));
    remote.onObject[0]!('before');
    const told: [string, Buffer | undefined][] = [];
    const content = Buffer.from('content');
    const brought = ahead.bring(named('coming', 'absent', 'new'), (oid, bytes) => told.push([oid, bytes]));
    remote.onObject[0]!('coming', content);
    await remote.ends('absent');
    expect(remote.lots.slice(1)).toEqual([['absent', 'new']]);
    remote.onObject[1]!('new');
    await remote.ends('absent');
    expect([...(await brought)]).toEqual(['absent']);
    expect(told).toEqual([
      ['coming', content],
      ['new', undefined],
    ]);
    await ahead.close();
  });

  it('that has failed is not tried again, and says why once it is asked', async () => {
    const { remote, ahead } = setUp();
    const error = new LodeError('REMOTE_UNREACHABLE', 'no network');
    ahead.add(named('a'));
    await remote.fails(error);
    ahead.add(named('b'));
    await turn();
    await expect(ahead.bring(named('a', 'b'), () => {})).rejects.toBe(error);
    await ahead.close();
    expect(remote.lots).toEqual([['a']]);
  });

  it('gives way to who does the same, and goes on if it is asked all the same', async () => {
    const { remote, ahead } = setUp();
    ahead.add(named('a'));
    await turn();
    ahead.add(named('b'));
    ahead.giveWay();
    ahead.add(named('c'));
    await turn();
    expect(remote.lots).toEqual([['a']]);
    const brought = ahead.bring(named('c'), () => {});
    await turn();
    await remote.ends();
    await remote.ends('c');
    expect([...(await brought)]).toEqual(['c']);
    expect(remote.lots).toEqual([['a'], ['c']]);
    await ahead.close();
  });

  it.each([false, true])(
    'that is interrupted says so, whether it gave way before or not: %s',
    async (gaveWay) => {
      const { ahead, stop } = setUp();
      ahead.add(named('a'));
      await turn();
      if (gaveWay) ahead.giveWay();
      stop.abort();
      await turn();
      await expect(ahead.bring(named('a'), () => {})).rejects.toMatchObject({ code: 'INTERRUPTED' });
      await ahead.close();
    },
  );

  it('is tried again by whoever asks for the rest where it may end otherwise then', async () => {
    const { remote, ahead } = setUp();
    ahead.add(named('a'));
    await remote.fails(new LodeError('REMOTE_NOT_CONFIGURED', 'no remote yet'));
    const brought = ahead.bring(named('a'), () => {});
    await remote.ends();
    expect([...(await brought)]).toEqual([]);
    expect(remote.lots).toEqual([['a'], ['a']]);
    await ahead.close();
  });

  it('takes so many objects at a time, and remembers no more than a bound', async () => {
    const { remote, ahead } = setUp();
    const many = Array.from({ length: 110_000 }, (_, i) => String(i));
    ahead.add(named(...many));
    for (let lots = 1; lots <= 6; lots++) await remote.ends().catch(() => {});
    expect(remote.lots.map(({ length }) => length)).toEqual(Array(5).fill(20_000));
    await ahead.close();
  });

  it('ends at once where nobody asks for the rest', async () => {
    const { remote, ahead } = setUp();
    ahead.add(named('a'));
    await turn();
    await ahead.close();
    expect(remote.lots).toEqual([['a']]);
  });

  it('hides no mistake of ours, even if nobody asks for the rest', async () => {
    const { remote, ahead } = setUp();
    ahead.add(named('a'));
    await remote.fails(new TypeError('a mistake'));
    await expect(ahead.close()).rejects.toThrow('a mistake');
  });
});
