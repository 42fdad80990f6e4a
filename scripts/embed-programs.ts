import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../packages/', import.meta.url);

/** A program of a thread that a package holds as text. */
interface Program {
  /** The module with its source, below `packages/`. */
  readonly source: string;
  /** The constant that holds it. */
  readonly constant: string;
  readonly what: string;
  /** The modules of core that it takes from another package, so that no other change there changes the program: one for each entry of core. */
  readonly core?: Readonly<Record<string, string>>;
}

/** All of them. */
export const PROGRAMS: readonly Program[] = [
  { source: 'core/src/parquet/encoder-program.ts', constant: 'encoderProgram', what: "the encoder's thread" },
  {
    source: 'reports/src/tables/table-program.ts',
    constant: 'tableProgram',
    what: 'the thread that writes tables',
    core: {
      '@deeplogbot/core': 'core/src/parquet/write-table.ts',
      '@deeplogbot/core/node': 'core/src/step-back.ts',
    },
  },
];

/** The module that {@link embeddedProgram} is the text of. */
export const pathOf = ({ source }: Program): URL => new URL(source.replace(/\.ts$/, '.generated.ts'), root);

const HEAD = `// Made by scripts/embed-programs.ts; change what it reads and run it again.
// It holds the Snappy and Thrift of hyparquet-writer, MIT.
// biome-ignore-all format: generated
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: generated
`;

/** The module that holds a program as text. */
export async function embeddedProgram({ source, constant, what, core = {} }: Program): Promise<string> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL(source, root))],
    alias: Object.fromEntries(
      Object.entries(core).map(([entry, module]) => [entry, fileURLToPath(new URL(module, root))]),
    ),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    charset: 'ascii',
    legalComments: 'none',
    write: false,
  });
  const program = JSON.stringify(bundle.outputFiles[0]!.text.trim());
  const from = source.split('/').at(-1);
  return `${HEAD}\n/** Program of ${what}, from ${from}. */\nexport const ${constant} =\n  ${program};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const program of PROGRAMS) await writeFile(pathOf(program), await embeddedProgram(program));
}
