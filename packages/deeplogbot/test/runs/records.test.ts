import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBotAnnotator, toRecords } from 'deeplogbot';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { networkOf } from '../../src/geo-table.js';
import { cli } from '../support/cli.js';
import { duckdb } from '../support/logs.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const line = (ip: string, minute: number, path: string, status = 200, agent = BROWSER) =>
  `${ip} - - [02/Mar/2026:09:${String(minute).padStart(2, '0')}:00 +0000] "GET ${path} HTTP/1.1" ${status} 1000 "-" "${agent}"`;

const LOG = [
  line('192.0.2.1', 0, '/files/PXD1/a.raw'),
  line('192.0.2.200', 1, '/files/PXD2/b.raw'),
  line('2001:db8:1:2::7', 2, '/files/PXD1/a.raw', 304),
  line('203.0.113.9', 3, '/files/PXD1/a.raw', 200, 'ExampleBot/1.0 (+https://bot.example)'),
  line('192.0.2.1', 4, '/dataset/PXD1'),
  line('192.0.2.1', 5, '/files/PXD1/none.raw', 404),
];
const GEO = `network,country,city,latitude,longitude
192.0.2.0/24,Germany,Berlin,52.52,13.4
192.0.2.128/25,Kenya,Nairobi,-1.29,36.82
2001:db8:1::/48,Japan,Tokyo,35.68,139.69
`;
const http = { itemPatterns: ['/files/{item}/**'], viewPatterns: ['/dataset/{item}'] };

async function files(geo = GEO): Promise<{ folder: string; input: string; geo: string; output: string }> {
  const folder = await scratch();
  const paths = {
    input: join(folder, 'access.log'),
    geo: join(folder, 'geo.csv'),
    output: join(folder, 'downloads.parquet'),
  };
  await writeFile(paths.input, `${LOG.join('\n')}\n`);
  await writeFile(paths.geo, geo);
  return { folder, ...paths };
}

describe('records of an access log', () => {
  it('are its downloads, each at the place of the smallest network that holds its address, without the address', async () => {
    const { folder, ...paths } = await files();
    const { rows, placed, path } = await toRecords({ ...paths, http, tempDirectory: folder });
    expect([rows, placed]).toEqual([4, 3]);
    const found = await duckdb(
      `SELECT accession, filename, method, country, geoip_city_name AS city, geo_location, location, client_verdict FROM read_parquet('${path}')`,
    );
    expect(found.map((row) => Object.values(row))).toEqual([
      ['PXD1', '/files/PXD1/a.raw', 'http', 'Germany', 'Berlin', '52.52,13.4', '52.52,13.4', 'human'],
      ['PXD2', '/files/PXD2/b.raw', 'http', 'Kenya', 'Nairobi', '-1.29,36.82', '-1.29,36.82', 'human'],
      ['PXD1', '/files/PXD1/a.raw', 'http', 'Japan', 'Tokyo', '35.68,139.69', '35.68,139.69', 'human'],
      ['PXD1', '/files/PXD1/a.raw', 'http', null, null, null, '203.0.113.0/24', 'declared_bot'],
    ]);
    const bytes = (await readFile(path)).toString('latin1');
    for (const address of ['192.0.2.1', '192.0.2.200', '2001:db8:1:2', '203.0.113.9'])
      expect(bytes).not.toContain(address);
    expect((await readdir(folder)).filter((name) => name.startsWith('deeplogbot-'))).toEqual([]);
  });

  it('are classified by location like any download log', async () => {
    const { folder, ...paths } = await files();
    const { path } = await toRecords({ ...paths, http });
    const common = { input: path, outputDir: folder, reporters: [], outputStrategy: 'reports_only' } as const;
    const byCoordinates = await runBotAnnotator(common);
    expect([byCoordinates.totalLocations, byCoordinates.rowCounts.noLocation]).toEqual([3, 1]);
    const byPlace = await runBotAnnotator({ ...common, schema: { locationField: 'location' } });
    expect([byPlace.totalLocations, byPlace.rowCounts.noLocation]).toEqual([4, 0]);
  });

  it('have networks for locations where no table is given, and the command says so', async () => {
    const { input, output } = await files();
    const { code, out, err } = await cli('records', '-i', input, '-o', output, '--item-pattern', '/files/{item}/**');
    expect([code, out]).toEqual([0, `4 downloads, wrote ${output}\n`]);
    expect(err).toContain('4 of 4 downloads have no coordinates; their location is their network');
    expect(networkOf('2001:db8:1:2::7')).toBe('2001:db8:1::/48');
    expect(networkOf('::ffff:192.0.2.77')).toBe(networkOf('192.0.2.77'));
    expect(networkOf('host.example')).toBe('host.example');
  });

  it.each([
    [['--geo', 'GEO'], 'network,country\n192.0.2.0/33,x\n', 2, 'INVALID_GEO_TABLE'],
    [['--geo', 'GEO'], 'country\nx\n', 2, 'no column "network"'],
    [['--item-pattern', '/nothing/{item}'], GEO, 1, 'NO_DOWNLOADS'],
  ])('stop with %j and the table %j', async (flags, table, code, message) => {
    const { input, output, geo } = await files(table);
    const pattern = flags[0] === '--geo' ? ['--item-pattern', '/files/{item}/**', '--geo', geo] : flags;
    const said = await cli('records', '-i', input, '-o', output, ...pattern);
    expect([said.code, said.err]).toEqual([code, expect.stringContaining(message)]);
  });

  it('need to be told what a download is', async () => {
    const { input, output } = await files();
    await expect(toRecords({ input, output })).rejects.toMatchObject({ code: 'NO_ITEM_PATTERN' });
  });
});
