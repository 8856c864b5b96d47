import { rule } from "./token-rule.js";

/** Tokens of places that hold, build and publish code. */
export const codeRules = [
  rule("github-token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], String.raw`gh[pousr]_(?:\d{1,20}_eyJ[\w-]{20,}(?:\.[\w-]+)*|[A-Za-z0-9]{30,})`),
  rule("github-token", ["github_pat_"], String.raw`github_pat_\w{40,}`),
  rule("gitlab-token", ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-"], String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\w-]{20,}(?:\.[\w-]+)*`),
  rule("npm-token", ["npm_"], String.raw`npm_[A-Za-z0-9]{36,}`),
  rule("pypi-token", ["pypi-"], String.raw`pypi-[\w-]{50,}`),
  rule("rubygems-key", ["rubygems_"], String.raw`rubygems_[0-9a-f]{48}`),
  rule("crates-token", ["cio"], String.raw`cio(?=[A-Za-z]*[0-9])[A-Za-z0-9]{32}(?![A-Za-z0-9])`),
  rule("nuget-key", ["oy2"], String.raw`oy2[a-z0-9]{43}(?![A-Za-z0-9])`),
  rule("docker-token", ["dckr_pat_", "dckr_oat_"], String.raw`dckr_[po]at_[\w-]{20,}`),
  rule("atlassian-token", ["ATATT3", "ATCTT3", "ATBBxX"], String.raw`AT(?:[AC]TT3|BB)[\w=-]{28,}`),
  rule("buildkite-token", ["bkua_"], String.raw`bkua_[0-9a-f]{40}`),
  rule("circleci-token", ["CCIPAT_"], String.raw`CCIPAT_[A-Za-z0-9]{22}_[0-9a-f]{40}`),
  rule("sentry-token", ["sntryu_"], String.raw`sntryu_[0-9a-f]{64}`),
  rule("sentry-token", ["sntrys_"], String.raw`sntrys_eyJ?[A-Za-z0-9+/=_-]{80,}`),
  rule("postman-key", ["PMAK-"], String.raw`PMAK-[0-9a-f]{24}-[0-9a-f]{34}`),
  rule("figma-token", ["figd_", "figo_"], String.raw`fig[do]_[\w-]{40,}`),
  rule("linear-key", ["lin_api_", "lin_oauth_"], String.raw`lin_(?:api|oauth)_[A-Za-z0-9]{32,}`),
  rule("notion-token", ["ntn_"], String.raw`ntn_[A-Za-z0-9]{40,}`),
  rule("airtable-token", ["pat"], String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{64}`),
];
