import { ConfigError, givenOptions, invalidOption } from '@deeplogbot/core';

export interface EarlyStopping {
  /** Share of each class's rows held out, in (0, 1). @defaultValue 0.1 */
  readonly validationFraction?: number;
  /** Rounds without improvement before growing stops; the rounds after the best are dropped. @defaultValue 10 */
  readonly patience?: number;
  /** An improvement lowers the held-out log-loss by more than this. @defaultValue 1e-7 */
  readonly tolerance?: number;
}

export interface BoostingOptions {
  /** Rounds, one tree per class each. @defaultValue 100 */
  readonly rounds?: number;
  /** Factor on every leaf, in (0, 1]. @defaultValue 0.1 */
  readonly learningRate?: number;
  /** Most leaves of a tree. @defaultValue 31 */
  readonly maxLeaves?: number;
  /** Most edges from root to leaf. @defaultValue Infinity */
  readonly maxDepth?: number;
  /** Fewest rows in a leaf. @defaultValue 20 */
  readonly minSamplesLeaf?: number;
  /** Least sum of second derivatives (weight · p · (1 − p)) in a leaf. @defaultValue 1e-3 */
  readonly minHessianLeaf?: number;
  /** A split must lower the loss by more than this. @defaultValue 0 */
  readonly minGain?: number;
  /** λ of the L2 penalty on leaf values. @defaultValue 0 */
  readonly l2?: number;
  /** Most bins per feature, 2 … 255, missing values apart. @defaultValue 255 */
  readonly maxBins?: number;
  /** Share of rows drawn for each round, without replacement, in (0, 1]. @defaultValue 1 */
  readonly subsample?: number;
  /** Share of columns drawn for each tree, at least one, in (0, 1]. @defaultValue 1 */
  readonly columnSample?: number;
  /**
   * Direction of a class's raw score along each feature, by class: −1 never rises, +1 never falls, 0 free. Missing
   * values are exempt. A probability follows its score only where the other classes' scores do not move along, so
   * constrain those the other way.
   */
  readonly monotone?: Readonly<Record<string, readonly (-1 | 0 | 1)[]>>;
  /** Stops when a held-out part no longer improves; off if absent. */
  readonly earlyStopping?: EarlyStopping;
  /** Seed of the held-out part and of sampling. @defaultValue 42 */
  readonly randomState?: number;
}

export type BoostingSettings = Required<Omit<BoostingOptions, 'monotone' | 'earlyStopping'>> & {
  readonly monotone: Readonly<Record<string, readonly (-1 | 0 | 1)[]>>;
  readonly earlyStopping: Required<EarlyStopping> | undefined;
};

const DEFAULTS = {
  rounds: 100,
  learningRate: 0.1,
  maxLeaves: 31,
  maxDepth: Number.POSITIVE_INFINITY,
  minSamplesLeaf: 20,
  minHessianLeaf: 1e-3,
  minGain: 0,
  l2: 0,
  maxBins: 255,
  subsample: 1,
  columnSample: 1,
  randomState: 42,
} satisfies BoostingOptions;

const STOPPING = { validationFraction: 0.1, patience: 10, tolerance: 1e-7 } satisfies Required<EarlyStopping>;

/** What each option may be: a test and its wording. */
const integerFrom = (min: number, max = Number.MAX_SAFE_INTEGER) => ({
  test: (value: number) => Number.isInteger(value) && value >= min && value <= max,
  words: max < Number.MAX_SAFE_INTEGER ? `an integer in [${min}, ${max}]` : `an integer of at least ${min}`,
});
const share = { test: (value: number) => value > 0 && value <= 1, words: 'a number in (0, 1]' };
const atLeastZero = { test: (value: number) => value >= 0 && Number.isFinite(value), words: 'a finite number ≥ 0' };

const RANGES = {
  rounds: integerFrom(1),
  learningRate: share,
  maxLeaves: integerFrom(2, 1 << 20),
  maxDepth: {
    test: (value: number) => value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY),
    words: 'an integer of at least 1, or Infinity',
  },
  minSamplesLeaf: integerFrom(1),
  minHessianLeaf: atLeastZero,
  minGain: atLeastZero,
  l2: atLeastZero,
  maxBins: integerFrom(2, 255),
  subsample: share,
  columnSample: share,
  validationFraction: { test: (value: number) => value > 0 && value < 1, words: 'a number in (0, 1)' },
  patience: integerFrom(1),
  tolerance: atLeastZero,
} satisfies Record<string, { test: (value: number) => boolean; words: string }>;

/** Options with their defaults. @throws ConfigError `INVALID_OPTION` that names the first option out of range. */
export function boostingSettings(options: BoostingOptions): BoostingSettings {
  const { monotone = {}, earlyStopping, ...rest } = options;
  const settings = { ...DEFAULTS, ...givenOptions(rest) };
  const stopping = earlyStopping && { ...STOPPING, ...earlyStopping };
  for (const [name, value] of Object.entries({ ...settings, ...stopping })) {
    const range = (RANGES as Record<string, { test: (value: number) => boolean; words: string }>)[name];
    if (range && !range.test(value)) throw invalidOption(name, value, range.words);
  }
  return { ...settings, monotone, earlyStopping: stopping };
}

/** The monotone constraints of each class as bytes. @throws ConfigError `INVALID_OPTION`, `UNKNOWN_LABEL`. */
export function constraintsOf(
  { monotone }: BoostingSettings,
  classes: readonly string[],
  features: number,
): readonly Int8Array[] {
  const foreign = Object.keys(monotone).find((name) => !classes.includes(name));
  if (foreign !== undefined) {
    throw new ConfigError('UNKNOWN_LABEL', `monotone names ${JSON.stringify(foreign)}, which is no class.`, {
      hint: `Classes are ${classes.join(', ')}.`,
    });
  }
  return classes.map((name) => {
    const directions = Object.hasOwn(monotone, name) ? monotone[name]! : [];
    const bad = directions.some((direction) => ![-1, 0, 1].includes(direction));
    if (bad || (directions.length > 0 && directions.length !== features)) {
      throw invalidOption(`monotone.${name}`, directions, `${features} of -1, 0 and 1`);
    }
    return Int8Array.from({ length: features }, (_, f) => directions[f] ?? 0);
  });
}
