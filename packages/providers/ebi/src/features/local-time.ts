import { defineLookup, defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';
import { intervalsOf, zoneOf } from '../zones.js';
import { sumOf, sumWhere } from './moments.js';
import { clockShares, hoursOfDay } from './time-of-day.js';

const NO_PLACE = 'the location is not "latitude,longitude"';

/** For each key with coordinates: from when to when (µs) its local time is how many minutes ahead of UTC. */
export const localOffsets = defineLookup({
  name: 'local_offsets',
  from: [],
  compute: ({ keys, firstUs, lastUs }) => {
    const placed = keys.map((key) => {
      const zone = zoneOf(key);
      return zone === undefined ? [] : intervalsOf(zone, firstUs, lastUs);
    });
    const rows = placed.reduce((sum, { length }) => sum + length, 0);
    const [key, from_us, until_us, minutes] = Array.from({ length: 4 }, () => new Float64Array(rows));
    let row = 0;
    for (const [i, intervals] of placed.entries()) {
      for (const interval of intervals) {
        key![row] = i;
        from_us![row] = interval.fromUs;
        until_us![row] = interval.untilUs;
        minutes![row++] = interval.minutes;
      }
    }
    return { rows, columns: { key: key!, from_us: from_us!, until_us: until_us!, minutes: minutes! } };
  },
});

/** Twins of the clock features in the civil time of the place, daylight saving included. Zones off by half an hour take the hour in which a UTC hour begins. */
const localTime = defineSeries({
  name: 'local_time',
  from: ['by_hour', 'local_offsets'],
  columns: {
    peak_hour_concentration_local: float64({
      unit: '1',
      min: 1 / 24,
      max: 1,
      meaning: 'Share of the busiest local hour.',
      formula: 'max p',
      nullWhen: NO_PLACE,
    }),
    working_hours_ratio_local: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of downloads in working hours of the place.',
      formula: 'Σ p over the hours of the schema, local',
      nullWhen: NO_PLACE,
    }),
    hourly_entropy_local: float64({
      unit: 'nat',
      min: 0,
      max: Math.log(24) + 1e-9,
      meaning: 'How evenly downloads spread over the local hours.',
      formula: '−Σ p ln p',
      nullWhen: NO_PLACE,
    }),
    night_activity_ratio_local: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of downloads at night of the place.',
      formula: 'Σ p over the hours of the schema, local',
      nullWhen: NO_PLACE,
    }),
    weekend_ratio_local: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of downloads on local Saturdays and Sundays; 2/7 = no week rhythm.',
      formula: 'Σ n on local weekend days ÷ n',
      nullWhen: NO_PLACE,
    }),
  },
  query: ({ by_hour, local_offsets }, { dialect }) => sql`
    WITH placed AS (
      SELECT h.key, h.n, ${dialect.epochUs(sql`h.hour`)} + CAST(o.minutes AS BIGINT) * 60000000 AS us
      FROM ${by_hour!} h JOIN ${local_offsets!} o
        ON o.key = h.key AND ${dialect.epochUs(sql`h.hour`)} >= o.from_us AND ${dialect.epochUs(sql`h.hour`)} < o.until_us
    ), bucketed AS (
      SELECT key, n, CAST(floor(us / 3600000000) AS BIGINT) AS hours FROM placed
    )
    SELECT key, ((hours % 24) + 24) % 24 AS hour, ((CAST(floor(hours / 24) AS BIGINT) + 4) % 7 + 7) % 7 AS dow, sum(n) AS n
    FROM bucketed GROUP BY ALL ORDER BY key, hour, dow`,
  compute: ({ hour, dow, n }, { schema }) => {
    const shares = clockShares(hoursOfDay(hour!, n!), schema, 0);
    const weekend = sumWhere(n!, (i) => dow![i] === 0 || dow![i] === 6);
    return {
      peak_hour_concentration_local: shares.peak,
      working_hours_ratio_local: shares.working,
      hourly_entropy_local: shares.entropy,
      night_activity_ratio_local: shares.night,
      weekend_ratio_local: weekend / sumOf(n!),
    };
  },
});

export const localTimeNodes: readonly PlanNode[] = [localTime];
