import type { Random } from '@deeplogbot/core';

export interface VaeShape {
  /** Input features. */
  readonly width: number;
  /** Units of the wide and the narrow hidden layer; the decoder mirrors them. */
  readonly hidden: readonly [number, number];
  readonly latent: number;
}

/** Where one dense layer lies in the parameters: inputs × outputs weights in row-major order, then the biases. */
export interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly offset: number;
}

/** width → wide → narrow → (μ, log σ²) and latent → narrow → wide → width; ReLU inside, linear at the heads and the end. */
export function layersOf({ width, hidden: [wide, narrow], latent }: VaeShape): Dense[] {
  const sizes = [
    [width, wide],
    [wide, narrow],
    [narrow, 2 * latent],
    [latent, narrow],
    [narrow, wide],
    [wide, width],
  ] as const;
  let offset = 0;
  return sizes.map(([inputs, outputs]) => {
    const layer = { inputs, outputs, offset };
    offset += (inputs + 1) * outputs;
    return layer;
  });
}

export const parameterCount = (layers: readonly Dense[]): number =>
  layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);

/** Weights and biases uniform within ±1/√inputs (LeCun et al. 1998, the usual start of a linear layer). */
export function initialParameters(layers: readonly Dense[], random: Random): Float32Array {
  const parameters = new Float32Array(parameterCount(layers));
  for (const { inputs, outputs, offset } of layers) {
    const bound = 1 / Math.sqrt(inputs);
    for (let i = 0; i < (inputs + 1) * outputs; i++) parameters[offset + i] = (2 * random.next() - 1) * bound;
  }
  return parameters;
}
