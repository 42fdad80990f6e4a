/** The sentence of a reason without the measured values in brackets at its end: what a rule says of every location. */
export const withoutValues = (sentence: string): string => sentence.replace(/ \([^()]*\)\.?$/, '.');
