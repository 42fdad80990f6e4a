import { escapeHtml } from './escape.js';
import { pageScript, pageStyle } from './page.generated.js';

/** A whole page that opens anywhere: no request leaves it, and no script runs but its own. */
export async function page(title: string, body: string): Promise<string> {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${await sha256(pageScript)}'`,
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
${body}
<script>${pageScript}</script>
</body>
</html>
`;
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest));
}
