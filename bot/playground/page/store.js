// What this person's browser knows of the workspace. Views subscribe to kinds of change.

const NOTHING = {
  users: new Map(),
  channels: new Map(),
  messages: new Map(),
  statuses: new Map(),
  prompts: new Map(),
  sessions: new Map(),
}

const key = (channel, threadTs) => `${channel}/${threadTs ?? ""}`
const byTs = (one, other) => (one.ts < other.ts ? -1 : 1)

export class Store {
  #subscribers = []
  #timers = new Map()

  constructor() {
    Object.assign(this, structuredClone(NOTHING), { me: "", bot: "", team: "" })
    Object.assign(this, { commands: [], suggestions: [], view: null })
    this.unread = new Map()
    this.open = null // the channel that is looked at
  }

  on(kinds, tell) {
    this.#subscribers.push({ kinds: kinds.split(" "), tell })
  }

  emit(kind, detail) {
    for (const { kinds, tell } of this.#subscribers) if (kinds.includes(kind)) tell(detail)
  }

  // Take in one change from the feed.
  apply(change) {
    const take = {
      snapshot: () => this.#takeSnapshot(change),
      message: () => this.#takeMessage(change.message),
      removed: () => this.messages.get(change.channel)?.delete(change.ts),
      status: () => this.#takeStatus(change),
      session: () => this.sessions.set(key(change.channel, change.thread_ts), change),
      prompts: () => this.prompts.set(key(change.channel, change.thread_ts), change),
      channel: () => this.channels.set(change.channel.id, change.channel),
      user: () => this.users.set(change.user.id, change.user),
      view: () => (this.view = change.view),
    }[change.kind]
    if (!take) return
    take()
    this.emit(change.kind, change)
  }

  #takeSnapshot(change) {
    Object.assign(this, structuredClone(NOTHING))
    for (const timer of this.#timers.values()) clearTimeout(timer)
    for (const name of ["me", "bot", "team", "commands", "suggestions", "view"]) this[name] = change[name]
    for (const user of change.users) this.users.set(user.id, user)
    for (const channel of change.channels) this.channels.set(channel.id, channel)
    for (const message of change.messages) this.#put(message)
    for (const status of change.statuses) this.#takeStatus(status)
    for (const prompts of change.prompts) this.prompts.set(key(prompts.channel, prompts.thread_ts), prompts)
    for (const session of change.sessions) this.sessions.set(key(session.channel, session.thread_ts), session)
  }

  #put(message) {
    if (!this.messages.has(message.channel)) this.messages.set(message.channel, new Map())
    this.messages.get(message.channel).set(message.ts, message)
  }

  #takeMessage(message) {
    const isNew = !this.messages.get(message.channel)?.has(message.ts)
    this.#put(message)
    if (!isNew || message.user === this.me || message.channel === this.open) return
    const forMe = this.channels.get(message.channel)?.kind === "im" || message.text.includes(`<@${this.me}>`)
    const before = this.unread.get(message.channel) ?? { count: 0, forMe: 0 }
    this.unread.set(message.channel, { count: before.count + 1, forMe: before.forMe + (forMe ? 1 : 0) })
    this.emit("unread")
  }

  #takeStatus(status) {
    const id = key(status.channel, status.thread_ts)
    clearTimeout(this.#timers.get(id))
    if (!status.status) return void this.statuses.delete(id)
    this.statuses.set(id, status)
    const expire = () =>
      this.apply({ kind: "status", channel: status.channel, thread_ts: status.thread_ts, status: "" })
    this.#timers.set(id, setTimeout(expire, status.expires_in_s * 1000))
  }

  look(channel) {
    this.open = channel
    this.unread.delete(channel)
    this.emit("unread")
  }

  roots(channel) {
    return this.#sorted(channel).filter((message) => !message.thread_ts)
  }

  thread(channel, root) {
    return this.#sorted(channel).filter((message) => message.ts === root || message.thread_ts === root)
  }

  message(channel, ts) {
    return this.messages.get(channel)?.get(ts)
  }

  status(channel, root) {
    return this.statuses.get(key(channel, root))
  }

  canStop(channel, root) {
    return this.sessions.get(key(channel, root))?.can_stop ?? false
  }

  promptsFor(channel, root) {
    return this.prompts.get(key(channel, root))
  }

  name(user) {
    return this.users.get(user)?.real_name ?? (user === "USLACKBOT" ? "Slackbot" : user)
  }

  // A channel, public or private; else a direct message.
  isRoom(channel) {
    return channel.kind === "channel" || channel.kind === "group"
  }

  // How a channel is called in the sidebar and in headers.
  title(channel) {
    if (this.isRoom(channel)) return channel.name
    return channel.members
      .filter((user) => user !== this.me)
      .map((user) => this.name(user))
      .join(", ")
  }

  #sorted(channel) {
    return [...(this.messages.get(channel)?.values() ?? [])].sort(byTs)
  }
}
