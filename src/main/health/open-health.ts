import { Home } from "../../log/home.js";
import type { NativeEnvironment } from "../../providers/provider.js";
import { providers } from "../../providers/registry.js";
import type { CataloguePort, LogPort, SearchPort } from "../../schema/ports.js";
import { Health, type HealthOptions } from "./health.js";

export interface OpenHealthOptions extends Pick<HealthOptions, "pausesMs"> {
  common: { home: string; userLogDir?: string; providers?: readonly string[]; readOnly: boolean };
  environment: NativeEnvironment;
  /** Told of what was put right; ids and paths only. */
  warn(message: string): void;
}

/** The health of the home that the services serve. Opens nothing yet. */
export function openHealth(
  services: { logs: LogPort; catalogue: CataloguePort; search: SearchPort },
  { common, environment, warn, ...options }: OpenHealthOptions,
): Health {
  const { userLogDir, readOnly } = common;
  const place = userLogDir === undefined ? {} : { userLogDir };
  const home = new Home({ dir: common.home, ...place });
  const enabled = providers.map(({ name }) => name).filter((name) => common.providers?.includes(name) ?? true);
  return new Health({ ...services, home, now: Date.now, onWarning: warn }, { ...options, home, ...place, environment, enabled, readOnly });
}
