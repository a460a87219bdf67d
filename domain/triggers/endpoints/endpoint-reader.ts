import type { Kernel } from '#kernel/needs'
import { sealedEndpoint } from './endpoint.view.ts'
import { findEndpointAcrossOrganizations } from './endpoints.store.ts'
import type { EndpointCopies, EndpointReader } from '../ports.ts'

/** Narrows the database to the one question the webhook edge may ask of it. */
export function endpointReader(needs: Pick<Kernel, 'db'> & { endpointCopies: EndpointCopies }): EndpointReader {
  return {
    copied: (endpointId) => needs.endpointCopies.get(endpointId),
    async stored(endpointId) {
      const row = await findEndpointAcrossOrganizations(needs.db, endpointId)
      return row && sealedEndpoint(row)
    },
    keepCopy: (endpoint) => needs.endpointCopies.put(endpoint),
  }
}
