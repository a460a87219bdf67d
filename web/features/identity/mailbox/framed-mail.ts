const STYLE = 'body{margin:16px 20px;overflow-wrap:anywhere}'

/**
 * A mail as a document of a sandboxed frame, in which no script runs. Its links replace the whole page, as a click in a
 * mail program would open them; a second doctype, the mail's own, is passed over by parsers.
 */
export function framedMail(html: string): string {
  return `<!doctype html><base target="_top"><style>${STYLE}</style>${html}`
}
