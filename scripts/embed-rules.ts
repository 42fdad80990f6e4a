import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Rule files that ship with a provider; each is the text of a module of its own. */
export const RULE_FILES = { ebi: ['default', 'reference'], http: ['default', 'compat'] } as const;

type ProviderName = keyof typeof RULE_FILES;

const folderOf = (provider: ProviderName) => new URL(`../packages/providers/${provider}/`, import.meta.url);

/** The TypeScript module that holds a file of rules as text. */
export async function embeddedRules<P extends ProviderName>(
  provider: P,
  name: (typeof RULE_FILES)[P][number],
): Promise<string> {
  const text = await readFile(new URL(`rules/${name}.yaml`, folderOf(provider)), 'utf8');
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `// Made by scripts/embed-rules.ts; change rules/${name}.yaml and run it again.

/** Text of \`rules/${name}.yaml\`. */
export const ${name}Rules = \`${escaped}\`;
`;
}

async function embed<P extends ProviderName>(provider: P) {
  for (const name of RULE_FILES[provider]) {
    const module = new URL(`src/${name}-rules.generated.ts`, folderOf(provider));
    await writeFile(module, await embeddedRules<P>(provider, name));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await embed('ebi');
  await embed('http');
}
