import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Markdown, webAddress } from './markdown.tsx'

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} />)

describe('markdown by an agent', () => {
  it('keeps its form', () => {
    expect(html('**Fixed** `slugify`\n\n- one')).toContain('<strong>Fixed</strong> <code>slugify</code>')
    expect(html('| a |\n| - |\n| b |')).toContain('<table>')
  })

  it('opens links of the web in a tab that knows nothing of this one', () => {
    expect(html('[docs](https://example.com/a)')).toContain(
      '<a href="https://example.com/a" target="_blank" rel="noopener noreferrer nofollow">docs</a>',
    )
  })

  it.each([
    '<img src=x onerror=alert(1)>',
    '![pixel](https://evil.example/p.png)',
    '<iframe src="https://evil.example"></iframe>',
    '<script>alert(1)</script>',
    '[a](javascript:alert(1))',
    '[a](data:text/html,hello)',
    '[a](//evil.example)',
    '<a href="javascript:alert(1)" onclick="alert(1)">b</a>',
  ])('makes %s harmless', (text) => {
    expect(html(text)).not.toMatch(/<img|<iframe|<script|href=|onerror=|onclick=|src=/)
  })

  it('knows addresses of the web', () => {
    const given = ['http://a', 'https://a.b/c', 'ftp://a', '/path', 'mailto:a@b.c', null]
    expect(given.map(webAddress)).toEqual(['http://a', 'https://a.b/c', undefined, undefined, undefined, undefined])
  })
})
