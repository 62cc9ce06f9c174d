import { describe, expect, it } from 'vitest';
import { attributePattern, type PatternPlace } from '../../../src/git/attribute-pattern.ts';

const place: PatternPlace = {
  isFolder: (name) => name === 'data',
  exists: (name) => ['data', 'a[1].bin', 'plain.bin'].includes(name),
  platform: 'linux',
};

describe('the pattern that a person means', () => {
  it.each([
    ['*.bin', '*.bin'],
    ['plain.bin', 'plain.bin'],
    ['./models/*.bin', 'models/*.bin'],
    ['/models/*.bin', '/models/*.bin'],
    ['data', 'data/**'],
    ['data/', 'data/**'],
    ['later/', 'later/**'],
    ['.', '**'],
    ['!wow.bin', '\\!wow.bin'],
    ['#1.bin', '#1.bin'],
    ['a[1].bin', 'a\\[1].bin'],
    ['b[1].bin', 'b[1].bin'],
    ['caf\u00e9', 'caf\xc3\xa9'],
  ])('for %j is %j', (given, pattern) => {
    expect(attributePattern(given, place)).toBe(pattern);
  });

  it('has slashes on Windows', () => {
    expect(attributePattern('models\\*.bin', { ...place, platform: 'win32' })).toBe('models/*.bin');
  });

  it.each(['', '../x', 'a/../b', 'a\nb', 'a\0b', '[attr]x'])('is refused for %j', (given) => {
    expect(() => attributePattern(given, place)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
