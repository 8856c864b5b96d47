/** What `--help` says. */
export const usage = `session-log-mcp: an MCP server that gives coding agents their own session logs

Usage: session-log-mcp [serve] [options]     serve MCP on stdin and stdout (default)
       session-log-mcp import [options]      take in the native logs of coding agents, then end
       session-log-mcp rebuild [options]     make anew what is derived from the logs: databases and indexes
       session-log-mcp config CLIENT [options]
                                             print what a client's settings need, or put it there

Options
  --home DIR          where the logs are (SESSION_LOG_HOME; default ~/.session-log)
  --providers LIST    read only these native logs, as in claude,codex
  --exclude PATH      keep this workspace out of everything; repeatable (SESSION_LOG_EXCLUDE)
  --durable           answer a write once it is on the disk
  --read-only         write nothing but what can be derived; refuse tools that write
  --show-secrets      do not mask secrets in what is read
  --version, --help

serve
  --no-import         do not look for native logs

import
  --provider NAME     only this provider; repeatable
  --since WHEN        only files written since: a time, a date or an age such as 3d
  --dry-run           read everything, write nothing
  --force             read every file from its start, whatever was read before
  --json              print the report as JSON

rebuild
  --json              print the report as JSON

config                claude-code, claude-desktop, copilot-cli, vscode, gemini-cli, codex or cursor;
                      the options above become part of what is printed
  --write             put it into the client's own file, and keep a copy of that
  --project           the file of the project in this folder, not the user's own
  --json              print it as JSON

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;
