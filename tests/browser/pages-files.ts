import { readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves the built dashboard as Pages does: files with the headers of `_headers`, index.html for every other path. */
export function servePages(directory: string) {
  const rules = readHeaders(readFileSync(join(directory, '_headers'), 'utf8'))
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url ?? '/', 'http://pages')
    const wanted = join(directory, normalize(pathname))
    const file = wanted.startsWith(directory) && isFile(wanted) ? wanted : join(directory, 'index.html')
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    const headers = rules.filter((rule) => rule.matches(pathname)).flatMap((rule) => rule.headers)
    response.writeHead(200, { ...Object.fromEntries(headers), 'content-type': type })
    response.end(readFileSync(file))
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

interface HeaderRule {
  matches: (path: string) => boolean
  headers: [name: string, value: string][]
}

function readHeaders(text: string): HeaderRule[] {
  const rules: HeaderRule[] = []
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    if (!line.startsWith(' ')) {
      const start = line.trim().replace(/\*$/, '')
      rules.push({ matches: (path) => path.startsWith(start), headers: [] })
      continue
    }
    const colon = line.indexOf(':')
    rules.at(-1)?.headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()])
  }
  return rules
}
