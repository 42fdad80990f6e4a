import type { TrafficUnit } from '@deeplogbot/core';

/** Steps that may get a label, and how many characters of their name it has. */
type Choice = readonly [steps: RegExp, characters: number];

/** From all steps to the beginnings of ever larger units. */
const CHOICES: Readonly<Record<TrafficUnit, readonly Choice[]>> = {
  hour: [
    [/./, 16],
    [/ (00|06|12|18):00$/, 16],
    [/ 00:00$/, 10],
  ],
  day: [
    [/./, 10],
    [/-(01|08|15|22)$/, 10],
    [/-01$/, 10],
  ],
  week: [
    [/./, 10],
    [/-0[1-7]$/, 7],
    [/-(01|04|07|10)-0[1-7]$/, 7],
    [/-01-0[1-7]$/, 4],
  ],
  month: [
    [/./, 7],
    [/-(01|04|07|10)$/, 7],
    [/-01$/, 4],
  ],
};

/** Labels that fit beside each other on the width of a page. */
const MOST: Readonly<Record<TrafficUnit, number>> = { hour: 8, day: 11, week: 11, month: 14 };

/** Labels of a time axis at round dates. `steps` are named `2023-01`, `2023-01-02` or `2023-01-02 03:00`. */
export function timeLabels(unit: TrafficUnit, steps: readonly string[]) {
  const shownBy = ([pattern]: Choice) => steps.filter((step) => pattern.test(step)).length;
  const fitting = CHOICES[unit].find((choice) => shownBy(choice) <= MOST[unit] && shownBy(choice) > 0);
  const [pattern, characters] = fitting ?? CHOICES[unit].at(-1)!;
  return {
    interval: (index: number) => pattern.test(steps[index] ?? ''),
    formatter: (_: string, index: number) => (steps[index] ?? '').slice(0, characters),
  };
}
