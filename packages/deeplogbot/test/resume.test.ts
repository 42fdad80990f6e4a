import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BASE_SCHEMA, type Source } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { type AnnotatorOptions, resolveOptions } from '../src/options.js';
import { openResume, type ResumedRun } from '../src/steps/resume.js';

let engine: ResumedRun['engine'];
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

const files: Source = { kind: 'files', paths: ['/logs/a.parquet'], format: 'parquet' };

function run(more: Partial<ResumedRun> = {}): ResumedRun {
  const log = { schema: BASE_SCHEMA, contents: async () => ({ '/logs/a.parquet': 'a'.repeat(64) }) };
  return { engine, provider: ebiProvider, source: files, log, ...more };
}

const optionsOf = (outputDir: string, more: Partial<AnnotatorOptions> = {}) =>
  resolveOptions({ input: 'unread', outputDir, resume: true, ...more });

/** What a run says that finds the folder of the plain one. */
async function afterPlain(more: Partial<ResumedRun>, options: Partial<AnnotatorOptions> = {}): Promise<string> {
  const outputDir = await scratch();
  await (await openResume(run(), optionsOf(outputDir)))?.close();
  try {
    await (await openResume(run(more), optionsOf(outputDir, options)))?.close();
    return 'goes on';
  } catch (error) {
    return (error as Error).message.replace(/^.* was another one: /, '');
  }
}

describe('a run is continued', () => {
  it('by one with the same log and options, whatever becomes of the features later', async () => {
    expect(await afterPlain({})).toBe('goes on');
    expect(await afterPlain({}, { contamination: 0.1, classificationMethod: 'deep', reporters: [] })).toBe('goes on');
  });

  it.each<[string, Partial<ResumedRun>, Partial<AnnotatorOptions>]>([
    ['definitions is reference, was clean.', {}, { definitions: 'reference' }],
    ['the sample is 9 with seed 42, was none.', {}, { sampleSize: 9 }],
    ['the provider is mine, was ebi.', { provider: { ...ebiProvider, name: 'mine' } }, {}],
    ['schema.minYear is 1999, was 2020.', { log: { ...run().log, schema: { ...BASE_SCHEMA, minYear: 1999 } } }, {}],
    [
      'the input /logs/a.parquet is bbbbbbbbbbbb…, was aaaaaaaaaaaa….',
      { log: { ...run().log, contents: async () => ({ '/logs/a.parquet': 'b'.repeat(64) }) } },
      {},
    ],
  ])('by no other: %s', async (difference, more, options) => {
    expect(await afterPlain(more, options)).toBe(difference);
  });

  it('by no run with another seed, where locations are drawn by it', async () => {
    const outputDir = await scratch();
    const drawn = (randomState: number) => openResume(run(), optionsOf(outputDir, { sampleSize: 9, randomState }));
    await (await drawn(1))?.close();
    await expect(drawn(2)).rejects.toThrow('the sample is 9 with seed 2, was 9 with seed 1.');
  });

  it('by none of another version', async () => {
    const outputDir = await scratch();
    await (await openResume(run(), optionsOf(outputDir)))?.close();
    const manifest = join(outputDir, '.deeplogbot-resume', 'resume.json');
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, text.replace(/("the version of deeplogbot": )"[^"]+"/, '$1"0.0.0"'));
    await expect(openResume(run(), optionsOf(outputDir))).rejects.toThrow(
      /the version of deeplogbot is .+, was 0\.0\.0\.$/,
    );
  });

  it('by none with another engine', async () => {
    const other = Object.assign(Object.create(engine), { name: 'another' });
    expect(await afterPlain({ engine: other })).toMatch(/^the engine is another v\S+, was duckdb-native v\S+\.$/);
  });
});

it('is not kept unless it is asked for', async () => {
  expect(await openResume(run(), optionsOf(await scratch(), { resume: false }))).toBeUndefined();
});

it.each<[string, Partial<ResumedRun>]>([
  ['a table, which may have changed', { source: { kind: 'relation', name: 'log' } }],
  [
    'a log that the provider reads itself',
    {
      provider: { ...ebiProvider, reader: { isLog: () => true, read: () => Promise.reject(new TypeError('unread')) } },
    },
  ],
])('cannot be kept of %s', async (_, more) => {
  const opening = openResume(run(more), optionsOf(await scratch()));
  await expect(opening).rejects.toMatchObject({ code: 'RESUME_UNSUPPORTED' });
});
