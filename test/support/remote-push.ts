import { createHash } from 'node:crypto';
import type { Backend } from '../../src/backend/backend.ts';
import { loadCodec } from '../../src/format/codec.ts';
import { packKey, tableKey } from '../../src/format/keys.ts';
import { SLAB_BYTES } from '../../src/format/pack.ts';
import { inlineCoder } from '../../src/remote/coder.ts';
import { ChunkIndex } from '../../src/remote/push-chunks.ts';
import { inlineCutter } from '../../src/remote/push-cutter.ts';
import type { Entry } from '../../src/remote/push-entry.ts';
import { Packer } from '../../src/remote/push-pack.ts';
import type { PushObject } from '../../src/remote/push-scope.ts';
import { pushTable } from '../../src/remote/push-table.ts';
import { Turns } from '../../src/remote/push-turns.ts';
import { Uploader } from '../../src/remote/push-upload.ts';
import { silentReporter } from '../../src/report.ts';
import { openStore } from '../../src/store/open.ts';
import { REPOSITORY, sha256, tempFolder } from './remote-fixtures.ts';

/** Uploads contents by push's own stages, without git and without the protocol around them: packs, and one table. */
export async function upload(backend: Backend, contents: readonly Buffer[]): Promise<void> {
  const store = openStore(tempFolder());
  const takeSlab = () => Buffer.allocUnsafeSlow(SLAB_BYTES);
  const packer = new Packer(
    { repository: REPOSITORY, packBytes: 16 * 1024 * 1024, takeSlab },
    {
      send: async ({ name, parts }) => void (await backend.put(packKey(name), parts, name)),
      learn() {},
    },
  );
  const uploader = new Uploader({
    cutter: inlineCutter(store, 1),
    packer,
    coder: inlineCoder(await loadCodec()),
    chunks: new ChunkIndex(),
    task: silentReporter.task({ title: 'Uploading' }),
    turns: new Turns(new AbortController().signal),
  });
  const objects: PushObject[] = [];
  for (const content of new Map(contents.map((each) => [sha256(each), each])).values()) {
    const oid = sha256(content);
    const writer = store.write(content.length);
    writer.write(content);
    writer.finish(oid);
    objects.push({ oid, size: content.length, blob: '0'.repeat(40), path: 'a.bin' });
  }
  const entries: Entry[] = [];
  for await (const entry of uploader.upload(objects)) entries.push(entry);
  await packer.seal();
  const record = { repository: REPOSITORY, when: 0, tips: ['1'.repeat(40)], bases: [] };
  const { name, bytes } = pushTable(entries, record);
  await backend.put(tableKey(name), [bytes], createHash('sha256').update(bytes).digest('hex'));
}
