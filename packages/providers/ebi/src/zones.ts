import tzlookup from '@photostructure/tz-lookup';

/** A stretch of time, µs since 1970, half open, in which a zone keeps one offset from UTC. */
export interface OffsetInterval {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly minutes: number;
}

/** The time zone of a "latitude,longitude" text; undefined for any other text and for coordinates out of range. */
export function zoneOf(key: string): string | undefined {
  const match = /^\s*([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)\s*$/.exec(key);
  if (!match) return undefined;
  const latitude = Number(match[1]);
  const longitude = Number(match[2]);
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  return tzlookup(latitude, longitude);
}

const HOUR = 3_600_000;
const STEP = 7 * 24 * HOUR;

/** Intervals of equal offset that cover [firstUs, lastUs]. Found by weekly steps and halving, so a shift that is undone within a week is missed. */
export function intervalsOf(zone: string, firstUs: number, lastUs: number): readonly OffsetInterval[] {
  const cacheKey = `${zone} ${firstUs} ${lastUs}`;
  const cached = cache.get(cacheKey);
  if (cached) return cached;
  const offset = offsetReader(zone);
  const begin = Math.floor(firstUs / 1000 / HOUR) * HOUR;
  const end = (Math.floor(lastUs / 1000 / HOUR) + 1) * HOUR;
  const changes = [begin];
  for (let at = begin, before = offset(begin); at < end; at += STEP) {
    const next = Math.min(at + STEP, end);
    const after = offset(next);
    if (before !== after) changes.push(changeBetween(offset, at, next));
    before = after;
  }
  const intervals = changes.map((from, i) => ({
    fromUs: from * 1000,
    untilUs: (changes[i + 1] ?? end) * 1000,
    minutes: offset(from),
  }));
  if (cache.size > 2000) cache.clear();
  cache.set(cacheKey, intervals);
  return intervals;
}

const cache = new Map<string, readonly OffsetInterval[]>();

/** The first full UTC hour with the later offset. */
function changeBetween(offset: (ms: number) => number, before: number, after: number): number {
  let low = before;
  let high = after;
  const later = offset(after);
  while (high - low > HOUR) {
    const middle = low + Math.floor((high - low) / 2 / HOUR) * HOUR;
    if (offset(middle) === later) high = middle;
    else low = middle;
  }
  return high;
}

/** Minutes that a zone is ahead of UTC at an instant. */
function offsetReader(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (ms) => {
    const [month, day, year, hour, minute] = format.format(ms).split(/\D+/).map(Number);
    const local = Date.UTC(year!, month! - 1, day!, hour!, minute!);
    return Math.round((local - ms) / 60_000);
  };
}
