import { describe, expect, it } from 'vitest';
import { DEFAULT_ROW_GROUP_SIZE, writePlan } from '../../src/engine/write-plan.js';

const alone = (rowGroupSize: number) => ({ rowGroupSize, parallel: false });
const together = (rowGroupSize: number) => ({ rowGroupSize, parallel: true });

describe('writePlan', () => {
  it('writes with one thread where nothing is known of the source', () => {
    expect(writePlan({})).toEqual(alone(DEFAULT_ROW_GROUP_SIZE));
    expect(writePlan({ rowGroupSize: 10_000 })).toEqual(alone(10_000));
  });

  it('writes with several where every group of the source is as large as those that are wanted', () => {
    const sourceRowGroups = [122_880, 122_880, 5];
    expect(writePlan({ sourceRowGroups })).toEqual(together(122_880));
  });

  // 4,095 rows are within a vector (2,048) of 5,000: as one group they are written as they are; joined from two, it depends on where a run ends.
  it('writes with one where what is left at the end of a run may pass for a whole group', () => {
    expect(writePlan({ rowGroupSize: 5000, sourceRowGroups: [4095, 4095, 7] })).toEqual(together(5000));
    expect(writePlan({ rowGroupSize: 5000, sourceRowGroups: [2047, 2048, 7] })).toEqual(alone(5000));
  });

  it('knows where a vector less, or a whole group, begins', () => {
    expect(writePlan({ rowGroupSize: 5000, sourceRowGroups: [1000, 1952, 7] })).toEqual(together(5000));
    expect(writePlan({ rowGroupSize: 5000, sourceRowGroups: [1000, 1953, 7] })).toEqual(alone(5000));
    expect(writePlan({ rowGroupSize: 5000, sourceRowGroups: [2500, 2500, 7] })).toEqual(together(5000));
    expect(writePlan({ rowGroupSize: 5000, sourceRowGroups: [2500, 2499, 7] })).toEqual(alone(5000));
  });

  // Two groups of 60,950 are joined to 121,900, within a vector of 122,880.
  it('takes the size of the source’s own groups where the usual one would need a single thread', () => {
    const sourceRowGroups = Array.from({ length: 40 }, () => 121_900 / 2);
    expect(writePlan({ sourceRowGroups })).toEqual(together(60_950));
    expect(writePlan({ sourceRowGroups, rowGroupSize: DEFAULT_ROW_GROUP_SIZE })).toEqual(alone(DEFAULT_ROW_GROUP_SIZE));
  });

  it('never takes groups smaller than a vector', () => {
    const sourceRowGroups = Array.from({ length: 200 }, () => 1000);
    expect(writePlan({ sourceRowGroups })).toEqual(alone(DEFAULT_ROW_GROUP_SIZE));
  });
});
