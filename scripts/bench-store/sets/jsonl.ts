import path from 'node:path';
import type { DataSet } from '../data-set.ts';
import { Random } from '../random.ts';
import { writeLines } from '../write-lines.ts';

interface Document {
  readonly id: string;
  readonly created: number;
  label: string;
  score: number;
  text: string;
}

const LABELS = ['news', 'forum', 'law', 'manual', 'letter'];

/** 50,000 records, 15 MB: each version corrects 100 of them, takes 10 out and puts 20 in, all over the file. */
export const jsonl: DataSet = {
  name: 'jsonl',
  about: 'records of text and labels, with scattered corrections',
  versions: 20,
  start(folder) {
    const random = new Random(3);
    const documents = Array.from({ length: 50_000 }, () => createDocument(random));
    let first = true;
    const next = () => {
      if (!first) edit(random, documents);
      first = false;
      writeLines(
        path.join(folder, 'documents.jsonl'),
        documents.map((each) => JSON.stringify(each)),
      );
    };
    return { kind: 'ready', next };
  },
};

function createDocument(random: Random): Document {
  return {
    id: Math.floor(random.next() * 2 ** 48).toString(16),
    created: 1_700_000_000 + random.below(1e8),
    label: random.pick(LABELS),
    score: Number(random.next().toFixed(6)),
    text: random.words(5 + random.below(60)),
  };
}

function edit(random: Random, documents: Document[]): void {
  for (let i = 0; i < 100; i++) {
    const document = random.pick(documents);
    document.label = random.pick(LABELS);
    document.score = Number(random.next().toFixed(6));
    if (i % 4 === 0) document.text += ` ${random.words(3)}`;
  }
  for (let i = 0; i < 10; i++) documents.splice(random.below(documents.length), 1);
  for (let i = 0; i < 20; i++) documents.splice(random.below(documents.length), 0, createDocument(random));
}
