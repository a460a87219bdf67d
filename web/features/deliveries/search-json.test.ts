import { describe, expect, it } from 'vitest'
import { pathKey, searchJson } from './search-json.ts'

const DOCUMENT = {
  action: 'opened',
  issue: { number: 42, title: 'Slugify keeps accents', labels: [{ name: 'bug' }, { name: 'agent' }], closed: null },
}
const hits = (text: string) => searchJson(DOCUMENT, text).hits

describe('the search in a payload', () => {
  it('finds keys and simple values, whatever their case, in the order of the document', () => {
    expect(hits('slugify')).toEqual([pathKey(['issue', 'title'])])
    expect(hits('TITLE')).toEqual([pathKey(['issue', 'title'])])
    expect(hits('42')).toEqual([pathKey(['issue', 'number'])])
    expect(hits('null')).toEqual([pathKey(['issue', 'closed'])])
    expect(hits('name')).toEqual([pathKey(['issue', 'labels', 0, 'name']), pathKey(['issue', 'labels', 1, 'name'])])
  })

  it('names what has to be open to show them', () => {
    const { around } = searchJson(DOCUMENT, 'agent')
    expect([...around]).toEqual([[], ['issue'], ['issue', 'labels'], ['issue', 'labels', 1]].map(pathKey))
  })

  it('finds nothing for nothing', () => {
    expect(hits('  ')).toEqual([])
    expect(hits('no such text')).toEqual([])
  })

  it('tells a key with dots from a path', () => {
    expect(searchJson({ 'a.b': { c: 1 }, a: { 'b.c': 1 } }, 'b.c').hits).toEqual([pathKey(['a', 'b.c'])])
  })
})
