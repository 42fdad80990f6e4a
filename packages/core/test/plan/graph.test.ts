import { defineAggregate, defineDerived, defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { planGraph } from '../../src/plan/graph.js';

const spec = float64({ unit: '1', meaning: 'test', formula: 'test', nullWhen: 'never' });
const aggregate = (name: string, from: string[], build: 'table' | 'view' = 'table') =>
  defineAggregate({ name, from, grain: ['key'], build, query: () => sql`SELECT 1` });
const extractor = (name: string, from: string[], column: string) =>
  defineExtractor({ name, from, columns: { [column]: spec }, query: () => sql`SELECT 1` });
const derived = (name: string, from: string[], column: string) =>
  defineDerived({ name, from, columns: { [column]: spec }, compute: () => ({}) });
const names = (nodes: readonly PlanNode[]) => nodes.map((node) => node.name);
const ALL = new Set(['location', 'timestamp', 'user', 'file'] as const);

describe('planGraph', () => {
  it('runs each node after what it reads, wherever it is listed', () => {
    const nodes = [derived('d', ['x'], 'y'), extractor('e', ['a'], 'x'), aggregate('a', ['events'])];
    expect(names(planGraph(nodes, ALL).ordered)).toEqual(['a', 'e', 'd']);
  });

  it('reads a table as soon as it can, and goes on from the youngest, so that few stand at once', () => {
    const nodes = [
      ...['rows', 'other'].map((name) => aggregate(name, ['events'])),
      ...['coarse', 'fine'].map((name) => aggregate(name, ['rows'])),
      aggregate('finest', ['fine']),
      ...['coarse', 'fine', 'finest', 'other'].map((name) => extractor(`of_${name}`, [name], `x_${name}`)),
    ];
    expect(names(planGraph(nodes, ALL).ordered)).toEqual([
      'rows',
      'coarse',
      'of_coarse',
      'fine',
      'of_fine',
      'finest',
      'of_finest',
      'other',
      'of_other',
    ]);
  });

  it.each([
    ['a circle', [aggregate('a', ['b']), aggregate('b', ['a'])], 'in a circle: a → b → a'],
    [
      'an unknown name',
      [extractor('e', ['by_userr'], 'x'), aggregate('by_user', ['events'])],
      'reads "by_userr", which nothing produces',
    ],
    [
      'two producers of a column',
      [extractor('e', [], 'x'), extractor('f', [], 'x')],
      'Column "x" is produced by "e" and by "f"',
    ],
    ['two nodes of a name', [aggregate('a', []), aggregate('a', [])], 'Two plan nodes are named "a"'],
    ['a node named like a core relation', [aggregate('events', [])], 'Two plan nodes are named "events"'],
  ])('refuses %s', (_what, nodes, message) => {
    expect(() => planGraph(nodes, ALL)).toThrow(message);
  });

  it('hints at the nearest name', () => {
    const run = () => planGraph([extractor('e', ['by_userr'], 'x'), aggregate('by_user', ['events'])], ALL);
    expect(run).toThrow(expect.objectContaining({ hint: 'Did you mean "by_user"?' }));
  });

  it('leaves out what lacks a role, directly or through an aggregate', () => {
    const files = { ...aggregate('by_file', ['events']), needs: ['file'] as const };
    const graph = planGraph([files, extractor('e', ['by_file'], 'x')], new Set(['location', 'timestamp']));
    expect([...graph.unmeasurable]).toEqual([
      ['by_file', ['file']],
      ['e', ['file']],
    ]);
  });

  it('counts statements that read the events, views followed', () => {
    const nodes = [
      aggregate('v', ['events'], 'view'),
      extractor('e', ['v'], 'x'),
      extractor('f', ['v', 'events'], 'y'),
    ];
    expect(planGraph(nodes, ALL)).toMatchObject({ eventReaders: 3, rowReaders: 0 });
  });

  it('counts statements that read the rows of the log by themselves', () => {
    const nodes = [aggregate('a', ['log_rows']), extractor('e', ['a', 'events'], 'x')];
    expect(planGraph(nodes, ALL)).toMatchObject({ eventReaders: 1, rowReaders: 1 });
  });
});
