import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillTemplate, shellPath, shellQuote } from '../../../src/install/shell.ts';

describe('text for a shell', () => {
  it('is one word, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
        (text) => {
          const said = spawnSync('sh', ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' });
          expect(said.stdout).toBe(text);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('has slashes in paths on Windows alone', () => {
    expect(shellPath('C:\\Program Files\\node.exe', 'win32')).toBe('C:/Program Files/node.exe');
    expect(shellPath('/a\\b', 'linux')).toBe('/a\\b');
  });
});

describe('a template', () => {
  it('takes values literally, and leaves places that it does not know', () => {
    expect(fillTemplate('@A@ @B@ "$@" @A@', { A: '$& @B@' })).toBe('$& @B@ @B@ "$@" $& @B@');
  });
});
