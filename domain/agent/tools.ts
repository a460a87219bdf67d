import type { AgentMode } from './modes.ts'

/** One tool that the platform gives an agent. */
export interface AgentTool {
  /** Name of the tool and of its file in the sandbox. */
  readonly name: string
  /**
   * `session`: the Session executes it on a callback; `sandbox`: it answers by itself, and the Session only sees an
   * event.
   */
  readonly executedBy: 'session' | 'sandbox'
  readonly modes: readonly AgentMode[]
  /** What the system prompt says about it. */
  readonly guidance: string
  /** Distinct calls per hour; null when only accepted results count (a6 §6.4). */
  readonly callsPerHour: number | null
  /** How often a session may have it accepted; null for any number. */
  readonly acceptedCalls: number | null
  /** Whether a call that an eviction interrupted may run again (a5 §5.16). */
  readonly retrySafe: boolean
}

const EVERY_MODE: readonly AgentMode[] = ['setup', 'automation', 'scratch', 'coding']

/**
 * Every tool of the platform. Prompts mention only what a mode is given, and the Session can execute each `session`
 * one.
 */
export const PLATFORM_TOOLS = [
  {
    name: 'verify',
    executedBy: 'session',
    modes: EVERY_MODE,
    guidance:
      'Put evidence of your work (test reports, logs, screenshots) into `.proliferate/.verification/` ' +
      'and call `verify` to store it.',
    callsPerHour: 20,
    acceptedCalls: null,
    retrySafe: true,
  },
  {
    name: 'save_snapshot',
    executedBy: 'session',
    modes: EVERY_MODE,
    guidance:
      'Call `save_snapshot` to keep the state of the whole sandbox; it says so when the sandbox cannot do that.',
    callsPerHour: 10,
    acceptedCalls: null,
    retrySafe: true,
  },
  {
    name: 'request_env_variables',
    executedBy: 'sandbox',
    modes: EVERY_MODE,
    guidance:
      'When the project needs an environment variable that is not set, call `request_env_variables` ' +
      'to tell the people here. It returns at once; carry on with what works without the value, and never make one up.',
    callsPerHour: null,
    acceptedCalls: null,
    retrySafe: true,
  },
  {
    name: 'automation_complete',
    executedBy: 'session',
    modes: ['automation'],
    guidance: 'Call `automation_complete` exactly once, as your very last step.',
    callsPerHour: null,
    acceptedCalls: 1,
    retrySafe: true,
  },
] as const satisfies readonly AgentTool[]

/** Names of the tools that a mode is given. */
export function toolsFor(mode: AgentMode): string[] {
  return toolsOf(mode).map((tool) => tool.name)
}

export function toolsOf(mode: AgentMode): AgentTool[] {
  return PLATFORM_TOOLS.filter((tool: AgentTool) => tool.modes.includes(mode))
}

/** The tool of that name, or undefined. */
export function findTool(name: string): AgentTool | undefined {
  return PLATFORM_TOOLS.find((tool) => tool.name === name)
}
