// One websocket per tab: connects, reconnects with growing pauses and jitter, and says how it is.
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const HEARTBEAT_MS = 25_000
const SILENCE_MS = 60_000
const NOT_LOGGED_IN = 4401

export class Socket {
  #socket = null
  #attempts = 0
  #timer = 0
  #heard = 0

  constructor({ opened, closed, received }) {
    Object.assign(this, { opened, closed, received })
    setInterval(() => this.#beat(), HEARTBEAT_MS)
  }

  connect() {
    clearTimeout(this.#timer)
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    this.#socket = new WebSocket(`${scheme}//${location.host}/ws/`)
    this.#socket.onopen = () => this.#open()
    this.#socket.onmessage = message => this.#hear(message)
    this.#socket.onclose = event => this.#close(event)
  }

  send(what) {
    if (this.isOpen) this.#socket.send(JSON.stringify(what))
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  #open() {
    this.#attempts = 0
    this.#heard = Date.now()
    this.opened()
  }

  #hear(message) {
    this.#heard = Date.now()
    this.received(JSON.parse(message.data))
  }

  #close(event) {
    if (event.code === NOT_LOGGED_IN) {
      location.reload()
      return
    }
    this.closed()
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#attempts++, LONGEST_PAUSE_MS)
    this.#timer = setTimeout(() => this.connect(), pause * (0.5 + Math.random() / 2))
  }

  // A connection that died without a word is found by its silence.
  #beat() {
    if (!this.isOpen) return
    if (Date.now() - this.#heard > SILENCE_MS) this.#socket.close()
    else this.send({ ping: Date.now() })
  }
}
