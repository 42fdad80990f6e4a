import { expect, it } from 'vitest';
import { HostWork } from '../../src/plan/host-work.js';

/** Steps that note how often they were asked for; endless unless a number is given. */
function* steps(asked: number[], n = Number.POSITIVE_INFINITY) {
  for (let i = 0; i < n; i++) yield void asked.push(i);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('says that work is done when it is, and waits for what follows from it', async () => {
  const work = new HostWork({});
  const [asked, told]: [number[], string[]] = [[], []];
  work.start('a', steps(asked, 3), async () => {
    await turn();
    told.push('done');
  });
  await work.settle(['a']);
  expect([asked, told]).toEqual([[0, 1, 2], ['done']]);
});

it('never says that abandoned work is done', async () => {
  const work = new HostWork({});
  const [asked, told]: [number[], string[]] = [[], []];
  work.start('a', steps(asked), () => void told.push('done'));
  while (asked.length === 0) await turn();
  work.abandon();
  await work.settle(['a']);
  expect(told).toEqual([]);
});
