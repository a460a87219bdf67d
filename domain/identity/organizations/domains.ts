import type { Kernel } from '#kernel/needs'
import type { UserActor } from '../actor.ts'
import { recordAudit } from '../audit/record-audit.ts'
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
 * own verified address, and never a public mail domain. Throws `organization.domain_not_allowed`.
 */
export async function setDomains(
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'>,
  input: { actor: UserActor; person: SignedInPerson; domains: string[] },
): Promise<string[]> {
  const { actor, person } = input
  authorize(actor, 'update', 'organization')
  const known = await findDomains(needs.db, actor.organizationId)
  const own = person.emailVerified ? ownDomainOf(person.email) : null
  const domains = [...new Set(input.domains)]
  const refused = domains.filter((domain) => isPublicMailDomain(domain) || (!known.includes(domain) && domain !== own))
  if (refused.length > 0) throw DomainNotAllowed({ detail: `Not allowed: ${refused.join(', ')}` })
  await writeDomains(needs.db, actor.organizationId, domains)
  const subject = { kind: 'organization', id: actor.organizationId, label: null }
  await recordAudit(needs, { actor, verb: 'update', subject, before: { domains: known }, after: { domains } })
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
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'>,
  input: { person: SignedInPerson; organizationId: string },
): Promise<void> {
  const { person, organizationId } = input
  if (!person.emailVerified) throw EmailNotVerified()
  const domain = ownDomainOf(person.email)
  if (domain === null) throw OrganizationNotFound()
  const memberId = needs.ids.next()
  const joined = await joinByDomain(needs.db, organizationId, { memberId, userId: person.id, domain })
  if (!joined) throw OrganizationNotFound()
  await recordAudit(needs, {
    actor: { kind: 'user', id: person.id, name: person.name, organizationId },
    verb: 'join',
    subject: { kind: 'member', id: memberId, label: person.email },
  })
}
