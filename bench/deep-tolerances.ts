/** The least or the most that a figure may be, for benchmarks and for the tests that run them on a small setting. */
export interface Tolerance {
  readonly meaning: string;
  readonly least?: number;
  readonly most?: number;
}

/** What the deep method must reach: quality on labels and on logs it was not developed on, and cost on two cores. */
export const TOLERANCES = {
  accuracy: { meaning: 'accuracy of delivered labels, cross-validated on the public labels', least: 0.905 },
  macroF1: { meaning: 'macro-F1 of delivered labels, cross-validated on the public labels', least: 0.885 },
  logLoss: { meaning: 'log-loss, cross-validated on the public labels', most: 0.24 },
  calibrationError: { meaning: 'expected calibration error, cross-validated on the public labels', most: 0.05 },
  withoutLabels: { meaning: 'macro-F1 on a log of the second generator, no labels', least: 0.9 },
  withLabels: { meaning: 'macro-F1 on a log of the second generator, 200 labels', least: 0.95 },
  botsAmongPeople: { meaning: 'places called a bot in a log of people', most: 0 },
  farmsFound: { meaning: 'bot farms found of twenty', least: 20 },
  fitSeconds: { meaning: 'seconds to fit and calibrate on 625 labels', most: 3 },
  classifySeconds: { meaning: 'seconds for 71,000 locations behind the features', most: 60 },
  scoresPerSecond: { meaning: 'locations scored per second', least: 500_000 },
  longestStall: { meaning: 'milliseconds without a turn of the event loop', most: 250 },
  peakMemory: { meaning: 'MiB at the peak', most: 1536 },
} as const satisfies Readonly<Record<string, Tolerance>>;

/** Whether a figure is within its tolerance. */
export function isWithin(name: keyof typeof TOLERANCES, value: number): boolean {
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: Tolerance = TOLERANCES[name];
  return value >= least && value <= most;
}

/** A figure with what it must be, for the tables of benchmarks: `0.95 (≥ 0.9)`, with a mark where it is not. */
export function shownWithin(name: keyof typeof TOLERANCES, value: number, digits = 3): string {
  const { least, most }: Tolerance = TOLERANCES[name];
  const bound = least === undefined ? `≤ ${most}` : `≥ ${least}`;
  return `${value.toFixed(digits)} (${bound}${isWithin(name, value) ? '' : ', missed'})`;
}
