import { describe, expect, it } from 'vitest';
import { LOG_STYLES } from '../../bench/sites/formats.js';
import { isRight, judge } from '../../bench/sites/judge.js';
import { SITE_NAMES, siteOf } from '../../bench/sites/sites.js';

/** How many of the visitors that are no people a site may have wrong; of people, none. */
const MISSED: Readonly<Record<string, number>> = { 'static blog with feeds, 2024': 2 };

describe.each(SITE_NAMES)(
  '%s',
  (name) => {
    it.each(['combined', 'Caddy 2'])('takes no person for a bot and finds the others, written as %s', async (style) => {
      const judged = await judge(siteOf(name, 7), LOG_STYLES[style]!);
      const wrong = judged.filter((each) => !isRight(each));
      const said = wrong.map(
        ({ visit, verdict, rules }) => `${visit.truth} ${visit.kind}: ${verdict} by ${rules.join()}`,
      );
      expect(said.filter((each) => each.startsWith('person'))).toEqual([]);
      expect(said.slice(MISSED[name] ?? 0)).toEqual([]);
    });

    it('takes no person for a bot where balancers leave out referrers', async () => {
      const judged = await judge(siteOf(name, 8), LOG_STYLES['application load balancer']!);
      const wrong = judged.filter(({ visit, label }) => visit.truth === 'person' && label !== 'organic');
      expect(wrong.map(({ visit, rules }) => `${visit.kind}: ${rules.join()}`)).toEqual([]);
    });
  },
  120_000,
);

describe.each(Object.keys(LOG_STYLES))(
  'written as %s',
  (style) => {
    it('a little of everything', async () => {
      const hasAgents = style !== 'common';
      const judged = await judge(siteOf('a little of everything, 2023', 2), LOG_STYLES[style]!);
      const wrong = judged.filter((each) => !isRight(each) && (hasAgents || each.visit.truth === 'person'));
      expect(wrong.map(({ visit, rules }) => `${visit.truth} ${visit.kind}: ${rules.join()}`)).toEqual([]);
    });
  },
  120_000,
);
