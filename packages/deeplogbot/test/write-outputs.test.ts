import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, type Reporter, type RunResult } from '@deeplogbot/core';
import { DEFAULT_REPORTERS, runBotAnnotator } from 'deeplogbot';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { type OutputWork, writeOutputs } from '../src/steps/write-outputs.js';
import { parquet, people } from './support/logs.js';

let run: RunResult;
beforeAll(async () => {
  const folder = await scratch();
  const input = await parquet(join(folder, 'log.parquet'), people(6));
  const result = await runBotAnnotator({ input, outputDir: join(folder, 'out'), outputStrategy: 'reports_only' });
  run = { ...result, files: [], outputs: [], warnings: [], timings: [] };
});

const diskFull = () =>
  new EngineError('No space left on device.', { code: 'DISK_FULL', hint: 'Free some space.', sql: 'COPY' });

const counts = (): OutputWork['count'] => ({ usage: async () => run.usage, traffic: async () => run.traffic });

async function work(more: Partial<OutputWork> = {}): Promise<OutputWork> {
  const outputDir = join(await scratch(), 'out');
  const write: Write = async (beside) => {
    beside?.onRead?.();
    await beside?.mayPublish?.();
    const path = join(outputDir, 'log_annotated.parquet');
    await writeFile(path, 'rows');
    return path;
  };
  const sumUp = async () => run;
  return { outputDir, reporters: DEFAULT_REPORTERS, sumUp, count: counts(), annotation: annotation(write), ...more };
}

/** One early report and the manifest: those of drawings take a second. */
const FEW = DEFAULT_REPORTERS.filter(({ name }) => ['location-analysis-csv', 'run-manifest'].includes(name));

type Write = OutputWork['annotation']['write'];
const annotation = (write: Write, readsAhead = false) => ({ readsAhead, write });

describe.each([
  ['after counting', false],
  ['ahead', true],
])('with a log that is read %s', (_, ahead) => {
  it('leaves nothing, not even the folder of the drawings, when the annotated log cannot be written', async () => {
    const failing = await work({ annotation: annotation(() => Promise.reject(new TypeError('no')), ahead) });
    await expect(writeOutputs(failing)).rejects.toThrow('no');
    expect(await readdir(failing.outputDir).catch(() => [])).toEqual([]);
  });

  it('leaves nothing when the events cannot be counted', async () => {
    const place = await work({ count: { ...counts(), usage: () => Promise.reject(new TypeError('lost')) } });
    const failing = { ...place, annotation: { ...place.annotation, readsAhead: ahead } };
    await expect(writeOutputs(failing)).rejects.toThrow('lost');
    expect(await readdir(failing.outputDir).catch(() => [])).toEqual([]);
  });

  it('leaves nothing, not even the annotated log, when the run cannot be summed up', async () => {
    const place = await work({ sumUp: () => Promise.reject(new TypeError('no names')) });
    const failing = { ...place, annotation: { ...place.annotation, readsAhead: ahead } };
    await expect(writeOutputs(failing)).rejects.toThrow('no names');
    expect(await readdir(failing.outputDir).catch(() => [])).toEqual([]);
  });

  it.each(['sumUp', 'usage'])(
    'leaves nothing when there is no room for what comes before the log (%s)',
    async (which) => {
      const full = () => Promise.reject(diskFull());
      const place = await work(which === 'usage' ? { count: { ...counts(), usage: full } } : { sumUp: full });
      const failing = { ...place, annotation: { ...place.annotation, readsAhead: ahead } };
      await expect(writeOutputs(failing)).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(await readdir(failing.outputDir).catch(() => [])).toEqual([]);
    },
  );

  it('gives the annotated log the room of the reports before it gives up', async () => {
    const place = await work({ reporters: FEW });
    let tries = 0;
    const write: Write = async (beside) => {
      if (tries++ === 0) throw diskFull();
      return place.annotation.write(beside);
    };
    const result = await writeOutputs({ ...place, annotation: annotation(write, ahead) });
    expect(tries).toBe(2);
    expect((await readdir(place.outputDir)).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(await readdir(place.outputDir)).toEqual(expect.arrayContaining(['log_annotated.parquet', 'run.json']));
    expect(result.outputs.length).toBe(result.files.length);
    const never = await work({ reporters: FEW, annotation: annotation(() => Promise.reject(diskFull()), ahead) });
    await expect(writeOutputs(never)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(never.outputDir)).toEqual([]);
  });
});

it.each([false, true])(
  'makes reports behind the log where they are to come apart, and in any case publishes them with it (%s)',
  async (ahead) => {
    const order: string[] = [];
    const reporter: Reporter = {
      name: 'a',
      early: true,
      write: async (_, target) => {
        order.push('report');
        return [await target.write('a.txt', 'a')];
      },
    };
    const place = await work({ reporters: [reporter] });
    const write: Write = async (beside) => {
      const path = await place.annotation.write(beside);
      order.push('log');
      return path;
    };
    const apart = async () => void order.push('apart');
    await writeOutputs({ ...place, annotation: annotation(write, ahead), apart });
    expect(order).toEqual(['log', 'apart', 'report']);
    expect((await readdir(place.outputDir)).sort()).toEqual(['a.txt', 'log_annotated.parquet']);
  },
);

it('shows early reports no files and later ones those before them, the annotated log first', async () => {
  const seen: Record<string, number[]> = {};
  const spy = (name: string, early: boolean): Reporter => ({
    name,
    early,
    write: async (result, target) => {
      seen[name] = [result.files.length, result.outputs.length];
      return [await target.write(`${name}.txt`, name)];
    },
  });
  // c could be early, but stands behind one that cannot
  const reporters = [spy('a', true), spy('b', false), spy('c', true)];
  const result = await writeOutputs(await work({ reporters }));
  expect(seen).toEqual({ a: [0, 0], b: [2, 2], c: [3, 3] });
  expect(result.files.map((file) => file.split('/').at(-1))).toEqual([
    'log_annotated.parquet',
    'a.txt',
    'b.txt',
    'c.txt',
  ]);
  expect(result.outputs.map(({ path }) => path)).toEqual(result.files);
});

it('lets no report wait for one aside, whose files and warnings come first all the same', async () => {
  let release = () => {};
  const others = new Promise<void>((resolve) => {
    release = resolve;
  });
  const happened: string[] = [];
  const aside: Reporter = {
    name: 'aside',
    early: true,
    aside: true,
    write: async (_, target, warn) => {
      await others; // For ever, if the one behind it waited.
      warn?.('aside warns');
      return [await target.write('aside.txt', 'a')];
    },
  };
  const beside: Reporter = {
    ...aside,
    name: 'beside',
    write: async (_, target) => {
      happened.push('beside');
      return [await target.write('beside.txt', 'c')];
    },
  };
  const behind: Reporter = {
    name: 'behind',
    early: true,
    write: async ({ warnings }, target, warn) => {
      happened.push(`${warnings.length} warnings`);
      warn?.('behind warns');
      release();
      return [await target.write('behind.txt', 'b')];
    },
  };
  const place = await work({ reporters: [aside, beside, behind] });
  const result = await writeOutputs(place);
  expect(happened).toEqual(['beside', '0 warnings']);
  expect(result.warnings).toEqual(['aside warns', 'behind warns']);
  expect(result.files.map((file) => file.split('/').at(-1))).toEqual([
    'log_annotated.parquet',
    'aside.txt',
    'beside.txt',
    'behind.txt',
  ]);
  expect(result.timings.map(({ step }) => step)).toEqual(
    expect.arrayContaining(['reports/aside', 'reports/behind', 'annotate']),
  );
  const failing = {
    ...place,
    outputDir: join(place.outputDir, 'no'),
    annotation: annotation(() => Promise.reject(diskFull())),
  };
  await expect(writeOutputs(failing)).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(await readdir(failing.outputDir)).toEqual([]);
});

it('does without a report whose name a folder has', async () => {
  const place = await work();
  await mkdir(join(place.outputDir, 'report.html'), { recursive: true });
  const result = await writeOutputs(place);
  expect(result.warnings.filter((warning) => warning.startsWith('report "'))).toEqual([
    expect.stringMatching(/^report "html-report" failed: .*a folder has this name/),
  ]);
  expect(await readdir(place.outputDir)).toContain('statistics.json');
});

it('counts what was read ahead while it is written, and gives it its name when both are done', async () => {
  const happened: string[] = [];
  const usage = async () => {
    happened.push('counted');
    return run.usage;
  };
  const write: Write = async (beside) => {
    happened.push('read');
    beside!.onRead!();
    await beside!.mayPublish!();
    happened.push('published');
    return place.annotation.write();
  };
  const place = await work({ reporters: [{ name: 'a', early: true, needs: ['usage'], write: async () => [] }] });
  await writeOutputs({ ...place, count: { ...counts(), usage }, annotation: annotation(write, true) });
  expect(happened).toEqual(['read', 'counted', 'published']);
});

it('prepares what waits for counts before they are there, and lets the report tell what failed', async () => {
  const happened: string[] = [];
  const reporter = (name: string, more: Partial<Reporter>): Reporter => ({
    name,
    early: true,
    write: async ({ usage }) => {
      happened.push(`${name} ${usage ? 'counted' : 'uncounted'}`);
      return [];
    },
    ...more,
  });
  let count = () => {};
  const counted = new Promise<void>((resolve) => {
    count = resolve;
  });
  const prepare = async ({ usage }: RunResult) => {
    happened.push(`b prepared, ${usage ? 'counted' : 'uncounted'}`);
    count();
  };
  const fails = { needs: ['usage'] as const, prepare: () => Promise.reject(new TypeError('no')) };
  const reporters = [reporter('a', {}), reporter('b', { needs: ['usage'], prepare }), reporter('c', fails)];
  const usage = async () => {
    await counted; // For ever, if nobody prepared anything before.
    return run.usage;
  };
  const { usage: _, ...uncounted } = run;
  const result = await writeOutputs(
    await work({ sumUp: async () => uncounted, reporters, count: { ...counts(), usage } }),
  );
  expect(happened).toEqual(['a uncounted', 'b prepared, uncounted', 'b counted', 'c counted']);
  expect(result.warnings).toEqual([]);
});
