import { defineDerived, float64 } from '@deeplogbot/core';
import { flagAbove, quantile } from './moments.js';
import { NO_PIPELINE } from './reference-notes.js';

const upperQuarter = (of: string, reference?: string) =>
  float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: `1 = in the upper quarter of all keys by ${of}; depends on the other keys of the log.`,
    formula: `${of} > Q(${of}, 0.75) over all keys`,
    nullWhen: `${of} is NULL`,
    ...(reference !== undefined && { reference }),
  });

const isInUpperQuarter = (values: Float64Array): Float64Array => flagAbove(values, quantile(values, 0.75));

/** Who bunches rows, and whose users work at once, against all other keys. */
export const advancedFlags = defineDerived({
  name: 'advanced_flags',
  from: ['burst_pattern_score', 'user_coordination_score'],
  columns: {
    is_bursty_advanced: upperQuarter('burst_pattern_score'),
    is_coordinated: upperQuarter('user_coordination_score'),
  },
  compute: (table) => ({
    is_bursty_advanced: isInUpperQuarter(table.need('burst_pattern_score')),
    is_coordinated: isInUpperQuarter(table.need('user_coordination_score')),
  }),
});

/** Whose pauses are regular, and whose visits are large, against all other keys. */
export const firstGenerationFlags = defineDerived({
  name: 'first_generation_flags',
  from: ['regularity_score', 'downloads_per_session'],
  columns: {
    is_mechanical: upperQuarter('regularity_score', NO_PIPELINE),
    is_bursty: upperQuarter('downloads_per_session', NO_PIPELINE),
  },
  compute: (table) => ({
    is_mechanical: isInUpperQuarter(table.need('regularity_score')),
    is_bursty: isInUpperQuarter(table.need('downloads_per_session')),
  }),
});
