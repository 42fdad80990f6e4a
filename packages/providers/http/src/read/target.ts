/** What was asked for, by extension and path. The order is the code in the log. */
export const RESOURCES = [
  'page',
  'asset-image',
  'asset-style',
  'asset-script',
  'asset-font',
  'asset-other',
  'document',
  'data',
  'archive',
  'media',
  'feed',
  'api',
  'robots',
  'sitemap',
  'wellknown',
  'favicon',
  'other',
] as const;
export type Resource = (typeof RESOURCES)[number];

const EXTENSIONS: Readonly<Partial<Record<Resource, string>>> = {
  page: 'html htm xhtml php asp aspx jsp',
  'asset-image': 'png jpg jpeg gif webp avif svg ico bmp tif tiff',
  'asset-style': 'css less scss',
  'asset-script': 'js mjs ts map wasm',
  'asset-font': 'woff woff2 ttf otf eot',
  'asset-other': 'swf webmanifest cur',
  document: 'pdf ps doc docx ppt pptx epub odt rtf',
  data: 'csv tsv json xml xls xlsx parquet h5 nc mzml raw fasta fastq bam vcf txt md sql',
  archive: 'zip gz tgz bz2 xz 7z tar rar zst deb rpm jar iso dmg exe',
  media: 'mp3 mp4 webm ogg ogv avi mov mkv wav flac m4a m4v',
  feed: 'rss atom rdf',
};

const BY_EXTENSION = new Map(
  Object.entries(EXTENSIONS).flatMap(([resource, list]) => list!.split(' ').map((ext) => [ext, resource as Resource])),
);

/** Files that no visitor asks for: secrets, version control, shells. Looked for at the end of a path or as a folder. */
const SECRETS = [
  '.env',
  '.git',
  '.svn',
  '.hg',
  '.aws',
  '.ssh',
  '.htaccess',
  '.htpasswd',
  '.ds_store',
  '.vscode',
  'wp-login.php',
  'wp-config.php',
  'xmlrpc.php',
  'wlwmanifest.xml',
  'phpinfo.php',
  'phpmyadmin',
  'pma',
  'adminer.php',
  'eval-stdin.php',
  'shell.php',
  'web.config',
  'id_rsa',
  'backup.sql',
  'dump.sql',
  'boaform',
  'hnap1',
  '_ignition',
] as const;

/** Consoles and folders that scanners try, but that sites have, or had, and that mail programs and their owners ask for too. */
const DOORS = [
  'config.php',
  'server-status',
  'actuator',
  'cgi-bin',
  'solr',
  'jenkins',
  'manager',
  'autodiscover',
  'ecp',
  'owa',
  'telescope',
  'passwd',
] as const;

/** What {@link Target.sensitive} says. */
export const SENSITIVE = { door: 1, secret: 2 } as const;

const SENSITIVE_SEGMENTS: ReadonlyMap<string, number> = new Map([
  ...DOORS.map((name) => [name, SENSITIVE.door] as const),
  ...SECRETS.map((name) => [name, SENSITIVE.secret] as const),
]);

/** Pages to log in at, the interface of WordPress that apps and guessers of passwords use alike, and where it takes comments. */
const LOGINS = ['wp-login.php', 'login', 'login.php', 'login.aspx', 'log-in', 'signin', 'sign-in', 'administrator'];
export const LOGIN = { page: 1, interface: 2, comment: 3 } as const;
const LOGIN_SEGMENTS: ReadonlyMap<string, number> = new Map([
  ...LOGINS.map((name) => [name, LOGIN.page] as const),
  ['xmlrpc.php', LOGIN.interface],
  ['wp-comments-post.php', LOGIN.comment],
]);

/** Folders below which programs of a page call, and files that do the same. */
const CALLS: ReadonlySet<string> = new Set([
  'ajax',
  'xhr',
  'rpc',
  'jsonrpc',
  'graphql',
  'wp-json',
  'socket.io',
  'sockjs',
  'signalr',
  'admin-ajax.php',
  'wp-cron.php',
  'odata',
  '_api',
  '_vti_bin',
]);

/** A target split and named. Texts are still raw (Latin-1, percent signs as written where they must stay). */
export interface Target {
  /** Without query and fragment; slashes collapsed, dot segments removed, unreserved characters decoded. */
  readonly path: string;
  /** Sorted names of the query, joined by `&`; null = no query. */
  readonly queryKeys: string | null;
  /** Everything behind the question mark, only to tell requests apart; never stored. */
  readonly query: string | null;
  /** Host of an absolute target, lower case, else null. */
  readonly host: string | null;
  readonly resource: Resource;
  /** Segments of the path. */
  readonly depth: number;
  /** 0 = no, else one of {@link SENSITIVE}. */
  readonly sensitive: number;
  /** 0 = no, else one of {@link LOGIN}. */
  readonly login: number;
}

/** Reads a request target: origin form, absolute form, `*` or an authority. */
export function readTarget(raw: string): Target {
  const { host, rest } = withoutOrigin(raw);
  const hash = rest.indexOf('#');
  const bare = hash < 0 ? rest : rest.slice(0, hash);
  const mark = bare.indexOf('?');
  const path = normalisePath(mark < 0 ? bare : bare.slice(0, mark));
  const query = mark < 0 ? null : bare.slice(mark + 1);
  const segments = path.toLowerCase().split('/').filter(Boolean);
  return {
    path,
    query,
    queryKeys: query === null ? null : keysOf(query),
    host,
    resource: resourceOf(path, segments),
    depth: segments.length,
    sensitive: segments.reduce((most, segment) => Math.max(most, sensitivityOf(segment)), 0),
    login: LOGIN_SEGMENTS.get(segments.at(-1) ?? '') ?? 0,
  };
}

const sensitivityOf = (segment: string): number =>
  SENSITIVE_SEGMENTS.get(segment) ?? (segment.startsWith('.env') ? SENSITIVE.secret : 0);

function withoutOrigin(raw: string): { host: string | null; rest: string } {
  const scheme = raw.indexOf('://');
  if (raw.startsWith('/') || scheme < 0 || scheme > 10) return { host: null, rest: raw };
  const slash = raw.indexOf('/', scheme + 3);
  const authority = raw.slice(scheme + 3, slash < 0 ? undefined : slash);
  const name = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  return { host: name, rest: slash < 0 ? '/' : raw.slice(slash) };
}

const MAX_KEYS = 32;

function keysOf(query: string): string {
  const names = new Set<string>();
  for (const part of query.split('&', MAX_KEYS)) {
    const equals = part.indexOf('=');
    names.add((equals < 0 ? part : part.slice(0, equals)).slice(0, 64));
  }
  return [...names].sort().join('&');
}

function normalisePath(raw: string): string {
  const decoded = raw.includes('%') ? decodeUnreserved(raw) : raw;
  if (!decoded.includes('//') && !decoded.includes('/.')) return decoded;
  const kept: string[] = [];
  const segments = decoded.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  const isFolder = last === '' || last === '.' || last === '..';
  return `/${kept.join('/')}${isFolder && kept.length > 0 ? '/' : ''}`;
}

/** Letters, digits, `-._~`: the only characters that mean the same with and without a percent sign. */
function decodeUnreserved(text: string): string {
  const parts = text.split('%');
  let decoded = parts[0]!;
  for (const part of parts.slice(1)) {
    const code = Number.parseInt(part.slice(0, 2), 16);
    const isPlain =
      (code >= 0x30 && code <= 0x39) ||
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x61 && code <= 0x7a) ||
      [0x2d, 0x2e, 0x5f, 0x7e].includes(code);
    decoded += isPlain ? String.fromCharCode(code) + part.slice(2) : `%${part}`;
  }
  return decoded;
}

function resourceOf(path: string, segments: readonly string[]): Resource {
  if (path === '/robots.txt') return 'robots';
  const [first] = segments;
  const last = segments.at(-1) ?? '';
  if (first === '.well-known') return 'wellknown';
  if (last.startsWith('favicon.') || last.startsWith('apple-touch-icon')) return 'favicon';
  if (last.startsWith('sitemap') && !path.endsWith('/')) return 'sitemap';
  if (/^(feed|rss|atom)(\.xml)?$/.test(last)) return 'feed';
  if (
    first === 'api' ||
    first === 'rest' ||
    isVersioned(path, segments) ||
    segments.some((segment) => CALLS.has(segment))
  )
    return 'api';
  if (path === '' || path.endsWith('/')) return 'page';
  const dot = last.lastIndexOf('.');
  if (dot < 0) return 'page';
  return BY_EXTENSION.get(last.slice(dot + 1)) ?? 'other';
}

/** `/v1/items/7`, as interfaces for programs number their versions; a page of a manual's version ends otherwise. */
const isVersioned = (path: string, [first, second]: readonly string[]): boolean =>
  second !== undefined && /^v\d{1,2}(\.\d{1,2})?$/.test(first!) && !path.endsWith('/') && !/\.html?$/i.test(path);

/** The path with what tells single items apart replaced: `{uuid}`, `{hex}` (16 or more), `{doi}`, `{n}` (two digits or more). */
export function templateOf(path: string): string {
  return path
    .split('/')
    .map((segment) => (/^10\.\d{4,9}$/.test(segment) ? '{doi}' : templateSegment(segment)))
    .join('/');
}

function templateSegment(segment: string): string {
  if (segment.length === 36 && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(segment)) {
    return '{uuid}';
  }
  return segment.replace(/[0-9a-f]{16,}/gi, '{hex}').replace(/\d{2,}/g, '{n}');
}
