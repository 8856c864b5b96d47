import { quote } from "./quote.js";
import type { SecretSpan } from "./secret-span.js";
import { looksChosen } from "./secret-value.js";

const value = String.raw`([^\s"'\x60\\,;&<>(){}[\]|]{4,200})`;
/** To the next end of a line or command; bounded, so that a thousand `curl` are no work for each other. */
const words = String.raw`[^\n|;&]{0,300}?`;
/** Between two words of a command, also where they stand in a list. */
const gap = String.raw`(?:\\{0,15}["'\x60],[ \t]{0,4}\\{0,15}["'\x60]|[ \t]{1,4}${quote})`;

/** Passwords whose place in a command, or in `.netrc`, tells them. */
const commands: readonly RegExp[] = [
  new RegExp(String.raw`(\b(?:curl|wget|https?)(?=[ \t"'\\])${words}(?:-u|--user|-a|--auth)(?:${gap}|=${quote})?[\w.@+-]{1,100}:)${value}`, "g"),
  new RegExp(String.raw`(\bsshpass${gap}-p(?:${gap})?)${value}`, "g"),
  new RegExp(String.raw`(\b(?:mysql|mysqldump|mysqladmin|mariadb)\b${words}[ \t"'\x60]-p${quote})${value}`, "g"),
  new RegExp(String.raw`(\b(?:docker|podman|helm|az|oc)\b[\w \t"'\x60\\,-]{1,40}\blogin\b${words}-p${gap})${value}`, "g"),
  new RegExp(String.raw`(\blogin[ \t]{1,4}[^\s"'\x60\\]{1,100}\s{1,8}password[ \t]{1,4})${value}`, "g"),
];
const anyCommand = /\b(?:(?:curl|wget|https?)[ \t"'\\]|sshpass|mysql|mariadb|login)/;

/** Passwords given to commands as words of their own: `curl -u user:…`, `sshpass -p …`, `mysql -p…`, `docker login -p …`; and in `.netrc`. */
export function* findCommandPasswords(text: string): Generator<SecretSpan> {
  if (!anyCommand.test(text)) return;
  for (const command of commands) {
    for (const { 0: whole, 1: before = "", 2: password = "", index } of text.matchAll(command)) {
      if (looksChosen(password)) yield { start: index + before.length, end: index + whole.length, kind: "password" };
    }
  }
}
