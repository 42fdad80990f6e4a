import { readFile } from 'node:fs/promises';
import { ConfigError, type Provider } from '@deeplogbot/core';
import { type FormatName, type HttpOptions, httpProvider } from '@deeplogbot/provider-http';
import type { Command } from 'commander';
import { number, OPTIONS } from './flags.js';

/** Flags of commands that read access logs; they mean something with `-p http` only. */
export const httpFlags = (command: Command): Command =>
  command
    .optionsGroup('Access logs (-p http):')
    .option('--keep-ip', 'write addresses as they are instead of salted hashes')
    .option('--salt <text>', 'secret of the hashes, to compare runs over different logs')
    .option('--client-key <name>', 'ip or ip+agent, who counts as one client')
    .option('--log-format <name>', 'combined, nginx, iis, … instead of what the lines look like')
    .option('--log-pattern <text>', 'LogFormat of Apache or log_format of nginx')
    .option('--trusted-proxy <range...>', 'addresses whose forwarded header is believed')
    .option('--session-window <name>', 'idle (30 minutes of silence), hour, day or total: what ends a session')
    .option('--trap-path <path...>', 'paths that no visitor is shown')
    .option('--item-pattern <path...>', 'paths of data that are retrieved, such as /files/{item}/**')
    .option('--view-pattern <path...>', 'paths under which a data set is only looked at, such as /dataset/{item}')
    .option('--own-host <host...>', 'hosts whose referrers are the site itself')
    .option('--keep-paths', 'write paths instead of templates such as /item/{n}')
    .option('--sequential', 'tell after how many requests a session gives itself away')
    .option('--crawler-ranges <file>', 'lines "operator range" instead of the bundled addresses of crawlers')
    .option('--hosting-ranges <file>', 'ranges of hosting networks, one a line, instead of the bundled clouds')
    .option('--asn-table <file>', 'CSV network,asn: who announces an address, and systems that host servers')
    .option('--geo-table <file>', 'CSV network,country: where an address is')
    .option('--reverse-dns', 'ask name servers whether crawlers are who they claim to be; uses the network')
    .option('--max-malformed <share>', 'share of unreadable lines above which the run stops, 0 = none may be', number)
    .optionsGroup(OPTIONS);

export interface HttpFlags {
  readonly keepIp?: boolean;
  readonly salt?: string;
  readonly clientKey?: string;
  readonly logFormat?: string;
  readonly logPattern?: string;
  readonly trustedProxy?: string[];
  readonly sessionWindow?: string;
  readonly trapPath?: string[];
  readonly itemPattern?: string[];
  readonly viewPattern?: string[];
  readonly ownHost?: string[];
  readonly keepPaths?: boolean;
  readonly sequential?: boolean;
  readonly crawlerRanges?: string;
  readonly hostingRanges?: string;
  readonly asnTable?: string;
  readonly geoTable?: string;
  readonly reverseDns?: boolean;
  readonly maxMalformed?: number;
}

/** Options of the http provider; undefined where a flag was not given. */
export async function httpOptions(flags: HttpFlags): Promise<HttpOptions> {
  return {
    keepIp: flags.keepIp,
    salt: flags.salt,
    clientKey: flags.clientKey as HttpOptions['clientKey'],
    format: flags.logFormat as FormatName | undefined,
    pattern: flags.logPattern,
    trustedProxies: flags.trustedProxy,
    sessionWindow: flags.sessionWindow as HttpOptions['sessionWindow'],
    trapPaths: flags.trapPath,
    itemPatterns: flags.itemPattern,
    viewPatterns: flags.viewPattern,
    ownHosts: flags.ownHost,
    keepRawPath: flags.keepPaths,
    sequential: flags.sequential,
    crawlerRanges: flags.crawlerRanges === undefined ? undefined : await linesOf(flags.crawlerRanges),
    hostingRanges: flags.hostingRanges === undefined ? undefined : await linesOf(flags.hostingRanges),
    asnTable: flags.asnTable === undefined ? undefined : await linesOf(flags.asnTable),
    geoTable: flags.geoTable === undefined ? undefined : await linesOf(flags.geoTable),
    reverseDns: flags.reverseDns,
    maxMalformedRatio: flags.maxMalformed,
  };
}

/** The provider that a command works with: the http provider with its flags, or whatever is named. */
export async function providerOf(name: string, flags: HttpFlags): Promise<string | Provider> {
  const options = await httpOptions(flags);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (name === 'http') return httpProvider(options);
  if (given.length === 0) return name;
  throw new ConfigError('HTTP_FLAG', `The flags of access logs mean nothing to the provider ${JSON.stringify(name)}.`, {
    hint: 'Add -p http, or leave them out.',
  });
}

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError('FILE_UNREADABLE', `Cannot read ${path}: ${cause.code ?? cause.message}.`, {
      hint: 'Name a text file with one range or network on each line.',
      cause,
    });
  });
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#') && !line.startsWith('operator'));
}
