import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeHtml, existingAccountMail, invitationMail, resetMail, verificationMail } from './mails.ts'

const evil = '<img src=x onerror="alert(1)">'
const url = 'https://app.test/verify-email?token=a&b="c"'

test('U14: what people call themselves and their organizations is text in every mail, never markup', () => {
  const mails = [
    verificationMail({ email: 'a@b.example', name: evil, url }),
    resetMail({ email: 'a@b.example', name: evil, url }),
    existingAccountMail({ email: 'a@b.example', name: evil, url }),
    invitationMail({ email: evil, organizationName: evil, inviterName: evil, url }),
  ]
  for (const { html, text } of mails) {
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;')
    expect(html).toContain('href="https://app.test/verify-email?token=a&amp;b=&quot;c&quot;"')
    expect(text).toContain(url)
  }
})

test('a line break in a name does not begin another header', () => {
  const { subject } = invitationMail({
    email: 'a@b.example',
    organizationName: 'Acme\r\nBcc: everybody@people.example',
    inviterName: 'Ann',
    url,
  })
  expect(subject).toBe('Ann invites you to Acme Bcc: everybody@people.example')
})

test('an escaped text holds nothing that ends a text or an attribute', () => {
  fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(escapeHtml(text))))
})

test('a sentence after the greeting begins with a capital letter', () => {
  const about = { email: 'a@b.example', name: 'Ann', url }
  for (const { text, subject } of [verificationMail(about), resetMail(about), existingAccountMail(about)]) {
    expect(text).toMatch(/^Hello Ann,\n\n[A-Z]/)
    expect(`${subject} ${text}`).not.toMatch(/e-mail/i)
  }
})
