import type { ClassName } from '@deeplogbot/core';

/** Cumulative shares at which every row of {@link MARGINALS} is given; values between them are interpolated. */
export const LEVELS = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1] as const;

export interface Marginals {
  /** Most downloads of one location. */
  readonly largest: number;
  readonly users: readonly number[];
  readonly downloadsPerUser: readonly number[];
  /** Distinct projects per download. */
  readonly projectShare: readonly number[];
  /** Calendar years with downloads. */
  readonly years: readonly number[];
  /** Share of the downloads in the latest year. */
  readonly latestShare: readonly number[];
  readonly userGini: readonly number[];
  /** Rank correlations seen in the same rows. */
  readonly usersWithDownloadsPerUser: number;
  readonly yearsWithTotal: number;
}

/**
 * Nearest-rank quantiles per label of the 625 labelled locations of the PRIDE archive, 2021 to 2025
 * (`gold_standard_labels.csv` joined with `llm_corrections.csv` of the DeepLogBot publication, Apache-2.0).
 */
export const MARGINALS: Readonly<Record<ClassName, Marginals>> = {
  bot: {
    largest: 2_167_000,
    users: [1, 8, 19, 63, 99, 319, 3399, 7564, 51880],
    downloadsPerUser: [1, 1.542, 1.891, 2.583, 3.737, 6.089, 21.88, 108.8, 3281],
    projectShare: [0.000431, 0.0168, 0.128, 0.316, 0.506, 0.587, 0.64, 0.676, 1],
    years: [1, 1, 1, 1, 1, 2, 4, 5, 5],
    latestShare: [0, 0.4069, 0.7472, 0.9581, 1, 1, 1, 1, 1],
    userGini: [0, 0.2145, 0.2551, 0.3268, 0.4091, 0.4971, 0.6779, 0.8249, 0.9849],
    usersWithDownloadsPerUser: 0.15,
    yearsWithTotal: 0.27,
  },
  organic: {
    largest: 17_060,
    users: [1, 1, 1, 3, 5, 64, 175, 245, 1792],
    downloadsPerUser: [1, 1.5, 2, 4, 9.756, 48.3, 127.7, 148.7, 558],
    projectShare: [0.00377, 0.0119, 0.0209, 0.0473, 0.134, 0.444, 0.667, 0.8, 1],
    years: [1, 1, 1, 1, 2, 4, 5, 5, 5],
    latestShare: [0, 0, 0.01115, 0.1485, 0.3392, 1, 1, 1, 1],
    userGini: [0, 0.15, 0.2, 0.352, 0.5625, 0.8242, 0.9126, 0.9288, 0.9584],
    usersWithDownloadsPerUser: 0.16,
    yearsWithTotal: 0.84,
  },
  hub: {
    largest: 7_122_000,
    users: [1, 3, 5, 18, 55, 186, 1417, 3010, 23960],
    downloadsPerUser: [31.48, 60.65, 74.66, 174.8, 398.2, 1425, 4016, 7789, 275000],
    projectShare: [0.000789, 0.00189, 0.00283, 0.00535, 0.0103, 0.0183, 0.0306, 0.0606, 0.209],
    years: [1, 3, 3, 4, 5, 5, 5, 5, 5],
    latestShare: [0, 0.00117, 0.003259, 0.03296, 0.1934, 0.4808, 0.9279, 0.9944, 1],
    userGini: [0.5, 0.542, 0.6882, 0.8861, 0.9363, 0.9644, 0.9858, 0.9887, 0.9915],
    usersWithDownloadsPerUser: -0.49,
    yearsWithTotal: 0.33,
  },
};

/** The value at cumulative share `p` of a row of quantiles; interpolated on a log scale where both ends are positive. */
export function quantile(values: readonly number[], p: number): number {
  const clamped = Math.min(1, Math.max(0, p));
  let i = 0;
  while (i < LEVELS.length - 2 && clamped > LEVELS[i + 1]!) i++;
  const [from, to] = [values[i]!, values[i + 1]!];
  const share = (clamped - LEVELS[i]!) / (LEVELS[i + 1]! - LEVELS[i]!);
  if (from > 0 && to > 0) return from * (to / from) ** share;
  return from + (to - from) * share;
}
