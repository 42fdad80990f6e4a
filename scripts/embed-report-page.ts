import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type GeoProjection, geoEquirectangular } from 'd3-geo';
import { build } from 'esbuild';
import { feature } from 'topojson-client';

const folder = new URL('../packages/reports/src/', import.meta.url);
const HEAD =
  '// Made by scripts/embed-report-page.ts; change what it reads and run it again.\n// biome-ignore-all format: generated\n// biome-ignore-all lint/suspicious/noTemplateCurlyInString: generated\n\n';

interface Land {
  readonly features: readonly { readonly geometry: unknown }[];
}

/** The outlines of the land as GeoJSON, in hundredths of a degree. Natural Earth is in the public domain; world-atlas is ISC. */
async function world(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('world-atlas/land-110m.json');
  const topology = JSON.parse(await readFile(file, 'utf8')) as Parameters<typeof feature>[0];
  // the package has no types; it cuts the outlines where the map ends, at 180°
  const { geoProject } = (await import(String('d3-geo-projection'))) as {
    geoProject: (land: unknown, onto: GeoProjection) => Land;
  };
  const degrees = geoEquirectangular()
    .scale(180 / Math.PI)
    .translate([0, 0])
    .reflectY(true)
    .precision(0.5);
  const { features } = geoProject(feature(topology, topology.objects.land!), degrees);
  const named = features.map(({ geometry }, i) => ({ type: 'Feature', properties: { name: `land ${i}` }, geometry }));
  const round = (_key: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);
  return JSON.stringify({ type: 'FeatureCollection', features: named }, round);
}

async function script(): Promise<string> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('page/main.ts', folder))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    write: false,
  });
  return bundle.outputFiles[0]!.text.trim();
}

/** Letters of the PNG plots. Roboto is under the Apache License 2.0. */
async function font(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('roboto-fontface/fonts/roboto/Roboto-Regular.woff');
  return (await readFile(file)).toString('base64');
}

const text = (name: string, doc: string, value: string) =>
  `/** ${doc} */\nexport const ${name} =\n  ${JSON.stringify(value)};\n`;

/** Path below `packages/reports/src/` → the module that holds the text. */
export async function embedded(): Promise<Readonly<Record<string, string>>> {
  const css = await readFile(new URL('page/page.css', folder), 'utf8');
  return {
    'charts/world.generated.ts':
      HEAD + text('worldMap', 'Natural Earth, public domain, by way of world-atlas (ISC).', await world()),
    'png/roboto.generated.ts':
      HEAD + text('roboto', 'Roboto Regular as WOFF in base64. Copyright Google, Apache License 2.0.', await font()),
    'html/page.generated.ts': `${HEAD}${text('pageScript', 'Program of the page, from src/page/.', await script())}\n${text('pageStyle', 'From src/page/page.css.', css.replace(/\s*\n\s*/g, '\n'))}`,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(new URL('png/', folder), { recursive: true });
  for (const [path, content] of Object.entries(await embedded())) await writeFile(new URL(path, folder), content);
}
