import { describe, expect, it } from 'vitest'
import { browserName } from './browser-name.ts'

const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'

describe('what a browser is called', () => {
  it.each([
    [`${MAC} Chrome/142.0.0.0 Safari/537.36`, 'Chrome on macOS'],
    [`${MAC} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, 'Edge on macOS'],
    [`${MAC} Version/26.0 Safari/605.1.15`, 'Safari on macOS'],
    [`${IPHONE} CriOS/142.0.0.0 Mobile/15E148 Safari/604.1`, 'Chrome on iPhone'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0', 'Firefox on Linux'],
    ['Mozilla/5.0 (Linux; Android 16; Pixel 10)', 'Unknown browser on Android'],
    ['curl/8.14.1', 'Unknown browser'],
    ['', 'Unknown browser'],
    [null, 'Unknown browser'],
    [undefined, 'Unknown browser'],
  ])('%j is %s', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name)
  })
})
