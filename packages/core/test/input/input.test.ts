import { copyFile, link as hardLink, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Engine, numbers, sql, texts } from '@deeplogbot/core';
import { fewAtOnce, inputIdentity, openNativeEngine, openNodeWasmEngine, resolveInput } from '@deeplogbot/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const CSV = 'geo_location,user,timestamp\n"1,2",a,2024-01-01T00:00:00Z\n"3,4",b,2024-01-02T00:00:00Z\n';

describe.each([
  ['duckdb-native', () => openNativeEngine({ threads: 2 })],
  ['duckdb-wasm', () => openNodeWasmEngine()],
] as const)('inputs of %s', (_name, open) => {
  let engine: Engine;
  let folder: string;
  beforeAll(async () => {
    engine = await open();
    folder = await scratch();
    const native = await openNativeEngine({ threads: 1 });
    for (const year of [2023, 2024]) {
      await mkdir(join(folder, 'hive', `year=${year}`), { recursive: true });
      const path = join(folder, 'hive', `year=${year}`, 'part.parquet');
      await native.write(sql`SELECT 'k' || i AS loc FROM range(3) t(i)`, {
        path,
        format: 'parquet',
        compression: 'zstd',
        rowGroupSize: 2048,
      });
    }
    await native.close();
  });
  afterAll(async () => {
    await engine.close();
  });

  const file = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const bind = async (input: Parameters<typeof resolveInput>[0]) => engine.bind(await resolveInput(input));

  it.each([
    ['log.csv', CSV],
    ['log.csv.gz', gzipSync(CSV)],
    [
      'log.tsv',
      CSV.replaceAll('"1,2",', '1,2\t')
        .replaceAll('"3,4",', '3,4\t')
        .replaceAll('a,2', 'a\t2')
        .replaceAll('b,2', 'b\t2')
        .replace('geo_location,user,timestamp', 'geo_location\tuser\ttimestamp'),
    ],
    ['log.ndjson', '{"geo_location":"1,2","user":"a"}\n\n{"geo_location":"3,4","user":"b","extra":null}\n'],
  ])('reads %s', async (name, content) => {
    const relation = await bind(await file(name, content));
    const batch = await engine.columns(sql`SELECT geo_location, "user" FROM ${relation.name}`);
    expect([relation.rows, texts(batch, 'geo_location'), texts(batch, 'user')]).toEqual([
      2,
      ['1,2', '3,4'],
      ['a', 'b'],
    ]);
  });

  it.each(['csv', 'tsv'])('reads a %s log that was compressed by zstd', async (name) => {
    const path = join(folder, `log.${name}.zst`);
    const writer = await openNativeEngine({ threads: 1 });
    await writer.run(sql`
      COPY (SELECT printf('%d,%d', i, i) AS geo_location, 'u' || i AS "user" FROM range(50000) t(i))
      TO ${path} (FORMAT csv, HEADER, DELIMITER ${name === 'tsv' ? '\t' : ','}, COMPRESSION zstd)`);
    await writer.close();
    const relation = await bind(path);
    const batch = await engine.columns(sql`SELECT geo_location, "user" FROM ${relation.name} LIMIT 2`);
    expect([relation.rows, texts(batch, 'geo_location'), texts(batch, 'user')]).toEqual([
      50_000,
      ['0,0', '1,1'],
      ['u0', 'u1'],
    ]);
  });

  it('reads a folder with hive partitions, a glob and a list', async () => {
    const whole = await bind(join(folder, 'hive'));
    const years = await engine.columns(sql`SELECT DISTINCT CAST(year AS INTEGER) AS y FROM ${whole.name} ORDER BY y`);
    expect([whole.rows, [...numbers(years, 'y')]]).toEqual([6, [2023, 2024]]);
    expect((await bind(join(folder, 'hive', '*', '*.parquet'))).rows).toBe(6);
    expect((await bind([join(folder, 'hive', 'year=2023', 'part.parquet')])).rows).toBe(3);
  });

  it.each(['parquet', 'csv', 'ndjson'])(
    'reads folders of %s files as columns, whose values win and may be odd',
    async (format) => {
      const native = await openNativeEngine({ threads: 1 });
      const top = join(folder, `folders of ${format}`);
      for (const value of ['2024', 'a%20b', '100%', '__HIVE_DEFAULT_PARTITION__', '']) {
        await mkdir(join(top, `Place=${value}`), { recursive: true });
        const path = join(top, `Place=${value}`, `part.${format}`);
        const option = format === 'ndjson' ? 'json' : format;
        await native.run(sql`COPY (SELECT 'k' AS loc, 'inner' AS place) TO ${path} (FORMAT ${sql`${option}`})`);
      }
      await native.close();
      const relation = await bind(top);
      expect(relation.columns.map(({ name }) => name.toLowerCase())).toEqual(['loc', 'place']);
      const batch = await engine.columns(sql`SELECT loc, "Place" AS place FROM ${relation.name} ORDER BY ALL`);
      expect([texts(batch, 'loc'), texts(batch, 'place')]).toEqual([
        ['k', 'k', 'k', 'k', 'k'],
        ['', '100%', '2024', 'a b', null],
      ]);
      await rm(top, { recursive: true });
    },
  );

  it('counts a file once under all its names, and a copy of it twice', async () => {
    const path = await file('once.csv', CSV);
    const [link, second, copy] = ['link.csv', 'second.csv', 'copy.csv'].map((name) => join(folder, name));
    await Promise.all([symlink(path, link!), hardLink(path, second!), copyFile(path, copy!)]);
    const respelled = join(folder, 'hive').concat('/../once.csv');
    const alsoNamed = [respelled, link!, second!].map((name) => ({ path, name }));
    expect(await resolveInput([path, respelled, link!, second!])).toMatchObject({ paths: [path], alsoNamed });
    expect(await resolveInput([path, path])).not.toHaveProperty('alsoNamed');
    expect((await bind([path, link!, copy!])).rows).toBe(4);
    await Promise.all([link, second, copy, path].map((made) => rm(made!))); // The other engine makes them again.
  });

  it('looks at no more of a compressed file than it needs, however far it unfolds, and names one that is damaged', async () => {
    const far = await file('far.csv.gz', gzipSync(`${CSV}${'"1,2",a,2024-01-01T00:00:00Z\n'.repeat(700_000)}`));
    expect(await resolveInput(far)).toMatchObject({ format: 'csv' });
    const damaged = await file(
      'damaged.csv.gz',
      Buffer.concat([gzipSync(CSV).subarray(0, 10), Buffer.from('no data')]),
    );
    await expect(resolveInput(damaged)).rejects.toMatchObject({
      code: 'UNREADABLE_INPUT',
      message: expect.stringContaining('damaged.csv.gz is no whole gzip file'),
    });
    await Promise.all([far, damaged].map((made) => rm(made)));
  });

  it('says that fields are parted by semicolons, and why no line could be read', async () => {
    const semicolons = await file('semicolons.csv', CSV.replaceAll('"', '').replaceAll(',', ';'));
    await expect(resolveInput(semicolons)).rejects.toMatchObject({
      code: 'WRONG_SEPARATOR',
      message: `The fields of ${semicolons} are parted by semicolons.`,
    });
    const none = await file('none.csv', 'geo_location,user,timestamp\nx,y,z,too many\n');
    await expect(bind(none)).rejects.toMatchObject({
      code: 'EMPTY_INPUT',
      message: expect.stringMatching(/none\.csv has no rows \(1 line could not be read; line 2: \w+.*\)\.$/),
    });
    const paths = await Promise.all(
      ['1', '2', '3', '4', '5'].map((name) => file(`hollow${name}.csv`, 'geo_location,user\n')),
    );
    await expect(engine.bind({ kind: 'files', paths, format: 'csv' })).rejects.toThrow(
      `The input ${paths.slice(0, 3).join(', ')} and 2 more has no rows.`,
    );
    await Promise.all([semicolons, none, ...paths].map((made) => rm(made)));
  });

  it('says that text is in UTF-16, also compressed, and that a quote is left open', async () => {
    for (const [name, encode] of [
      ['utf16.csv', (bytes: Buffer) => bytes],
      ['utf16.csv.gz', gzipSync],
      ['swapped.csv', (bytes: Buffer) => bytes.swap16()],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, encode(Buffer.from(`\ufeff${CSV}`, 'utf16le')));
      await expect(resolveInput(path)).rejects.toMatchObject({
        code: 'NOT_UTF8',
        message: `${path} is text in UTF-16.`,
      });
      await rm(path);
    }
    const open = await file('open.csv', 'geo_location,user,timestamp\nx,y,2024-01-01\n"x,y');
    await expect(bind(open)).rejects.toMatchObject({
      code: 'UNREADABLE_INPUT',
      message: `The columns of ${open} cannot be told.`,
      hint: expect.stringContaining('no quote that is left open'),
    });
    await rm(open);
  });

  it('says which file vanished before its digest was taken', async () => {
    const gone = { kind: 'files', paths: [join(folder, 'gone.csv')], format: 'csv' } as const;
    await expect(inputIdentity(gone)).rejects.toMatchObject({
      code: 'UNREADABLE_INPUT',
      message: `Cannot read ${join(folder, 'gone.csv')}: ENOENT.`,
    });
  });

  it('names the folders when some files lie below other ones', async () => {
    const plain = join(folder, 'plain.parquet');
    await copyFile(join(folder, 'hive', 'year=2023', 'part.parquet'), plain);
    await expect(resolveInput([join(folder, 'hive'), plain])).rejects.toMatchObject({
      code: 'MIXED_FOLDERS',
      message: expect.stringMatching(/year=2023\/part\.parquet \(year\) and .*plain\.parquet \(none\)\.$/),
    });
    expect((await bind([join(folder, 'hive', 'year=2023', 'part.parquet'), plain])).rows).toBe(6);
  });

  it('names a file of each format when they differ', async () => {
    const [text, lines, others] = [
      await file('mixed.csv', 'a,b\n1,2\n'),
      await file('mixed.ndjson', '{"a":1}\n'),
      await file('others.csv', 'a,b\n3,4\n'),
    ];
    await expect(resolveInput([text, lines, others])).rejects.toMatchObject({
      code: 'MIXED_FORMATS',
      message: `The input files have different formats: csv (${text} and 1 more), ndjson (${lines}).`,
    });
  });

  it('says of which of several files the lines are that cannot be read', async () => {
    const header = 'geo_location,user,timestamp\n';
    const good = '"1,2",a,2024-01-01T00:00:00Z\n';
    const [b, c, a] = await Promise.all([
      file('b.csv', `${header}${good}x,y,z,too many\n${good}`),
      file('c.csv', `${header}${good}`),
      file('a.csv', `${header}x,y,z,too many\n${good}x,y,z,too many\n`),
    ]);
    const relation = await bind([b, c, a]);
    expect(relation.rows).toBe(4);
    const name = (path: string) => path.slice(path.lastIndexOf('/') + 1);
    expect(relation.rejected.map((each) => [name(each.file), each.line])).toEqual([
      ['b.csv', 3],
      ['a.csv', 2],
      ['a.csv', 4],
    ]);
    await Promise.all([a, b, c].map((made) => rm(made!)));
  });

  it('counts lines that cannot be read, and keeps the others', async () => {
    const relation = await bind(await file('odd.csv', 'a,b\n1,2\n3,4,5\n6,7\n'));
    expect(relation.rows).toBe(2);
    expect(relation.rejected.map(({ line }) => line)).toEqual([3]);
  });

  it('reads the raw log with tabs and with backslash-t, and drops unfilled placeholders', async () => {
    const tabs = await bind(fixture('ebi-log-rows.tsv'));
    const batch = await engine.columns(
      sql`SELECT timestamp, "user", accession, filename, geo_location, method FROM ${tabs.name} LIMIT 1`,
    );
    expect(Object.keys(batch.columns).map((name) => texts(batch, name)[0])).toEqual([
      '2024-01-01T02:26:59.000Z',
      'ebea3f4b11d3388b6da48148eb3a39a577bdc4bf',
      'PXD034241',
      '20210205_QExHFX3_RSLC10_Feng_Heckmann_EXT_onbead_dig_30_per_sample_turbo_nobio_S3_5.raw',
      '34.3287,109.0337',
      'http',
    ]);
    const literal = await bind(fixture('ebi-log-rows-literal.txt'));
    const places = await engine.columns(sql`
      SELECT CAST(count(*) FILTER (geoip_city_name LIKE '%{%' OR geoip_region_name LIKE '%{%') AS DOUBLE) AS unfilled,
             CAST(count(geo_location) AS DOUBLE) AS places FROM ${literal.name}`);
    expect([tabs.rows, literal.rows, numbers(places, 'unfilled')[0], numbers(places, 'places')[0]]).toEqual([
      4, 9, 0, 9,
    ]);
  });

  it('sets lines of the raw log aside that have more or fewer than 13 fields, and takes empty ones for none', async () => {
    const line = (...more: string[]) => ['2024-01-01T00:00:00Z', 'u', '1', '/p/PXD000001/f.raw', ...more].join('\t');
    const rest = ['OUT', 'h', 'Complete', '', 'Region', '%{city}', '1,2', 'http', 'public'];
    const lines = [line(...rest), line(...rest, 'more'), '', line(...rest.slice(1)), line(...rest)];
    const relation = await engine.bind({
      kind: 'files',
      paths: [await file('raw.txt', `${lines.join('\n')}\n`)],
      format: 'ebi-raw',
    });
    const batch = await engine.columns(sql`SELECT country, geoip_region_name, geoip_city_name FROM ${relation.name}`);
    expect(Object.keys(batch.columns).map((name) => texts(batch, name))).toEqual([
      [null, null],
      ['Region', 'Region'],
      [null, null],
    ]);
    expect(relation.rejected.map(({ line: at, reason }) => [at, reason])).toEqual([
      [2, 'does not have 13 fields'],
      [4, 'does not have 13 fields'],
    ]);
  });

  it.each([
    ['none.parquet', undefined, 'FILE_NOT_FOUND'],
    ['text.parquet', 'not parquet at all', 'NOT_PARQUET'],
    ['cut.parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(500, 1)]), 'NOT_PARQUET'],
    ['zero.csv', 'a,b\n', 'EMPTY_INPUT'],
    ['blob.bin', Buffer.alloc(100, 7), 'UNKNOWN_FORMAT'],
  ])('refuses %s', async (name, content, code) => {
    if (content !== undefined) await file(name, content);
    await expect(bind(join(folder, name))).rejects.toMatchObject({ code });
  });
});

it('works on a few files at a time, and gives what comes of them in their order', async () => {
  let [open, most] = [0, 0];
  const doubled = await fewAtOnce([...Array(100).keys()], async (i) => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open--;
    return 2 * i;
  });
  expect(doubled).toEqual(Array.from({ length: 100 }, (_, i) => 2 * i));
  expect(most).toBe(16);
  await expect(fewAtOnce([1, 2], () => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
});
