// Run by the build, in the folder of the project: leaves the answer of `tools/list` beside the program.
import { writeFileSync } from "node:fs";
import { offered } from "../mcp/offered.js";
import { listedTool } from "../mcp/tool-calls.js";

writeFileSync("dist/tools-list.json", JSON.stringify(offered.tools.map(listedTool)));
