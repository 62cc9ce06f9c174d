import { describe, expect, test } from 'vitest';
import { type OptionTable, parseArguments, splitVerb } from '../../../src/ui/arguments.ts';

const table: OptionTable = {
  all: { type: 'boolean', describe: '' },
  role: { type: 'string', short: 'r', describe: '' },
};

test.each([
  [['status'], 'status', []],
  [['-C', 'repo', '-q', 'push', 'origin', '-n'], 'push', ['-C', 'repo', '-q', 'origin', '-n']],
  [['--directory', 'repo', 'push'], 'push', ['--directory', 'repo']],
  [['--directory=repo', 'push'], 'push', ['--directory=repo']],
  [['--version'], undefined, ['--version']],
  [[], undefined, []],
])('the verb of %j is %s', (argv, verb, args) => {
  expect(splitVerb(argv)).toEqual({ verb, args });
});

test('options may stand before and after the arguments, the common ones with the own', () => {
  expect(parseArguments(['-q', 'a', '--role', 'reader', 'b', '-C', 'x', '-C', 'y', '--all'], table)).toEqual({
    positionals: ['a', 'b'],
    options: { quiet: true, role: 'reader', directory: ['x', 'y'], all: true },
  });
});

test('what follows -- is no option', () => {
  expect(parseArguments(['--', '--all', '-x'], table).positionals).toEqual(['--all', '-x']);
});

test('what follows -- can be told from what precedes it', () => {
  expect(parseArguments(['a', '--all', '--', 'b', '--all'], table)).toEqual({
    positionals: ['a', 'b', '--all'],
    options: { all: true, '--': ['b', '--all'] },
  });
  expect(parseArguments(['a', '--'], table)).toEqual({ positionals: ['a'], options: { '--': [] } });
});

describe('is refused', () => {
  test.each([
    [
      'an option that is not known, with the nearest',
      ['--quite'],
      'there is no option --quite',
      'did you mean --quiet?',
    ],
    ['one that resembles nothing', ['--frobnicate'], 'there is no option --frobnicate', undefined],
    ['a letter that is not known', ['-x'], 'there is no option -x', undefined],
    ['an option without its value', ['--role'], '--role needs a value', undefined],
    ['a value for a switch', ['--all=yes'], '--all takes no value', undefined],
    ['a name that every object has', ['--constructor'], 'there is no option --constructor', undefined],
  ])('%s', (_, args, message, hint) => {
    expect(() => parseArguments(args, table)).toThrow(
      expect.objectContaining({ code: 'USAGE', message, hint }),
    );
  });
});
