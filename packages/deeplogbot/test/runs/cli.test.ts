import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { cli, type Said } from '../support/cli.js';
import { parquet, people } from '../support/logs.js';

describe('deeplogbot over a log', () => {
  let folder: string;
  let input: string;
  let main: Said;
  beforeAll(async () => {
    folder = await scratch();
    input = await parquet(join(folder, 'log.parquet'), people(12));
    main = await cli('-i', input, '-o', join(folder, 'out'));
  });

  it('runs the main job and prints what it found', async () => {
    const { code, out, err } = main;
    expect(code).toBe(0);
    expect(out).toContain('downloads from 12 locations');
    expect(out).toContain(join(folder, 'out', 'log_annotated.parquet'));
    expect(err).toContain('features …');
  });

  it('takes the reference’s flags', async () => {
    const flags = [
      '-m',
      'rules',
      '-c',
      '0.2',
      '-p',
      'ebi',
      '-out',
      join(folder, 'a.parquet'),
      '--min-location-downloads',
      '20',
      '--compute-importances',
    ];
    const { code } = await cli('-i', input, '-o', join(folder, 'flags'), '--quiet', ...flags);
    expect(code).toBe(0);
    expect(await readdir(folder)).toContain('a.parquet');
    const lines = async (name: string) =>
      (await readFile(join(folder, 'flags', 'feature_importances', `feature_importances_${name}.csv`), 'utf8')).split(
        '\r\n',
      );
    for (const name of ['anomaly_score', 'gini', 'permutation']) expect((await lines(name)).length).toBeGreaterThan(50);
  });

  it('writes reports only when asked to, and nothing of a sample’s events', async () => {
    for (const flags of [['--reports-only'], ['-s', '100']]) {
      const { code } = await cli('-i', input, '-o', join(folder, 'reports'), '--quiet', ...flags);
      expect(code).toBe(0);
    }
    expect(await readdir(join(folder, 'reports'))).not.toContain('log_annotated.parquet');
  });

  it('prints JSON alone with --json --quiet', async () => {
    const { out, err } = await cli('-i', input, '-o', join(folder, 'json'), '--json', '--quiet');
    expect(JSON.parse(out)).toMatchObject({ total_locations: 12, bot_count: 0 });
    expect(err).toBe('');
  });

  it('goes from a log to features, verdicts and their measures', async () => {
    const [features, verdicts, labels] = ['features.csv', 'verdicts.csv', 'labels.csv'].map((name) =>
      join(folder, name),
    );
    expect((await cli('features', '-i', input, '-o', features!)).code).toBe(0);
    expect((await cli('classify', '--features', features!, '-o', verdicts!)).code).toBe(0);
    const keys = (await readFile(verdicts!, 'utf8')).split('\r\n').slice(1, -1);
    await writeFile(
      labels!,
      `geo_location,label\n${keys.map((line) => `${/^"[^"]*"/.exec(line)![0]},organic`).join('\n')}\n`,
    );
    const { code, out } = await cli('evaluate', '--verdicts', verdicts!, '--labels', labels!, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ evaluation: { rows: 12, accuracy: { value: 1 } }, unmatched: [] });
  });

  it('gives the same labels from a written feature table as from the log', async () => {
    const column = async (file: string, name: string) => {
      const [header, ...rows] = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\r\n');
      const cells = (line: string) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)!.map((cell) => cell.replace(/,$/, ''));
      const at = cells(header!).indexOf(name);
      return rows.map((row) => cells(row)[at]);
    };
    await cli(
      'classify',
      '--features',
      join(folder, 'out', 'location_analysis.csv'),
      '-o',
      join(folder, 'v.csv'),
      '--quiet',
    );
    expect(await column('v.csv', 'label')).toEqual(await column('out/location_analysis.csv', 'label'));
  });
});
