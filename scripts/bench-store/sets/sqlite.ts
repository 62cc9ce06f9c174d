import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { DataSet } from '../data-set.ts';
import { Random } from '../random.ts';

const PROGRAM = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())';

/** Two tables with an index each, 10 MB: each version updates 200 rows, deletes 20 and inserts 50, in one transaction. */
export const sqlite: DataSet = {
  name: 'sqlite',
  about: 'a database file, with scattered updates, deletes and inserts',
  versions: 20,
  start(folder) {
    if (spawnSync('python3', ['-c', 'import sqlite3']).status !== 0) {
      return { kind: 'unavailable', why: 'python3 with sqlite3 is not installed' };
    }
    const random = new Random(4);
    let rows = 0;
    const next = () => {
      const statements = rows === 0 ? create(random) : edit(random, rows);
      rows = rows === 0 ? ROWS : rows + 50;
      run(path.join(folder, 'orders.sqlite'), ['BEGIN', ...statements, 'COMMIT']);
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

/** The statements are ours to choose, the pages are SQLite's. */
function run(file: string, statements: readonly string[]): void {
  const input = `${statements.join(';\n')};\n`;
  const result = spawnSync('python3', ['-c', PROGRAM, file], { input, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`python3 failed: ${result.error?.message ?? result.stderr}`);
}
