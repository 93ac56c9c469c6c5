// What is sent while the connection is away waits as a bubble at the end of the thread, and goes out
// by itself, in order and once (outbox.js).
import { $, openConversation } from '../page.js';
import { add, drop, flush, tryAgain, waiting as itemsOf } from '../outbox.js';

export default function waiting(form) {
  const conversation = openConversation()
  const { conversation: id } = conversation.dataset
  const text = form.elements.body
  const gone = new AbortController()
  const list = Object.assign(document.createElement('ul'), { className: 'waiting' })
  $('#thread', conversation).after(list)

  const mustWait = () => !navigator.onLine || itemsOf(id).length > 0

  function take(data, path) {
    const fields = [...data].filter(([name]) => name !== 'csrfmiddlewaretoken' && name !== 'since')
    const body = data.get('body')
    if (!add(id, { token: data.get('client_token'), body, path, fields })) return false
    form.dispatchEvent(new CustomEvent('ramal:taken', { detail: body }))
    if (navigator.onLine) flush()
    return true
  }

  function bubble(item) {
    const element = $('[data-waiting-bubble]', form).content.cloneNode(true).firstElementChild
    const says = $('.fail span', element)
    $('.text', element).textContent = item.body
    says.textContent = item.refused ? `${says.dataset.refused} ${item.refused}` : says.dataset.waits
    $('.msg', element).toggleAttribute('data-refused', Boolean(item.refused))
    $('[data-again]', element).hidden = !item.refused
    $('[data-again]', element).addEventListener('click', () => tryAgain(id, item.token))
    $('[data-give-up]', element).addEventListener('click', () => giveUp(item))
    return element
  }

  // The words come back to the field when it is empty.
  function giveUp(item) {
    drop(id, item.token)
    if (text.value) return
    text.value = item.body
    text.dispatchEvent(new Event('input', { bubbles: true }))
    text.focus()
  }

  function show() {
    if (!form.isConnected) return gone.abort()
    list.replaceChildren(...itemsOf(id).map(bubble))
  }

  form.addEventListener('submit', event => {
    if (!mustWait() || !text.value.trim()) return
    const path = form.dataset.mode === 'note' ? form.dataset.notes : form.getAttribute('action')
    if (!take(new FormData(form), path)) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }, true)
  for (const name of ['htmx:sendError', 'htmx:timeout']) {
    form.addEventListener(name, event => {
      const { path, formData } = event.detail.requestConfig
      if (event.target === form && formData && take(formData, path)) event.stopPropagation()
    })
  }
  document.addEventListener('ramal:waiting', show, { signal: gone.signal })
  show()
}
