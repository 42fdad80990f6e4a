import { describe, expect, it } from 'vitest';
import { combined, nginx, vhost } from '../src/formats/apache.js';
import { alb, elb, s3 } from '../src/formats/aws.js';
import { customFormat } from '../src/formats/custom.js';
import { caddyJson } from '../src/formats/json.js';
import { type LineFormat, type Outcome, Row } from '../src/formats/row.js';
import { epochTime } from '../src/formats/scan.js';
import { cloudfront } from '../src/formats/w3c.js';

/** What a parser makes of the last of some lines. */
function parse(format: LineFormat, ...lines: readonly string[]): Row & { readonly outcome: Outcome } {
  const parser = format.open();
  const row = new Row();
  const outcome = lines.map((line) => parser.parse(line, row)).at(-1)!;
  return Object.assign(row, { outcome });
}

const REQUEST = '[02/Jan/2024:03:04:05 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8.0"';

describe('Apache and nginx', () => {
  it('begin with an address, on any day of the calendar', () => {
    expect(parse(combined, `192.0.2.1 - - ${REQUEST}`)).toMatchObject({ outcome: 'ok', host: '192.0.2.1' });
    expect(parse(combined, ` - - - ${REQUEST}`).outcome).toBe('no-match');
    const on = (day: string) => parse(combined, `192.0.2.1 - - ${REQUEST.replace('02/Jan/2024', day)}`).outcome;
    expect(['29/Feb/2000', '29/Feb/2004', '29/Feb/2023', '31/Apr/2024', '00/Jan/2024'].map(on)).toEqual([
      'ok',
      'ok',
      'bad-time',
      'bad-time',
      'bad-time',
    ]);
  });

  it.each([
    ['site.example', 'site.example'],
    ['site.example:443', 'site.example'],
    ['[2001:db8::1]', '[2001:db8::1]'],
    ['[2001:db8::1]:443', '[2001:db8::1]'],
  ])('the virtual host %s is %s', (written, host) => {
    expect(parse(vhost, `${written} 192.0.2.1 - - ${REQUEST}`)).toMatchObject({ outcome: 'ok', vhost: host });
  });

  it.each([
    ['0.250', 250],
    ['1234', Number.NaN],
    ['1234 0.250', Number.NaN],
    ['- 0.250', Number.NaN],
  ])('a tail of %s lasts %d ms: a time of nginx has a point and comes first', (tail, ms) => {
    expect(parse(nginx, `192.0.2.1 - - ${REQUEST} ${tail}`).durationMs).toBe(ms);
  });
});

describe('Amazon', () => {
  const REST = '192.0.2.1:2817 10.0.0.1:80 0.5 0.25 0.25 200 200 0 57';
  const ELB = `2024-01-02T03:04:05.0Z lb ${REST}`;
  it('a classic balancer says nothing of agents, and a line without a request is none', () => {
    const whole = parse(elb, `${ELB} "GET http://a.example:80/ HTTP/1.1"`);
    expect(whole).toMatchObject({ outcome: 'ok', durationMs: 1000, bytes: 57, agent: null });
    expect(parse(elb, ELB).outcome).toBe('no-match');
  });

  it('an application balancer ends with the name that was asked for', () => {
    const begin = `h2 ${ELB} "GET https://a.example:443/ HTTP/2.0" "curl/8.0" ECDHE TLSv1.2 arn:tg "Root=1"`;
    expect(parse(alb, `${begin} "a.example"`)).toMatchObject({ outcome: 'ok', vhost: 'a.example' });
    expect(parse(alb, `${begin} "-"`)).toMatchObject({ outcome: 'ok', vhost: null });
    expect(parse(alb, begin)).toMatchObject({ outcome: 'ok', vhost: null });
  });

  it('what a bucket did by itself is no access', () => {
    const at = (address: string) =>
      `owner bucket [02/Jan/2024:03:04:05 +0000] ${address} - ID REST.GET.OBJECT key "GET /key HTTP/1.1" 200 - 5 9 7 6 "-" "curl/8.0" -`;
    expect(parse(s3, at('192.0.2.1'))).toMatchObject({ outcome: 'ok', bytes: 5, durationMs: 7 });
    expect(parse(s3, at('-')).outcome).toBe('not-access');
  });

  it('CloudFront encodes percent signs of a path once more, and those of an agent perhaps twice', () => {
    const fields = '#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)';
    const line = ['2024-01-02', '03:04:05', '192.0.2.1', 'GET', '/a%2520b', '200', 'a%2520b%2520c'].join('\t');
    expect(parse(cloudfront, fields, line)).toMatchObject({ outcome: 'ok', target: '/a%20b', agent: 'a b c' });
  });
});

it('CloudFront says which host was asked before its own, and a line whose time is none is set aside', () => {
  const fields = '#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(Host) x-host-header';
  const line = (date: string, asked: string) =>
    parse(
      cloudfront,
      fields,
      [date, '03:04:05', '192.0.2.1', 'GET', '/a', '200', 'd1.cloudfront.net', asked].join('\t'),
    );
  expect(line('2024-01-02', 'example.org')).toMatchObject({ outcome: 'ok', vhost: 'example.org' });
  expect(line('2024-01-02', '-')).toMatchObject({ outcome: 'ok', vhost: 'd1.cloudfront.net' });
  expect(line('2024-13-02', 'example.org').outcome).toBe('bad-time');
});

it('a custom pattern tells seconds, milliseconds and microseconds by their names', () => {
  const lasting = (directive: string) =>
    parse(customFormat(`%h ${directive} "%r" %>s`), '192.0.2.1 7 "GET / HTTP/1.1" 200');
  expect(['%T', '%{s}T', '%{ms}T', '%{us}T', '%D'].map((directive) => lasting(directive).durationMs)).toEqual([
    7000, 7000, 7, 0.007, 0.007,
  ]);
});

it('a header that Caddy left out of its log is not known, one that was not sent is empty', () => {
  const line = (headers: object) =>
    JSON.stringify({
      ts: 1704164645,
      status: 200,
      request: { remote_ip: '192.0.2.1', method: 'GET', uri: '/', headers },
    });
  expect(parse(caddyJson, line({ 'User-Agent': ['REDACTED'], Referer: ['REDACTED'] }))).toMatchObject({
    outcome: 'ok',
    agent: null,
    referrer: null,
  });
  expect(parse(caddyJson, line({}))).toMatchObject({ agent: '', referrer: '' });
});

it.each([
  [1_704_164_645, 'seconds'],
  [1_704_164_645_000, 'milliseconds'],
  [1_704_164_645_000_000, 'microseconds'],
  [1_704_164_645_000_000_000, 'nanoseconds'],
])('an epoch of %d is in %s', (value) => {
  expect(epochTime(value)).toBe(1_704_164_645_000_000);
});

it('an epoch of microseconds in the year 1973 and one that is none', () => {
  expect(epochTime(1e14)).toBe(1e14);
  expect([0, -1, Number.NaN].map(epochTime)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
