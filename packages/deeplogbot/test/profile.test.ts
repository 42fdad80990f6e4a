import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timing } from '@deeplogbot/core';
import { runBotAnnotator } from 'deeplogbot';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { parquet, people } from './support/logs.js';

let folder: string;
let profile: { readonly rows: number; readonly seconds: number; readonly steps: readonly Timing[] };
const step = (name: string) => profile.steps.find((each) => each.step === name)!;

beforeAll(async () => {
  folder = await scratch();
  const input = await parquet(join(folder, 'log.parquet'), people(6));
  await runBotAnnotator({ input, outputDir: join(folder, 'out'), profile: join(folder, 'where', 'p.json') });
  profile = JSON.parse(await readFile(join(folder, 'where', 'p.json'), 'utf8'));
});

describe('--profile', () => {
  it('names every step with begin, processor time and memory, in order of begin', () => {
    for (const name of ['bind', 'features', 'features/keys', 'classify', 'annotate', 'reports/run-manifest']) {
      expect(step(name), name).toBeDefined();
    }
    const starts = profile.steps.map(({ start }) => start!);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    for (const { start, seconds } of profile.steps) expect(start! + seconds).toBeLessThanOrEqual(profile.seconds);
    expect(step('annotate').cpuSeconds).toBeGreaterThanOrEqual(0);
    expect(step('annotate').residentBytes).toBeGreaterThan(2 ** 20);
  });

  it('counts the rows of every table: the narrow events are as many as the log has', () => {
    expect(step('features/event_rows').rows).toBe(profile.rows);
    expect(step('features/by_user').rows).toBeGreaterThan(0);
    expect(step('features/by_user').rows).toBeLessThanOrEqual(step('features/user_spans').rows!);
  });

  it('makes reports while the annotated log is written', () => {
    const annotated = step('annotate').start! + step('annotate').seconds;
    expect(step('reports/location-analysis-csv').start).toBeLessThan(annotated);
    expect(step('reports/run-manifest').start).toBeGreaterThanOrEqual(annotated);
  });

  it('draws a picture that names the steps', async () => {
    const picture = await readFile(join(folder, 'where', 'p.svg'), 'utf8');
    expect(picture).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(picture).toMatch(/>\u00a0features<\/text>/);
    expect(picture).toMatch(/>seconds<\/text>/);
    const shown = profile.steps.filter(({ seconds }) => seconds >= 0.004 * profile.seconds).length;
    const left = profile.steps.length - shown;
    expect(picture).toMatch(
      new RegExp(`>${left} steps? of less than [\\d.]+ s (is|are) in the JSON file alone</text>`),
    );
  });

  it('refuses a file of another kind before anything is written', async () => {
    const outputDir = join(folder, 'never');
    const run = runBotAnnotator({ input: join(folder, 'log.parquet'), outputDir, profile: 'p.txt' });
    await expect(run).rejects.toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining('.json') });
    expect(existsSync(outputDir)).toBe(false);
  });
});
