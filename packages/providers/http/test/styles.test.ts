import { numbers, texts } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { LOG_STYLES, logOf } from '../../../../bench/sites/formats.js';
import type { Hit } from '../../../../bench/sites/hit.js';
import { siteOf } from '../../../../bench/sites/sites.js';
import { detectFormat, type FormatName } from '../src/index.js';
import { readBytesOf } from './support.js';

/** What each style is told as, and what of a request it does not hold. */
const STYLES: Readonly<
  Record<string, { readonly format: FormatName; readonly lacks?: readonly ('agent' | 'referrer')[] }>
> = {
  common: { format: 'common', lacks: ['agent', 'referrer'] },
  combined: { format: 'combined' },
  vhost: { format: 'vhost' },
  'vhost with port': { format: 'vhost' },
  'nginx main': { format: 'combined' },
  'nginx timed': { format: 'nginx' },
  'nginx named': { format: 'combined' },
  'nginx with ISO times': { format: 'combined' },
  'Apache with microseconds': { format: 'combined' },
  'Caddy 2': { format: 'caddy-json' },
  'Caddy 2.4': { format: 'caddy-json' },
  Traefik: { format: 'json-lines' },
  'nginx JSON': { format: 'json-lines' },
  'Elastic Common Schema': { format: 'json-lines' },
  Cloudflare: { format: 'json-lines' },
  CloudFront: { format: 'cloudfront' },
  IIS: { format: 'iis' },
  'classic load balancer': { format: 'elb', lacks: ['referrer'] },
  'application load balancer': { format: 'alb', lacks: ['referrer'] },
  S3: { format: 's3' },
};

const SITE = siteOf('a little of everything, 2023', 1);
const hits: readonly Hit[] = SITE.visits
  .flatMap(({ hits }) => hits)
  .sort((a, b) => a.at - b.at)
  .slice(-300);
/** IIS writes spaces as plus signs, so that one without a space before it cannot be told from a space. */
const written = (agent: string | null, style: string): string =>
  style === 'IIS' ? (agent ?? '').replace(/(?<! )\+/g, ' ') : (agent ?? '');

/** An address is kept whole; of IPv6 the /64. */
const networkOf = (ip: string): string =>
  ip.includes('::') ? ip.split('::')[0]!.split(':').slice(0, 4).join(':') : ip;

it('every style of the bench is tried', () => {
  expect(Object.keys(STYLES).sort()).toEqual(Object.keys(LOG_STYLES).sort());
});

describe.each(Object.entries(STYLES))('%s', (style, { format, lacks = [] }) => {
  const text = logOf(hits, LOG_STYLES[style]!);

  it('is told from the others', () => {
    expect(detectFormat(text.split('\n').slice(0, 400))[0]).toMatchObject({ format, confidence: 1 });
  });

  it('every line is a row that says what was sent', async () => {
    const { rows, stats } = await readBytesOf(text, { keepIp: true, keepRawPath: true });
    expect(stats.rows).toBe(hits.length);
    expect(stats.lines).toBe(hits.length + Object.values(stats.quarantined).reduce((sum, n) => sum + n, 0));
    const seconds = Array.from(numbers(rows, 'timestamp'), (us) => Math.floor(us / 1e6));
    expect(seconds).toEqual(hits.map(({ at }) => Math.floor(at)));
    expect(texts(rows, 'path')).toEqual(hits.map(({ target }) => target.split('?')[0]));
    expect(texts(rows, 'method')).toEqual(hits.map(({ method }) => method));
    expect(Array.from(numbers(rows, 'status'))).toEqual(hits.map(({ status }) => status));
    const agents = lacks.includes('agent') ? hits.map(() => null) : hits.map(({ agent }) => written(agent, style));
    expect(texts(rows, 'user_agent')).toEqual(agents);
    const referrers = lacks.includes('referrer') ? hits.map(() => null) : hits.map(({ referrer }) => referrer ?? '');
    expect(texts(rows, 'referrer')).toEqual(referrers);
    expect(texts(rows, 'ip').map((ip) => networkOf(ip!))).toEqual(hits.map(({ ip }) => networkOf(ip!)));
  });
});
