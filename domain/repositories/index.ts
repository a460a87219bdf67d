export { createRepository } from './create-repository.ts'
export type { Credential } from './credential.ts'
export { ConfigurationNotFound, RepositoryContended, RepositoryNotFound } from './errors.ts'
export {
  configurationExists,
  type ConfigurationRepositories,
  loadConfigurationRepositories,
  readRepositoryCredential,
} from './load-configuration.ts'
export { findRepository, listRepositories } from './read-repositories.ts'
