import { rule } from "./token-rule.js";

const uuid = String.raw`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`;

/** Keys of services that run models, and of what is sold around them. */
export const modelRules = [
  rule("anthropic-key", ["sk-ant-"], String.raw`sk-ant-[\w-]{20,}`),
  rule("openrouter-key", ["sk-or-"], String.raw`sk-or-[\w-]{20,}`),
  rule("langfuse-key", ["sk-lf-"], `sk-lf-${uuid}`),
  rule("openai-key", ["sk-proj-", "sk-svcacct-", "sk-admin-"], String.raw`sk-(?:proj|svcacct|admin)-[\w-]{20,}`),
  rule("openai-key", ["sk-"], String.raw`sk-(?=[A-Za-z]*[0-9])[A-Za-z0-9]{32,}`),
  rule("groq-key", ["gsk_"], String.raw`gsk_[A-Za-z0-9]{40,}`),
  rule("xai-key", ["xai-"], String.raw`xai-[A-Za-z0-9]{60,}`),
  rule("huggingface-token", ["hf_"], String.raw`hf_[A-Za-z0-9]{30,}`),
  rule("perplexity-key", ["pplx-"], String.raw`pplx-[A-Za-z0-9]{40,}`),
  rule("replicate-token", ["r8_"], String.raw`r8_[A-Za-z0-9]{37,}`),
  rule("nvidia-key", ["nvapi-"], String.raw`nvapi-[\w-]{60,}`),
  rule("cerebras-key", ["csk-"], String.raw`csk-[A-Za-z0-9]{40,}`),
  rule("together-key", ["tgp_v1_"], String.raw`tgp_v1_[\w-]{40,}`),
  rule("langsmith-key", ["lsv2_"], String.raw`lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}`),
  rule("tavily-key", ["tvly-"], String.raw`tvly-(?:dev-|prod-)?[A-Za-z0-9-]{32,}`),
  rule("pinecone-key", ["pcsk_"], String.raw`pcsk_\w{50,}`),
  rule("elevenlabs-key", ["sk_"], String.raw`sk_[0-9a-f]{48}`),
  rule("firecrawl-key", ["fc-"], String.raw`fc-[0-9a-f]{32}`, { alone: true }),
  rule("jina-key", ["jina_"], String.raw`jina_[A-Za-z0-9]{60,}`),
];
