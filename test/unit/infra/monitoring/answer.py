"""Answers queries from rows: JSON on standard input, JSON on standard output.

In:  {"tables": {name: {column: type}}, "rows": {table: [{column: value}]}, "queries": {name: KQL}}
Out: {name: [row]}
"""

import json
import sys

import duckdb_kql
from duckdb_kql.translate.functions import SCALAR_FUNCTIONS, FunctionSpec

# The translator lacks range(start, stop, step), which DuckDB has.
SCALAR_FUNCTIONS["range"] = FunctionSpec("range", "template", "to_json(generate_series({0}, {1}, {2}))", (3,))

types = {
    "string": "VARCHAR",
    "real": "DOUBLE",
    "int": "INTEGER",
    "bool": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "dynamic": "JSON",
}

given = json.load(sys.stdin)
database = duckdb_kql.connect()
for table, columns in given["tables"].items():
    database.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {types[type]}' for name, type in columns.items())})")
for table, rows in given["rows"].items():
    for row in rows:
        values = [json.dumps(value) if isinstance(value, (dict, list)) else value for value in row.values()]
        places = ", ".join("?" for _ in values)
        database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", values)


def answer(query):
    relation = duckdb_kql.query(database, query)
    return [dict(zip(relation.columns, row)) for row in relation.fetchall()]


json.dump({name: answer(query) for name, query in given["queries"].items()}, sys.stdout, default=str)
