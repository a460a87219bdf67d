export { type AgentMode, agentModeOf } from './modes.ts'
export { systemPromptFor } from './system-prompt.ts'
export { findTool, PLATFORM_TOOLS, toolsFor } from './tools.ts'
export { ACTIONS_GUIDE_PATH, actionsGuide } from './workspace-files.ts'
