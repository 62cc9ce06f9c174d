// `npm run bench:store [-- --only csv-daily,parquet] [--versions 10] [--peers none|all|restic,borg] [--dir FOLDER] [--json]`
// How many bytes keep a history of versions: whole files, chunks, git, restic and borg beside git-lode.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { compare, type Outcome } from './compare.ts';
import type { DataSet } from './data-set.ts';
import { DATA_SETS } from './data-sets.ts';
import type { Keeper } from './keeper.ts';
import { OWN, PEERS } from './keepers.ts';
import { rank, table } from './report.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    versions: { type: 'string' },
    peers: { type: 'string', default: 'all' },
    dir: { type: 'string', default: os.tmpdir() },
    json: { type: 'boolean', default: false },
  },
});

// Ctrl-C ends the program that is being measured, and with it, by its failure, this one, which then removes its folders.
process.on('SIGINT', () => {});
const sets = pickSets(values.only);
const wanted = pickPeers(values.peers);
const versions = readCount(values.versions);
const probed = [...wanted, ...OWN].map((keeper) => ({ keeper, version: keeper.probe() }));
const present = probed.filter(({ version }) => version !== undefined).map(({ keeper }) => keeper);
const programs = probed.map(({ keeper, version }) => `${keeper.name}: ${version ?? 'not installed'}`);
console.error(`Node ${process.versions.node}; ${programs.join('; ')}`);

const outcomes: Outcome[] = [];
for (const set of sets) {
  console.error(`\n${set.name}: ${set.about}`);
  outcomes.push(compare(set, present, Math.min(set.versions, versions), values.dir));
  // As soon as it is known: a whole run takes long.
  if (!values.json) console.error(table(outcomes.slice(-1), names()));
}
console.log(values.json ? json() : `\n${table(outcomes, names())}`);

function json(): string {
  const ranked = outcomes.map((each) => ('unavailable' in each ? each : { ...each, rank: rank(each) }));
  const versionOf = Object.fromEntries(probed.map(({ keeper, version }) => [keeper.name, version ?? null]));
  return JSON.stringify({ node: process.versions.node, programs: versionOf, sets: ranked }, undefined, 2);
}

/** In the table's order: the weakest idea first, ours last. */
function names(): string[] {
  const [first, ...rest] = OWN.map(({ name }) => name);
  return [first!, ...wanted.map(({ name }) => name), ...rest];
}

/** Those whose names are in `list` or begin with one of its words and a hyphen; all without a list. */
function pickSets(list: string | undefined): readonly DataSet[] {
  if (list === undefined) return DATA_SETS;
  const found = list.split(',').map((word) => {
    const sets = DATA_SETS.filter(({ name }) => name === word || name.startsWith(`${word}-`));
    if (sets.length > 0) return sets;
    throw new Error(`there is no '${word}': choose from ${DATA_SETS.map(({ name }) => name).join(', ')}`);
  });
  return [...new Set(found.flat())];
}

function pickPeers(list: string): readonly Keeper[] {
  if (list === 'all') return PEERS;
  if (list === 'none') return [];
  return list.split(',').map((word) => {
    const peer = PEERS.find(({ name }) => name === word || name.startsWith(`${word} `));
    if (peer !== undefined) return peer;
    throw new Error(`there is no peer '${word}': choose from ${PEERS.map(({ name }) => name).join(', ')}`);
  });
}

function readCount(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--versions takes a whole number from 1, not '${text}'`);
  return Number(text);
}
