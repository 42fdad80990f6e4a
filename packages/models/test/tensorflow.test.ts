import { expect, it, vi } from 'vitest';
import { withTensorflow } from '../src/tensorflow.js';
import { codeOf } from './support.js';

it('says so when its binary is not where it was said to be', async () => {
  const quiet = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')].map((spy) => spy.mockImplementation(() => {}));
  const handlers = process.listenerCount('unhandledRejection');
  expect(await codeOf(() => withTensorflow(async () => 1, '/nowhere/'))).toBe('TENSORFLOW_UNAVAILABLE');
  expect(await codeOf(() => withTensorflow(async () => 1))).toBe('TENSORFLOW_UNAVAILABLE');
  expect(process.listenerCount('unhandledRejection')).toBe(handlers);
  for (const spy of quiet) spy.mockRestore();
});
