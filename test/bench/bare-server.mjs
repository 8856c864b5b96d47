// A floor: the least that answers a client, JSON-RPC by hand in Node without a package.
const answers = {
  initialize: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "bare", version: "1.0.0" } },
  "tools/list": { tools: [] },
};
let waiting = "";
process.stdin.on("data", (chunk) => {
  const lines = (waiting + chunk).split("\n");
  waiting = lines.pop();
  for (const line of lines) {
    const { id, method } = JSON.parse(line);
    if (id !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result: answers[method] })}\n`);
  }
});
