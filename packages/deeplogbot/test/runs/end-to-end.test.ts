import { createHash } from 'node:crypto';
import { chmod, lstat, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runBotAnnotator } from 'deeplogbot';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { duckdb, farms, mirrors, parquet, people, readParquet } from '../support/logs.js';

const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
const labelsOf = (run: Awaited<ReturnType<typeof runBotAnnotator>>) =>
  new Map(run.features.keys.map((key, i) => [key, run.verdicts.rows[i]!.label]));

describe('a whole run', () => {
  it('keeps rows, order and columns, also with one coordinate under two countries', async () => {
    const folder = await scratch();
    const input = await parquet(
      join(folder, 'log.parquet'),
      `SELECT * REPLACE (CASE WHEN hash(filename) % 3 = 0 THEN 'Deutschland' ELSE country END AS country),
              row_number() OVER () AS position FROM (${people(8)})`,
    );
    const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), reporters: [] });
    expect(new Set(run.features.keys).size).toBe(8);
    const before = await readParquet(input);
    const after = await readParquet(run.outputParquet!);
    expect(after.map(({ position }) => position)).toEqual(before.map(({ position }) => position));
    const added = [
      'behavior_type',
      'automation_category',
      'subcategory',
      'is_bot',
      'is_hub',
      'is_organic',
      'classification_confidence',
      'classification_reason',
      'needs_review',
    ];
    expect(Object.keys(after[0]!)).toEqual([...Object.keys(before[0]!), ...added]);
    expect(
      after.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !added.includes(name)))),
    ).toEqual(before);
  });

  it('says why a row without location, without timestamp or outside the window has no verdict', async () => {
    const folder = await scratch();
    const input = await parquet(
      join(folder, 'log.parquet'),
      `SELECT * FROM (${people(4)})
       UNION ALL (SELECT * REPLACE (NULL AS geo_location) FROM (${people(1)}) LIMIT 3)
       UNION ALL (SELECT * REPLACE (TIMESTAMP '1999-01-01' AS timestamp) FROM (${people(1)}) LIMIT 2)
       UNION ALL (SELECT * REPLACE (TIMESTAMP '9999-01-01' AS timestamp) FROM (${people(1)}) LIMIT 2)
       UNION ALL (SELECT * REPLACE (NULL AS timestamp) FROM (${people(1)}) LIMIT 1)`,
    );
    const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), reporters: [] });
    expect(run.rowCounts).toMatchObject({ noLocation: 3, outsideWindow: 4, noTimestamp: 1, belowMinimum: 0 });
    const rows = await duckdb(
      `SELECT classification_reason AS reason, count(*)::INT AS n FROM read_parquet('${run.outputParquet}')
       WHERE behavior_type = 'filtered' AND NOT (is_bot OR is_hub OR is_organic OR needs_review)
         AND classification_confidence IS NULL GROUP BY ALL ORDER BY n`,
    );
    expect(rows).toEqual([
      { reason: 'no readable timestamp', n: 1 },
      { reason: 'no location', n: 3 },
      { reason: 'outside the window 2020 to 2100', n: 4 },
    ]);
    expect(run.stats.filtered).toBe(8);
    expect(
      run.stats.bots + run.stats.hubs + run.stats.normal + run.stats.insufficientEvidence + run.stats.filtered,
    ).toBe(run.rowCounts.total);
  });

  it('leaves protocol shares alone when minLocationDownloads is given, and gives the smaller locations no verdict', async () => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(12));
    const options = { input, outputDir: join(folder, 'out'), reporters: [] };
    const all = await runBotAnnotator(options);
    const some = await runBotAnnotator({ ...options, minLocationDownloads: 20 });
    expect(some.totalLocations).toBeLessThan(all.totalLocations);
    const ftp = new Map(all.features.keys.map((key, i) => [key, all.features.need('ftp_ratio')[i]]));
    for (const [i, key] of some.features.keys.entries()) expect(some.features.need('ftp_ratio')[i]).toBe(ftp.get(key));
    const [row] = await duckdb(
      `SELECT count(*)::INT AS n, any_value(classification_reason) AS reason FROM read_parquet('${some.outputParquet}') WHERE behavior_type = 'insufficient_evidence' AND classification_reason LIKE '%fewer than 20%'`,
    );
    expect(row).toEqual({ n: some.rowCounts.belowMinimum, reason: 'location has fewer than 20 downloads' });
  });

  it('finds all twenty farms of a small repository, and its people and mirrors', async () => {
    const folder = await scratch();
    const input = await parquet(
      join(folder, 'log.parquet'),
      `${farms(20)} UNION ALL ${people(40)} UNION ALL ${mirrors(3)}`,
    );
    const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), reporters: [] });
    expect(run.botLocations).toBe(20);
    expect(run.hubLocations).toBe(3);
    const labels = labelsOf(run);
    expect([...labels].filter(([, label]) => label === 'bot').every(([key]) => Number(key.split(',')[1]) >= 100)).toBe(
      true,
    );
  });

  it('finds no bot among people alone', async () => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(60));
    const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), outputStrategy: 'reports_only' });
    expect(run.botLocations).toBe(0);
    expect(run.outputParquet).toBeNull();
  });

  it('gives the same bytes with 1, 2 and 4 threads, and again', async () => {
    const folder = await scratch();
    const input = await parquet(
      join(folder, 'log.parquet'),
      `${people(30)} UNION ALL ${farms(2)} UNION ALL ${mirrors(2)}`,
    );
    const hashes: Record<string, string>[] = [];
    for (const threads of [1, 2, 4, 2]) {
      const outputDir = join(folder, `out-${hashes.length}`);
      await runBotAnnotator({ input, outputDir, threads });
      const entries = await readdir(outputDir, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
      const names = files.map((file) => relative(outputDir, file)).filter((name) => name !== 'timings.json');
      expect(names).toContain(join('plots', 'world_map.svg'));
      names.sort();
      hashes.push(
        Object.fromEntries(
          await Promise.all(names.map(async (name) => [name, await sha256(join(outputDir, name))] as const)),
        ),
      );
    }
    for (const other of hashes.slice(1)) expect(other).toEqual(hashes[0]);
  });

  it('reads the source at most four times', async () => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(5));
    const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), reporters: [] });
    expect(run.plan.sourceScans).toBeLessThanOrEqual(4);
  });

  it('changes the anomaly score when contamination changes', async () => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(40));
    const flagged = async (contamination: number) => {
      const run = await runBotAnnotator({
        input,
        outputDir: join(folder, 'out'),
        outputStrategy: 'reports_only',
        contamination,
      });
      return run.features.need('is_anomaly').reduce((a, b) => a + b, 0);
    };
    expect(await flagged(0.05)).toBeLessThan(await flagged(0.4));
  });
});

describe('overwrite', () => {
  it('replaces the input by the same rows with their verdicts', async () => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(5));
    const before = await readParquet(input);
    const digest = await sha256(input);
    const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), outputStrategy: 'overwrite' });
    expect(run.outputParquet).toBe(input);
    expect(run.inputs[0]!.digest).toContain(digest);
    const after = await readParquet(input);
    expect(after).toHaveLength(before.length);
    before.forEach((row, i) => {
      expect(after[i]).toMatchObject(row);
    });
    expect(after[0]).toHaveProperty('behavior_type');
    expect(await readdir(folder)).toEqual(['log.parquet', 'out']);
  });

  it('leaves a link a link, and who may read the log as it is', async () => {
    const folder = await scratch();
    const [input, link] = [join(folder, 'log.parquet'), join(folder, 'link.parquet')];
    await parquet(input, people(3));
    await chmod(input, 0o440);
    await symlink(input, link);
    const run = await runBotAnnotator({ input: link, outputDir: join(folder, 'out'), outputStrategy: 'overwrite' });
    expect(run.outputParquet).toBe(link);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await stat(input)).mode & 0o777).toBe(0o440);
    expect((await readParquet(input))[0]).toHaveProperty('behavior_type');
  });
});

it('counts a log and a link to it once, and says so', async () => {
  const folder = await scratch();
  const [input, link] = [join(folder, 'log.parquet'), join(folder, 'link.parquet')];
  await parquet(input, people(3));
  await symlink(input, link);
  const options = { outputDir: join(folder, 'out'), outputStrategy: 'reports_only', reporters: [] } as const;
  const alone = await runBotAnnotator({ ...options, input });
  const both = await runBotAnnotator({ ...options, input: [input, link] });
  expect(both.rowCounts).toEqual(alone.rowCounts);
  const warning = `${link} is the same file as ${input}: its rows are counted once`;
  expect([both.warnings.includes(warning), alone.warnings.includes(warning)]).toEqual([true, false]);
});

describe('overwrite with an output', () => {
  it('that is the input itself still verifies before it replaces', async () => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(3));
    const options = {
      input,
      outputParquet: input,
      outputDir: join(folder, 'out'),
      outputStrategy: 'overwrite',
    } as const;
    expect((await runBotAnnotator(options)).outputParquet).toBe(input);
    // A second run replaces the first annotation instead of adding to it.
    const once = Object.keys((await readParquet(input))[0]!);
    await runBotAnnotator(options);
    expect(Object.keys((await readParquet(input))[0]!)).toEqual(once);
  });
});

describe('what cannot work', () => {
  it.each([
    [{ input: 'missing.parquet' }, 'FILE_NOT_FOUND'],
    [{ provider: 'ebbi' }, 'UNKNOWN_PROVIDER'],
    [{ classificationMethod: 'rulez' as 'rules' }, 'INVALID_OPTION'],
    [{ outputStrateggy: 'x' } as object, 'UNKNOWN_OPTION'],
    [{ rules: 'nonesuch' }, 'RULES_NOT_FOUND'],
    [{ contamination: 0.9 }, 'INVALID_OPTION'],
    [{ groupRadiusKm: -1 }, 'INVALID_OPTION'],
    [{ groupRadiusKm: Number.NaN }, 'INVALID_OPTION'],
    [{ schema: { userField: '"; DROP TABLE x' } }, 'MISSING_COLUMN'],
    [{ schema: { minYear: 2090 } }, 'NO_USABLE_ROWS'],
    [{ memoryLimit: 'lots' }, 'INVALID_OPTION'],
  ])('%j stops with %s before anything is written', async (options, code) => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(2));
    const run = runBotAnnotator({ input, outputDir: join(folder, 'out'), ...options });
    await expect(run).rejects.toMatchObject({ code });
    expect((await readdir(folder)).flatMap((name) => (name === 'out' ? [] : [name]))).toEqual(['log.parquet']);
  });

  it('refuses to write the annotated file over the input', async () => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(2));
    await expect(runBotAnnotator({ input, outputParquet: input, outputDir: folder })).rejects.toMatchObject({
      code: 'OUTPUT_IS_INPUT',
    });
  });

  it('stops when asked and leaves nothing half-written', async () => {
    const folder = await scratch();
    const input = await parquet(join(folder, 'log.parquet'), people(20));
    const controller = new AbortController();
    const onProgress = ({ step }: { step: string }) => {
      if (step === 'annotate') controller.abort();
    };
    await expect(
      runBotAnnotator({ input, outputDir: join(folder, 'out'), onProgress, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await readdir(join(folder, 'out'))).toEqual([]);
  });
});
