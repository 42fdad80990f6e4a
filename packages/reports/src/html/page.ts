import { escapeHtml } from './escape.js';
import { pageScript, pageStyle } from './page.generated.js';

/** A whole page that opens anywhere: no request leaves it, and no script runs but `script`; an empty one is none. `body` is HTML. */
export async function page(title: string, body: string, script: string = pageScript): Promise<string> {
  const policy = [
    "default-src 'none'",
    ...(script === '' ? [] : [`script-src 'sha256-${await sha256(script)}'`]),
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
${body}${script === '' ? '' : `\n<script>${script}</script>`}
</body>
</html>
`;
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest));
}
