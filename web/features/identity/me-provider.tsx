import { useLayoutEffect } from 'react'
import type { ReactNode } from 'react'
import type { Me } from '#schema/contracts/identity'
import { showOrganization } from '../../client.ts'
import { MeContext } from './me.ts'

/** Tells the pages inside who is signed in, and lets their requests name the organization that they show. */
export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  const organizationId = me.organization?.id ?? null
  // Before anything inside asks for something: queries begin after the layout.
  useLayoutEffect(() => {
    showOrganization(organizationId)
    return () => showOrganization(null)
  }, [organizationId])
  return <MeContext value={me}>{children}</MeContext>
}
