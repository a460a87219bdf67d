import type { Mail } from '../ports.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Makes a text harmless inside HTML, also inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** One line, for a subject: a line break in a name must not begin a header. */
const oneLine = (text: string) => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()

interface Letter {
  to: string
  subject: string
  /** Paragraphs as plain text; whatever people typed may stand in them. */
  paragraphs: string[]
  action: { label: string; url: string }
}

function letter({ to, subject, paragraphs, action }: Letter): Mail {
  const html = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('')
  const url = escapeHtml(action.url)
  return {
    to,
    subject: oneLine(subject),
    text: `${[...paragraphs, `${action.label}: ${action.url}`].join('\n\n')}\n`,
    html:
      `<!doctype html><html><body style="font-family:sans-serif;line-height:1.5;max-width:36rem">${html}` +
      `<p><a href="${url}">${escapeHtml(action.label)}</a></p><p style="color:#666">${url}</p></body></html>`,
  }
}

interface Addressed {
  email: string
  name: string
  url: string
}

/** Asks whether an address belongs to whoever signed up with it; the link is good for 24 hours. */
export function verificationMail({ email, name, url }: Addressed): Mail {
  return letter({
    to: email,
    subject: 'Verify your email address',
    paragraphs: [`Hello ${name},`, 'Please confirm that this address is yours. The link is good for 24 hours.'],
    action: { label: 'Verify address', url },
  })
}

/** Lets somebody choose a new password; the link is good for one hour. */
export function resetMail({ email, name, url }: Addressed): Mail {
  return letter({
    to: email,
    subject: 'Choose a new password',
    paragraphs: [
      `Hello ${name},`,
      'Someone asked for a new password for your account. The link is good for one hour. If it was not you, ignore this email.',
    ],
    action: { label: 'Choose a new password', url },
  })
}

/** Tells who has an account already that somebody signed up with their address again. */
export function existingAccountMail({ email, name, url }: Addressed): Mail {
  return letter({
    to: email,
    subject: 'You already have an account',
    paragraphs: [
      `Hello ${name},`,
      'Someone tried to sign up with your address. If it was you, sign in instead. If not, ignore this email.',
    ],
    action: { label: 'Sign in', url },
  })
}

/** Invites into an organization; good for seven days. */
export function invitationMail(
  invitation: { email: string; organizationName: string; inviterName: string; url: string },
): Mail {
  const { email, organizationName, inviterName, url } = invitation
  return letter({
    to: email,
    subject: `${inviterName} invites you to ${organizationName}`,
    paragraphs: [
      `${inviterName} invites you to the organization ${organizationName} on Proliferate.`,
      `Sign in or sign up as ${email} to accept. The invitation is good for seven days.`,
    ],
    action: { label: 'Accept invitation', url },
  })
}
