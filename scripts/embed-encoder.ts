import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = new URL('../packages/core/src/parquet/', import.meta.url);
const HEAD = `// Made by scripts/embed-encoder.ts; change what it reads and run it again.
// It holds the Snappy and Thrift of hyparquet-writer, MIT.
// biome-ignore-all format: generated
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: generated
`;

export const PATH = new URL('encoder-program.generated.ts', folder);

/** The module that holds the program of the encoder's thread as text. */
export async function embeddedEncoder(): Promise<string> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('encoder-program.ts', folder))],
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
  return `${HEAD}\n/** Program of the encoder's thread, from encoder-program.ts. */\nexport const encoderProgram =\n  ${program};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(PATH, await embeddedEncoder());
