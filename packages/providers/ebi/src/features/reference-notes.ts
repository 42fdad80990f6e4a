/** Of features that the reference describes and never computes. */
export const NO_PIPELINE = 'Computed by no run of the reference.';

/** Of features of a series on the calendar. */
export const CALENDAR = 'Over active periods only, gaps removed; 0 where undefined.';

export const ZERO = '0 where undefined.';
