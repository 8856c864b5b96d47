type Child = Node | string | undefined | false;

interface Attributes {
  class?: string;
  title?: string;
  onclick?: (event: MouseEvent) => void;
  [attribute: string]: unknown;
}

/** Makes an element. Text becomes text nodes: no text is ever read as HTML. Listeners are named `onclick` and so on; undefined and false attributes are left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes, ...children: readonly Child[]): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value as EventListener);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}
