// Writing to colleagues: Enter sends, what is written is kept until it is sent, one composition has
// one token (sending it twice sends once).
import { $ } from '../page.js';
import { newToken } from '../token.js';

const isTouch = matchMedia('(pointer: coarse)').matches
const enterSends = () => document.body.dataset.enterSends !== 'off'

export default function roomComposer(form) {
  const room = form.closest('#room')
  const text = $('textarea', form)
  const key = `room-draft:${room.dataset.room}`
  const flights = [] // what is on its way, in order
  let sent = ''

  const renewToken = () => (form.elements.client_token.value = newToken())

  function keep() {
    try {
      if (text.value) sessionStorage.setItem(key, text.value)
      else sessionStorage.removeItem(key)
    } catch { /* storage is full or forbidden: the text is still in the field */ }
    $('[data-hint]', form).hidden = !text.value
  }

  function kept() {
    try {
      return sessionStorage.getItem(key) ?? ''
    } catch {
      return ''
    }
  }

  text.addEventListener('input', () => {
    keep()
    // Another text is another composition, also while the last one is on its way.
    if (flights.length) renewToken()
  })
  text.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.defaultPrevented || event.isComposing) return
    if (event.shiftKey || ((isTouch || !enterSends()) && !event.ctrlKey)) return
    event.preventDefault()
    if (text.value.trim()) form.requestSubmit()
  })
  form.addEventListener('htmx:beforeRequest', () => flights.push(text.value))
  form.addEventListener('htmx:afterRequest', () => (sent = flights.shift()))
  form.addEventListener('ramal:done', () => {
    // Emptied, unless one has gone on writing meanwhile.
    if (text.value === sent) {
      text.value = ''
      keep()
      renewToken()
    }
    room.dispatchEvent(new CustomEvent('ramal:sent'))
  })
  text.value = kept()
  keep()
  renewToken()
}
