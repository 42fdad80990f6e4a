/**
 * Room for one series after another. Series of a hundred thousand keys, each in memory of its own, make the garbage
 * collector look at the whole heap again and again.
 */
export class Scratch {
  private room = new Float64Array(0);

  /** Numbers of any value; those of the call before are lost. */
  take(length: number): Float64Array {
    if (this.room.length < length) this.room = new Float64Array(2 * length);
    return this.room.subarray(0, length);
  }

  zeros(length: number): Float64Array {
    return this.take(length).fill(0);
  }
}
