/** Of features that the reference describes and never computes. */
export const NO_PIPELINE = 'Computed by no run of the reference.';
