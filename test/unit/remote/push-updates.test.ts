import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrePush } from '../../../src/remote/push-updates.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const oid = fc.oneof(hex(40), hex(64)).filter((text) => !/^0+$/.test(text));
const ref = fc.constantFrom('refs/heads/main', 'refs/tags/v1', 'refs/heads/ü');

describe('what git gives a pre-push hook', () => {
  it('is read back, whatever expression was pushed', () => {
    const update = fc.record({
      localRef: fc.constantFrom('refs/heads/main', 'HEAD~1', 'HEAD^{/fix a bug}', '(delete)'),
      localOid: fc.option(oid, { nil: undefined }),
      remoteRef: ref,
      remoteOid: fc.option(oid, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(update, { maxLength: 5 }), fc.constantFrom(40, 64), (updates, length) => {
        const none = '0'.repeat(length);
        const lines = updates.map(
          (u) => `${u.localRef} ${u.localOid ?? none} ${u.remoteRef} ${u.remoteOid ?? none}\n`,
        );
        expect(parsePrePush(lines.join(''))).toEqual(updates);
      }),
      { numRuns: 100 },
    );
  });

  it('is nothing where nothing is pushed', () => {
    expect(parsePrePush('')).toEqual([]);
    expect(parsePrePush('\n')).toEqual([]);
  });

  it.each([
    ['text', 'hello'],
    ['an id that is too short', `refs/heads/main ${'a'.repeat(39)} refs/heads/main ${'b'.repeat(40)}`],
    ['three fields', `refs/heads/main ${'a'.repeat(40)} refs/heads/main`],
    ['upper case', `refs/heads/main ${'A'.repeat(40)} refs/heads/main ${'b'.repeat(40)}`],
    ['no local ref', ` ${'a'.repeat(40)} refs/heads/main ${'b'.repeat(40)}`],
  ])('is refused if it is %s', (_, line) => {
    expect(() => parsePrePush(`${line}\n`)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
