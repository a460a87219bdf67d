/**
 * Where the body of a delivery lies when it does not fit into its message or its row. Whose it is may not be known yet
 * when it is stored.
 */
export const bodyKey = (organizationId: string | null, deliveryRowId: string): string =>
  `deliveries/${organizationId ?? 'unknown'}/${deliveryRowId}`
