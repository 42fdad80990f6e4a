import { readFile } from 'node:fs/promises';
import {
  converter,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  type Rgb,
  wcagContrast,
} from 'culori';
import { beforeAll, describe, expect, it } from 'vitest';
import { COLOURS, withVariables } from '../src/charts/palette.js';

const CLASSES = ['organic', 'bot', 'hub', 'declared', 'suspicious', 'insufficient'] as const;
type Palette = Readonly<Record<string, string>>;

const colourOf = (hex: string): Rgb => converter('rgb')(hex)!;
const lab = converter('lab65');
const lightness = (colour: string): number => lab(colour)!.l;
const pairs = CLASSES.flatMap((a, i) => CLASSES.slice(i + 1).map((b) => [a, b] as const));

let light: Palette;
let dark: Palette;
beforeAll(async () => {
  const css = await readFile(new URL('../src/page/page.css', import.meta.url), 'utf8');
  const blocks = css.match(/:root \{[^}]*\}/g)!;
  const variables = (block: string): Palette =>
    Object.fromEntries([...block.matchAll(/--([a-z]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name!, value!]));
  [light, dark] = [variables(blocks[0]!), variables(blocks[1]!)];
});

describe('the colours of classes', () => {
  it('are the same in files and on the page, where every one of them turns dark', () => {
    expect(light).toMatchObject(COLOURS);
    for (const [name, colour] of Object.entries(COLOURS)) {
      expect(dark[name]).toMatch(/^#/);
      expect(withVariables(`<path fill="${colour}"/>`)).toBe(`<path fill="var(--${name})"/>`);
    }
  });

  // CIEDE2000 between two colours as such a reader sees them (Machado, Oliveira & Fernandes 2009); 10 is a difference at first glance.
  it.each([
    ['everybody', (colour: Rgb) => colour],
    ['deuteranopes', filterDeficiencyDeuter(1)],
    ['protanopes', filterDeficiencyProt(1)],
    ['tritanopes', filterDeficiencyTrit(1)],
  ] as unknown as [string, (colour: Rgb) => Rgb][])('stay apart for %s, on white and in the dark', (_, seen) => {
    for (const palette of [light, dark]) {
      const apart = pairs.map(([a, b]) =>
        differenceCiede2000()(seen(colourOf(palette[a]!)), seen(colourOf(palette[b]!))),
      );
      expect(Math.min(...apart)).toBeGreaterThan(15);
    }
  });

  it('stay apart without any colour', () => {
    for (const palette of [light, dark]) {
      const apart = pairs.map(([a, b]) => Math.abs(lightness(palette[a]!) - lightness(palette[b]!)));
      expect(Math.min(...apart)).toBeGreaterThan(9.5);
    }
  });

  it('stand out from the paper', () => {
    for (const palette of [light, dark]) {
      for (const name of ['organic', 'bot', 'hub', 'suspicious']) {
        expect(wcagContrast(palette[name]!, palette.paper!)).toBeGreaterThan(3);
      }
      for (const name of ['declared', 'insufficient']) {
        expect(wcagContrast(palette[name]!, palette.paper!)).toBeGreaterThan(1.6);
      }
    }
  });
});
