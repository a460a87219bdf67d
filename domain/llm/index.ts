export { ModelCallUnknown, ModelNotFound, ModelUnavailable } from './errors.ts'
export { forwardedCall } from './forwarded-call.ts'
export type { ModelGateway, ModelUpstream } from './ports.ts'
