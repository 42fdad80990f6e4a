import type { Hit } from './hit.js';

/** Writes hits as a server of some kind does. */
export interface LogStyle {
  readonly header?: readonly string[];
  readonly line: (hit: Hit) => string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

function apacheTime(at: number, offsetMin: number): string {
  const d = new Date(Math.floor(at) * 1000 + offsetMin * 60_000);
  const sign = offsetMin < 0 ? '-' : '+';
  const zone = `${sign}${two(Math.floor(Math.abs(offsetMin) / 60))}${two(Math.abs(offsetMin) % 60)}`;
  const clock = [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()].map(two).join(':');
  return `${two(d.getUTCDate())}/${MONTHS[d.getUTCMonth()]}/${d.getUTCFullYear()}:${clock} ${zone}`;
}

const iso = (at: number): string => new Date(at * 1000).toISOString();
const quoted = (text: string | null): string => `"${(text ?? '-').replace(/["\\]/g, '\\$&')}"`;
const requestLine = ({ method, target, protocol }: Hit): string => `"${method} ${target} ${protocol}"`;
const size = ({ bytes, status }: Hit): string => (status === 304 || bytes === 0 ? '-' : String(bytes));

const common = (hit: Hit, offsetMin = 0): string =>
  `${hit.ip} - - [${apacheTime(hit.at, offsetMin)}] ${requestLine(hit)} ${hit.status} ${size(hit)}`;
const combined = (hit: Hit, offsetMin = 0): string =>
  `${common(hit, offsetMin)} ${quoted(hit.referrer)} ${quoted(hit.agent)}`;

const split = (target: string): readonly [stem: string, query: string] => {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, '-'] : [target.slice(0, mark), target.slice(mark + 1)];
};

const escaped = (text: string | null): string =>
  text === null ? '-' : encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':');

const cloudfront = (hit: Hit): string => {
  const [stem, query] = split(hit.target);
  const [date, time] = iso(hit.at).split(/T|\./);
  const xff = '-';
  return [
    ...[date, time, 'FRA56-C1', hit.bytes, hit.ip, hit.method, 'd111111abcdef8.cloudfront.net', stem, hit.status],
    ...[
      escaped(hit.referrer),
      escaped(hit.agent),
      query,
      '-',
      'Hit',
      'SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==',
    ],
    ...[
      hit.host,
      'https',
      402,
      hit.took.toFixed(3),
      xff,
      'TLSv1.3',
      'TLS_AES_128_GCM_SHA256',
      'Hit',
      'HTTP/2.0',
      '-',
      '-',
    ],
    ...[51_234, hit.took.toFixed(3), 'Hit', 'text/html', hit.bytes, '-', '-'],
  ].join('\t');
};

const CLOUDFRONT_FIELDS =
  '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end';

const iis = (hit: Hit): string => {
  const [stem, query] = split(hit.target);
  const [date, time] = iso(hit.at).split(/T|\./);
  const plus = (text: string | null) => (text === null ? '-' : text.replaceAll(' ', '+'));
  const took = Math.round(hit.took * 1000);
  return `${date} ${time} 10.0.0.5 ${hit.method} ${stem} ${query} 443 - ${hit.ip} ${plus(hit.agent)} ${plus(hit.referrer)} ${hit.status} 0 0 ${took}`;
};

const balancer = (hit: Hit): string =>
  `${iso(hit.at).replace('Z', '000Z')} app/site/50dc6c495c0c9188 ${hit.ip}:51234 10.0.0.1:80 0.001 ${hit.took.toFixed(3)} 0.000 ${hit.status} ${hit.status} 230 ${hit.bytes} "${hit.method} https://${hit.host}:443${hit.target} ${hit.protocol}" ${quoted(hit.agent)} ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2`;

const alb = (hit: Hit): string =>
  `h2 ${balancer(hit)} arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/site/73e2d6bc24d8a067 "Root=1-58337327-72bd00b0343d75b906739c42" "${hit.host}" "arn:aws:acm:us-east-2:123456789012:certificate/12345678" 1 ${iso(hit.at)} "forward" "-" "-" "10.0.0.1:80" "${hit.status}" "-" "-" TID_dc57cebed65b444ebc8177bb698fe166`;

const s3 = (hit: Hit): string => {
  const key = escaped(split(hit.target)[0].slice(1)) || '-';
  return `79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be ${hit.host} [${apacheTime(hit.at, 0)}] ${hit.ip} - 3E57427F3EXAMPLE WEBSITE.${hit.method}.OBJECT ${key} ${requestLine(hit)} ${hit.status} - ${size(hit)} ${hit.bytes} ${Math.round(hit.took * 1000)} 10 ${quoted(hit.referrer)} ${quoted(hit.agent)} - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 - ${hit.host} TLSv1.2 - -`;
};

const headersOf = (hit: Hit) => ({
  ...(hit.agent !== null && { 'User-Agent': [hit.agent] }),
  ...(hit.referrer !== null && { Referer: [hit.referrer] }),
  Accept: ['*/*'],
});

/** A line of Caddy: `client` says where the request came from, `more` is what a version adds to the line. */
const caddy = (hit: Hit, client: object, more: object): string =>
  JSON.stringify({
    level: 'info',
    ts: hit.at,
    logger: 'http.log.access.log0',
    msg: 'handled request',
    request: {
      ...client,
      proto: hit.protocol,
      method: hit.method,
      host: hit.host,
      uri: hit.target,
      headers: headersOf(hit),
    },
    ...more,
    duration: hit.took,
    size: hit.bytes,
    status: hit.status,
    resp_headers: { Server: ['Caddy'] },
  });

const caddy2 = (hit: Hit): string => {
  const tls = { resumed: false, version: 772, cipher_suite: 4865, proto: 'h2', server_name: hit.host };
  return caddy(
    hit,
    { remote_ip: hit.ip, remote_port: '51234', client_ip: hit.ip, tls },
    { bytes_read: 0, user_id: '' },
  );
};

/** Address and port as one text, IPv6 in brackets. */
const endpoint = (ip: string): string => `${ip.includes(':') ? `[${ip}]` : ip}:51234`;

/** Caddy before 2.5 had one field for address and port, and `common_log`. */
const caddyOlder = (hit: Hit): string =>
  caddy(
    hit,
    { remote_addr: endpoint(hit.ip) },
    { common_log: `${hit.ip} - - [${apacheTime(hit.at, 0)}] ${requestLine(hit)} ${hit.status} ${hit.bytes}` },
  );

const traefik = (hit: Hit): string =>
  JSON.stringify({
    ClientAddr: endpoint(hit.ip),
    ClientHost: hit.ip,
    ClientPort: '51234',
    ClientUsername: '-',
    DownstreamContentSize: hit.bytes,
    DownstreamStatus: hit.status,
    Duration: Math.round(hit.took * 1e9),
    OriginStatus: hit.status,
    RequestAddr: hit.host,
    RequestHost: hit.host,
    RequestMethod: hit.method,
    RequestPath: hit.target,
    RequestPort: '-',
    RequestProtocol: hit.protocol,
    RequestScheme: 'https',
    RouterName: 'site@docker',
    StartUTC: iso(hit.at).replace('Z', '123456Z'),
    entryPointName: 'websecure',
    level: 'info',
    msg: '',
    ...(hit.agent !== null && { 'request_User-Agent': hit.agent }),
    ...(hit.referrer !== null && { request_Referer: hit.referrer }),
    time: iso(hit.at + hit.took).replace(/\.\d+Z/, 'Z'),
  });

const nginxJson = (hit: Hit): string =>
  JSON.stringify({
    time_iso8601: iso(hit.at).replace(/\.\d+Z/, '+00:00'),
    remote_addr: hit.ip,
    remote_user: '',
    request: `${hit.method} ${hit.target} ${hit.protocol}`,
    status: String(hit.status),
    body_bytes_sent: String(hit.bytes),
    http_referrer: hit.referrer ?? '',
    http_user_agent: hit.agent ?? '',
    request_time: hit.took.toFixed(3),
  });

const ecs = (hit: Hit): string =>
  JSON.stringify({
    '@timestamp': iso(hit.at),
    'ecs.version': '1.6.0',
    source: { ip: hit.ip },
    url: {
      path: split(hit.target)[0],
      ...(hit.target.includes('?') && { query: split(hit.target)[1] }),
      domain: hit.host,
    },
    http: {
      version: hit.protocol.slice(5),
      request: { method: hit.method, ...(hit.referrer !== null && { referrer: hit.referrer }) },
      response: { status_code: hit.status, body: { bytes: hit.bytes } },
    },
    ...(hit.agent !== null && { user_agent: { original: hit.agent } }),
  });

const gunicornTail = (hit: Hit): string => `${combined(hit)} ${Math.round(hit.took * 1e6)}`;

const cloudflare = (hit: Hit): string =>
  JSON.stringify({
    ClientIP: hit.ip,
    ClientRequestHost: hit.host,
    ClientRequestMethod: hit.method,
    ClientRequestProtocol: hit.protocol,
    ClientRequestURI: hit.target,
    ClientRequestUserAgent: hit.agent ?? '',
    ClientRequestReferer: hit.referrer ?? '',
    EdgeEndTimestamp: Math.round((hit.at + hit.took) * 1e3) * 1e6,
    EdgeResponseBytes: hit.bytes,
    EdgeResponseStatus: hit.status,
    EdgeStartTimestamp: Math.round(hit.at * 1e3) * 1e6,
    RayID: '7d3c2f1e0b9a8c6d',
  });

/** The styles of common servers and services, from their public documentation. */
export const LOG_STYLES: Readonly<Record<string, LogStyle>> = {
  common: { line: (hit) => common(hit) },
  combined: { line: (hit) => combined(hit, 120) },
  vhost: { line: (hit) => `${hit.host} ${combined(hit, -300)}` },
  'vhost with port': { line: (hit) => `${hit.host}:443 ${combined(hit)}` },
  'nginx main': { line: (hit) => `${combined(hit)} "-"` },
  'nginx timed': {
    line: (hit) => `${combined(hit)} ${hit.took.toFixed(3)} ${hit.took.toFixed(3)} "${hit.ip}, 10.0.0.2" "${hit.host}"`,
  },
  'nginx named': {
    line: (hit) =>
      `${combined(hit)} "-" rt=${hit.took.toFixed(3)} uct="0.000" uht="${hit.took.toFixed(3)}" urt="${hit.took.toFixed(3)}"`,
  },
  'nginx with ISO times': {
    line: (hit) =>
      `${hit.ip} - - [${iso(hit.at).replace(/\.\d+Z/, '+00:00')}] ${requestLine(hit)} ${hit.status} ${size(hit)} ${quoted(hit.referrer)} ${quoted(hit.agent)}`,
  },
  'Apache with microseconds': { line: gunicornTail },
  'Caddy 2': { line: caddy2 },
  'Caddy 2.4': { line: caddyOlder },
  Traefik: { line: traefik },
  'nginx JSON': { line: nginxJson },
  'Elastic Common Schema': { line: ecs },
  Cloudflare: { line: cloudflare },
  CloudFront: { header: ['#Version: 1.0', CLOUDFRONT_FIELDS], line: cloudfront },
  IIS: {
    header: [
      '#Software: Microsoft Internet Information Services 10.0',
      '#Version: 1.0',
      '#Date: 2024-01-01 00:00:00',
      '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
    ],
    line: iis,
  },
  'classic load balancer': { line: balancer },
  'application load balancer': { line: alb },
  S3: { line: s3 },
};

/** The log of all hits, in the order of time. */
export function logOf(hits: readonly Hit[], style: LogStyle): string {
  const sorted = [...hits].sort((a, b) => a.at - b.at);
  return `${[...(style.header ?? []), ...sorted.map(style.line)].join('\n')}\n`;
}
