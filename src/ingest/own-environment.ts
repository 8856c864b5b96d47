import { homedir, platform } from "node:os";
import type { NativeEnvironment } from "../providers/provider.js";

/** Where the providers' files lie for this user, environment variables not looked at. */
export function ownEnvironment(): NativeEnvironment {
  return { homeDir: homedir(), variables: {}, platform: platform() };
}
