import { defineSeries, type FeatureTable, float64, type PlanNode, sql } from '@deeplogbot/core';
import { FEWEST_SESSIONS, REQUEST_KINDS, SequentialTest, stepRatio } from '../sequential.js';
import { count } from './spec.js';

const TOO_FEW = `the log has fewer than ${FEWEST_SESSIONS} sure sessions of programs or of people`;

/**
 * When a session gives away whether it is a program's, by the order of the kinds of its requests. The model is fitted on the log's
 * own sure sessions: robots that say so, and browsers that load what belongs to a page, name it as the referrer and follow links.
 */
const sequentialDecision = defineSeries({
  name: 'sequential_decision',
  from: ['requests', 'habits'],
  columns: {
    decided_at: count(
      'requests',
      'Request that settled whether the first session that could be told was a program’s, from 1; the sign of `log_likelihood_ratio` says which.',
      'first i with |Σ| ≥ ln 99',
      `${TOO_FEW}, or no session could be told`,
    ),
    log_likelihood_ratio: float64({
      unit: '1',
      meaning:
        'How far the kinds of requests speak for a program (above 0) or a person, where it was decided or else at the end of the last session.',
      formula: 'Σ ln(P(step | program) ÷ P(step | person))',
      nullWhen: TOO_FEW,
    }),
  },
  query: ({ requests, habits }) => sql`
    WITH classes AS (
      SELECT key, CASE WHEN bool_and(robot) THEN 1 WHEN bool_and(NOT robot AND graphical AND follows AND parts > 0) THEN 0 END AS program
      FROM ${habits!} GROUP BY key
    ), steps AS (
      SELECT *, coalesce(lag(kind) OVER w, -1) AS before FROM (
        SELECT key, session, ts_us, source_id, line_no, coalesce(resource_id, ${REQUEST_KINDS - 1}) AS kind FROM ${requests!}
      ) WINDOW w AS (PARTITION BY key, session ORDER BY ts_us, source_id, line_no)
    ), counts AS (
      SELECT before, kind, count(*) FILTER (program = 1) AS programs, count(*) FILTER (program = 0) AS people
      FROM steps s JOIN classes c ON c.key = s.key GROUP BY before, kind
    ), totals AS (
      SELECT before, sum(programs) AS of_programs, sum(people) AS of_people FROM counts GROUP BY before
    ), enough AS (SELECT least(of_programs, of_people) >= ${FEWEST_SESSIONS} AS is_enough FROM totals WHERE before = -1)
    SELECT s.key, s.session, c.programs, t.of_programs, c.people, t.of_people
    FROM steps s JOIN counts c ON c.before = s.before AND c.kind = s.kind JOIN totals t ON t.before = s.before
    WHERE (SELECT is_enough FROM enough) ORDER BY s.key, s.ts_us, s.source_id, s.line_no`,
  compute: ({ session, programs, of_programs, people, of_people }) => {
    let test = new SequentialTest();
    for (let i = 0; i < session!.length && test.decidedAt === null; i++) {
      if (i > 0 && session![i] !== session![i - 1]) test = new SequentialTest();
      const counts = {
        programs: programs![i]!,
        ofPrograms: of_programs![i]!,
        people: people![i]!,
        ofPeople: of_people![i]!,
      };
      test.add(stepRatio(counts));
    }
    return { decided_at: test.decidedAt ?? Number.NaN, log_likelihood_ratio: test.ratio };
  },
});

/** Says that the decision that was asked for could not be made for anybody. */
export function sequentialWarnings(features: FeatureTable): readonly string[] {
  const ratios = features.columns.get('log_likelihood_ratio');
  if (!ratios || ratios.length === 0 || !ratios.every(Number.isNaN)) return [];
  return [`no sequential decision: ${TOO_FEW}`];
}

export const sequentialNodes: readonly PlanNode[] = [sequentialDecision];
