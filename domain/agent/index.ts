export { type AgentMode, agentModeOf } from './modes.ts'
export { systemPromptFor, type SystemPromptInput } from './system-prompt.ts'
export { type AgentTool, findTool, PLATFORM_TOOLS, toolsFor } from './tools.ts'
export { ACTIONS_GUIDE_PATH, actionsGuide } from './workspace-files.ts'
