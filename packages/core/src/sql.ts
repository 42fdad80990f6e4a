/** A piece of SQL text that was put together by {@link sql}, {@link identifier} or {@link literal} only. */
export class Sql {
  private constructor(readonly text: string) {}

  /** For this module and for engine-generated text; everybody else uses the `sql` tag. @internal */
  static trusted(text: string): Sql {
    return new Sql(text);
  }

  toString(): string {
    return this.text;
  }
}

export type SqlValue = Sql | string | number | bigint | boolean | null | readonly SqlValue[];

/**
 * Builds SQL. Interpolated {@link Sql} is placed as it is, every other value as a literal:
 * text in single quotes with quotes doubled, NaN and infinities refused, arrays joined by commas.
 * Nothing a log or a schema says can therefore end a literal or a name.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly SqlValue[]): Sql {
  let text = strings[0] ?? '';
  values.forEach((value, i) => {
    text += place(value).text + (strings[i + 1] ?? '');
  });
  return Sql.trusted(text);
}

const place = (value: SqlValue): Sql => (value instanceof Sql ? value : literal(value));

/** A quoted identifier: a column named `"; DROP` stays a column name. */
export function identifier(name: string): Sql {
  if (name.includes('\u0000')) throw new TypeError('An SQL identifier cannot hold a NUL character.');
  return Sql.trusted(`"${name.replaceAll('"', '""')}"`);
}

/** A literal of a text, a finite number, a boolean or NULL; an array becomes a comma-separated list. */
export function literal(value: Exclude<SqlValue, Sql> | SqlValue): Sql {
  if (value instanceof Sql) return value;
  if (value === null) return Sql.trusted('NULL');
  if (typeof value === 'boolean') return Sql.trusted(value ? 'TRUE' : 'FALSE');
  if (typeof value === 'bigint') return Sql.trusted(value.toString());
  if (typeof value === 'number') return numberLiteral(value);
  if (typeof value === 'string') return textLiteral(value);
  if (Array.isArray(value)) return join((value as readonly SqlValue[]).map(place), ', ');
  throw new TypeError(`SQL cannot hold a value of type ${typeof value}.`);
}

function numberLiteral(value: number): Sql {
  if (!Number.isFinite(value)) throw new TypeError(`An SQL literal must be finite, got ${value}.`);
  return Sql.trusted(Number.isSafeInteger(value) ? value.toString() : `CAST('${value}' AS DOUBLE)`);
}

function textLiteral(value: string): Sql {
  if (value.includes('\u0000')) throw new TypeError('An SQL text literal cannot hold a NUL character.');
  return Sql.trusted(`'${value.replaceAll("'", "''")}'`);
}

/** Joins pieces by a separator that is itself program text (`', '`, `' AND '`), never data. */
export function join(parts: readonly Sql[], separator: string): Sql {
  return Sql.trusted(parts.map((part) => part.text).join(separator));
}
