/** The name of the program, as it is typed. */
export const programName = "session-log-mcp";
