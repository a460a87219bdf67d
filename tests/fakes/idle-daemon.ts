import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'

// Stands in for the sandbox daemon where only the sandbox host is tested. Like an agent's shell it starts a process
// in a session of its own. MODE: `stubborn` ignores SIGTERM and the end of its input, `fail` ends at once.

const mode = process.env['MODE'] ?? 'plain'
process.stdout.write(`idle daemon: ${mode}\n`)
writeFileSync('environment.json', JSON.stringify(process.env))
const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
child.unref()
if (mode === 'fail') {
  process.stdout.write('I give up\n')
  process.exit(3)
}
if (mode === 'stubborn') {
  process.on('SIGTERM', () => undefined)
} else {
  process.on('SIGTERM', () => process.exit(0))
  process.stdin.once('end', () => process.exit(0))
}
process.stdin.resume()
setInterval(() => undefined, 60_000)
