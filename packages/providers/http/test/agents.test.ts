import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matcher } from '../src/agents/matcher.js';
import { Operators, releaseYear } from '../src/agents/verify.js';
import { agentFacts, resolveHttpOptions } from '../src/index.js';
import { parseAddress } from '../src/read/address.js';

const kind = (agent: string) => {
  const { declared, machine, headless } = agentFacts(agent);
  return headless ? 'headless' : declared ? 'declared' : machine ? 'machine' : 'visitor';
};

describe('agents', () => {
  it.each([
    'curl/7.82.0',
    'Wget/1.21.2',
    'python-requests/2.31.0',
    'Python-urllib/3.11',
    'Java/17.0.2',
    'Apache-HttpClient/4.5.13 (Java/11.0.20)',
    'okhttp/4.9.3',
    'libwww-perl/6.67',
    'R (4.3.1 x86_64-pc-linux-gnu x86_64 linux-gnu)',
    'Go-http-client/1.1',
    'axios/1.6.0',
    'libcurl/7.88 r-curl/5.0 httr/1.4',
    'SomeLabTool/1.0',
    'Reeder/3.2 CFNetwork/672.1.12 Darwin/14.0.0',
    'Liferea/1.6.4 (Linux; en_US.UTF-8; http://liferea.sf.net/)',
  ])('%s is a machine and no robot', (agent) => expect(kind(agent)).toBe('machine'));

  it.each([
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
    'Scrapy/2.11 (+https://scrapy.org)',
    'python-requests/2.31.0 my-crawler',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'Baiduspider',
    'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/135.0 Mobile Safari/537.36 (compatible; Google-AMPHTML)',
    'Mozilla/5.0 (Linux; Android 7.0; compatible; ExampleBot/1.0) AppleWebKit/537.36 (KHTML, like Gecko)',
    'Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0; topster.de Linkchecker 5.0) like Gecko',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/534.34 (KHTML, like Gecko) Safari/534.34 SomeAgent/1.0 (ops+agent@example.com)',
    'Mozilla/5.0 (compatible; NobodyKnows/0.4; +; )',
    'looksystems.net',
    `\${jndi:ldap://x.example/a}`,
  ])('%s declares itself', (agent) => expect(kind(agent)).toBe('declared'));

  it.each([
    'Mozilla/5.0 (Linux; Android 9; CUBOT_X19 Build/PPR1.180610.011) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.91 Mobile Safari/537.36',
    'Mozilla/5.0 (Linux; Android 12; moto g(50) 5G) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36 Instagram 333.0.0.42.91 Android (31/12; motorola)',
    'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; SLCC2; .NET CLR 2.0.50727)',
    'Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5',
    'Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.6.5',
    'Mozilla/5.0 (Linux; Android 7.0; M bot 60 Build/NRD90M; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/67.0 Mobile Safari/537.36',
    'Mozilla/5.0 (Linux; Android 4.3; HTC Butterfly Build/JSS15J) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/34.0 Mobile Safari/537.36',
    'Mozilla/5.0 (Linux; Android 15; CPH2581 Build/AP3A.240617.008; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0 Mobile Safari/537.36',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 11_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E216 Blackboard/3.7.0',
    'Mozilla/5.0 (Windows NT 6.1; WOW64; rv:26.0) Gecko/20100101 Firefox/26.0 FirePHP/0.7.4',
    'HbbTV/1.2.1 (;Panasonic;VIERA 2013;3.838;1101-0003 0004-0000;)',
    'DoCoMo/2.0 SH901iC(c100;TB;W24H12)',
    'Karbonn K222s WAP-Browser/1.0.0',
    'Mozilla/4.08 [en] (WinNT; U)',
    'UCWEB/2.0 (Java; U; MIDP-2.0; Nokia203/20.37) U2/1.0.0 UCMini/11.0.6.1040 (SpeedMode; Proxy; Android 5.1 ) U2/1.0.0 Mobile',
    '',
  ])('%s is a visitor', (agent) => expect(kind(agent)).toBe('visitor'));

  it('a device of Android is no robot whatever it is called, what names its home is', () => {
    const of = (device: string) =>
      kind(`Mozilla/5.0 (Linux; Android 9; ${device}) AppleWebKit/537.36 Chrome/90.0 Mobile`);
    expect(['M bot 60', 'megabot; +http://mega.example/', 'compatible; megabot'].map(of)).toEqual([
      'visitor',
      'declared',
      'declared',
    ]);
  });

  it('a browser without a screen', () => {
    expect(
      kind(
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36',
      ),
    ).toBe('headless');
  });
});

describe('matching', () => {
  /** Places of the patterns that occur. */
  const find = (patterns: readonly string[], text: string, ignoreCase = true, from = 0, to = 0, most?: number) => {
    const each = patterns.map((pattern, i) => ({ text: pattern, ignoreCase, bit: 1 << i }));
    const found = new Matcher(each, most).lists(text, from, to);
    return patterns.flatMap((_, i) => (found & (1 << i) ? [i] : []));
  };

  it('agrees with regular expressions on what the lists use', () => {
    const patterns = [
      'bot',
      '^curl',
      'java\\/\\d\\d?\\.',
      '(^| )ptst\\/',
      'a[bc]+d',
      '[^s]lcc',
      'x.?y$',
      'foo|bar',
      'colou?r',
      'ab*c',
      '\\s\\+',
    ];
    const texts = [
      'Robot',
      'curl/7',
      'my curl',
      'java/11.0',
      'java/x',
      'PTST/1',
      'x PTST/2',
      'xPTST/',
      'abcbcd',
      'ad',
      'SLCC2',
      'LCC',
      ' lcc',
      'xy',
      'x1y',
      'xyz',
      'a bar',
      'Colour',
      'ac',
      'abbbc',
      'a +b',
      'é bot é',
    ];
    for (const text of texts) {
      const wanted = patterns.flatMap((pattern, i) => (new RegExp(pattern, 'i').test(text) ? [i] : []));
      expect([text, ...find(patterns, text)]).toEqual([text, ...wanted]);
    }
  });

  it('agrees with regular expressions on any patterns and texts, a part left out, however small the table', () => {
    const atom = fc.constantFrom('a', 'B', 'é', '.', '[ab]', '[^a]', '\\d', '\\s', '(ab|B1)');
    const item = fc.tuple(atom, fc.constantFrom('', '', '', '?', '*', '+')).map(([each, sign]) => each + sign);
    const middle = fc.array(item, { maxLength: 4 }).map((items) => items.join(''));
    const ends = [fc.constantFrom('', '', '^', '(^|[^a])'), fc.constantFrom('', '', '$', '(b|$)')] as const;
    const pattern = fc.tuple(ends[0], middle, ends[1]).map((parts) => parts.join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', '1', ' ', 'é'), maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 12 }),
        text,
        text,
        text,
        fc.boolean(),
        (patterns, before, out, behind, ignoreCase) => {
          const wanted = patterns.flatMap((each, i) =>
            new RegExp(each, ignoreCase ? 'i' : '').test(before + behind) ? [i] : [],
          );
          const [from, to] = [before.length, before.length + out.length];
          expect(find(patterns, before + out + behind, ignoreCase, from, to)).toEqual(wanted);
          expect(find(patterns, before + out + behind, ignoreCase, from, to, 2)).toEqual(wanted);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  it('keeps case where it is asked to', () => {
    expect(find(['Make\\/'], 'make/4', false)).toEqual([]);
    expect(find(['Make\\/'], 'make/4')).toEqual([0]);
  });

  it('looks at the first 2,048 characters of a text alone', () => {
    expect(kind(`${'a'.repeat(2044)} bot`)).toBe('declared');
    expect(kind(`${'a'.repeat(2046)} bot`)).toBe('machine');
  });
});

describe('claims', () => {
  const in2026 = Date.UTC(2026, 5, 1) * 1000;
  const operators = new Operators();
  it.each([
    ['googlebot', '34.22.85.3', in2026, 'verified'],
    ['googlebot', '192.0.2.1', in2026, 'refuted'],
    ['googlebot', '192.0.2.1', Date.UTC(2015, 4, 17) * 1000, 'unknown'],
    ['googlebot', '192.0.2.1', Date.UTC(2025, 4, 17) * 1000, 'refuted'],
    ['googlebot', '192.0.2.1', Date.UTC(2024, 1, 1) * 1000, 'unknown'],
    ['facebook', '192.0.2.1', in2026, 'unknown'],
    ['nobody', '34.22.85.3', in2026, 'unknown'],
  ] as const)('%s at %s', (operator, address, at, claim) => {
    expect(operators.check(operator, parseAddress(address), at)).toBe(claim);
  });

  it('a list of the user is never too old', () => {
    const own = new Operators(['googlebot 2001:db8::/32']);
    expect(own.check('googlebot', parseAddress('2001:db8:1::5'), 0)).toBe('verified');
    expect(own.check('googlebot', parseAddress('34.22.85.3'), 0)).toBe('refuted');
  });

  it.each(['googlebot', '66.249.64.0/19', 'googlebot 66.249.64.0/', ''])(
    'a line that is no claim is refused: %j',
    (line) => {
      const options = { crawlerRanges: ['googlebot,66.249.64.0/19', line] };
      expect(() => resolveHttpOptions(options)).toThrow(`crawlerRanges must be lines such as`);
    },
  );

  it('years of browsers lie between those that are known', () => {
    expect(releaseYear('chrome', 115)).toBeGreaterThan(releaseYear('chrome', 110));
    expect(releaseYear('firefox', 26)).toBeCloseTo(2013.96, 1);
    expect(releaseYear(null, 5)).toBeNaN();
  });
});
