export { SandboxProviderUnavailable, SandboxRefused } from './errors.ts'
export type { EnsureSandbox, SandboxHandle, SandboxProvider } from './ports.ts'
