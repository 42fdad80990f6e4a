import { createHash } from 'node:crypto';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { locationAnalysisParquet, runManifest } from '@deeplogbot/reports';
import { runBotAnnotator } from 'deeplogbot';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { cli } from '../support/cli.js';
import { duckdb, farms, mirrors, parquet, people } from '../support/logs.js';

let folder: string;
let a: string;
let b: string;

/** A run with what a comparison reads and no more. */
const run = (input: string, outputDir: string, rules?: string) =>
  runBotAnnotator({ input, outputDir, reporters: [locationAnalysisParquet, runManifest], ...(rules && { rules }) });

/** Two months of one repository: in the second the farms are gone, and a mirror came. */
beforeAll(async () => {
  folder = await scratch();
  [a, b] = [join(folder, 'a'), join(folder, 'b')];
  const first = await parquet(
    join(folder, 'first.parquet'),
    `${people(30)} UNION ALL ${farms(2)} UNION ALL ${mirrors(1)}`,
  );
  // Where the first farm was there are people now.
  const residents = `SELECT * REPLACE ('20.0000,100.0000' AS geo_location, 'China' AS country) FROM (${people(6)}) WHERE "user" LIKE 'p5%'`;
  const second = await parquet(
    join(folder, 'second.parquet'),
    `${people(28)} UNION ALL ${residents} UNION ALL ${mirrors(2)}`,
  );
  await run(first, a);
  await run(second, b);
});

const labels = (run: string) =>
  duckdb(
    `SELECT geo_location AS key, label, downloads::INT AS n FROM read_parquet('${join(run, 'location_analysis.parquet')}') ORDER BY key`,
  );

describe('deeplogbot diff', () => {
  it('says what changed, and its parts sum to the whole', async () => {
    const out = join(folder, 'diff');
    const { code, out: said } = await cli('diff', a, b, '-o', out);
    expect(code).toBe(0);
    expect(said).toContain('Downloads without bots: ');
    expect((await readdir(out)).sort()).toEqual(['diff.html', 'diff.json', 'diff.txt']);
    const diff = JSON.parse(await readFile(join(out, 'diff.json'), 'utf8'));

    const [left, right] = [await labels(a), await labels(b)];
    const clean = (rows: typeof left) =>
      rows.reduce((sum, row) => (row.label === 'bot' ? sum : sum + Number(row.n)), 0);
    expect([diff.effect.a, diff.effect.b]).toEqual([clean(left), clean(right)]);
    const { change, reclassified, appeared, disappeared, traffic } = diff.effect;
    expect(reclassified + appeared + disappeared + traffic).toBe(change);
    expect(change).toBe(diff.effect.b - diff.effect.a);
    expect(disappeared).toBeLessThan(0);
    expect(appeared).toBeGreaterThan(0);

    const other = new Map(right.map((row) => [row.key, row.label]));
    const changed = left.filter((row) => other.has(row.key) && other.get(row.key) !== row.label);
    expect(changed.length).toBeGreaterThan(0);
    expect(diff.changedLocations).toBe(changed.length);
    expect(diff.locations.map(({ location }: { location: string }) => location).sort()).toEqual(
      changed.map((row) => row.key).sort(),
    );
    expect(diff.transitions.reduce((n: number, one: { locations: number }) => n + one.locations, 0)).toBe(
      new Set([...left, ...right].map((row) => row.key)).size,
    );
    // The reasons that changed account for every location that changed class, and for what these moved.
    type Reason = { from: string; to: string; locations: number; change: number };
    const moved = diff.reasons.filter(({ from, to }: Reason) => from !== to);
    expect(moved.reduce((n: number, each: Reason) => n + each.locations, 0)).toBe(changed.length);
    expect(moved.reduce((n: number, each: Reason) => n + each.change, 0)).toBe(reclassified);
    // Totals per class are the margins of the transitions.
    const bots = diff.verdicts.find(({ verdict }: { verdict: string }) => verdict === 'bot');
    expect([bots.locationsA, bots.locationsB]).toEqual(
      [left, right].map((rows) => rows.filter(({ label }) => label === 'bot').length),
    );
    expect(diff.commonLocations).toBe(left.filter((row) => other.has(row.key)).length);
    expect(diff.reasons[0]).toMatchObject({ from: 'bot', to: 'organic', reasonA: expect.stringMatching(/^[a-z_]+$/) });
    expect(diff.differences.map(({ what }: { what: string }) => what)).toContain('input');
    expect(diff.causes).toEqual(['data']);
    expect(diff.note).toContain('The runs differ in their data alone');
  });

  it('finds the data sets and countries that moved, with the location behind it', async () => {
    const diff = JSON.parse((await cli('diff', a, b, '-o', join(folder, 'diff'), '--json')).out);
    const china = diff.countries.find(({ name }: { name: string }) => name === 'China');
    expect(china.change).toBe(china.b - china.a);
    expect(china.because).toMatchObject({ country: 'China', from: 'bot' });
    const [set] = diff.dataSets;
    const counted = async (run: string) =>
      Number(
        (
          await duckdb(`SELECT count(*)::INT AS n FROM read_parquet('${join(run, '*_annotated.parquet')}')
            WHERE accession = '${set.name}' AND NOT is_bot AND behavior_type <> 'filtered'`)
        )[0]!.n,
      );
    expect([set.a, set.b]).toEqual([await counted(a), await counted(b)]);
  });

  it('finds nothing between a run and itself, and does not measure data sets without the annotated log', async () => {
    const same = join(folder, 'same');
    await cp(a, same, { recursive: true, filter: (path) => !path.endsWith('_annotated.parquet') });
    const { code, out } = await cli('diff', a, same, '-o', join(folder, 'nothing'), '--json');
    expect(code).toBe(0);
    const diff = JSON.parse(out);
    expect([
      diff.effect.change,
      diff.changedLocations,
      diff.reasons,
      diff.countries,
      diff.dataSets,
      diff.differences,
    ]).toEqual([0, 0, [], [], null, []]);
    expect(await readFile(join(folder, 'nothing', 'diff.txt'), 'utf8')).toContain('Data sets: not measured');
  });

  it('says that the rules are the reason where nothing else differs', async () => {
    const strict = join(folder, 'mine.yaml');
    const log = join(folder, 'first.parquet');
    await writeFile(strict, `${ebiProvider.rules.default}\n# mine\n`);
    const c = join(folder, 'c');
    await run(log, c, strict);
    const sources = async (of: string) => JSON.parse(await readFile(join(of, 'run.json'), 'utf8')).sources;
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(await sources(a)).toEqual([
      { kind: 'rules', name: 'ebi/default.yaml', digest: digest(ebiProvider.rules.default) },
    ]);
    expect(await sources(c)).toEqual([
      { kind: 'rules', name: 'mine.yaml', digest: digest(await readFile(strict, 'utf8')) },
    ]);
    const diff = JSON.parse((await cli('diff', a, c, '-o', join(folder, 'rules'), '--json')).out);
    expect(diff.causes).toEqual(['rules']);
    const note = JSON.parse(await readFile(join(folder, 'rules', 'diff.json'), 'utf8')).note;
    expect(note).toContain('The runs differ in their rules alone, so that is the reason.');
  });

  it('gives the same bytes again', async () => {
    const texts = [];
    for (const threads of ['1', '4']) {
      await cli('diff', a, b, '-o', join(folder, `again-${threads}`), '--quiet', '--threads', threads);
      const files = ['diff.json', 'diff.txt', 'diff.html'].map((name) => join(folder, `again-${threads}`, name));
      texts.push(await Promise.all(files.map((file) => readFile(file, 'utf8'))));
    }
    expect(texts[1]).toEqual(texts[0]);
  });

  it('prints no control character of a name', async () => {
    const hostile = join(folder, 'hostile.parquet');
    await parquet(
      hostile,
      `SELECT * REPLACE (geo_location || chr(27) || '[31m' AS geo_location, chr(27) || '[2J' AS country) FROM (${people(4)})`,
    );
    await run(hostile, join(folder, 'h'));
    await cli('diff', a, join(folder, 'h'), '-o', join(folder, 'dh'), '--quiet');
    expect(await readFile(join(folder, 'dh', 'diff.txt'), 'utf8')).not.toContain('\u001b');
    expect(await readFile(join(folder, 'dh', 'diff.html'), 'utf8')).not.toContain('\u001b');
  });

  it('keeps names as text in the page', async () => {
    const named = (rows: string) =>
      `SELECT * REPLACE ('<img src=x onerror=alert(1)>' || country AS country, '</td><script>alert(1)</script>' AS accession) FROM (${rows})`;
    const [one, two] = [join(folder, 'h1'), join(folder, 'h2')];
    await run(await parquet(join(folder, 'h1.parquet'), named(people(5))), one);
    await run(await parquet(join(folder, 'h2.parquet'), named(people(8))), two);
    await cli('diff', one, two, '-o', join(folder, 'dh12'), '--quiet');
    const page = await readFile(join(folder, 'dh12', 'diff.html'), 'utf8');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.match(/<(img|script|iframe|object|embed|link|base)\b/gi)).toBeNull();
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
  });

  it('refuses what is no run, or another key', async () => {
    expect(await cli('diff', a, folder, '-o', join(folder, 'x'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('NOT_A_RUN'),
    });
    const other = join(folder, 'other');
    await cp(b, other, { recursive: true });
    const manifest = JSON.parse(await readFile(join(other, 'run.json'), 'utf8'));
    await writeFile(
      join(other, 'run.json'),
      JSON.stringify({ ...manifest, schema: { ...manifest.schema, locationField: ['country', 'geo_location'] } }),
    );
    expect(await cli('diff', a, other, '-o', join(folder, 'x'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('location is geo_location in one and country, geo_location in the other'),
    });
    await cp(join(b, 'run.json'), join(other, 'run.json'));
    await parquet(join(other, 'location_analysis.parquet'), 'SELECT 1 AS client');
    expect((await cli('diff', a, other, '-o', join(folder, 'x'))).err).toContain(
      'location_analysis.parquet without geo_location',
    );
    await writeFile(join(other, 'run.json'), '{"format": 99}');
    expect((await cli('diff', a, other, '-o', join(folder, 'x'))).err).toContain('not of format 1');
    expect(await cli('diff', a, '-o', join(folder, 'x'))).toMatchObject({ code: 2 });
    expect(await cli('diff', a, b, '-o', join(folder, 'x'), '--top', '0')).toMatchObject({ code: 2 });
  });
});
