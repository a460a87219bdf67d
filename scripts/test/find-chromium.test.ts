import { expect, test } from 'vitest'
import { findChromium } from './find-chromium.ts'

test('CHROME_PATH wins over the usual places', () => {
  expect(findChromium({ CHROME_PATH: process.execPath }, ['/bin/sh'])).toBe(process.execPath)
})

test('the first usual place that holds a program is taken', () => {
  expect(findChromium({}, ['/nowhere/chromium', '/bin/sh'])).toBe('/bin/sh')
})

test('without any there is none', () => {
  expect(findChromium({}, ['/nowhere/chromium'])).toBeUndefined()
})

test('a CHROME_PATH that is not a program is an error, not a suite left out', () => {
  expect(() => findChromium({ CHROME_PATH: '/nowhere/chromium' })).toThrow('CHROME_PATH')
})
