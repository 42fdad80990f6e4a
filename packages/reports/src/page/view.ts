interface Properties {
  readonly text?: string;
  readonly id?: string;
  readonly className?: string;
  readonly scope?: string;
  readonly tabIndex?: number;
}

/** An element with text, never markup. */
export function element(
  tag: string,
  { text, scope, ...rest }: Properties,
  children: readonly Node[] = [],
): HTMLElement {
  const made = Object.assign(document.createElement(tag), rest);
  if (text !== undefined) made.textContent = text;
  if (scope !== undefined) made.setAttribute('scope', scope);
  made.append(...children);
  return made;
}

/** A value for a cell: numbers with separators of thousands, a dash for NULL, control characters made visible. */
export function shown(value: string | number | null): string {
  if (value === null) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en-US') : String(value);
  return value.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?');
}

export const need = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
