import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type Classifier,
  defineExtractor,
  defineProvider,
  float64,
  insufficientEvidence,
  type Provider,
  type Reason,
  sql,
  type Verdict,
} from '@deeplogbot/core';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { locationAnalysisCsv, runManifest, statistics, textReport } from '@deeplogbot/reports';
import { type AnnotatorOptions, runBotAnnotator } from 'deeplogbot';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { duckdb, farms, mirrors, people } from '../support/logs.js';

const spec = float64({ unit: '1', meaning: 'test', formula: 'test', nullWhen: 'never' });

/** Counts, users and gaps only: what is tested here but for the first test is how files become events. */
const small: Provider = defineProvider({
  ...ebiProvider,
  name: 'small',
  aggregates: [],
  anomalyFeatures: ['rows', 'users', 'longest_gap'],
  afterAnomaly: [],
  extractors: [
    defineExtractor({
      name: 'counts',
      from: ['events'],
      columns: { rows: spec, users: spec },
      query: ({ events }) =>
        sql`SELECT key, count(*) AS rows, count(DISTINCT "user") AS users FROM ${events!} GROUP BY key`,
    }),
    defineExtractor({
      name: 'gaps',
      from: ['events'],
      columns: { longest_gap: spec },
      query: ({ events }) => sql`
        SELECT key, max(gap) AS longest_gap
        FROM (SELECT key, epoch_us(ts) - lag(epoch_us(ts)) OVER (PARTITION BY key ORDER BY ts) AS gap FROM ${events!})
        GROUP BY key`,
    }),
  ],
});

/** Calls a location a bot whose anomaly score says so. */
const anomalous: Classifier = {
  name: 'anomalous',
  classify: async (features) => ({
    method: 'anomalous',
    warnings: [],
    rows: Array.from(features.need('is_anomaly'), (is): Verdict => {
      const label = is === 1 ? 'bot' : 'organic';
      return {
        ...unknown,
        label,
        behaviorType: is === 1 ? 'automated' : 'organic',
        confidence: 1,
        probabilities: [is, 0, 1 - is],
      };
    }),
  }),
};
const unknown = insufficientEvidence({ id: 'test', sentence: 'test' } as Reason);

const reporters = [locationAnalysisCsv, textReport, statistics, runManifest];
const SMALL = { provider: small, classificationMethod: anomalous, reporters } satisfies AnnotatorOptions;
const MONTHS = ['2024-01', '2024-02', '2024-03'];

/** Folder with a log of three months below `month=…`, as Parquet and as gzipped CSV. */
let logs: string;

beforeAll(async () => {
  logs = await scratch();
  const log = `SELECT * REPLACE (
      TIMESTAMP '2024-01-01' + to_seconds(CAST(hash(timestamp, "user", filename, n) % (86400 * 91) AS INTEGER)) AS timestamp)
    FROM (SELECT *, row_number() OVER () AS n FROM (${people(12)} UNION ALL ${farms(2)} UNION ALL ${mirrors(1)}))`;
  await duckdb(
    `CREATE TABLE log AS ${log}`,
    `UPDATE log SET geo_location = NULL WHERE n % 97 = 0`,
    ...['parquet', 'csv'].flatMap((format) => [
      `COPY (SELECT * EXCLUDE n, strftime(timestamp, '%Y-%m') AS month FROM log ORDER BY timestamp, n)
       TO '${join(logs, format)}' (FORMAT ${format}, PARTITION_BY (month)${format === 'csv' ? ", COMPRESSION gzip, FILE_EXTENSION 'csv.gz'" : ''})`,
    ]),
  );
});

interface Place {
  readonly folder: string;
  readonly logs: string;
  readonly state: string;
  month(name: string): string;
}

/** A copy of the log with a state that is yet to begin. */
async function fresh(format = 'parquet'): Promise<Place> {
  const folder = await scratch();
  const place = { folder, logs: join(folder, 'logs'), state: join(folder, 'state') };
  await cp(join(logs, format), place.logs, { recursive: true });
  return { ...place, month: (name) => join(place.logs, `month=${name}`) };
}

let outputs = 0;

/** Runs and returns the result with the bytes of every file it wrote but the timings. */
async function run(place: Place, input: string | readonly string[], more: AnnotatorOptions = {}) {
  const outputDir = join(place.folder, `out-${outputs++}`, 'run');
  const notes: string[] = [];
  const onProgress: AnnotatorOptions['onProgress'] = ({ note }) => note !== undefined && notes.push(note);
  const result = await runBotAnnotator({ input, outputDir, stateDir: place.state, onProgress, ...SMALL, ...more });
  const files: Record<string, string> = {};
  for (const name of await readdir(outputDir)) {
    if (name !== 'timings.json') files[name] = (await readFile(join(outputDir, name))).toString('base64');
  }
  return { result, files, notes };
}

const whole = (place: Place, more: AnnotatorOptions = {}) => run(place, place.logs, { stateDir: undefined, ...more });
const stateOf = async (place: Place) => JSON.parse(await readFile(join(place.state, 'state.json'), 'utf8'));

describe('a state', () => {
  it('makes month after month the same bytes as a run over all of them', async () => {
    const place = await fresh();
    const ebi = { provider: 'ebi', classificationMethod: 'rules' } as const;
    const full = await whole(place, ebi);
    await run(place, place.month(MONTHS[0]!), ebi);
    await run(place, [place.month(MONTHS[0]!), place.month(MONTHS[1]!)], ebi);
    const { result, files, notes } = await run(place, place.logs, ebi);
    expect(files).toEqual(full.files);
    expect(result.reused).toMatchObject({ nodes: 0, files: 2, movedFiles: [], replacedFiles: [] });
    expect(result.reused!.scannedFiles).toEqual([expect.stringContaining('month=2024-03')]);
    expect(notes[0]).toMatch(/^2 of 3 files are taken from the state, read: .*month=2024-03/);
  });

  it('keeps text logs as it keeps tables', async () => {
    const place = await fresh('csv');
    const full = await whole(place);
    await run(place, place.month(MONTHS[0]!));
    const { result, files } = await run(place, place.logs);
    expect(files).toEqual(full.files);
    expect(result.reused!.scannedFiles).toHaveLength(2);
  });

  it('needs the files of earlier months no more, and covers them', async () => {
    const place = await fresh();
    const full = await whole(place, { outputStrategy: 'reports_only' });
    for (const month of MONTHS) {
      const { result } = await run(place, place.month(month), { outputStrategy: 'reports_only' });
      expect(result.reused!.scannedFiles).toHaveLength(1);
      await rename(place.month(month), join(place.folder, month));
    }
    for (const month of MONTHS) await rename(join(place.folder, month), place.month(month));
    const { files, result } = await run(place, place.month(MONTHS[2]!), { outputStrategy: 'reports_only' });
    expect(files).toEqual(full.files);
    expect(result.reused).toMatchObject({ files: 3, scannedFiles: [] });
  });

  it('gives the rows of the input the verdicts of everything', async () => {
    const place = await fresh();
    const full = await whole(place);
    await run(place, [place.month(MONTHS[0]!), place.month(MONTHS[1]!)]);
    const { result } = await run(place, place.month(MONTHS[2]!));
    const rows = (file: string, where: string) =>
      duckdb(`SELECT * EXCLUDE month FROM read_parquet('${file}') ${where} ORDER BY ALL`);
    const last = await rows(result.outputParquet!, '').catch(() =>
      duckdb(`SELECT * FROM read_parquet('${result.outputParquet}') ORDER BY ALL`),
    );
    expect(last).toEqual(await rows(full.result.outputParquet!, "WHERE month = '2024-03'"));
  });

  it('serves runs of other windows, minima, definitions and methods', async () => {
    const place = await fresh();
    await run(place, place.logs);
    for (const more of [
      { schema: { asOf: '2024-02-10' } },
      { minLocationDownloads: 400, definitions: 'reference' },
      { contamination: 0.05, randomState: 1 },
    ] satisfies AnnotatorOptions[]) {
      const taken = await run(place, place.logs, more);
      expect(taken.result.reused!.scannedFiles).toEqual([]);
      expect(taken.files).toEqual((await whole(place, more)).files);
    }
  });

  it('gives the same results whatever the order in which the files came', async () => {
    const place = await fresh();
    const only = { reporters: [locationAnalysisCsv, statistics], outputStrategy: 'reports_only' } as const;
    const full = await whole(place, only);
    for (const month of [...MONTHS].reverse()) await run(place, place.month(month), only);
    expect((await run(place, place.month(MONTHS[0]!), only)).files).toEqual(full.files);
  });
});

describe('files that are not what they were', () => {
  it('are read again in place of their old content, and the run says so', async () => {
    const place = await fresh();
    await run(place, place.logs);
    const [file] = await readdir(place.month(MONTHS[1]!));
    const path = join(place.month(MONTHS[1]!), file!);
    await duckdb(
      `CREATE TABLE log AS SELECT * EXCLUDE month FROM read_parquet('${path}') LIMIT 500`,
      `COPY log TO '${path}' (FORMAT parquet)`,
    );
    const full = await whole(place);
    const { result, files, notes } = await run(place, place.logs);
    expect(files).toEqual(full.files);
    expect(result.reused).toMatchObject({ files: 2, scannedFiles: [path], replacedFiles: [path] });
    expect(notes[0]).toContain(`with another content than before: ${path}`);
    expect(await readdir(join(place.state, 'parts'))).toHaveLength(6);
  });

  it('are refused as repeated under a second name, and known under a new one', async () => {
    const place = await fresh();
    await run(place, place.logs);
    const [file] = await readdir(place.month(MONTHS[1]!));
    const [path, other] = [join(place.month(MONTHS[1]!), file!), join(place.month(MONTHS[0]!), 'copy.parquet')];
    await cp(path, other);
    await expect(run(place, other)).rejects.toMatchObject({ code: 'REPEATED_INPUT' });
    await expect(run(place, place.logs)).rejects.toMatchObject({ code: 'REPEATED_INPUT' });
    await rm(other);
    const renamed = join(place.month(MONTHS[1]!), 'renamed.parquet');
    await rename(path, renamed);
    const { result } = await run(place, place.logs);
    expect(result.reused).toMatchObject({ files: 3, scannedFiles: [], movedFiles: [{ from: path, to: renamed }] });
  });
});

describe('a state that cannot be used', () => {
  const begun = async () => {
    const place = await fresh();
    await run(place, place.logs);
    return place;
  };

  /** Runs, expects an error, and that neither the state nor any output has changed. */
  async function refused(place: Place, code: string, message: RegExp, more: AnnotatorOptions = {}) {
    const outputDir = join(place.folder, 'refused');
    await mkdir(outputDir, { recursive: true });
    const before = await readdir(place.folder, { recursive: true });
    const manifest = await readFile(join(place.state, 'state.json')).catch(() => null);
    const options = { input: place.logs, outputDir, stateDir: place.state, ...SMALL, ...more };
    await expect(runBotAnnotator(options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w{3}/),
    });
    expect(await readdir(place.folder, { recursive: true })).toEqual(before);
    expect(await readFile(join(place.state, 'state.json')).catch(() => null)).toEqual(manifest);
  }

  it('is one of another schema, provider or format', async () => {
    const place = await begun();
    await refused(place, 'STALE_STATE', /schema\.projectField is "filename", was "accession"/, {
      schema: { projectField: 'filename' },
    });
    const state = await stateOf(place);
    await writeFile(join(place.state, 'state.json'), JSON.stringify({ ...state, format: 99 }));
    await refused(place, 'STALE_STATE', /its format is 99, not 1/);
    const foreign = { ...state, identity: { ...state.identity, 'the provider': 'other' } };
    await writeFile(join(place.state, 'state.json'), JSON.stringify(foreign));
    await refused(place, 'STALE_STATE', /the provider is small, was other/);
  });

  it('is one whose files are cut off, changed or gone', async () => {
    const place = await begun();
    const manifest = await readFile(join(place.state, 'state.json'), 'utf8');
    const [part] = (await readdir(join(place.state, 'parts'))).filter((name) => name.endsWith('.parquet'));
    const path = join(place.state, 'parts', part!);
    const bytes = await readFile(path);
    await writeFile(join(place.state, 'state.json'), manifest.slice(0, 200));
    await refused(place, 'DAMAGED_STATE', /state\.json is not whole/);
    await writeFile(join(place.state, 'state.json'), manifest.replace(/"part": "/, '"part": "../'));
    await refused(place, 'DAMAGED_STATE', /state\.json is no manifest/);
    await writeFile(join(place.state, 'state.json'), '{"files":[]}');
    await refused(place, 'DAMAGED_STATE', /state\.json is no manifest/);
    await writeFile(join(place.state, 'state.json'), manifest);
    await truncate(path, 50);
    await refused(place, 'DAMAGED_STATE', /has 50 bytes instead of/);
    await writeFile(path, Buffer.from(bytes).fill(7, 300, 301));
    await refused(place, 'DAMAGED_STATE', /another content/);
    await rm(path.replace('.parquet', '.json'));
    await refused(place, 'DAMAGED_STATE', /lacks the events of/);
  });

  it('is one that a living run holds, while one of a killed run is taken over', async () => {
    const place = await begun();
    const lock = (pid: number) =>
      writeFile(join(place.state, 'lock.json'), JSON.stringify({ host: hostname(), process: pid, run: 'other' }));
    await lock(process.ppid);
    await refused(place, 'STATE_IN_USE', new RegExp(`process ${process.ppid} on `));
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.on('close', resolve));
    await lock(child.pid!);
    await run(place, place.logs);
    expect((await readdir(place.state)).sort()).toEqual(['parts', 'state.json']);
  });

  it('is a path that is no folder', async () => {
    const place = await fresh();
    await writeFile(place.state, 'a file');
    await refused(place, 'OUTPUT_NOT_WRITABLE', /state/);
  });

  it('is wanted for what a state cannot hold', async () => {
    const place = await fresh();
    await refused(place, 'INVALID_OPTION', /stateDir and sampleSize/, { sampleSize: 10 });
    await refused(place, 'INVALID_OPTION', /stateDir and outputStrategy "overwrite"/, { outputStrategy: 'overwrite' });
    await refused(place, 'STATE_UNSUPPORTED', /of the provider "http"/, {
      provider: 'http',
      input: import.meta.filename,
    });
  });

  it('mixes types that a run over all files would convert', async () => {
    const place = await begun();
    const path = join(place.folder, 'more.parquet');
    await duckdb(`COPY (SELECT * REPLACE (42 AS accession) FROM (${people(1)})) TO '${path}' (FORMAT parquet)`);
    await expect(run(place, path)).rejects.toMatchObject({
      code: 'MIXED_TYPES',
      message: expect.stringMatching(/Column "accession" is VARCHAR in .* and INTEGER in .*more\.parquet/),
    });
    expect((await stateOf(place)).files).toHaveLength(3);
  });
});

it('leaves files alone that are not its own, and a failed run as it was', async () => {
  const place = await fresh();
  await run(place, place.month(MONTHS[0]!));
  await writeFile(join(place.state, 'parts', 'notes.txt'), 'mine');
  const before = await stateOf(place);
  const failing = { name: 'failing', needs: [], write: () => Promise.reject(new Error('no')) };
  const controller = new AbortController();
  await expect(
    run(place, place.logs, {
      signal: controller.signal,
      onProgress: ({ step }) => step === 'features' && controller.abort(),
    }),
  ).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await stateOf(place)).toEqual(before);
  const { result } = await run(place, place.logs, { reporters: [failing] });
  expect(result.warnings).toContainEqual(expect.stringContaining('report "failing" failed'));
  expect((await stateOf(place)).files).toHaveLength(3);
  expect(await readdir(join(place.state, 'parts'))).toContain('notes.txt');
});
