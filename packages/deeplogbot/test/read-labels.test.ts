import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import type { LabelledKey } from '../src/options.js';
import { readLabels } from '../src/steps/read-labels.js';
import { duckdb } from './support/logs.js';

const ROWS: readonly LabelledKey[] = [
  { key: '1.0000,2.0000', label: 'organic' },
  { key: '"quoted", key', label: 'bot' },
  { key: '=1+1', label: 'hub' },
];
const values = ROWS.map(({ key, label }) => `('${key}', '${label}')`).join(', ');
const TABLE = `(SELECT * FROM (VALUES ${values}) t(geo_location, label))`;

describe('labels', () => {
  let engine: Engine;
  let folder: string;
  beforeAll(async () => {
    engine = await openEngine({ engine: 'native' });
    folder = await scratch();
  });
  afterAll(() => engine.close());

  const csv = async (text: string, name = 'labels.csv') => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const ofCsv = async (text: string) => readLabels(await csv(text), engine);

  it.each([
    ['labels.csv', 'SELECT * FROM', '(FORMAT csv, HEADER)'],
    ['labels.tsv', 'SELECT * FROM', "(FORMAT csv, HEADER, DELIMITER '\t')"],
    ['labels.parquet', 'SELECT * FROM', '(FORMAT parquet)'],
    [
      'enum.parquet',
      "SELECT geo_location, CAST(label AS ENUM ('bot', 'hub', 'organic')) AS label FROM",
      '(FORMAT parquet)',
    ],
    ['more.parquet', 'SELECT 7 AS n, label, geo_location FROM', '(FORMAT parquet)'],
    ['labels.ndjson', 'SELECT * FROM', '(FORMAT json)'],
  ])('in %s are those of the array', async (name, select, format) => {
    const path = join(folder, name);
    await duckdb(`COPY (${select} ${TABLE}) TO '${path}' ${format}`);
    const wanted = new Map(ROWS.map(({ key, label }) => [key, label]));
    expect(await readLabels(path, engine)).toEqual({ byKey: wanted, warnings: [] });
    expect((await readLabels(ROWS, engine)).byKey).toEqual(wanted);
  });

  it('are for the first text column that is not the label, where none is called geo_location', async () => {
    const { byKey } = await ofCsv('label,place,other\nbot,a,x\nhub,b,x\n');
    expect([...byKey.keys()]).toEqual(['a', 'b']);
  });

  it('count rows without a label or a key, and keys that are there twice', async () => {
    const { byKey, warnings } = await ofCsv('geo_location,label\na,bot\nb,\n,hub\na,bot\na,bot\nc,organic\n');
    expect([...byKey]).toEqual([
      ['a', 'bot'],
      ['c', 'organic'],
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/^2 of 6 rows of .+labels\.csv have no key or no label and were left out\.$/),
      expect.stringMatching(/^2 of 6 rows of .+labels\.csv repeat the label of a key; each counts once\.$/),
    ]);
  });

  it.each([
    ['a name that is no class', 'geo_location,label\na,bots\n', 'UNKNOWN_LABEL', /Did you mean "bot"/],
    [
      'two labels for one key',
      'geo_location,label\na,bot\na,hub\nb,bot\nb,hub\n',
      'CONTRADICTING_LABELS',
      /one row per key/,
    ],
    ['no column label', 'geo_location,class\na,bot\n', 'MISSING_LABEL_COLUMN', /class/],
    [
      'a table of features in place of labels',
      `geo_location,${Array.from({ length: 40 }, (_, i) => `f${i}`).join(',')}\na,${'1,'.repeat(39)}1\n`,
      'MISSING_LABEL_COLUMN',
      /--labels.*geo_location, f0.* and 33 more\.$/,
    ],
    ['numbers alone', 'a,b\n1,2\n', 'MISSING_LABEL_COLUMN', /--labels.*numbers only/],
    ['no rows', 'geo_location,label\n', 'EMPTY_INPUT', /leave the labels out/],
    ['no column of keys', 'n,label\n1,bot\n2,hub\n', 'NO_KEY_COLUMN', /geo_location/],
  ])('with %s stop the run', async (_, text, code, hint) => {
    await expect(ofCsv(text)).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
  });

  it('say how many keys contradict themselves', async () => {
    await expect(ofCsv('geo_location,label\na,bot\na,hub\nb,bot\nb,hub\nc,bot\n')).rejects.toThrow(
      /labels "a" both bot and hub, and 1 more keys alike/,
    );
  });
});
