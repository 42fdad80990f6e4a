import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ColumnSpec, FeatureNode } from '@deeplogbot/core';
import { ebiProvider } from '@deeplogbot/provider-ebi';

const HEAD = `<!-- Made by scripts/features-doc.ts from the feature specs; change those and run \`npx tsx scripts/features-doc.ts\`. -->

# Features

What the provider \`ebi\` measures per location, in the order of the feature table. NULL means not measurable, never
"none". Values are those of \`definitions: 'clean'\`; the last column says where \`definitions: 'reference'\` differs.

Notation: n downloads (rows in the window) · U distinct users, x downloads per user, T their sum · DPU downloads per user ·
A active clock hours, b downloads and a distinct users in each · p share of each of the 24 hours of the day, UTC ·
D active days, d downloads per day · W active ISO weeks, w downloads per week · y downloads per year, q = y ÷ n,
Y years of the whole log, k_loc active years of the location · F distinct files · P distinct projects, g₁ ≥ g₂ ≥ … downloads
of each, G their sum · gap: seconds to the row before · sd sample and psd population deviation · Q(x, r) or Qᵣ quantile with linear
interpolation · S(v) = v scaled by its 1 % and 99 % quantiles over all locations, within [0, 1] · ε = 1e−10 · N_c locations
of the country. A visit is a run of rows with gaps of at most 1800 s.
`;

const COLUMNS = ['Feature', 'Unit', 'Range', 'What it measures', 'Formula', 'NULL when', 'Reference'] as const;

/** The feature reference of the ebi provider as Markdown, one section per extractor. */
export function featuresDoc(): string {
  const { extractors, afterAnomaly = [] } = ebiProvider;
  const after = afterAnomaly.map((node) =>
    section(node, 'Computed after the isolation forest, which gives `anomaly_score`. '),
  );
  return [HEAD, contents(extractors, afterAnomaly), ...extractors.map((node) => section(node)), ...after].join('\n');
}

function contents(extractors: readonly FeatureNode[], afterAnomaly: readonly FeatureNode[]): string {
  const nodes = [...extractors, ...afterAnomaly];
  const count = nodes.reduce((sum, node) => sum + Object.keys(node.columns).length, 0);
  const links = nodes.map((node) => `[${title(node)}](#${title(node).toLowerCase().replaceAll(' ', '-')})`);
  return `${count} features: ${links.join(' · ')}.\n`;
}

function section(node: FeatureNode, note = ''): string {
  const rows = Object.entries(node.columns).map(([name, spec]) => row(cellsOf(name, spec)));
  const table = [row(COLUMNS), row(COLUMNS.map(() => '---')), ...rows].join('\n');
  return `## ${title(node)}\n\n${note}${sources(node)}\n\n${table}\n`;
}

/** `local_time` → `Local time`. */
function title({ name }: FeatureNode): string {
  const words = name.replaceAll('_', ' ');
  return words[0]!.toUpperCase() + words.slice(1);
}

function sources(node: FeatureNode): string {
  const from = node.from.map((name) => `\`${name}\``).join(', ');
  const needs = node.needs?.length ? `; the log must have: ${node.needs.join(', ')}` : '';
  return `\`${node.name}\` reads ${from}${needs}.`;
}

const cellsOf = (name: string, spec: ColumnSpec): readonly string[] => [
  `\`${name}\``,
  spec.unit,
  range(spec),
  spec.meaning,
  spec.formula,
  spec.nullWhen,
  spec.reference ?? '',
];

function range({ min, max }: ColumnSpec): string {
  if (min === undefined && max === undefined) return 'any';
  if (max === undefined) return `≥ ${short(min!)}`;
  return min === undefined ? `≤ ${short(max)}` : `${short(min)} … ${short(max)}`;
}

const short = (value: number): string => String(Number(value.toPrecision(4))).replace('-', '−');

/** Cells may hold bars and the signs of other markup: they are text here. */
const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*')).join(' | ')} |`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('../docs/features.md', import.meta.url), featuresDoc());
}
