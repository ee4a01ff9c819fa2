// Makes DOM nodes. Text always goes in as text: nothing here, or anywhere on this page, parses HTML.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value)
    else if (name === "class") node.className = value
    else if (name in node && typeof value !== "string") node[name] = value
    else node.setAttribute(name, value === true ? "" : value)
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false))
  return node
}

export function div(classes, ...children) {
  return el("div", { class: classes }, ...children)
}

export function span(classes, ...children) {
  return el("span", { class: classes }, ...children)
}

// A button that calls `onclick`. `focus` names it, so that drawing it anew does not lose the focus.
export function button(onclick, { label, focus, ...attributes }, ...children) {
  const named = label ? { title: label, "aria-label": label } : {}
  return el("button", { type: "button", "data-focus": focus, onclick, ...named, ...attributes }, ...children)
}

// Put new children into a node; the element that had the focus gets it back if it is still drawn.
export function fill(node, ...children) {
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined
  node.replaceChildren(...children.flat(Infinity).filter(Boolean))
  if (focused) node.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
}

// Say something to people who listen instead of looking.
export function announce(text) {
  document.getElementById("announcer").textContent = text
}
