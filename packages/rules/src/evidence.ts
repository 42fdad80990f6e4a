import { type Columns, type Evaluation, evaluate, lacking } from './evaluate.js';
import type { RuleSet } from './types.js';

/** One piece of evidence evaluated for every row, vetoes taken into account. */
export interface Weighed extends Evaluation {
  readonly weight: number;
}

/** The evidence of a rule set over a table, and the table with the scores as further columns. */
export interface WeighedEvidence {
  readonly weighed: readonly Weighed[];
  readonly columns: Columns;
  /** Evidence and vetoes, for warnings and traces. */
  readonly evaluations: readonly Evaluation[];
}

/**
 * Weighs the evidence: `evidence_score` is 1 − Π(1 − weight) over all patterns that match a row, `evidence_GROUP` the
 * same over one group. A pattern whose columns are NULL in every row is disabled like one whose columns are absent.
 */
export function weighEvidence(rules: RuleSet, columns: Columns): WeighedEvidence {
  if (rules.evidence.length === 0) return { weighed: [], columns, evaluations: [] };
  const vetoes = rules.vetoes.map((veto) => ({ groups: veto.groups, evaluation: evaluate(veto.pattern, columns) }));
  const vetoed = (own: readonly string[], row: number) =>
    vetoes.some(({ groups, evaluation }) => evaluation.mask[row] === 1 && groups.some((group) => own.includes(group)));
  const weighed = rules.evidence.map(({ pattern, weight, groups }): Weighed => {
    const found = measurable(evaluate(pattern, columns), columns);
    const mask = found.mask.map((hit, row) => (hit === 1 && !vetoed(groups, row) ? 1 : 0));
    return { ...found, mask, weight };
  });
  const scores = new Map([['evidence_score', scoreOf(weighed, columns.rows)]]);
  for (const group of new Set(rules.evidence.flatMap(({ groups }) => groups))) {
    const members = weighed.filter((_, i) => rules.evidence[i]!.groups.includes(group));
    scores.set(`evidence_${group}`, scoreOf(members, columns.rows));
  }
  return {
    weighed,
    columns: { ...columns, get: (name) => scores.get(name) ?? columns.get(name) },
    evaluations: [...weighed, ...vetoes.map(({ evaluation }) => evaluation)],
  };
}

function scoreOf(weighed: readonly Weighed[], rows: number): Float64Array {
  const score = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let doubt = 1;
    for (const { mask, weight } of weighed) if (mask[row] === 1) doubt *= 1 - weight;
    score[row] = 1 - doubt;
  }
  return score;
}

/** Disables a pattern that no row can feed: a log without agents has their columns, but nothing in them. */
function measurable(evaluation: Evaluation, columns: Columns): Evaluation {
  if (evaluation.missing.length > 0) return evaluation;
  const empty = lacking(evaluation.pattern.condition, (feature) => columns.isEmpty(feature));
  return empty.length > 0 ? { ...evaluation, missing: empty } : evaluation;
}
