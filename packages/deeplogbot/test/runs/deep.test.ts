import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textReport } from '@deeplogbot/reports';
import { runBotAnnotator } from 'deeplogbot';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { classifyFeatures } from '../../src/commands/classify-features.js';
import { trainModelFile } from '../../src/commands/train-model.js';
import { duckdb, farms, parquet, people } from '../support/logs.js';

const DEMO = fileURLToPath(new URL('../../../../examples/demo/', import.meta.url));
const LABELS = fileURLToPath(new URL('../../../providers/ebi/test/fixtures/location-labels.csv', import.meta.url));
const LOG = join(DEMO, 'downloads.parquet');

const labelsOf = async (file: string) =>
  new Map(
    (await duckdb(`SELECT geo_location, label FROM read_csv('${file}', header = true, all_varchar = true)`)).map(
      (row) => [String(row.geo_location), String(row.label)],
    ),
  );

/** Locations with a verdict that is not the known label. */
async function wrong(run: Awaited<ReturnType<typeof runBotAnnotator>>) {
  const truth = await labelsOf(join(DEMO, 'labels.csv'));
  return run.features.keys.filter((key, i) => {
    const { label } = run.verdicts.rows[i]!;
    return label !== 'insufficient_evidence' && truth.has(key) && truth.get(key) !== label;
  });
}

describe('the deep method on a log', () => {
  it('finds what is known of the demo log, says why and gives the clean total with an interval', async () => {
    const folder = await scratch();
    const run = await runBotAnnotator({
      input: LOG,
      classificationMethod: 'deep',
      outputDir: folder,
      outputStrategy: 'reports_only',
      reporters: [textReport],
    });
    expect((await wrong(run)).length).toBeLessThan(0.05 * run.totalLocations);
    expect(run.verdicts.rows.every(({ reasons }) => reasons.length > 0)).toBe(true);
    const { low, expected, high } = run.cleanTotal;
    expect(low).toBeLessThanOrEqual(expected);
    expect(expected).toBeLessThanOrEqual(high);
    const report = (await readFile(join(folder, 'bot_detection_report.txt'), 'utf8')).replace(/\s+/g, ' ');
    expect(report).toMatch(/downloads of people are expected in all \(95 %/);
    for (const sentence of run.cleanTotal.basis!.split('. ')) expect(report).toContain(sentence);
    expect(run.cleanTotal.basis).toMatch(/^No labels were given: this rests on a model of 625 labelled locations and/);
  });

  it('takes labels of some locations, and refuses what cannot be right about them', async () => {
    const folder = await scratch();
    const options = {
      input: LOG,
      classificationMethod: 'deep',
      outputDir: folder,
      outputStrategy: 'reports_only',
      reporters: [],
    } as const;
    const truth = [...(await labelsOf(join(DEMO, 'labels.csv')))].map(([key, label]) => ({
      key,
      label: label as 'bot',
    }));
    const run = await runBotAnnotator({ ...options, labels: truth.filter((_, i) => i % 3 === 0) });
    expect((await wrong(run)).length).toBeLessThan(0.03 * run.totalLocations);
    const bad = (labels: readonly { key: string; label: string }[]) =>
      runBotAnnotator({ ...options, labels: labels as never });
    await expect(bad([{ key: 'x', label: 'robot' }])).rejects.toMatchObject({
      code: 'UNKNOWN_LABEL',
      hint: expect.stringMatching(/bot/),
    });
    await expect(
      bad([
        { key: 'x', label: 'bot' },
        { key: 'x', label: 'hub' },
      ]),
    ).rejects.toMatchObject({ code: 'CONTRADICTING_LABELS' });
  });

  it('calls nobody a bot in a log of people, and stands a log of bots', async () => {
    const folder = await scratch();
    const humans = await parquet(join(folder, 'people.parquet'), people(60));
    const options = {
      classificationMethod: 'deep',
      reporters: [],
      outputStrategy: 'reports_only',
      outputDir: join(folder, 'out'),
    } as const;
    const run = await runBotAnnotator({ ...options, input: humans });
    expect(run.botLocations).toBe(0);
    const machines = await parquet(join(folder, 'farms.parquet'), farms(20));
    const bots = await runBotAnnotator({ ...options, input: machines });
    expect(bots.botLocations).toBe(20);
  });

  it('refuses a model or labels that the rules would not read', async () => {
    const folder = await scratch();
    await expect(runBotAnnotator({ input: LOG, outputDir: folder, model: 'model.json' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      hint: expect.stringMatching(/deep/),
    });
  });
});

describe('a trained model', () => {
  it('is the same file twice, and the one that ships', async () => {
    const folder = await scratch();
    const train = (name: string) => trainModelFile({ features: LABELS, output: join(folder, name), provider: 'ebi' });
    const { path, model } = await train('a.json');
    expect(model.manifest).toMatchObject({ rows: 625, labels: { bot: 408, organic: 137, hub: 80 } });
    const text = await readFile(path, 'utf8');
    expect(await readFile((await train('b.json')).path, 'utf8')).toBe(text);
    const { ebiProvider } = await import('@deeplogbot/provider-ebi');
    expect(`${await ebiProvider.model!()}\n`).toBe(text);
  });

  it('classifies a feature table with the measures it was fitted on, and refuses other providers’ logs', async () => {
    const folder = await scratch();
    const { path } = await trainModelFile({ features: LABELS, output: join(folder, 'model.json') });
    const output = join(folder, 'verdicts.csv');
    await classifyFeatures({ features: LABELS, output, classificationMethod: 'deep', model: path });
    const [{ right }] = (await duckdb(
      `SELECT count(*) FILTER (v.label = l.label) / count(*) AS right FROM read_csv('${output}') v JOIN read_csv('${LABELS}') l USING (geo_location)`,
    )) as [{ right: number }];
    expect(right).toBeGreaterThan(0.93);
    const foreign = join(folder, 'foreign.json');
    await writeFile(foreign, (await readFile(path, 'utf8')).replace('"provider":"ebi"', '"provider":"other"'));
    await expect(
      classifyFeatures({ features: LABELS, output, classificationMethod: 'deep', model: foreign }),
    ).rejects.toMatchObject({ code: 'FOREIGN_MODEL' });
    await expect(
      classifyFeatures({ features: LABELS, output, classificationMethod: 'deep', model: join(folder, 'none.json') }),
    ).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});
