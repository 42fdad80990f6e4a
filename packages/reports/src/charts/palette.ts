import type { Label } from '@deeplogbot/core';

/**
 * Colours on white. Those of classes and verdicts differ in lightness as well as in hue, so that they stay apart for colour-blind readers and
 * in a print without colour; `rise` and `fall` are of Okabe and Ito's set.
 */
export const COLOURS = {
  organic: '#00996a',
  bot: '#b34900',
  hub: '#1c4893',
  declared: '#f2c021',
  suspicious: '#560037',
  insufficient: '#a4a8ad',
  rise: '#d55e00',
  fall: '#0072b2',
  ink: '#1f2328',
  muted: '#57606a',
  grid: '#d0d7de',
  land: '#e6e9ed',
} as const;

/** How a class looks and what it is called in a legend. */
export interface LabelStyle {
  readonly colour: string;
  readonly name: string;
  /** Shape of its marks where they lie among those of others. */
  readonly symbol: 'circle' | 'rect' | 'triangle' | 'diamond';
  /** Side of the shape for the diameter of a circle of the same area. */
  readonly side: number;
}

export const LABEL_STYLE: Readonly<Record<Label, LabelStyle>> = {
  organic: { colour: COLOURS.organic, name: 'Organic', symbol: 'circle', side: 1 },
  hub: { colour: COLOURS.hub, name: 'Hub', symbol: 'rect', side: Math.sqrt(Math.PI / 4) },
  bot: { colour: COLOURS.bot, name: 'Bot', symbol: 'triangle', side: Math.sqrt(Math.PI / 2) },
  insufficient_evidence: {
    colour: COLOURS.insufficient,
    name: 'Insufficient evidence',
    symbol: 'diamond',
    side: Math.sqrt(Math.PI / 2),
  },
};

/** The colours of a drawing as CSS variables, so that a page can turn dark. */
export const withVariables = (svg: string): string =>
  Object.entries(COLOURS).reduce((text, [name, colour]) => text.replaceAll(`"${colour}"`, `"var(--${name})"`), svg);
