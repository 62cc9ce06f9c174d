"""One version of a Parquet table: parquet.py FILE STEP SEED COMPRESSION.

STEP is create, append, modify, delete or column; all but create read the version before from FILE.
Everything that is not the step's business is left at pyarrow's defaults, as most writers do.
"""

import random
import sys

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 250_000
CITIES = ["Aarhus", "Bremen", "Cork", "Delft", "Evora", "Faro", "Ghent", "Hull", "Izmir", "Jena"]


def rows(rng, start, count):
    return pa.table(
        {
            "id": pa.array(range(start, start + count), pa.int64()),
            "time": pa.array([1_700_000_000_000 + (start + i) * 977 + rng.randrange(900) for i in range(count)],
                             pa.timestamp("ms")),
            "city": pa.array([rng.choice(CITIES) for _ in range(count)]),
            "user": pa.array([rng.randrange(40_000) for _ in range(count)], pa.int32()),
            "amount": pa.array([round(rng.lognormvariate(3, 1), 2) for _ in range(count)], pa.float64()),
            "ratio": pa.array([rng.random() for _ in range(count)], pa.float64()),
            "token": pa.array(["%012x" % rng.getrandbits(48) for _ in range(count)]),
        }
    )


def modify(rng, table):
    """Half a percent of the amounts, all over the table."""
    amounts = table.column("amount").to_pylist()
    for _ in range(len(amounts) // 200):
        amounts[rng.randrange(len(amounts))] = round(rng.lognormvariate(3, 1), 2)
    index = table.schema.get_field_index("amount")
    return table.set_column(index, "amount", pa.array(amounts, pa.float64()))


def delete(rng, table):
    """Half a percent of the rows, in twenty places."""
    count = table.num_rows // 4000
    for _ in range(20):
        at = rng.randrange(table.num_rows - count)
        table = pa.concat_tables([table.slice(0, at), table.slice(at + count)])
    return table


def column(rng, table, seed):
    values = pa.array([rng.gauss(0, 1) for _ in range(table.num_rows)], pa.float32())
    return table.append_column("feature_%d" % seed, values)


def main():
    file, step, seed, compression = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    rng = random.Random(seed)
    if step == "create":
        table = rows(rng, 0, ROWS)
    else:
        table = pq.read_table(file)
        if step == "append":
            table = pa.concat_tables([table, rows(rng, table.num_rows, ROWS // 50)])
        elif step == "modify":
            table = modify(rng, table)
        elif step == "delete":
            table = delete(rng, table)
        elif step == "column":
            table = column(rng, table, seed)
        else:
            sys.exit("unknown step " + step)
    pq.write_table(table.combine_chunks(), file, compression=compression)


main()
