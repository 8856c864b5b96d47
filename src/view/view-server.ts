import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CoreError, hasSystemCode, systemCode } from "../errors.js";
import { Access } from "./access.js";
import { ViewRequests, type ViewRequestsOptions } from "./view-requests.js";

export interface ViewServerOptions extends Omit<ViewRequestsOptions, "access" | "port"> {
  /** 0 for any that is free. */
  port: number;
}

export interface ViewServer {
  /** The link to the page, with its token; it leads in once. */
  url: string;
  close(): Promise<void>;
}

const maxConnections = 100;

/**
 * Serves the page on loopback until it is closed.
 * @throws {CoreError} `INVALID_ARGUMENT` where the port is taken or not allowed.
 */
export async function startViewServer({ port, ...options }: ViewServerOptions): Promise<ViewServer> {
  const access = new Access();
  const requests = new ViewRequests({ ...options, access, port: () => portOf(server) });
  const server: Server = createServer((request, response) => void requests.answer(request, response));
  server.maxConnections = maxConnections;
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${portOf(server)}${access.linkPath}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Pages that are open would keep it waiting.
        server.closeAllConnections();
      }),
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const isTaken = hasSystemCode(error, "EADDRINUSE", "EACCES");
      reject(isTaken ? new CoreError("INVALID_ARGUMENT", `Cannot listen on port ${port}: the system says ${systemCode(error) ?? ""}. Give another --port, or none.`, { cause: error }) : error);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve());
  });
}
