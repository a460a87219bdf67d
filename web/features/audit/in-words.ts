/** What can be logged as done, as it stands before the thing that it was done to. */
export const VERBS: Record<string, string> = {
  accept: 'Accepted',
  activate: 'Switched to',
  authorize: 'Authorized',
  cancel: 'Canceled',
  complete_onboarding: 'Completed onboarding of',
  create: 'Created',
  delete: 'Deleted',
  export: 'Exported',
  impersonate: 'Impersonated',
  join: 'Joined',
  leave: 'Left as',
  prompt: 'Prompted',
  reject: 'Declined',
  remove: 'Removed',
  replay: 'Replayed',
  resend: 'Resent',
  rotate_secret: 'Rotated secret of',
  run: 'Ran',
  skip: 'Skipped',
  stop_impersonating: 'Stopped impersonating',
  suspend: 'Suspended',
  transfer: 'Transferred',
  unsuspend: 'Unsuspended',
  update: 'Updated',
}

/** What it can be done to; the product's inner names for these are for nobody to read. */
export const SUBJECTS: Record<string, string> = {
  api_key: 'API key',
  audit_log: 'audit log',
  automation: 'automation',
  delivery: 'delivery',
  device: 'device',
  integration: 'integration',
  invitation: 'invitation',
  linked_account: 'linked account',
  member: 'member',
  organization: 'organization',
  password: 'password',
  repository: 'repository',
  run: 'run',
  session: 'session',
  sign_in: 'sign-in',
  trigger: 'automation event',
  trigger_event: 'received event',
  user: 'user',
  webhook_endpoint: 'webhook address',
}

/** What was done, for a line of the log: `Updated member`. Words that this page does not know are shown as they are. */
export function doneInWords(verb: string, subject: string): string {
  return `${VERBS[verb] ?? capitalized(plain(verb))} ${SUBJECTS[subject] ?? plain(subject)}`
}

/** What can be done, by itself: `Rotated secret`. */
export const verbInWords = (verb: string) => VERBS[verb]?.replace(/ (of|as|to)$/, '') ?? capitalized(plain(verb))

/** What it can be done to, by itself: `Webhook address`. */
export const subjectInWords = (subject: string) => capitalized(SUBJECTS[subject] ?? plain(subject))

const plain = (word: string) => word.replaceAll('_', ' ')
const capitalized = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
