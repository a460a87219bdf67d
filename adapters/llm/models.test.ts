import { expect, test } from 'vitest'
import { configuredModels } from './models.ts'

const SCRIPTED_MODEL_URL = 'http://127.0.0.1:19100/'

test('without a key the scripted model stands in', () => {
  const models = configuredModels({ SCRIPTED_MODEL_URL })
  expect(models.defaultModelId).toBe('scripted')
  expect(models.describe('scripted')).toMatchObject({
    protocol: 'openai',
    basePath: '/llm/openai/v1',
    modelId: 'scripted',
  })
  expect(models.upstream('openai')).toEqual({ provider: 'scripted', baseUrl: 'http://127.0.0.1:19100/v1', headers: {} })
  expect(models.upstream('anthropic')).toBeNull()
  expect(models.describe('claude-opus-4.6')).toBeNull()
})

test('a key opens its provider, and its model becomes the default: Anthropic before OpenAI', () => {
  const anthropic = configuredModels({ SCRIPTED_MODEL_URL, ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' })
  expect(anthropic.defaultModelId).toBe('claude-opus-4.6')
  expect(anthropic.describe('claude-opus-4.6')).toMatchObject({ protocol: 'anthropic', modelId: 'claude-opus-4-6' })
  expect(anthropic.describe('claude-sonnet-4')?.modelId).toBe('claude-sonnet-4-20250514')
  expect(anthropic.upstream('anthropic')?.headers).toMatchObject({ 'x-api-key': 'a' })
  expect(anthropic.upstream('openai')?.headers).toEqual({ authorization: 'Bearer o' })

  const openAi = configuredModels({ SCRIPTED_MODEL_URL, OPENAI_API_KEY: 'o' })
  expect(openAi.defaultModelId).toBe('gpt-4.1')
  expect(openAi.describe('gpt-4.1')?.protocol).toBe('openai')
})

test('with an OpenAI key the scripted model is not offered: calls would go to OpenAI', () => {
  expect(configuredModels({ SCRIPTED_MODEL_URL, OPENAI_API_KEY: 'o' }).describe('scripted')).toBeNull()
})

test('DEFAULT_MODEL decides, and an id nobody knows is no model', () => {
  const models = configuredModels({ SCRIPTED_MODEL_URL, ANTHROPIC_API_KEY: 'a', DEFAULT_MODEL: 'scripted' })
  expect(models.defaultModelId).toBe('scripted')
  expect(models.describe('scripted')?.modelId).toBe('scripted')
  for (const id of ['claude-9', 'toString', '__proto__']) expect(models.describe(id)).toBeNull()
})
