/** Shells that can complete. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;

interface Names {
  /** The program's. */
  name: string;
  /** Flags whose value is a path. */
  pathFlags: readonly string[];
}

/** The script that has a shell ask the program what may stand in a place; where it says nothing the shell offers files. */
export function shellScript(shell: (typeof shells)[number], names: Names): string {
  return scripts[shell](names);
}

const scripts: Record<(typeof shells)[number], (names: Names) => string> = {
  bash: ({ name }) => `# eval "$(${name} completion bash)"
_${snake(name)}() {
  local word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("$word")
  done < <("\${COMP_WORDS[0]}" completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _${snake(name)} ${name}
`,
  zsh: ({ name }) => `#compdef ${name}
# eval "$(${name} completion zsh)"
_${snake(name)}() {
  local line
  local -a found
  for line in \${(f)"$(\${words[1]} completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#found )); then
    _describe '${name}' found
  else
    _files
  fi
}
compdef _${snake(name)} ${name}
`,
  fish: ({ name, pathFlags }) => `# ${name} completion fish | source
function __${snake(name)}
  set -l typed (commandline -opc) (commandline -ct)
  $typed[1] completion fish -- $typed[2..] 2>/dev/null
end
complete -c ${name} -f -a '(__${snake(name)})'
${[...new Set(pathFlags)].map((flag) => `complete -c ${name} -l ${flag} -r -F\n`).join("")}`,
  powershell: ({ name }) => `# ${name} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${name} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '' }
  & ${name} completion powershell -- @words 2>$null | ForEach-Object {
    $word, $text = $_ -split "\`t", 2
    if (-not $text) { $text = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $text)
  }
}
`,
};

function snake(name: string): string {
  return name.replaceAll("-", "_");
}
