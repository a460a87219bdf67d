import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const styles = readFileSync(join(import.meta.dirname, '../../web/styles.css'), 'utf8')

/** Colours of text, and what they stand on (b8 §8.1: at least 4.5 to 1). */
const TEXTS = ['ink', 'ink-soft', 'ink-faint', 'good', 'bad', 'warn', 'busy']
const GROUNDS = ['page', 'surface', 'raised', 'hover', 'selected']
const PAIRS = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ['ink', 'added'],
  ['ink', 'deleted'],
  ['ink-soft', 'added-gutter'],
  ['ink-soft', 'deleted-gutter'],
  ['page', 'ink'],
] as const

function colorsOf(theme: string): Record<string, string> {
  const block = styles.slice(styles.indexOf(`${theme} {`)).split('}')[0] ?? ''
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]))
}

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((from) => {
    const part = Number.parseInt(color.slice(from, from + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe.each([':root', '.dark'])('the colours of %s', (theme) => {
  const colors = colorsOf(theme)

  it.each(PAIRS)('%s can be read on %s', (text, ground) => {
    expect(contrast(colors[text] ?? '', colors[ground] ?? '')).toBeGreaterThanOrEqual(4.5)
  })
})
