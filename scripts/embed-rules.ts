import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = new URL('../packages/providers/ebi/', import.meta.url);
const NAMES = { defaultRules: 'default', referenceRules: 'reference' } as const;

/** The TypeScript module that holds the shipped rule files as text. */
export async function embeddedRules(): Promise<string> {
  const parts = await Promise.all(
    Object.entries(NAMES).map(async ([name, file]) => {
      const text = await readFile(new URL(`rules/${file}.yaml`, folder), 'utf8');
      const escaped = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
      return `/** Text of \`rules/${file}.yaml\`. */\nexport const ${name} = \`${escaped}\`;\n`;
    }),
  );
  return `// Made by scripts/embed-rules.ts from rules/*.yaml; change those and run it again.\n\n${parts.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('src/rules.generated.ts', folder), await embeddedRules());
}
