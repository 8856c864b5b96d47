/** The page: one text that loads nothing. */
export interface ViewPage {
  html: string;
  /** What stands in its only script element. */
  script: string;
}

/** @param script The page's bundled script, which brings its styles along. */
export function viewPage(script: string): ViewPage {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>session-log</title>
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
<script>${script}</script>
</body>
</html>
`;
  return { html, script };
}
