import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { converseInThread } from '../../../src/filter/conversation-thread.ts';
import type { ConversationData } from '../../../src/filter/conversation-worker.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** What a thread with this script comes to, and what it says meanwhile. */
function converse(script: string | undefined) {
  const file = path.join(scratchFolder(), 'worker.mjs');
  if (script !== undefined)
    fs.writeFileSync(
      file,
      `import { parentPort, workerData } from 'node:worker_threads';
      const say = (message) => parentPort.postMessage(message);
      const begin = () => Atomics.store(workerData.begun, 0, 1);
      ${script}`,
    );
  const said: unknown[] = [];
  const listener = {
    begun: () => said.push('begun'),
    wanted: (objects: unknown) => said.push(objects),
    info: (line: string) => said.push(line),
    warn: (line: string) => said.push(line),
    brought: (summary: unknown) => said.push(summary),
  };
  const result = converseInThread(pathToFileURL(file), {} as ConversationData, listener);
  return { result, said };
}

it.each([
  ['that is not there', undefined],
  ['that fails before it reads', "throw new Error('no memory');"],
  ['that ends before it reads', ''],
  ['that says so before it reads', "say({ failure: { error: new Error('no store'), system: 'EACCES' } });"],
])('a thread %s has read nothing: another may go on', async (_, script) => {
  expect(await converse(script).result).toBeUndefined();
});

it.each([
  ["throw new Error('half-way')", 'half-way'],
  ["say({ failure: { code: 'FORMAT_INVALID', message: 'nonsense', details: {} } })", 'nonsense'],
  ['process.exit(3)', 'ended with 3'],
])('a thread that breaks off in the middle ends everything: %s', async (script, message) => {
  // What it says of its beginning may come after what is said of its end, or not at all.
  await expect(converse(`begin();\n${script};`).result).rejects.toThrow(message);
  await expect(converse(`begin();\nsay({ begun: true });\n${script};`).result).rejects.toThrow(message);
});

it('a thread tells what it hears, and at the end what it answered last', async () => {
  const { result, said } = converse(`
    begin();
    say({ begun: true });
    say({ wanted: [{ oid: 'a', size: 1, path: 'a.bin' }] });
    say({ info: 'by the way' });
    say({ warn: 'careful' });
    say({ brought: { objects: 1, downloadedBytes: 2 } });
    say({ recent: [{ oid: 'a', size: 1, path: Buffer.from('a.bin') }] });
  `);
  expect(await result).toEqual([{ oid: 'a', size: 1, path: Buffer.from('a.bin') }]);
  expect(said).toEqual([
    'begun',
    [{ oid: 'a', size: 1, path: 'a.bin' }],
    'by the way',
    'careful',
    { objects: 1, downloadedBytes: 2 },
  ]);
});
