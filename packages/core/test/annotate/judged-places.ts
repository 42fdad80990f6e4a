import type { Verdict } from '@deeplogbot/core';

/** Every third place is known; each has reasons of its own, as in a real run. */
export function judgedPlaces(count: number): { keys: readonly string[]; verdicts: readonly Verdict[] } {
  const keys = Array.from({ length: count }, (_, i) => `place ${3 * i}`);
  const verdicts = keys.map(
    (key, i): Verdict =>
      ({
        label: i % 2 ? 'bot' : 'organic',
        behaviorType: i % 2 ? 'automated' : 'organic',
        automationCategory: i % 2 ? 'bot' : null,
        subcategory: i % 2 ? 'scraper_bot' : 'individual_user',
        confidence: i / count,
        reasons: [{ sentence: `Because of ${key}.` }] as never,
        needsReview: false,
      }) as unknown as Verdict,
  );
  return { keys, verdicts };
}
