import type { Label } from '@deeplogbot/core';

/** Colours of Okabe and Ito's set that colour-blind readers tell apart (the purple darker than theirs), and the greys around them, on white. */
export const COLOURS = {
  organic: '#009e73',
  bot: '#d55e00',
  hub: '#0072b2',
  declared: '#e69f00',
  suspicious: '#b65f93',
  insufficient: '#7d7d7d',
  ink: '#1f2328',
  muted: '#57606a',
  grid: '#d0d7de',
  land: '#e6e9ed',
} as const;

/** Label → colour and the word for it in a legend. */
export const LABEL_STYLE: Readonly<Record<Label, { readonly colour: string; readonly name: string }>> = {
  organic: { colour: COLOURS.organic, name: 'Organic' },
  hub: { colour: COLOURS.hub, name: 'Hub' },
  bot: { colour: COLOURS.bot, name: 'Bot' },
  insufficient_evidence: { colour: COLOURS.insufficient, name: 'Insufficient evidence' },
};

/** The colours of a drawing as CSS variables, so that a page can turn dark. */
export const withVariables = (svg: string): string =>
  Object.entries(COLOURS).reduce((text, [name, colour]) => text.replaceAll(`"${colour}"`, `"var(--${name})"`), svg);
