import { describe, expect, it } from 'vitest';
import { PacketWriter } from '../../../src/filter/packet-writer.ts';
import { negotiate, readRequest } from '../../../src/filter/protocol.ts';
import { output, packets, readerOf, unpack } from './pipes.ts';

const GREETING = packets('git-filter-client\n', 'version=2\n', null);

function answerTo(...parts: Buffer[]): (string | null)[] {
  const out = output();
  negotiate(readerOf(...parts), new PacketWriter(out.fd));
  return unpack(out.written());
}

describe('the greeting', () => {
  const SERVER = ['git-filter-server\n', 'version=2\n', null];

  it.each([
    ['what git 2.39 offers', ['clean', 'smudge', 'delay'], ['clean', 'smudge', 'delay']],
    ['another order', ['delay', 'smudge', 'clean'], ['clean', 'smudge', 'delay']],
    ['no delay, as an old git', ['clean', 'smudge'], ['clean', 'smudge']],
    ['more than we know', ['clean', 'teleport', 'smudge'], ['clean', 'smudge']],
    ['nothing', [], []],
  ])('agrees on %s', (_, offered, agreed) => {
    const lines = (names: readonly string[]) => names.map((name) => `capability=${name}\n`);
    expect(answerTo(GREETING, packets(...lines(offered), null))).toEqual([...SERVER, ...lines(agreed), null]);
  });

  it('takes a later protocol that still speaks this one, and lines without a line end', () => {
    const greeting = packets('git-filter-client', 'version=3', 'version=2', null);
    expect(answerTo(greeting, packets('capability=clean', null))).toEqual([
      ...SERVER,
      'capability=clean\n',
      null,
    ]);
  });

  it.each([
    ['another program', packets('git-lfs\n', 'version=2\n', null)],
    ['another version', packets('git-filter-client\n', 'version=1\n', null)],
    ['lines without end', packets(...Array(100).fill('git-filter-client\n'), null)],
    ['an end in the middle', packets('git-filter-client\n')],
    ['text', Buffer.from('hello world')],
  ])('refuses %s', (_, bytes) => {
    expect(() => answerTo(bytes)).toThrowError(expect.objectContaining({ code: 'FORMAT_INVALID' }));
  });

  it('is silent towards a git that says nothing', () => {
    expect(answerTo(Buffer.alloc(0))).toEqual([]);
  });
});

describe('a request', () => {
  const read = (...lines: (string | Buffer | null)[]) => readRequest(readerOf(packets(...lines)));

  it('is read with its keys in any order, and others are passed over', () => {
    expect(
      read(
        'treeish=ab\n',
        'pathname=a b=c\nd.bin\n',
        'x\n',
        '=\n',
        'can-delay=1\n',
        'command=smudge\n',
        'blob=cd\n',
        null,
      ),
    ).toEqual({
      command: 'smudge',
      pathname: Buffer.from('a b=c\nd.bin'),
      canDelay: true,
      treeish: 'ab',
    });
  });

  it('has a path of bytes, with or without a line end behind it', () => {
    const name = Buffer.from('\xff\xfe', 'latin1');
    expect(read(Buffer.concat([Buffer.from('pathname='), name]), 'command=clean', null)).toEqual({
      command: 'clean',
      pathname: name,
      canDelay: false,
    });
  });

  it('may not be delayed unless git says 1', () => {
    expect(read('command=smudge\n', 'can-delay=0\n', null)?.canDelay).toBe(false);
    expect(read('command=smudge\n', 'can-delay=\n', null)?.canDelay).toBe(false);
  });

  it('is none at the end of the input', () => {
    expect(read()).toBeUndefined();
  });

  it('is refused if it ends early or never', () => {
    expect(() => read('command=clean\n')).toThrowError(expect.objectContaining({ code: 'FORMAT_INVALID' }));
    expect(() => read(...Array(100).fill('k=v\n'), null)).toThrowError(
      expect.objectContaining({ code: 'FORMAT_INVALID' }),
    );
  });
});
