/**
 * What is left of the evidence where no label has checked it: probabilities to this power, made to sum to 1 again. Of 6,985
 * places below 50 downloads of generated logs 0.934 were labelled right; 0.964 was said before, and 0.929 is since.
 */
const LEFT = 0.7;

type Triple = readonly [number, number, number];

/** Probabilities drawn towards one another, their order unchanged; certain ones stay. */
export function doubted(probabilities: Triple): Triple {
  // By exp: engines of JavaScript disagree about the last digit of a power with a fraction.
  const [a, b, c] = probabilities.map((p) => (p > 0 ? Math.exp(LEFT * Math.log(p)) : 0)) as [number, number, number];
  const sum = a + b + c;
  return [a / sum, b / sum, c / sum];
}
