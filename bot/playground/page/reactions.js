// The reactions below a message.

import { button, el, span } from "./dom.js"
import { emojiFor } from "./inline.js"
import { openPicker } from "./picker.js"

// `react(name)` gives or takes back one's own.
export function reactions(store, message, react) {
  if (!message.reactions.length) return null
  const given = message.reactions.map(({ name, users }) => {
    const who = users.map((user) => (user === store.me ? "You" : store.name(user))).join(", ")
    const look = { class: "reaction", "aria-pressed": String(users.includes(store.me)) }
    const named = { label: `${who} reacted with :${name}:`, focus: `reaction ${name}` }
    return button(() => react(name), { ...named, ...look }, emojiFor(name), span("", String(users.length)))
  })
  const more = { label: "Add reaction", focus: "reaction add", class: "reaction add" }
  const add = button((event) => openPicker(event.currentTarget, react), more, "☺+")
  return el("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, given, add)
}
