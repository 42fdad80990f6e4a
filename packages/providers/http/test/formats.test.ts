import { numbers, texts } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { detectFormat, type FormatName } from '../src/index.js';
import { line, readBytesOf } from './support.js';

const CADDY = JSON.stringify({
  level: 'info',
  ts: 1646861401.5241024,
  logger: 'http.log.access',
  msg: 'handled request',
  request: {
    remote_ip: '127.0.0.1',
    remote_port: '41342',
    client_ip: '203.0.113.8',
    proto: 'HTTP/2.0',
    method: 'GET',
    host: 'localhost',
    uri: '/a/b.html?q=1',
    headers: { 'User-Agent': ['curl/7.82.0'], Accept: ['*/*'] },
  },
  bytes_read: 0,
  user_id: '',
  duration: 0.000929675,
  size: 10900,
  status: 200,
});

const NGINX_JSON = JSON.stringify({
  time_iso8601: '2024-05-06T07:08:09+02:00',
  remote_addr: '203.0.113.8',
  request: 'GET /a/b.html?q=1 HTTP/1.1',
  status: '200',
  body_bytes_sent: 10900,
  http_referer: '-',
  http_user_agent: 'curl/7.82.0',
  request_time: '0.001',
});

/** Examples of the makers' documentation, addresses changed; what the row must say of each. */
const LINES: readonly (readonly [FormatName, string, string])[] = [
  [
    'common',
    '203.0.113.8 - frank [10/Oct/2000:13:55:36 -0700] "GET /a/b.html?q=1 HTTP/1.0" 200 10900',
    '2000-10-10T20:55:36.000Z',
  ],
  [
    'combined',
    '203.0.113.8 - - [10/Oct/2000:13:55:36 -0700] "GET /a/b.html?q=1 HTTP/1.0" 200 10900 "-" "curl/7.82.0" "-"',
    '2000-10-10T20:55:36.000Z',
  ],
  [
    'vhost',
    'www.example.org:443 203.0.113.8 - - [10/Oct/2000:13:55:36 -0700] "GET /a/b.html?q=1 HTTP/1.0" 200 10900 "-" "curl/7.82.0"',
    '2000-10-10T20:55:36.000Z',
  ],
  [
    'nginx',
    '203.0.113.8 - - [10/Oct/2000:13:55:36 -0700] "GET /a/b.html?q=1 HTTP/1.0" 200 10900 "-" "curl/7.82.0" 0.001 0.001, 0.002 "-" "www.example.org"',
    '2000-10-10T20:55:36.000Z',
  ],
  ['caddy-json', CADDY, '2022-03-09T21:30:01.524Z'],
  ['json-lines', NGINX_JSON, '2024-05-06T05:08:09.000Z'],
  [
    'cloudfront',
    '#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) time-taken\n2019-12-04\t21:02:31\tLAX1\t10900\t203.0.113.8\tGET\td111111abcdef8.cloudfront.net\t/a/b.html\t200\t-\tcurl%2F7.82.0\tq=1\t-\t0.001',
    '2019-12-04T21:02:31.000Z',
  ],
  [
    'iis',
    '#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2022-05-02 17:42:15\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes time-taken\n2022-05-02 17:42:15 10.0.0.1 GET /a/b.html q=1 443 - 203.0.113.8 curl/7.82.0 - 200 0 0 10900 1',
    '2022-05-02T17:42:15.000Z',
  ],
  [
    'elb',
    '2015-05-13T23:39:43.945958Z my-loadbalancer 203.0.113.8:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 10900 "GET http://www.example.org:80/a/b.html?q=1 HTTP/1.1" "curl/7.82.0" - -',
    '2015-05-13T23:39:43.945Z',
  ],
  [
    'alb',
    'http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 203.0.113.8:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 10900 "GET http://www.example.org:80/a/b.html?q=1 HTTP/1.1" "curl/7.82.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"',
    '2018-07-02T22:23:00.186Z',
  ],
  [
    's3',
    '79a59df900b949e5 DOC-EXAMPLE-BUCKET [06/Feb/2019:00:00:38 +0000] 203.0.113.8 79a59df900b949e5 3E57427F3EXAMPLE REST.GET.OBJECT a/b.html "GET /a/b.html?q=1 HTTP/1.1" 200 - 10900 20000 7 6 "-" "curl/7.82.0" - s9lzHYrFp76ZVxRcpX9 SigV4 ECDHE AuthHeader bucket.s3.amazonaws.com TLSV1.2',
    '2019-02-06T00:00:38.000Z',
  ],
];

describe.each(LINES)('%s', (format, text, time) => {
  it('is told from the others', () => {
    const [best] = detectFormat(text.split('\n'));
    expect(best).toMatchObject({ format, confidence: 1 });
  });

  it('gives the row that the line says', async () => {
    const { rows, stats } = await readBytesOf(text, { keepIp: true, keepRawPath: true });
    expect(stats.rows).toBe(1);
    const first = (name: string) => texts(rows, name)[0];
    expect(new Date(Math.floor(numbers(rows, 'timestamp')[0]! / 1000)).toISOString()).toBe(time);
    expect([first('ip'), first('method'), first('path'), first('query_keys')]).toEqual([
      '203.0.113.8',
      'GET',
      '/a/b.html',
      'q',
    ]);
    expect([numbers(rows, 'status')[0], numbers(rows, 'bytes')[0]]).toEqual([200, 10_900]);
    expect(first('user_agent')).toBe(format === 'common' ? null : 'curl/7.82.0');
    const hasReferrer = !['common', 'elb', 'alb'].includes(format);
    expect(first('referrer')).toBe(hasReferrer ? '' : null);
    expect(first('referrer_kind')).toBe(hasReferrer ? 'none' : null);
  });
});

describe('particulars', () => {
  const read = async (text: string, options = {}) =>
    (await readBytesOf(text, { keepIp: true, keepRawPath: true, ...options })).rows;

  it('Caddy: other loggers are no requests, times and durations in their other forms', async () => {
    const other = JSON.stringify({ level: 'info', ts: 1, logger: 'tls', msg: 'certificate obtained' });
    const iso = CADDY.replace('1646861401.5241024', '"2022-03-09T21:30:01.524Z"').replace('0.000929675', '"1.5ms"');
    const ms = CADDY.replace('1646861401.5241024', '1646861401524.1');
    const { rows, stats } = await readBytesOf([other, iso, ms].join('\n'));
    expect(stats).toMatchObject({ rows: 2, quarantined: { 'not-access': 1 } });
    expect(Array.from(numbers(rows, 'timestamp'), (us) => Math.floor(us / 1000))).toEqual([
      1646861401524, 1646861401524,
    ]);
    expect(numbers(rows, 'duration_ms')[0]).toBe(1.5);
  });

  it('ELB: a request that was not dispatched has no duration, a client that left no status', async () => {
    const gone = LINES.find(([format]) => format === 'elb')![1]
      .replace('0.000073 0.001048 0.000057 200 200', '-1 -1 -1 504 0')
      .replace('"curl/7.82.0"', '"-"');
    const rows = await read(gone);
    expect([numbers(rows, 'duration_ms')[0], numbers(rows, 'status')[0], texts(rows, 'user_agent')[0]]).toEqual([
      Number.NaN,
      504,
      '',
    ]);
  });

  it('CloudFront: agents encoded twice, and status 000', async () => {
    const text = LINES.find(([format]) => format === 'cloudfront')![1];
    const rows = await read(text.replace('curl%2F7.82.0', 'Mozilla/5.0%2520(X11)').replace('\t200\t', '\t000\t'));
    expect([texts(rows, 'user_agent')[0], numbers(rows, 'status')[0]]).toEqual(['Mozilla/5.0 (X11)', 0]);
  });

  it('IIS: plus signs are spaces, and a second directive changes the columns', async () => {
    const text = LINES.find(([format]) => format === 'iis')![1].replace('curl/7.82.0', 'Mozilla/5.0+(Windows+NT+10.0)');
    const rows = await read(
      `${text}\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2022-05-02 17:42:16 203.0.113.9 GET /c 404`,
    );
    expect(texts(rows, 'user_agent')).toEqual(['Mozilla/5.0 (Windows NT 10.0)', null]);
    expect(Array.from(numbers(rows, 'status'))).toEqual([200, 404]);
  });

  it('W3C lines before any directive, and of another width, are set aside', async () => {
    const { stats } = await readBytesOf(
      '2022-05-02 17:42:16 x\n#Fields: date time c-ip sc-status cs-method\n2022-05-02 17:42:16 1.2.3.4 200\n',
      {
        format: 'iis',
        maxMalformedRatio: 1,
      },
    );
    expect(stats.quarantined).toEqual({ 'missing-fields-directive': 1, comment: 1, 'column-count': 1 });
  });

  it.each([
    ['%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\" %D', `${line({ host: '203.0.113.8' })} 2500`],
    [
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time $upstream_addr',
      `${line({ host: '203.0.113.8' })} 0.0025 10.0.0.1:8080`,
    ],
  ])('a custom pattern: %s', async (pattern, text) => {
    const rows = await read(text, { pattern });
    expect([texts(rows, 'ip')[0], texts(rows, 'path')[0], numbers(rows, 'duration_ms')[0]]).toEqual([
      '203.0.113.8',
      '/',
      2.5,
    ]);
    expect(texts(rows, 'user_agent')[0]).toContain('Firefox/121.0');
  });

  it('Apache writes a target as path and query side by side', async () => {
    const pattern = '%h %l %u %t "%m %U%q %H" %>s %b';
    const at = (request: string) => `203.0.113.8 - - [02/Jan/2024:00:00:00 +0000] "${request}" 200 5`;
    const rows = await read([at('GET /a?x=1&y=2 HTTP/1.1'), at('GET /b HTTP/2.0')].join('\n'), { pattern });
    expect([texts(rows, 'path'), texts(rows, 'query_keys')]).toEqual([
      ['/a', '/b'],
      ['x&y', null],
    ]);
  });

  it('a time of ISO 8601 has its offset wherever it stands, and a line without one is said', async () => {
    const fields = { remote_addr: '203.0.113.8', request: 'GET / HTTP/1.1', status: 200 };
    const json = (time: string) => readBytesOf(JSON.stringify({ ...fields, time_iso8601: time }));
    const custom = (time: string) =>
      readBytesOf(`203.0.113.8 ${time} "GET / HTTP/1.1" 200`, {
        pattern: '$remote_addr $time_iso8601 "$request" $status',
      });
    for (const of of [json, custom]) {
      const { rows, warnings } = await of('2024-01-02T03:00:00+05:30');
      expect(numbers(rows, 'tz_offset_min')[0]).toBe(330);
      expect(numbers(rows, 'timestamp')[0]).toBe(Date.UTC(2024, 0, 1, 21, 30) * 1000);
      expect(warnings.join()).not.toContain('offset');
      expect((await of('2024-01-02T03:00:00')).warnings.join()).toContain('1 line without an offset from UTC');
    }
  });

  it('a duration below 0 or without a number is not known', async () => {
    const fields = { remote_addr: '203.0.113.8', time: 1704164400, request: 'GET / HTTP/1.1', status: 200 };
    const lines = ['-5s', 'ms', '2us', '1.5s'].map((duration) => JSON.stringify({ ...fields, duration }));
    expect(Array.from(numbers(await read(lines.join('\n')), 'duration_ms'))).toEqual([
      Number.NaN,
      Number.NaN,
      0.002,
      1500,
    ]);
  });

  it('what is no port is none, whatever number a line holds', async () => {
    const elb = LINES.find(([format]) => format === 'elb')![1];
    const port = /(:\d+) /.exec(elb)![1]!;
    const rows = await read([':65535', ':65536', ':99999999999999'].map((to) => elb.replace(port, to)).join('\n'));
    expect(Array.from(numbers(rows, 'client_port'))).toEqual([65_535, Number.NaN, Number.NaN]);
  });

  it('a year of two digits is not taken for one of the last century', async () => {
    const fields = { remote_addr: '203.0.113.8', request: 'GET / HTTP/1.1', status: 200 };
    const lines = ['0096-01-02T03:00:00Z', '1996-01-02T03:00:00Z'].map((time) => JSON.stringify({ ...fields, time }));
    const options = { format: 'json-lines', maxMalformedRatio: 1 } as const;
    const { stats } = await readBytesOf(lines.join('\n'), options);
    expect(stats).toMatchObject({ rows: 1, quarantined: { 'bad-time': 1 } });
  });

  it.each([
    ['%h %Q', '%Q at 4'],
    ['$remote_addr $nonsense', '$nonsense at 14'],
    ['%h%u', 'side by side'],
    ['%{User-Agent', 'not closed'],
  ])('a pattern that is not readable is refused: %s', async (pattern, what) => {
    await expect(read(line(), { pattern })).rejects.toMatchObject({
      code: 'LOG_PATTERN',
      message: expect.stringContaining(what),
    });
  });

  it('refuses what looks like no log, with its nearest formats and first lines', async () => {
    const text = 'Dear reader,\nthis is a letter.\nYours\n';
    await expect(read(text)).rejects.toMatchObject({
      code: 'FORMAT_UNCLEAR',
      message: expect.stringContaining('"Dear reader,"'),
    });
  });
});
