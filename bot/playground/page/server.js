// Talks to the server: the live feed of what this person sees, and what they do.

export async function people() {
  return (await fetch("/live/people")).json()
}

// Calls `apply` with a snapshot, then with every change; the browser reconnects by itself and gets a new snapshot.
export function follow(user, apply, onLost) {
  const feed = new EventSource(`/live/feed?user=${encodeURIComponent(user)}`)
  feed.onmessage = (event) => apply(JSON.parse(event.data))
  feed.onerror = onLost
  return () => feed.close()
}

// Do something as `user`; resolves with what is shown at once, `error` set if it did not work.
export async function act(name, user, body = {}) {
  try {
    const response = await fetch(`/live/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user, ...body }),
    })
    return await response.json()
  } catch {
    return { error: "unreachable", shown: "The workspace does not answer. Is it still running?" }
  }
}
