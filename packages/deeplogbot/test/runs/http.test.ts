import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { numbers, sql, texts } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { clientVerdict } from '@deeplogbot/reports';
import { runBotAnnotator } from 'deeplogbot';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { main } from '../../src/cli/main.js';

const SEMICOMPLETE = new URL('../../../providers/http/test/fixtures/semicomplete-2015.log.gz', import.meta.url)
  .pathname;

const cli = (...argv: string[]) => piped(undefined, ...argv);

async function piped(
  input: AsyncIterable<Uint8Array> | undefined,
  ...argv: string[]
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const out = (text: string) => {
    said.out += `${text}\n`;
  };
  const err = (text: string) => {
    said.err += text;
  };
  return { code: await main(argv, { out, err, terminal: false, colour: false, ...(input && { input }) }), ...said };
}

describe('deeplogbot -p http', () => {
  it('says who visited the site, the same bytes for any number of threads', async () => {
    const folder = await scratch();
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    const first = await cli('-i', SEMICOMPLETE, '-p', 'http', '-o', one, '--threads', '1');
    expect([first.code, first.err.includes('error')]).toEqual([0, false]);
    expect(first.out).toContain('9,999 requests from 1,861 clients');
    expect((await cli('-i', SEMICOMPLETE, '-p', 'http', '-o', two, '--threads', '2', '--quiet')).code).toBe(0);
    const names = await readdir(one);
    expect(names.sort()).toEqual([
      'access_report.txt',
      'client_analysis.csv',
      'client_analysis.dictionary.csv',
      'quarantine.csv',
      'report.html',
      'run.json',
      'semicomplete-2015_annotated.parquet',
      'timings.json',
    ]);
    for (const name of names.filter((each) => each !== 'timings.json')) {
      expect((await readFile(join(one, name))).equals(await readFile(join(two, name))), name).toBe(true);
    }
    expect(await readFile(join(one, 'quarantine.csv'), 'utf8')).toBe(
      'file,line,reason\r\nsemicomplete-2015.log.gz,8899,no-match\r\n',
    );
    const report = await readFile(join(one, 'access_report.txt'), 'utf8');
    const suspects = report.slice(report.indexOf('MOST SUSPICIOUS'), report.indexOf('BOTS THAT DO NOT'));
    expect(suspects.match(/^ ?\d+\. /gm)).toHaveLength(20);
    expect(suspects).toMatch(/1\. [0-9a-f]{32} {2}bot:undeclared 0\.\d+ .*\n {4}\d+ requests: \d+ paths/);
    const [header, row] = (await readFile(join(one, 'client_analysis.csv'), 'utf8')).split('\r\n');
    expect(header).toMatch(/^ip,user_agent,requests,verdict,label,confidence,reasons,/);
    expect(row).toMatch(/^[0-9a-f]{32},/);
  });

  it('learns from the log with -m deep, and loses no bot of the rules that says so', async () => {
    const folder = await scratch();
    const verdicts = async (classificationMethod: 'rules' | 'deep') => {
      const options = { outputDir: folder, outputStrategy: 'reports_only', reporters: [] } as const;
      const run = await runBotAnnotator({ input: SEMICOMPLETE, provider: 'http', classificationMethod, ...options });
      return run.verdicts.rows.map(clientVerdict);
    };
    const [rules, deep] = [await verdicts('rules'), await verdicts('deep')];
    const changed = rules.filter((verdict, i) => deep[i] !== verdict);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(60);
    expect(new Set(changed)).toEqual(new Set(['human']));
  });

  it('annotates every request in the order of the log, without an address', async () => {
    const folder = await scratch();
    expect((await cli('-i', SEMICOMPLETE, '-p', 'http', '-o', folder, '--quiet')).code).toBe(0);
    const engine = await openEngine();
    try {
      const path = join(folder, 'semicomplete-2015_annotated.parquet');
      const rows = await engine.columns(sql`SELECT * FROM read_parquet(${path})`);
      expect(rows.rows).toBe(9_999);
      const lines = numbers(rows, 'line_no');
      expect(lines.every((line, i) => i === 0 || line > lines[i - 1]!)).toBe(true);
      const agents = texts(rows, 'user_agent');
      const bots = numbers(rows, 'is_bot');
      const google = agents.flatMap((agent, i) => (agent?.includes('Googlebot/2.1') ? [bots[i]!] : []));
      expect(google.length).toBeGreaterThan(100);
      expect(google.every((flag) => flag === 1)).toBe(true);
      expect(texts(rows, 'ip').every((ip) => /^[0-9a-f]{32}$/.test(ip!))).toBe(true);
    } finally {
      await engine.close();
    }
  });

  it('reads the access logs of a folder and leaves error logs out', async () => {
    const folder = await scratch();
    const logs = join(folder, 'nginx');
    await mkdir(logs);
    await copyFile(SEMICOMPLETE, join(logs, 'access.log.2.gz'));
    await copyFile(SEMICOMPLETE, join(logs, 'copy-of-access.log.2.gz'));
    await writeFile(join(logs, 'nginx.conf'), 'user www-data;\n');
    await writeFile(join(logs, 'syslog'), 'Feb 12 06:25:11 host systemd[1]: Started a thing.\n'.repeat(3));
    await writeFile(join(logs, 'error.log'), '2024/01/02 00:00:00 [error] 7#7: *1 open() failed\n');
    await writeFile(
      join(logs, 'access.log'),
      '192.0.2.1 - - [18/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 10 "-" "curl/7"\n',
    );
    const { code, out } = await cli('-i', logs, '-p', 'http', '-o', join(folder, 'out'), '--keep-ip');
    expect(code).toBe(0);
    expect(out).toContain('10,000 requests from 1,862 clients');
    expect(out).toContain('holds the same lines as');
    expect(out).toContain('not read, being no access logs by their names: error.log, nginx.conf');
    expect(out.replace(/\s+/g, ' ')).toContain('passed over, being no access log of a known format: ');
    expect(await readFile(join(folder, 'out', 'client_analysis.csv'), 'utf8')).toContain(
      '192.0.2.1,curl/7,1,machine,hub,',
    );
  });

  it('reads standard input, compressed as the file is, to the same table as from the file', async () => {
    const folder = await scratch();
    const temporary = join(folder, 'temporary');
    await mkdir(temporary);
    const flags = ['-p', 'http', '--reports-only', '--quiet', '--temp-directory', temporary];
    expect((await cli('-i', SEMICOMPLETE, ...flags, '-o', join(folder, 'file'))).code).toBe(0);
    const input = createReadStream(SEMICOMPLETE, { highWaterMark: 5000 });
    expect((await piped(input, '-i', '-', ...flags, '-o', join(folder, 'pipe'))).code).toBe(0);
    const table = (name: string) => readFile(join(folder, name, 'client_analysis.csv'), 'utf8');
    expect(await table('pipe')).toBe(await table('file'));
    const damaged = (async function* () {
      yield new Uint8Array([0, 1, 2, 3]);
    })();
    expect((await piped(damaged, '-i', '-', ...flags, '-o', folder)).code).toBe(2);
    expect((await readdir(temporary)).filter((name) => name.startsWith('deeplogbot-'))).toEqual([]);
    const other = await piped(damaged, '-i', '-', '-o', folder);
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('STANDARD_INPUT')]);
  });

  it.each(['examples/data/access.log', 'packages/providers/http/test/fixtures/two-frames.log.zst'])(
    'reads %s from standard input as from the file',
    async (name) => {
      const folder = await scratch();
      const path = new URL(`../../../../${name}`, import.meta.url).pathname;
      const flags = ['-p', 'http', '--reports-only', '--quiet', '-o'];
      expect((await cli('-i', path, ...flags, join(folder, 'file'))).code).toBe(0);
      const piece = createReadStream(path, { highWaterMark: 1000 });
      expect((await piped(piece, '-i', '-', ...flags, join(folder, 'pipe'))).code).toBe(0);
      const table = (from: string) => readFile(join(folder, from, 'client_analysis.csv'), 'utf8');
      expect(await table('pipe')).toBe(await table('file'));
    },
  );

  it('speaks of standard input by that name, never of where it was kept', async () => {
    const folder = await scratch();
    const temporary = join(folder, 'temporary');
    await mkdir(temporary);
    const flags = ['-p', 'http', '--max-malformed', '1', '--temp-directory', temporary];
    const line = '192.0.2.1 - - [18/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 10 "-" "curl/7"\n';
    const bytes = async function* (text: string) {
      yield new TextEncoder().encode(text);
    };
    const run = (text: string, out: string) => piped(bytes(text), '-i', '-', ...flags, '-o', join(folder, out));
    expect((await run(`${line.repeat(30)}nonsense\n`, 'lines')).code).toBe(0);
    expect((await run('', 'empty')).out).toContain('note: standard input is empty');
    for (const out of ['lines', 'empty']) {
      for (const name of await readdir(join(folder, out))) {
        expect(`${name}: ${await readFile(join(folder, out, name), 'latin1')}`).not.toContain(temporary);
      }
    }
    expect(await readFile(join(folder, 'lines', 'quarantine.csv'), 'utf8')).toContain('standard input,31,no-match');
    const { code, err } = await run('nonsense\n', 'out');
    expect([code, err]).toEqual([2, expect.stringContaining('The format of standard input is not clear.')]);
  });

  it('counts what it sets aside where the list of it cannot be written, and says so once', async () => {
    const folder = await scratch();
    const log = join(folder, 'access.log');
    const line = '192.0.2.1 - - [18/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 10 "-" "curl/7"\n';
    await writeFile(log, `${line.repeat(30)}nonsense\n`);
    await mkdir(join(folder, 'out', 'quarantine.csv', 'in the way'), { recursive: true });
    const { code, out } = await cli('-i', log, '-p', 'http', '-o', join(folder, 'out'), '--reports-only');
    expect([code, out.match(/report "quarantine" failed/g)?.length]).toEqual([1, 1]);
    expect(out).toContain('30 requests from 1 client');
    expect(out).toContain('1 line is no request and is in no figure: 1 no-match');
  });

  it('a log without requests gives whole, empty files; what it was told is in run.json without its salt', async () => {
    const folder = await scratch();
    const logs = join(folder, 'logs');
    await mkdir(logs);
    await writeFile(join(logs, 'access.log'), '');
    await writeFile(join(logs, 'access.log.1'), '#Version: 1.0\n#Fields: date time c-ip sc-status\n');
    const told = ['--salt', 'not for manifests', '--trusted-proxy', '10.0.0.0/8', '--session-window', 'day'];
    const { code, out } = await cli('-i', logs, '-p', 'http', '-o', join(folder, 'out'), ...told);
    expect([code, out]).toEqual([0, expect.stringContaining('The log holds no requests.')]);
    const manifest = await readFile(join(folder, 'out', 'run.json'), 'utf8');
    expect(manifest).not.toContain('not for manifests');
    const { settings, reading, locations } = JSON.parse(manifest);
    expect(settings).toMatchObject({
      clientKey: 'ip+agent',
      keepIp: false,
      salt: 'given',
      sessionWindow: 'day',
      trustedProxies: ['10.0.0.0/8'],
      crawlerRanges: 'bundled',
      maxBytesOut: 'no limit',
    });
    expect(settings).not.toHaveProperty('sessionGapSeconds');
    expect(reading).toMatchObject({ lines: 2, rows: 0, quarantined: { comment: 2 } });
    expect(locations.total).toBe(0);
    expect(await readFile(join(folder, 'out', 'report.html'), 'utf8')).toContain('0 requests');
    const [header, ...rows] = (await readFile(join(folder, 'out', 'client_analysis.csv'), 'utf8')).trim().split('\r\n');
    expect([header!.startsWith('ip,'), rows]).toEqual([true, []]);
  });

  it('refuses its flags for another provider, and a format that is none', async () => {
    const folder = await scratch();
    const other = await cli('-i', SEMICOMPLETE, '-o', folder, '--keep-ip');
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('HTTP_FLAG')]);
    const table = await cli('-i', join(folder, 'x.parquet'), '-p', 'http', '-o', folder);
    expect([table.code, table.err]).toEqual([1, expect.stringContaining('FILE_NOT_FOUND')]);
    await writeFile(join(folder, 'x.parquet'), 'PAR1');
    const parquet = await cli('-i', join(folder, 'x.parquet'), '-p', 'http', '-o', folder);
    expect([parquet.code, parquet.err]).toEqual([2, expect.stringContaining('NEEDS_TEXT_LOG')]);
    const format = await cli('-i', SEMICOMPLETE, '-p', 'http', '-o', folder, '--log-format', 'combind');
    expect([format.code, format.err]).toEqual([2, expect.stringContaining('Did you mean "combined"?')]);
  });
});
