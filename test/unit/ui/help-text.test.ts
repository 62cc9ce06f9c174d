import { expect, test } from 'vitest';
import { commandText, type Described, overviewText } from '../../../src/ui/help-text.ts';

const fetch: Described = {
  name: 'fetch',
  summary: 'Bring content here',
  usage: '[<ref>…]',
  options: {
    all: { type: 'boolean', describe: 'every version' },
    depth: { type: 'string', short: 'd', describe: 'so many commits' },
    json: { type: 'boolean', describe: 'list as JSON' },
  },
};

test('the help of a command comes from its table, and its own word goes before the common one', () => {
  expect(commandText(fetch, 'npx git-lode')).toBe(`Bring content here

usage: npx git-lode fetch [<ref>…]

      --all                    every version
  -d, --depth <depth>          so many commits
      --json                   list as JSON
  -q, --quiet                  say nothing but warnings and errors
  -C, --directory <directory>  run as if started in this folder
  -h, --help                   show this help
`);
});

test('the overview lists every command and the options of all', () => {
  const text = overviewText([fetch, { ...fetch, name: 'status', summary: 'Show what is what' }], 'git lode');
  expect(text).toContain('usage: git lode <command>');
  expect(text).toMatch(/^ {2}fetch {3}Bring content here\n {2}status {2}Show what is what$/m);
  expect(text).toMatch(/^ {2}-q, --quiet/m);
});
