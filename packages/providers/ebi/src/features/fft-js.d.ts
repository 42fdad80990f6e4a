declare module 'fft.js' {
  /** Complex numbers are stored in turns: real, imaginary, real, … */
  export default class FFT {
    /** @param size - a power of two, at least 2 */
    constructor(size: number);
    createComplexArray(): number[];
    transform(out: ArrayLike<number>, data: ArrayLike<number>): void;
    inverseTransform(out: ArrayLike<number>, data: ArrayLike<number>): void;
  }
}
