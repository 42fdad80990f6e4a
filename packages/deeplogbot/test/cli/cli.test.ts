import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { wantsColour } from '../../src/cli/io.js';
import { createProgram } from '../../src/cli/program.js';
import { describe as describeProgress } from '../../src/cli/progress-line.js';
import { cli } from '../support/cli.js';
import { parquet, people, scratch } from '../support/logs.js';

const silent = { out: () => {}, err: () => {}, terminal: false, colour: false };

async function log(): Promise<{ folder: string; input: string }> {
  const folder = await scratch();
  return { folder, input: await parquet(join(folder, 'log.parquet'), people(12)) };
}

describe('deeplogbot', () => {
  it('runs the main job and prints what it found', async () => {
    const { folder, input } = await log();
    const { code, out, err } = await cli('-i', input, '-o', join(folder, 'out'));
    expect(code).toBe(0);
    expect(out).toContain('downloads from 12 locations');
    expect(out).toContain(join(folder, 'out', 'log_annotated.parquet'));
    expect(err).toContain('features …');
  });

  it('takes the reference’s flags', async () => {
    const { folder, input } = await log();
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
    const { code } = await cli('-i', input, '-o', join(folder, 'out'), '--quiet', ...flags);
    expect(code).toBe(0);
    expect(await readdir(folder)).toContain('a.parquet');
    const lines = async (name: string) =>
      (await readFile(join(folder, 'out', 'feature_importances', `feature_importances_${name}.csv`), 'utf8')).split(
        '\r\n',
      );
    for (const name of ['anomaly_score', 'gini', 'permutation']) expect((await lines(name)).length).toBeGreaterThan(50);
  });

  it('writes reports only when asked to, and nothing of a sample’s events', async () => {
    const { folder, input } = await log();
    for (const flags of [['--reports-only'], ['-s', '100']]) {
      const { code } = await cli('-i', input, '-o', join(folder, 'out'), '--quiet', ...flags);
      expect(code).toBe(0);
    }
    expect(await readdir(join(folder, 'out'))).not.toContain('log_annotated.parquet');
  });

  it('prints JSON alone with --json --quiet', async () => {
    const { folder, input } = await log();
    const { out, err } = await cli('-i', input, '-o', join(folder, 'out'), '--json', '--quiet');
    expect(JSON.parse(out)).toMatchObject({ total_locations: 12, bot_count: 0 });
    expect(err).toBe('');
  });

  it('goes from a log to features, verdicts and their measures', async () => {
    const { folder, input } = await log();
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
    const { folder, input } = await log();
    const column = async (file: string, name: string) => {
      const [header, ...rows] = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\r\n');
      const cells = (line: string) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)!.map((cell) => cell.replace(/,$/, ''));
      const at = cells(header!).indexOf(name);
      return rows.map((row) => cells(row)[at]);
    };
    await cli('-i', input, '-o', join(folder, 'out'), '--quiet');
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

  it.each([
    [['--list-providers'], 0, 'ebi'],
    [['providers', 'list'], 0, 'ebi'],
    [['providers', 'show', 'ebi'], 0, 'geo_location'],
    [['--help'], 0, '--output-strategy'],
    [['--help'], 0, '130  interrupted'],
    [['--version'], 0, version],
    [['-V'], 0, version],
    [['help', 'features'], 0, 'write the features of each location'],
    [['features', '--help'], 0, 'deeplogbot features'],
    [['classify', '--help'], 0, 'deeplogbot classify'],
    [['evaluate', '--help'], 0, 'deeplogbot evaluate'],
    [['providers', '--help'], 0, 'deeplogbot providers'],
    [['providers', 'rules', 'http', 'compat'], 0, 'patterns:'],
    [['providers', 'rules', 'ebi'], 0, 'crowd_of_equal_users'],
  ])('%j prints', async (argv, code, text) => {
    const result = await cli(...argv);
    expect([result.code, result.out]).toEqual([code, expect.stringContaining(text)]);
  });

  it('describes every flag and every command', () => {
    const commands = [createProgram(silent, new AbortController().signal)];
    for (const command of commands) {
      commands.push(...command.commands);
      expect(command.description(), command.name()).toMatch(/^\w.{10,}[^.]$/);
      for (const option of command.options) expect(option.description, option.flags).toMatch(/\w{3,}/);
    }
    expect(commands.length).toBeGreaterThan(8);
  });

  it('colours on a terminal only, and never against NO_COLOR', () => {
    expect([wantsColour(true, {}), wantsColour(true, { NO_COLOR: '' })]).toEqual([true, true]);
    expect([
      wantsColour(false, {}),
      wantsColour(true, { NO_COLOR: '1' }),
      wantsColour(true, { NO_COLOR: '0' }),
    ]).toEqual([false, false, false]);
  });

  it('writes a provider folder that is valid as it stands', async () => {
    const folder = join(await scratch(), 'mine');
    expect((await cli('providers', 'init', folder)).code).toBe(0);
    expect((await cli('providers', 'validate', folder)).out).toContain('is a valid provider: "my-repository"');
    expect(await cli('providers', 'init', folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('FOLDER_NOT_EMPTY'),
    });
  });
});

describe('what cannot work', () => {
  it.each([
    [[], 2, 'no input'],
    [['featurs'], 2, 'Did you mean features?'],
    [['-i', 'x.parquet', '--contaminatoin', '1'], 2, 'Did you mean --contamination?'],
    [['-i', 'x.parquet', '-c', 'much'], 2, 'must be a number'],
    [['-i', 'x.parquet', '--engine', 'fast'], 2, 'auto, native, wasm'],
    [['-i', 'none.parquet'], 1, 'error FILE_NOT_FOUND\n  There is no file none.parquet.\n  Check the path'],
    [['-i', 'none.parquet', '-p', 'ebbi'], 2, 'Known: ebi'],
    [['-i', 'none.parquet', '-m', 'magic'], 2, 'classificationMethod must be one of rules'],
    [['classify', '--features', 'none.csv', '-o', 'v.txt'], 2, 'Name the output FILE.csv'],
  ])('%j ends with %i and says %j', async (argv, code, text) => {
    const result = await cli(...argv);
    expect([result.code, result.err]).toEqual([code, expect.stringContaining(text)]);
  });

  it('prints no control character of a file name, and no stack unless asked', async () => {
    const argv = ['-i', 'a\u001b[31mb.parquet'];
    expect((await cli(...argv)).err).not.toContain('\u001b');
    expect((await cli(...argv)).err).not.toContain('    at ');
    expect((await cli(...argv, '--debug')).err).toContain('    at ');
  });
});

describe('progress', () => {
  it('tells amount, rate and time left once something is done', () => {
    expect(describeProgress({ step: 'annotate', done: 0, total: 100, unit: 'rows' }, 0)).toBe('annotate  0/100 rows');
    expect(describeProgress({ step: 'annotate', done: 50, total: 100, unit: 'rows' }, 5)).toBe(
      'annotate  50/100 rows  10 rows/s  5 s left',
    );
  });

  it('tells the time left of the whole run where it is foretold, and none of nodes, which take very different times', () => {
    const nodes = { step: 'features', done: 45, total: 90, unit: 'nodes' } as const;
    expect(describeProgress(nodes, 5)).toBe('features  45/90 nodes  9 nodes/s');
    expect(describeProgress({ ...nodes, secondsLeft: 61 }, 5)).toBe('features  45/90 nodes  about 2 min left in all');
    const between = (...secondsLeftBetween: [number, number]) =>
      describeProgress({ ...nodes, secondsLeft: 200, secondsLeftBetween }, 5);
    expect(between(170, 240)).toBe('features  45/90 nodes  about 4 min left in all');
    expect(between(100, 400)).toBe('features  45/90 nodes  2 to 7 min left in all');
    expect(between(20, 400)).toBe('features  45/90 nodes  20 s to 7 min left in all');
  });
});
