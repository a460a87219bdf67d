import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slugify } from '../src/slugify.ts'

test('words are lower-cased and joined by hyphens', () => {
  assert.equal(slugify('Hello world'), 'hello-world')
})

test('accents are stripped, and separators neither repeat nor stand at the ends', () => {
  assert.equal(slugify('  Crème Brûlée -- the recipe!  '), 'creme-brulee-the-recipe')
})
