import { describe, expect, it } from 'vitest'
import { inputText, labelTool } from './tool-label.ts'

const label = (tool: string, input: Record<string, unknown>, title: string | null = null) => {
  const { verb, text } = labelTool({ tool, title, input })
  return `${verb} ${text}`
}

describe('a tool call in one line', () => {
  it('shows commands as a person would type them', () => {
    expect(label('bash', { command: 'npm test', description: 'Run the tests' })).toBe('>_ npm test')
    expect(label('bash', { command: 'cd app\nnpm test' })).toBe('>_ cd app …')
  })

  it('shows files relative to the workspace', () => {
    expect(label('read', { filePath: '/var/sandboxes/7/workspace/src/slugify.ts' })).toBe('read src/slugify.ts')
    expect(label('grep', { pattern: 'slug' })).toBe('grep slug')
  })

  it('falls back on the title, and on the name alone', () => {
    expect(label('verify', {}, 'Uploaded 2 files')).toBe('verify Uploaded 2 files')
    expect(label('verify', { path: 7 })).toBe('verify ')
  })
})

describe('what went into a tool call', () => {
  it('is the command alone, or each input by its name', () => {
    expect(inputText({ command: 'npm test', description: 'Run the tests' })).toBe('npm test')
    expect(inputText({ filePath: 'a.ts', limit: 20 })).toBe('filePath: a.ts\nlimit: 20')
    expect(inputText({})).toBeNull()
  })
})
