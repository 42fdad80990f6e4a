import {
  BASE_SCHEMA,
  createRandom,
  type FeatureSpec,
  FeatureTable,
  LABELS,
  type Label,
  type OutputDir,
  type PerLabel,
  type RunResult,
  type UsageStatistics,
  type Verdict,
} from '@deeplogbot/core';

/** What a test says about one location; everything else is filled in. */
export interface Place {
  readonly key: string;
  readonly label: Label;
  readonly downloads: number;
  readonly country?: string | null;
  readonly city?: string | null;
  readonly reason?: string;
  readonly features?: Readonly<Record<string, number>>;
}

const BEHAVIOR = {
  organic: ['organic', null, 'individual_user'],
  bot: ['automated', 'bot', 'generic_bot'],
  hub: ['automated', 'legitimate_automation', 'mirror'],
  insufficient_evidence: ['insufficient_evidence', null, null],
} as const;

function verdictOf({ label, reason, key }: Place): Verdict {
  const [behaviorType, automationCategory, subcategory] = BEHAVIOR[label];
  const unsure = label === 'insufficient_evidence';
  return {
    label,
    behaviorType,
    automationCategory,
    subcategory,
    confidence: unsure ? Number.NaN : 0.9,
    probabilities: unsure
      ? [Number.NaN, Number.NaN, Number.NaN]
      : [label === 'organic' ? 0.9 : 0.05, label === 'bot' ? 0.9 : 0.05, label === 'hub' ? 0.9 : 0.05],
    reasons: [{ id: `rule-${label}`, sentence: reason ?? `Looks like ${label} (${key}).` }],
    needsReview: label === 'bot',
  };
}

const spec = (name: string): FeatureSpec => ({
  name,
  extractor: 'test',
  unit: '1',
  meaning: `Meaning of ${name}.`,
  formula: name,
  nullWhen: 'never',
});

const tableOf = (
  { keys, attributes }: Pick<FeatureTable, 'keys' | 'attributes'>,
  columns: ReadonlyMap<string, Float64Array>,
): FeatureTable =>
  new FeatureTable(keys, attributes, columns, new Map([...columns.keys()].map((name) => [name, spec(name)])));

/** The result of a run over these locations, with whatever a test changes. */
export function runOf(places: readonly Place[], changes: Partial<RunResult> = {}): RunResult {
  const names = [
    ...places.reduce((all, { features = {} }) => {
      for (const name of Object.keys(features)) all.add(name);
      return all;
    }, new Set<string>()),
  ];
  const columns = new Map(
    names.map((name) => [name, Float64Array.from(places, ({ features }) => features?.[name] ?? Number.NaN)] as const),
  );
  const attributes = {
    country: places.map(({ country = 'Germany' }) => country),
    city: places.map(({ city = 'Berlin' }) => city),
  };
  const downloads = Float64Array.from(places, (place) => place.downloads);
  const sum = (label?: Label) =>
    places.reduce((total, place) => total + (label === undefined || place.label === label ? place.downloads : 0), 0);
  const number = (label: Label) => places.filter((place) => place.label === label).length;
  return {
    provider: 'test',
    method: 'rules',
    definitions: 'clean',
    engine: 'test',
    randomState: 42,
    contamination: 0.15,
    groupRadiusKm: 10,
    placeNames: new Map(),
    schema: BASE_SCHEMA,
    inputs: [{ path: '/data/log.parquet', bytes: 10, digest: 'sha256:00' }],
    rowCounts: {
      total: sum(),
      classified: sum(),
      belowMinimum: 0,
      noLocation: 0,
      noTimestamp: 0,
      outsideWindow: 0,
    },
    rejectedRows: 0,
    features: tableOf({ keys: places.map(({ key }) => key), attributes }, columns),
    downloads,
    window: { firstUs: Date.UTC(2021, 0, 1) * 1000, lastUs: Date.UTC(2024, 11, 31) * 1000 },
    verdicts: { method: 'rules', rows: places.map(verdictOf), warnings: [] },
    sources: [],
    importances: [],
    botLocations: number('bot'),
    hubLocations: number('hub'),
    organicLocations: number('organic'),
    insufficientLocations: number('insufficient_evidence'),
    totalLocations: places.length,
    stats: {
      total: sum(),
      bots: sum('bot'),
      hubs: sum('hub'),
      normal: sum('organic'),
      insufficientEvidence: sum('insufficient_evidence'),
      filtered: 0,
    },
    cleanTotal: {
      delivered: sum('organic'),
      expected: sum('organic'),
      low: sum('organic'),
      high: sum('organic'),
      organicShare: 1,
    },
    outputParquet: null,
    outputs: [],
    files: [],
    warnings: [],
    timings: [],
    plan: { sourceScans: 1, nodes: [] },
    ...changes,
  };
}

/** Keeps what is written as text. */
export function memoryDir(): OutputDir & { readonly files: Map<string, string> } {
  const files = new Map<string, string>();
  return {
    path: 'memory',
    files,
    async write(name, content) {
      const whole = content instanceof Uint8Array ? new TextDecoder('latin1').decode(content) : content;
      const pieces: (string | Uint8Array)[] = [];
      for (const piece of typeof whole === 'string' ? [whole] : whole) pieces.push(piece);
      files.set(name, pieces.join(''));
      return name;
    },
  };
}

/** The same number for each label, multiplied by its place in the list. */
export const perLabel = (of: (label: Label, i: number) => number): PerLabel =>
  Object.fromEntries(LABELS.map((label, i) => [label, of(label, i)])) as PerLabel & Record<Label, number>;

const CITIES = [
  ['Germany', 'Berlin', 52.52, 13.4],
  ['United States', 'Chicago', 41.88, -87.63],
  ['China', 'Shanghai', 31.23, 121.47],
  ['Brazil', 'São Paulo', -23.55, -46.63],
  ['Kenya', 'Nairobi', -1.29, 36.82],
  ['Japan', 'Tokyo', 35.68, 139.69],
] as const;

const FEATURES = [
  'unique_users',
  'downloads_per_user',
  'working_hours_ratio',
  'night_activity_ratio',
  'hourly_entropy',
  'anomaly_score',
];

/** A run of any size with places, labels, features, reasons and usage drawn with a seed. */
export function syntheticRun(
  locations: number,
  dataSets: number,
  changes: Partial<RunResult> = {},
  features = FEATURES.length,
): RunResult {
  const random = createRandom(7);
  const names = Array.from({ length: features }, (_, i) => FEATURES[i] ?? `feature_${i}`);
  // Columns at once: an object of 180 features for each of 71,000 locations takes more memory than any report.
  const drawn = names.map(() => new Float64Array(locations));
  const places = Array.from({ length: locations }, (_, i): Place => {
    const [country, city, lat, lon] = CITIES[i % CITIES.length]!;
    const label = LABELS[Math.min(3, Math.floor(random.next() ** 2 * 4))]!;
    const downloads = 1 + Math.floor(random.next() ** -1.2);
    const key = `${(lat + (random.next() - 0.5) * 20).toFixed(5)},${(lon + (random.next() - 0.5) * 30).toFixed(5)}`;
    for (const column of drawn) column[i] = random.next() * 20;
    const reason = `Looks like ${label} by its numbers (unique_users ${drawn[0]![i]!.toPrecision(4)} >= 4.5, total_downloads ${downloads} <= 2500).`;
    return { key, label, downloads, country, city: `${city} ${i % 9000}`, reason };
  });
  const order = [...places.keys()].sort((a, b) => (places[a]!.key < places[b]!.key ? -1 : 1));
  const run = runOf(
    order.map((row) => places[row]!),
    { usage: syntheticUsage(dataSets), ...changes },
  );
  const columns = new Map(names.map((name, n) => [name, Float64Array.from(order, (row) => drawn[n]![row]!)] as const));
  return { ...run, features: tableOf(run.features, columns) };
}

function syntheticUsage(dataSets: number): UsageStatistics {
  const row = (value: string, n: number) => ({
    value,
    downloads: perLabel((_, i) => n * (i + 1)),
    locations: perLabel((_, i) => Math.ceil(n / (i + 5))),
  });
  const dimension = (values: readonly string[]) => ({
    rows: values.map((value, i) => row(value, 1000 - (i % 900))),
    distinct: values.length,
    notMeasured: null,
  });
  const months = Array.from(
    { length: 48 },
    (_, i) => `${2021 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
  );
  return {
    dimensions: {
      year: dimension(['2021', '2022', '2023', '2024']),
      month: dimension(months),
      project: dimension(Array.from({ length: dataSets }, (_, i) => `PXD${String(i).padStart(6, '0')}`)),
      file_type: dimension(['raw', 'mzml', 'mzid']),
      protocol: dimension(['http', 'ftp']),
    },
    clock: Object.fromEntries(
      LABELS.map((label, i) => [label, Float64Array.from({ length: 168 }, (_, hour) => (hour % 24) * (i + 1))]),
    ) as Record<Label, Float64Array>,
  };
}
