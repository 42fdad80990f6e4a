/** The title of a text report between two lines. */
export const heading = (title: string): readonly string[] => ['='.repeat(80), title, '='.repeat(80)];

/** A part of a text report under its title, after an empty line. */
export const section = (title: string, lines: readonly string[]): readonly string[] => [
  '',
  title,
  '-'.repeat(60),
  ...lines,
];
