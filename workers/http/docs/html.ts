/** Text of a page that needs no more escaping. */
export interface Html {
  html: string
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

type Part = string | number | Html | null | Part[]

const textOf = (part: Part): string => {
  if (part === null) return ''
  if (Array.isArray(part)) return part.map(textOf).join('')
  return typeof part === 'object' ? part.html : escaped(String(part))
}

/** A piece of a page: whatever is put in is escaped, unless it is a piece itself. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const text = strings.map((piece, index) => piece + (index < parts.length ? textOf(parts[index] ?? null) : ''))
  return { html: text.join('') }
}

/** A whole page; it loads nothing but its own style sheet. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Proliferate Edge API</title><link rel="stylesheet" href="/docs/docs.css"></head>
<body><main>${body}</main></body>
</html>
`.html
}

export const STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#3b6ef5}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem 6rem}
h1{font-size:1.6rem}h2{margin-top:3rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
a{color:var(--accent)}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:var(--soft);padding:.75rem;border-radius:.5rem;overflow:auto}
nav ul{columns:2;padding-left:1.2rem}
details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0}
summary{cursor:pointer;padding:.6rem .8rem}details>div{padding:0 .8rem .8rem}
.method{display:inline-block;min-width:4.5rem;font-weight:600;text-transform:uppercase}
.get{color:#1a7f4b}.post{color:#2563eb}.patch,.put{color:#b45309}.delete{color:#dc2626}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid var(--line)}
.muted{opacity:.7}
`
