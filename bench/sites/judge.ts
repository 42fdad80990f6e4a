import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpOptions } from '@deeplogbot/provider-http';
import { httpProvider } from '@deeplogbot/provider-http';
import { runBotAnnotator } from 'deeplogbot';
import { type LogStyle, logOf } from './formats.js';
import type { Site, Visit } from './hit.js';

/** What was said of a visit. */
export interface Judged {
  readonly visit: Visit;
  /** NULL = the client is not in the result. */
  readonly verdict: string | null;
  readonly label: string | null;
  readonly rules: readonly string[];
}

export interface JudgeOptions {
  readonly http?: HttpOptions;
  readonly method?: 'rules' | 'deep';
}

/** Writes the log of a site, runs the whole job over it, and says what became of each visit. */
export async function judge(
  site: Site,
  style: LogStyle,
  { http = {}, method = 'rules' }: JudgeOptions = {},
): Promise<Judged[]> {
  const folder = await mkdtemp(join(tmpdir(), 'deeplogbot-site-'));
  try {
    const path = join(folder, 'access.log');
    await writeFile(
      path,
      logOf(
        site.visits.flatMap(({ hits }) => hits),
        style,
      ),
    );
    const provider = httpProvider({ keepIp: true, salt: 'sites', ...http });
    const options = { outputDir: folder, outputStrategy: 'reports_only', reporters: [], threads: 1 } as const;
    const run = await runBotAnnotator({ input: path, provider, classificationMethod: method, ...options });
    const { country: ips, city: agents } = run.features.attributes;
    const rows = new Map(run.verdicts.rows.map((row, i) => [keyOf(ips[i], agents[i]), row]));
    return site.visits.map((visit) => {
      const { ip, agent } = visit.hits[0]!;
      const row = rows.get(keyOf(network(ip), agent)) ?? rows.get(keyOf(network(ip), null));
      return {
        visit,
        verdict: row?.subcategory ?? null,
        label: row?.label ?? null,
        rules: row?.reasons.map(({ id }) => id) ?? [],
      };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Address and agent; IIS writes a plus for a space, so the two are one here. */
const keyOf = (ip: string | null | undefined, agent: string | null | undefined): string =>
  `${ip} ${(agent || null)?.replace(/[+ ]+/g, ' ')}`;

/** An IPv6 client is its /64. */
function network(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [head] = ip.split('::');
  const groups = head!.split(':');
  return `${[...groups, '0', '0', '0', '0'].slice(0, 4).join(':')}::/64`;
}

/** Whether a verdict is right: people are organic, machines anything but bots, the others bots. */
export function isRight({ visit, label }: Judged): boolean {
  if (visit.truth === 'person') return label === 'organic';
  if (visit.truth === 'machine') return label === 'hub' || label === 'organic';
  return label === 'bot';
}
