import { rule } from "./token-rule.js";

const uuid = String.raw`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`;

/** Tokens for messages, mail, money, metrics and keys. */
export const serviceRules = [
  rule("slack-token", ["xox"], String.raw`xox[abcdeoprs]-[A-Za-z0-9%+/-]{10,}={0,2}`),
  rule("slack-token", ["xapp-"], String.raw`xapp-[A-Za-z0-9-]{20,}`),
  rule("slack-webhook", ["hooks.slack.com/services/"], String.raw`hooks\.slack\.com/services/[\w/]{20,}`),
  rule("discord-token", [".E", ".F", ".G", ".H", ".I", ".X", ".Y", ".Z"], String.raw`[MNO][\w-]{23,27}\.[E-IX-Z][\w-]{5}\.[\w-]{27,}`, { before: [24, 28], alone: true }),
  rule("discord-webhook", ["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"], String.raw`discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,}`),
  rule("telegram-token", [":AA"], String.raw`[0-9]{8,10}:AA[\w-]{32,}`, { before: [8, 10] }),
  rule("stripe-key", ["sk_live_", "sk_test_"], String.raw`sk_(?:live|test)_[A-Za-z0-9]{16,}`),
  rule("stripe-key", ["rk_live_", "rk_test_"], String.raw`rk_(?:live|test)_[A-Za-z0-9]{16,}`),
  rule("stripe-key", ["whsec_"], String.raw`whsec_[A-Za-z0-9+/]{24,}={0,2}`),
  rule("square-token", ["sq0"], String.raw`sq0[a-z]{3}-[\w-]{22,}`),
  rule("shopify-token", ["shpat_", "shpss_", "shppa_", "shpca_"], String.raw`shp(?:at|ss|pa|ca)_[A-Fa-f0-9]{32,}`),
  rule("hubspot-token", ["pat-"], String.raw`pat-[a-z]{2}\d-${uuid}`),
  rule("sendgrid-key", ["SG."], String.raw`SG\.[\w-]{20,24}\.[\w-]{39,}`),
  rule("mailgun-key", ["key-"], String.raw`key-[0-9a-f]{32}(?![A-Za-z0-9])`, { alone: true }),
  rule("mailchimp-key", ["-us"], String.raw`[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])`, { before: 32 }),
  rule("brevo-key", ["xkeysib-", "xsmtpsib-"], String.raw`x(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}`),
  rule("resend-key", ["re_"], String.raw`re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24,}`),
  rule("newrelic-key", ["NRAK-"], String.raw`NRAK-[A-Z0-9]{27}`),
  rule("grafana-token", ["glsa_"], String.raw`glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}`),
  rule("grafana-token", ["glc_"], String.raw`glc_[A-Za-z0-9+/]{32,}={0,2}`),
  rule("dynatrace-token", ["dt0"], String.raw`dt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}`),
  rule("1password-token", ["ops_ey"], String.raw`ops_ey[A-Za-z0-9+/_-]{100,}={0,2}`),
  rule("age-key", ["AGE-SECRET-KEY-1"], String.raw`AGE-SECRET-KEY-1[A-Z0-9]{50,}`),
];
