/** A repository of the sandbox after its clone. */
export interface WorkingRepository {
  repositoryId: string
  name: string
  /** Absolute folder of the working tree. */
  folder: string
  /** Its place in the workspace, `.` when it is the workspace. */
  workspacePath: string
  /** The commit that was cloned: what diffs are against and what checkpoints build on. */
  baseSha: string
}
