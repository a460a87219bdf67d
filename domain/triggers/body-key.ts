/** Where the body of a delivery lies when it does not fit into its message or its row. */
export const bodyKey = (organizationId: string, deliveryRowId: string): string =>
  `deliveries/${organizationId}/${deliveryRowId}`
