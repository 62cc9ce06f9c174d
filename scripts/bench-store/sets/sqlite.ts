import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { DataSet } from '../data-set.ts';
import { Random } from '../random.ts';

/** Two tables with an index each, 10 MB: each version updates 200 rows, deletes 20 and inserts 50, in one transaction. */
export const sqlite: DataSet = {
  name: 'sqlite',
  about: 'a database file, with scattered updates, deletes and inserts',
  versions: 20,
  start(folder) {
    const engine = ENGINES.find((each) => execute(each, ':memory:', 'SELECT 1;') === undefined);
    if (engine === undefined) {
      return { kind: 'unavailable', why: 'neither python3 nor this Node has SQLite' };
    }
    const random = new Random(4);
    let rows = 0;
    const next = () => {
      const statements = rows === 0 ? create(random) : edit(random, rows);
      rows = rows === 0 ? ROWS : rows + 50;
      const script = `${['BEGIN', ...statements, 'COMMIT'].join(';\n')};\n`;
      const failure = execute(engine, path.join(folder, 'orders.sqlite'), script);
      if (failure !== undefined) throw new Error(failure);
    };
    return { kind: 'ready', next };
  },
};

const ROWS = 60_000;

function create(random: Random): string[] {
  return [
    'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, placed TEXT, total REAL, note TEXT)',
    'CREATE INDEX by_customer ON orders (customer)',
    'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT)',
    'CREATE INDEX by_name ON customers (name)',
    ...Array.from({ length: ROWS / 10 }, (_, id) => {
      return `INSERT INTO customers VALUES (${id}, '${random.words(2)}', '${random.words(1)}')`;
    }),
    ...Array.from({ length: ROWS }, (_, id) => insert(random, id)),
  ];
}

function edit(random: Random, rows: number): string[] {
  const row = () => random.below(rows);
  return [
    ...Array.from({ length: 200 }, () => {
      return `UPDATE orders SET total = ${price(random)}, note = '${random.words(4)}' WHERE id = ${row()}`;
    }),
    ...Array.from({ length: 20 }, () => `DELETE FROM orders WHERE id = ${row()}`),
    ...Array.from({ length: 50 }, (_, i) => insert(random, rows + i)),
  ];
}

function insert(random: Random, id: number): string {
  const placed = new Date(Date.UTC(2024, 0, 1) + id * 311_000).toISOString();
  const customer = random.below(ROWS / 10);
  return `INSERT INTO orders VALUES (${id}, ${customer}, '${placed}', ${price(random)}, '${random.words(12)}')`;
}

function price(random: Random): string {
  return (500 * random.next() ** 3).toFixed(2);
}

/** Programs that execute SQL from standard input in the file that is their last argument. The pages are SQLite's in each. */
const ENGINES = [
  ['python3', '-c', 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())'],
  [
    process.execPath,
    '--no-warnings',
    '-e',
    "new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec(fs.readFileSync(0, 'utf8'))",
  ],
] as const;

/** What went wrong, undefined if nothing. */
function execute(
  [command, ...args]: (typeof ENGINES)[number],
  file: string,
  input: string,
): string | undefined {
  const result = spawnSync(command, [...args, file], { input, encoding: 'utf8' });
  return result.status === 0 ? undefined : `${command} failed: ${result.error?.message ?? result.stderr}`;
}
