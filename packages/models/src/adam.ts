export interface AdamOptions {
  readonly learningRate: number;
  /** Added to the gradient as this multiple of the parameter. */
  readonly weightDecay: number;
  /** Gradients longer than this are shortened to it. */
  readonly clipNorm: number;
}

/** Changes the parameters in place, one step against the gradient. */
export type Step = (parameters: Float32Array, gradient: Float32Array) => void;

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Adam (Kingma & Ba, ICLR 2015, algorithm 1) with weight decay in the gradient and the gradient's norm clipped. */
export function adam(size: number, { learningRate, weightDecay, clipNorm }: AdamOptions): Step {
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  let correction1 = 1;
  let correction2 = 1;
  return (parameters, gradient) => {
    correction1 *= BETA1;
    correction2 *= BETA2;
    const shrink = Math.min(1, clipNorm / norm(gradient));
    const rate = learningRate / (1 - correction1);
    for (let i = 0; i < size; i++) {
      const g = gradient[i]! * shrink + weightDecay * parameters[i]!;
      first[i] = BETA1 * first[i]! + (1 - BETA1) * g;
      second[i] = BETA2 * second[i]! + (1 - BETA2) * g * g;
      parameters[i]! -= (rate * first[i]!) / (Math.sqrt(second[i]! / (1 - correction2)) + EPSILON);
    }
  };
}

function norm(vector: Float32Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}
