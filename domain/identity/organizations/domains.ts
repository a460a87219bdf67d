import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import type { UserActor } from '../actor.ts'
import { type AuditNeeds, auditRowOf } from '../audit/audit-row.ts'
import { DomainNotAllowed, EmailNotVerified, OrganizationNotFound } from '../errors.ts'
import { authorize } from '../policies.ts'
import type { SignedInPerson } from '../ports.ts'
import {
  findDomains,
  joinByDomain,
  listSuggestionsAcrossOrganizations,
  type SuggestionRow,
  writeDomains,
} from './domains.store.ts'
import { isPublicMailDomain, ownDomainOf } from './public-mail-domains.ts'

const MAX_SUGGESTIONS = 5

export async function showDomains(needs: Pick<Kernel, 'db'>, { actor }: { actor: UserActor }): Promise<string[]> {
  authorize(actor, 'read', 'organization')
  return findDomains(needs.db, actor.organizationId)
}

/**
 * Sets whose verified people may join by themselves. A domain that is new in the list must be the one of the caller's
 * own verified address, and never a public mail domain. `ifMatch` is the If-Match header, or null. Throws
 * `organization.domain_not_allowed` and `resource.changed`.
 */
export async function setDomains(
  needs: AuditNeeds & { digest: Digest },
  input: { actor: UserActor; person: SignedInPerson; ifMatch: string | null; domains: string[] },
): Promise<string[]> {
  const { actor, person, ifMatch } = input
  authorize(actor, 'update', 'organization')
  const known = await findDomains(needs.db, actor.organizationId)
  await requireUnchanged(needs, { view: { domains: known }, ifMatch })
  const own = person.emailVerified ? ownDomainOf(person.email) : null
  const domains = [...new Set(input.domains)]
  const refused = domains.filter((domain) => isPublicMailDomain(domain) || (!known.includes(domain) && domain !== own))
  if (refused.length > 0) throw DomainNotAllowed({ detail: `Not allowed: ${refused.join(', ')}` })
  const subject = { kind: 'organization', id: actor.organizationId, label: null }
  const audit = auditRowOf(needs, { actor, verb: 'update', subject, before: { domains: known }, after: { domains } })
  const unchanged = ifMatch === null ? null : known
  const written = await writeDomains(needs.db, actor.organizationId, { domains, unchanged, audit })
  if (!written && unchanged && JSON.stringify(domains) !== JSON.stringify(known)) throw ResourceChanged()
  return domains
}

/** At most five organizations that let the person's verified domain in; none for public mail domains. */
export async function suggestOrganizations(
  needs: Pick<Kernel, 'db'>,
  { person }: { person: SignedInPerson },
): Promise<SuggestionRow[]> {
  const domain = person.emailVerified ? ownDomainOf(person.email) : null
  if (domain === null) return []
  return listSuggestionsAcrossOrganizations(needs.db, { userId: person.id, domain, limit: MAX_SUGGESTIONS })
}

/**
 * Makes the person a member of an organization that lets their verified domain in. Throws `auth.email_not_verified`,
 * and `organization.not_found` when it does not, which looks like there being none.
 */
export async function joinOrganization(
  needs: AuditNeeds,
  input: { person: SignedInPerson; organizationId: string },
): Promise<void> {
  const { person, organizationId } = input
  if (!person.emailVerified) throw EmailNotVerified()
  const domain = ownDomainOf(person.email)
  if (domain === null) throw OrganizationNotFound()
  const memberId = needs.ids.next()
  const audit = auditRowOf(needs, {
    actor: { kind: 'user', id: person.id, name: person.name, organizationId },
    verb: 'join',
    subject: { kind: 'member', id: memberId, label: person.email },
  })
  const isOpen = await joinByDomain(needs.db, organizationId, { memberId, userId: person.id, domain, audit })
  if (!isOpen) throw OrganizationNotFound()
}
