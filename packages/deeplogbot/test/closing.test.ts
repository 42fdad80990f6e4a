import { expect, it } from 'vitest';
import { closing } from '../src/steps/closing.js';

it('closes all that was opened, the last first, though one of them fails', async () => {
  const closed: string[] = [];
  const close = (name: string, message?: string) => () => {
    closed.push(name);
    if (message) throw new RangeError(message);
  };
  const work = (end: () => string) =>
    closing(async (closers) => {
      closers.push(close('engine'), close('log', 'the log'), close('places', 'the places'));
      return end();
    });
  await expect(work(() => 'done')).rejects.toThrow('the places');
  expect(closed).toEqual(['places', 'log', 'engine']);
  const failing = () => {
    throw new RangeError('the work');
  };
  await expect(work(failing)).rejects.toThrow('the work');
  expect(closed).toHaveLength(6);
  expect(await closing(async () => 'done')).toBe('done');
});
