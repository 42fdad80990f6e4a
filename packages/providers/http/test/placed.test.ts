import { join } from 'node:path';
import {
  type AnnotateInput,
  annotate,
  annotationQuery,
  bindSchema,
  categoriesOf,
  dropVerdicts,
  type Engine,
  numbers,
  type Relation,
  sql,
  type Verdict,
} from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { HTTP_SCHEMA, readLines, resolveHttpOptions } from '@deeplogbot/provider-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { placedLookups } from '../src/read/lookups.js';
import { RequestTable } from '../src/read/table.js';

/** More than are looked up in lists, of clients, requests, paths, queries, referrers and items. */
const CLIENTS = 33_000;

/** Two requests of each client, the second half of the log in another order, so that no row has the place of its client. */
function* lines(): Generator<string> {
  for (let i = 0; i < 2 * CLIENTS; i++) {
    const client = i < CLIENTS ? i : (i * 7919) % CLIENTS;
    const address = `10.${client >> 16}.${(client >> 8) & 255}.${client & 255}`;
    const second = String(i % 60).padStart(2, '0');
    const referrer = i % 3 === 0 ? '-' : `https://example.org/from/${client}`;
    const request = i % 1000 === 0 ? '\\x16\\x03' : `GET /data/d${client}?k${client}=1 HTTP/1.1`;
    yield `${address} - - [02/Mar/2026:10:00:${second} +0000] "${request}" 200 ${i} "${referrer}" "agent ${i % 5}"`;
  }
}

const verdictOf = (kind: number): Verdict => ({
  ...categoriesOf(kind === 0 ? 'organic' : 'bot'),
  subcategory: `kind ${kind}`,
  confidence: kind / 7,
  probabilities: [1, 0, 0],
  reasons: [{ id: 'r', sentence: `Reason ${kind}.` }],
  needsReview: kind === 3,
});

describe('the annotated rows of a log with more clients, requests and texts than lists are for', () => {
  let engine: Engine;
  let folder: string;
  let relation: Relation;
  let input: AnnotateInput;

  beforeAll(async () => {
    folder = await scratch();
    engine = await openEngine({ threads: 2 });
    const options = { ...resolveHttpOptions({ itemPatterns: ['/data/{item}'], keepIp: true }), salt: 'x' };
    ({ relation } = await readLines(engine, [...lines()], options));
    const kinds = Array.from({ length: 5 }, (_, kind) => verdictOf(kind));
    const { size } = relation.keys!;
    input = {
      schema: bindSchema(HTTP_SCHEMA, relation.columns, new Set()),
      keys: Array.from({ length: size }, String),
      verdicts: Array.from({ length: size }, (_, row) => kinds[row % kinds.length]!),
      // Every tenth client has no verdict, and rows are not in the order of codes.
      rowOfCode: Int32Array.from({ length: size }, (_, code) => (code % 10 === 0 ? -1 : size - 1 - code)),
    };
  });

  afterAll(async () => {
    await engine.close();
  });

  it('are those that lists give, in the order of the log', async () => {
    const path = join(folder, 'annotated.parquet');
    expect(await annotate(engine, relation, input, { path, format: 'parquet', compression: 'snappy' })).toBe(
      2 * CLIENTS,
    );
    const listed = await annotationQuery(engine, relation, input);
    await engine.run(sql`CREATE OR REPLACE TEMP TABLE deeplogbot_listed AS ${listed}`);
    await dropVerdicts(engine);
    const found = await engine.columns(sql`
      SELECT CAST(count(*) FILTER (w IS DISTINCT FROM l) AS DOUBLE) AS different, CAST(count(DISTINCT w.client) AS DOUBLE) AS clients,
             CAST(count(DISTINCT w.item) AS DOUBLE) AS items, CAST(count(w.subcategory) AS DOUBLE) AS judged
      FROM read_parquet(${path}) w JOIN deeplogbot_listed l ON l.line_no = w.line_no`);
    const value = (name: string) => numbers(found, name)[0]!;
    expect(value('different')).toBe(0);
    expect(value('items')).toBeGreaterThan(32_768);
    expect(value('clients')).toBeGreaterThan(CLIENTS);
    expect(value('judged')).toBeGreaterThan(1.7 * CLIENTS);
    const lineNumbers = numbers(await engine.columns(sql`SELECT line_no FROM read_parquet(${path})`), 'line_no');
    expect(lineNumbers.every((line, i) => line === i + 1)).toBe(true);
  });

  it('have the same codes where they are read in any order', async () => {
    const codes = sql`line_no, pair_id, method, path_id, template_id, query_id, item_number, resource_id, referrer_kind_id, referrer_path_id`;
    const found = await engine.columns(sql`
      SELECT CAST(count(*) AS DOUBLE) AS same FROM (
        SELECT ${codes} FROM ${relation.keys!.anyOrder!} INTERSECT SELECT ${codes} FROM ${relation.name})`);
    expect(numbers(found, 'same')).toEqual(Float64Array.of(2 * CLIENTS));
  });

  it('leave nothing behind', async () => {
    const left = await engine.columns(sql`
      SELECT CAST(count(*) AS DOUBLE) AS n FROM duckdb_tables() WHERE table_name LIKE '%placed%' OR table_name LIKE '%verdict%'`);
    expect(numbers(left, 'n')).toEqual(Float64Array.of(0));
    const views = await engine.columns(sql`
      SELECT CAST(count(*) AS DOUBLE) AS n FROM duckdb_views() WHERE view_name LIKE '%placed%'`);
    expect(numbers(views, 'n')).toEqual(Float64Array.of(0));
  });

  it('look a text up by each code that it is asked for, and once by each', async () => {
    const table = await RequestTable.create(engine);
    const rows = { rows: sql`many`, list: sql`many_list`, lists: sql`many_lists`, count: CLIENTS };
    const facts = { request: rows, client: rows, referrer: rows };
    const lookups = placedLookups(table, { facts, texts: { path: rows } }, sql`beside`);
    const [path, template] = [lookups.fact('request', 'path_id'), lookups.fact('request', 'template_id')];
    const found = [path, template, path].map((code) => lookups.text('path', code).text);
    expect(found[0]).toBe(found[2]);
    expect(found[0]).not.toBe(found[1]);
    const { text } = lookups.query(sql`places`);
    expect(text.match(/\.code = q\S+/g)).toEqual(['.code = q."path_id"', '.code = q."template_id"']);
  });
});
