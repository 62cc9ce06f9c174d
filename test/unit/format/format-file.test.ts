import { expect, test } from 'vitest';
import { checkFormatFile, encodeFormatFile } from '../../../src/format/format-file.ts';

const text = encodeFormatFile().toString();

test('the file says what it is, its version and how content is cut', () => {
  expect(JSON.parse(text)).toEqual({
    format: 'git-lode',
    version: 1,
    chunker: { name: 'gear', minimum: 32768, nominal: 131072, maximum: 524288 },
  });
  expect(() => checkFormatFile(encodeFormatFile())).not.toThrow();
});

test('spaces that a person put in do no harm', () => {
  expect(() => checkFormatFile(Buffer.from(JSON.stringify(JSON.parse(text), undefined, 2)))).not.toThrow();
});

test('a later version is refused with the way out', () => {
  expect(() => checkFormatFile(Buffer.from(text.replace('"version":1', '"version":2')))).toThrow(
    expect.objectContaining({ code: 'FORMAT_UNKNOWN_VERSION', hint: 'npm install -g git-lode@latest' }),
  );
});

test.each([
  ['no JSON', '<html>Please log in</html>'],
  ['nothing', ''],
  ['no object', '[1]'],
  ['null', 'null'],
  ['another format', text.replace('git-lode', 'git-lfs')],
  ['another chunk size', text.replace('131072', '65536')],
  ['no chunker', '{"format":"git-lode","version":1}'],
  ['something more', text.replace('"version"', '"more":1,"version"')],
  ['too much', text + ' '.repeat(70_000)],
])('%s is refused', (_, content) => {
  expect(() => checkFormatFile(Buffer.from(content))).toThrow(
    expect.objectContaining({ code: 'FORMAT_INVALID' }),
  );
});
