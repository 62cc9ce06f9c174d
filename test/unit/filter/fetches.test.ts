import { describe, expect, it } from 'vitest';
import { type ErrorCode, LodeError } from '../../../src/errors.ts';
import { type Fetch, Fetches } from '../../../src/filter/fetches.ts';
import { silentReporter } from '../../../src/report.ts';

const wanted = [{ oid: 'a'.repeat(64), size: 5, path: 'a.bin' }];
const missing = [{ ...wanted[0]!, reason: 'unknown' as const }];
const nothing = () => {};

function fetches(fetch: Fetch) {
  const said: string[] = [];
  let asked = 0;
  const counted: Fetch = (...args) => {
    asked += 1;
    return fetch(...args);
  };
  const reporter = {
    ...silentReporter,
    info: (line: string) => void said.push(line),
    warn: (line: string) => void said.push(`warning: ${line}`),
  };
  return { fetches: new Fetches(counted, reporter, async () => 'the remote'), said, asked: () => asked };
}

describe('what a filter fetches at several times', () => {
  it('is told in one line', async () => {
    const { fetches: own, said } = fetches(async () => ({
      objects: 1000,
      bytes: 1,
      downloadedBytes: 2e6,
      missing,
    }));
    expect(await own.bringAhead(wanted, 'HEAD')).toBe(true);
    expect(said).toEqual([]);
    expect(await own.bringRest(wanted, nothing)).toEqual(new Set([wanted[0]!.oid]));
    own.tell();
    expect(said).toEqual(['2,000 objects downloaded, 4.00 MB']);
  });

  it('is warned of once', async () => {
    const { fetches: own, said } = fetches(async (_, { reporter }) => {
      reporter.warn('an unknown key');
      return { objects: 0, bytes: 0, downloadedBytes: 0, missing: [] };
    });
    await own.bringAhead(wanted, 'HEAD');
    await own.bringRest(wanted, nothing);
    own.tell();
    expect(said).toEqual(['warning: an unknown key']);
  });

  it.each([
    ['REMOTE_UNREACHABLE', 1],
    ['REMOTE_FORBIDDEN', 1],
    ['REMOTE_NOT_CONFIGURED', 2],
    ['REMOTE_NOT_ACCEPTED', 2],
    ['CONFIG_INVALID', 2],
    ['STORE_FULL', 2],
  ] satisfies [ErrorCode, number][])('fails with %s: the remote is asked %i times', async (code, times) => {
    const {
      fetches: own,
      asked,
      said,
    } = fetches(async () => {
      throw new LodeError(code, 'no');
    });
    expect(await own.bringAhead(wanted, 'HEAD')).toBe(false);
    expect(own.hasFailed).toBe(times === 1);
    await expect(own.bringRest(wanted, nothing)).rejects.toMatchObject({ code });
    expect(asked()).toBe(times);
    expect(said).toEqual([]);
  });

  it('does not hide what is no expected failure', async () => {
    const { fetches: own } = fetches(async () => {
      throw new TypeError('a mistake of ours');
    });
    await expect(own.bringAhead(wanted, 'HEAD')).rejects.toThrow('a mistake of ours');
  });
});
