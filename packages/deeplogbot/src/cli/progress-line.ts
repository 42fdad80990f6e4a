import type { Progress } from '@deeplogbot/core';
import { clipText, plain } from '@deeplogbot/reports';
import type { Io } from './io.js';

/** Shows progress: one line that is redrawn on a terminal, a line per step elsewhere. */
export function progressLine(io: Io): { readonly show: (progress: Progress) => void; readonly done: () => void } {
  let step = '';
  let started = 0;
  let drawn = false;
  const clear = () => {
    if (drawn) io.err('\r\u001b[2K');
    drawn = false;
  };
  return {
    show: (progress) => {
      if (progress.step !== step) {
        step = progress.step;
        started = performance.now();
        if (!io.terminal) io.err(`${step} …\n`);
      }
      if (progress.note !== undefined) {
        clear();
        io.err(`${plain(progress.note)}\n`);
      }
      if (!io.terminal) return;
      clear();
      // A line that goes on in the next one could not be taken back.
      const room = Math.max(1, (io.columns ?? Number.POSITIVE_INFINITY) - 1);
      io.err(clipText(describe(progress, (performance.now() - started) / 1000), room));
      drawn = true;
    },
    done: clear,
  };
}

/** Step, how much of it, rate and time left: that of the whole run where it is foretold, else of a step that is even. */
export function describe(progress: Progress, seconds: number): string {
  const { step, done, total, unit, secondsLeft } = progress;
  const amount = total === undefined ? `${done} ${unit}` : `${done}/${total} ${unit}`;
  if (secondsLeft !== undefined) return `${step}  ${amount}  ${foretold(secondsLeft, progress.secondsLeftBetween)}`;
  if (done === 0 || seconds <= 0) return `${step}  ${amount}`;
  const rate = done / seconds;
  const even = total !== undefined && EVEN.includes(unit);
  const left = even ? `  ${duration((total - done) / rate)} left` : '';
  return `${step}  ${amount}  ${Number(rate.toPrecision(3))} ${unit}/s${left}`;
}

/** What costs about the same each; a plan node takes from milliseconds to minutes. */
const EVEN: readonly Progress['unit'][] = ['rows', 'bytes', 'locations'];

/** Bounds farther apart than this, as a quotient, are said; within it one figure is honest. */
const SURE = 1.5;

/** One figure, or from where to where where that is not known well: in minutes from one minute on. */
function foretold(
  secondsLeft: number,
  [least, most] = [secondsLeft, secondsLeft] as readonly [number, number],
): string {
  const [from, to] = [duration(least), duration(most)];
  if (most <= SURE * least || from === to) return `about ${duration(secondsLeft)} left in all`;
  const [number, unit] = from.split(' ');
  return `${to.endsWith(unit!) ? number : from} to ${to} left in all`;
}

const duration = (seconds: number): string =>
  seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
