export { createRepository } from './create-repository.ts'
export { ConfigurationNotFound, RepositoryNotFound } from './errors.ts'
export {
  configurationExists,
  loadConfigurationRepositories,
  readRepositoryCredential,
} from './load-configuration.ts'
export { findRepository, listRepositories } from './read-repositories.ts'
export { updateRepository } from './update-repository.ts'
